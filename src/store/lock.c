/* HDF5's lock, taken on our own descriptor: a program that writes the file in place holds it exclusively. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "store/store_internal.h"

static bool named(const char *value, const char *a, const char *b)
{
    return value != NULL && (strcmp(value, a) == 0 || strcmp(value, b) == 0);
}

shoal_status shoal_lock_shared(int fd, const char *path, shoal_error *err)
{
    const char *use = getenv("HDF5_USE_FILE_LOCKING"); // NOLINT(concurrency-mt-unsafe): read only
    if (named(use, "FALSE", "0")) return SHOAL_OK;
    int failed;
    do failed = flock(fd, LOCK_SH | LOCK_NB);
    while (failed != 0 && errno == EINTR);
    if (failed == 0) return SHOAL_OK;
    const int code = errno;
    if (code == EWOULDBLOCK)
        return shoal_fail(err, SHOAL_ERR_IO,
                          "cannot read %s: another program is writing it; close it there, or set "
                          "HDF5_USE_FILE_LOCKING=FALSE if you know that nobody writes",
                          path);
    if (named(use, "BEST_EFFORT", "BEST_EFFORT")) return SHOAL_OK;
    return shoal_fail_errno(err, code,
                            "cannot lock %s: the file system refuses locks (NFS and Lustre may); set "
                            "HDF5_USE_FILE_LOCKING=FALSE",
                            path);
}
