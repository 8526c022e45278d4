#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* Length of the folder part of path, with its slash; 0 where there is none. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

shoal_status shoal_temporary_beside(const char *path, char **temporary, shoal_error *err)
{
    *temporary = NULL;
    struct stat info;
    if (stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode)) return shoal_fail(err, SHOAL_ERR_IO, "cannot write %s: it is a folder", path);
        if (access(path, W_OK) != 0) return shoal_fail_errno(err, errno, "cannot replace %s", path);
    }
    const size_t folder = folder_length(path);
    shoal_text name = {0};
    shoal_text_add_n(&name, path, folder);
    shoal_text_addf(&name, ".%s.XXXXXX.tmp", path + folder);
    if (name.failed) {
        shoal_text_free(&name);
        return shoal_fail_memory(err);
    }
    const int fd = mkostemps(name.data, 4, O_CLOEXEC);
    if (fd < 0) {
        const int code = errno;
        shoal_text_free(&name);
        return shoal_fail_errno(err, code, "cannot write beside %s", path);
    }
    const mode_t mask = umask(0);
    umask(mask);
    const int failed = fchmod(fd, 0666 & ~mask);
    (void)failed; /* a file system without modes is no obstacle */
    close(fd);
    *temporary = name.data;
    return SHOAL_OK;
}

static shoal_status sync_path(const char *path, int flags, shoal_error *err)
{
    const int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0) return shoal_fail_errno(err, errno, "cannot open %s", path);
    const int failed = fsync(fd) != 0 && errno != EINVAL && errno != EROFS ? errno : 0;
    close(fd);
    return failed ? shoal_fail_errno(err, failed, "cannot flush %s to disk", path) : SHOAL_OK;
}

shoal_status shoal_replace(const char *temporary, const char *path, shoal_error *err)
{
    SHOAL_TRY(sync_path(temporary, O_RDONLY, err));
    if (rename(temporary, path) != 0) return shoal_fail_errno(err, errno, "cannot rename to %s", path);
    const size_t length = folder_length(path);
    char *folder = length == 0 ? shoal_text_dup(".") : strndup(path, length);
    if (folder == NULL) return shoal_fail_memory(err);
    const shoal_status status = sync_path(folder, O_RDONLY | O_DIRECTORY, err);
    free(folder);
    return status;
}

shoal_status shoal_outfile_begin(shoal_outfile *file, const char *path, shoal_error *err)
{
    *file = (shoal_outfile){0};
    SHOAL_TRY(shoal_temporary_beside(path, &file->temporary, err));
    file->path = shoal_text_dup(path);
    if (file->path == NULL) {
        shoal_outfile_abort(file);
        return shoal_fail_memory(err);
    }
    file->stream = fopen(file->temporary, "we");
    if (file->stream == NULL) {
        const int code = errno;
        shoal_outfile_abort(file);
        return shoal_fail_errno(err, code, "cannot write beside %s", path);
    }
    return SHOAL_OK;
}

shoal_status shoal_outfile_finish(shoal_outfile *file, shoal_error *err)
{
    if (file->stream == NULL) return SHOAL_OK;
    errno = 0;
    int code = 0;
    if (ferror(file->stream) || fflush(file->stream) != 0) code = errno != 0 ? errno : EIO;
    else if (fsync(fileno(file->stream)) != 0 && errno != EINVAL) code = errno;
    if (fclose(file->stream) != 0 && code == 0) code = errno;
    file->stream = NULL;
    if (code == 0) return SHOAL_OK;
    shoal_fail_errno(err, code, "cannot write %s", file->path);
    shoal_outfile_abort(file);
    return SHOAL_ERR_IO;
}

shoal_status shoal_outfile_commit(shoal_outfile *file, shoal_error *err)
{
    if (file->temporary == NULL) return shoal_fail(err, SHOAL_ERR_USAGE, "no output file was begun");
    SHOAL_TRY(shoal_outfile_finish(file, err));
    const shoal_status status = shoal_replace(file->temporary, file->path, err);
    if (status == SHOAL_OK) {
        free(file->temporary); /* it is the file now: nothing to unlink */
        file->temporary = NULL;
    }
    shoal_outfile_abort(file);
    return status;
}

void shoal_outfile_abort(shoal_outfile *file)
{
    if (file->stream != NULL) fclose(file->stream);
    if (file->temporary != NULL) unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    *file = (shoal_outfile){0};
}

shoal_status shoal_file_write(const char *path, const char *data, size_t length, shoal_error *err)
{
    shoal_outfile file;
    SHOAL_TRY(shoal_outfile_begin(&file, path, err));
    fwrite(data, 1, length, file.stream); /* errors stay in the stream, shoal_outfile_finish reads them */
    return shoal_outfile_commit(&file, err);
}

shoal_status shoal_folder_make(const char *path, bool *made, shoal_error *err)
{
    *made = false;
    if (mkdir(path, 0777) == 0) {
        *made = true;
        return SHOAL_OK;
    }
    const int code = errno;
    struct stat info;
    if (code == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) return SHOAL_OK;
    return shoal_fail_errno(err, code, "cannot make the folder %s", path);
}

shoal_status shoal_path_join(const char *folder, const char *name, char **path, shoal_error *err)
{
    shoal_text joined = {0};
    const size_t length = strlen(folder);
    shoal_text_addf(&joined, length > 0 && folder[length - 1] == '/' ? "%s%s" : "%s/%s", folder, name);
    *path = joined.data;
    if (!joined.failed) return SHOAL_OK;
    shoal_text_free(&joined);
    *path = NULL;
    return shoal_fail_memory(err);
}
