#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static SHOAL_PRINTF(3, 0) void set_message(shoal_error *err, shoal_status status, const char *format, va_list args)
{
    if (err == NULL) return;
    err->status = status;
    vsnprintf(err->message, sizeof err->message, format, args);
}

shoal_status shoal_fail(shoal_error *err, shoal_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_message(err, status, format, args);
    va_end(args);
    return status;
}

shoal_status shoal_fail_errno(shoal_error *err, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_message(err, SHOAL_ERR_IO, format, args);
    va_end(args);
    if (err != NULL) {
        char reason[128];
        const char *text = strerror_r(code, reason, sizeof reason); /* the GNU version */
        const size_t used = strlen(err->message);
        snprintf(err->message + used, sizeof err->message - used, ": %s", text);
    }
    return SHOAL_ERR_IO;
}

shoal_status shoal_fail_memory(shoal_error *err)
{
    return shoal_fail(err, SHOAL_ERR_MEMORY, "out of memory: use a machine with more, or fewer rows or columns");
}

void shoal_error_prefix(shoal_error *err, const char *format, ...)
{
    if (err == NULL) return;
    char rest[SHOAL_ERROR_SIZE];
    shoal_text_copy(rest, sizeof rest, err->message);
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    const size_t used = strlen(err->message);
    if (used + 2 >= sizeof err->message) return;
    memcpy(err->message + used, ": ", 2);
    shoal_text_copy(err->message + used + 2, sizeof err->message - used - 2, rest);
}

const char *shoal_status_name(shoal_status status)
{
    switch (status) {
    case SHOAL_OK: return "ok";
    case SHOAL_NOT_CONVERGED: return "not converged";
    case SHOAL_BOUNDARY: return "on a boundary";
    case SHOAL_ERR_USAGE: return "wrong use";
    case SHOAL_ERR_INPUT: return "bad input";
    case SHOAL_ERR_IO: return "input/output error";
    case SHOAL_ERR_MEMORY: return "out of memory";
    case SHOAL_ERR_INTERRUPTED: return "interrupted";
    }
    return "unknown status";
}
