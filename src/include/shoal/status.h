/* Status codes and the caller-owned error message.
 *
 * Every fallible function returns a shoal_status:
 *   0         done;
 *   negative  failed, nothing was produced; the message says what, where and how to mend;
 *   positive  done with a remark, the result is usable (not converged, on a boundary).
 * The library never prints and never exits. A failed call leaves outputs as they were. */
#ifndef SHOAL_STATUS_H
#define SHOAL_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SHOAL_API __attribute__((visibility("default")))
#define SHOAL_MUST_USE __attribute__((warn_unused_result))
#define SHOAL_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define SHOAL_API
#define SHOAL_MUST_USE
#define SHOAL_PRINTF(string, first)
#endif

/* The negative of an error is the exit status of the command. */
typedef enum shoal_status {
    SHOAL_OK = 0,
    SHOAL_NOT_CONVERGED = 1,    /* iteration limit reached, result usable */
    SHOAL_BOUNDARY = 2,         /* an estimate lies on the edge of its range, result usable */
    SHOAL_ERR_USAGE = -2,       /* the caller asked for something that cannot be */
    SHOAL_ERR_INPUT = -3,       /* the data are wrong */
    SHOAL_ERR_IO = -4,          /* the system refused to read or write */
    SHOAL_ERR_MEMORY = -5,      /* no memory */
    SHOAL_ERR_INTERRUPTED = -6, /* cancelled through the context */
} shoal_status;

enum { SHOAL_ERROR_SIZE = 1024 };

/* Owned by the caller; NULL may be passed where no message is wanted. Start it as {0}. */
typedef struct shoal_error {
    shoal_status status;
    char message[SHOAL_ERROR_SIZE]; /* one line of UTF-8, without a trailing newline */
} shoal_error;

/* "ok", "not converged", "bad input" …; never NULL. */
SHOAL_API const char *shoal_status_name(shoal_status status);

#ifdef __cplusplus
}
#endif
#endif
