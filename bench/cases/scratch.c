#include "cases/scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "folder.h"

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

void bench_scratch_remove(char *path)
{
    if (path != NULL) bench_folder_remove(path);
    free(path);
}

int64_t bench_file_bytes(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? info.st_size : 0;
}
