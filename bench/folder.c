#include "folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

shoal_status bench_folder_make(char *folder, size_t size, shoal_error *err)
{
    static const char name[] = "/shoal-bench.XXXXXX";
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] == '\0') parent = "/tmp";
    const int length = snprintf(folder, size, "%s%s", parent, name);
    if (length < 0 || (size_t)length >= size) {
        folder[0] = '\0';
        return shoal_fail(err, SHOAL_ERR_IO, "TMPDIR is longer than %zu bytes", size - sizeof name);
    }
    if (mkdtemp(folder) != NULL) return SHOAL_OK;
    const int code = errno;
    folder[0] = '\0';
    return shoal_fail_errno(err, code, "cannot make a folder in %s; set TMPDIR to one that can be written", parent);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

void bench_folder_remove(const char *folder)
{
    if (folder[0] != '\0') nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
