/* Raising and passing on errors. */
#ifndef SHOAL_BASE_ERROR_H
#define SHOAL_BASE_ERROR_H

#include <shoal/status.h>

/* Writes the message (one line, cut at SHOAL_ERROR_SIZE) and returns status, so that callers write
 * `return shoal_fail(err, SHOAL_ERR_INPUT, "…", …);`. err may be NULL. */
shoal_status shoal_fail(shoal_error *err, shoal_status status, const char *format, ...) SHOAL_PRINTF(3, 4);

/* As shoal_fail with SHOAL_ERR_IO, adding ": " and the text of errno value `code`. */
shoal_status shoal_fail_errno(shoal_error *err, int code, const char *format, ...) SHOAL_PRINTF(3, 4);

/* The usual message for memory. */
shoal_status shoal_fail_memory(shoal_error *err);

/* Puts "where: " before the message that err already holds. */
void shoal_error_prefix(shoal_error *err, const char *format, ...) SHOAL_PRINTF(2, 3);

/* Leaves the function on an error; positive states go on. */
#define SHOAL_TRY(call)                                                                                                \
    do {                                                                                                               \
        const shoal_status shoal_try_ = (call);                                                                        \
        if (shoal_try_ < 0) return shoal_try_;                                                                         \
    } while (0)

/* The same for functions with a `status` variable and an `out:` label that cleans up. */
#define SHOAL_TRY_OUT(call)                                                                                            \
    do {                                                                                                               \
        status = (call);                                                                                               \
        if (status < 0) goto out;                                                                                      \
    } while (0)

#endif
