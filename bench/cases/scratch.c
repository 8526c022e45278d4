#include "cases/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"

shoal_status bench_scratch_make(const char *folder, const char *name, char **path, shoal_error *err)
{
    char pattern[64];
    snprintf(pattern, sizeof pattern, "%s.XXXXXX", name);
    SHOAL_TRY(shoal_path_join(folder, pattern, path, err));
    if (mkdtemp(*path) != NULL) return SHOAL_OK;
    const int code = errno;
    free(*path);
    *path = NULL;
    return shoal_fail_errno(err, code, "cannot make a folder in %s", folder);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

void bench_scratch_remove(char *path)
{
    if (path != NULL) nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(path);
}

int64_t bench_file_bytes(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? info.st_size : 0;
}
