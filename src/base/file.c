#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* Length of the folder part of path, with its slash; 0 where there is none. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* The file behind path: links are followed, so that the target is replaced and not the link. */
static shoal_status resolve(const char *path, char **real, shoal_error *err)
{
    *real = realpath(path, NULL);
    if (*real == NULL) *real = shoal_text_dup(path); /* there is nothing yet */
    return *real != NULL ? SHOAL_OK : shoal_fail_memory(err);
}

static bool has_folder(const char *path)
{
    const size_t length = folder_length(path);
    char *folder = strndup(path, length);
    const bool found = length == 0 || (folder != NULL && access(folder, F_OK) == 0);
    free(folder);
    return found;
}

/* Creates a file of a name that nobody has, with the mode that any new file gets. */
static shoal_status create_beside(const char *path, char **temporary, shoal_error *err)
{
    enum { TRIES = 100 };
    const size_t folder = folder_length(path);
    for (int i = 0; i < TRIES; i++) {
        uint32_t random = 0;
        const ssize_t got = getrandom(&random, sizeof random, 0);
        (void)got; /* a name that is taken is tried again */
        shoal_text name = {0};
        shoal_text_add_n(&name, path, folder);
        shoal_text_addf(&name, ".%s.%08x.tmp", path + folder, random);
        if (name.failed) {
            shoal_text_free(&name);
            return shoal_fail_memory(err);
        }
        const int fd = open(name.data, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
        const int code = errno;
        if (fd >= 0) {
            close(fd);
            *temporary = name.data;
            return SHOAL_OK;
        }
        shoal_text_free(&name);
        if (code == ENOENT && !has_folder(path))
            return shoal_fail_errno(err, code, "cannot write %s, make its folder first", path);
        if (code != EEXIST) return shoal_fail_errno(err, code, "cannot write beside %s", path);
    }
    return shoal_fail(err, SHOAL_ERR_IO, "cannot write beside %s: every name for a temporary file is taken", path);
}

shoal_status shoal_temporary_beside(const char *path, char **temporary, shoal_error *err)
{
    *temporary = NULL;
    struct stat info;
    if (stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode)) return shoal_fail(err, SHOAL_ERR_IO, "cannot write %s: it is a folder", path);
        if (!S_ISREG(info.st_mode))
            return shoal_fail(err, SHOAL_ERR_IO,
                              "cannot write %s: it is a device or pipe, and files are replaced whole", path);
        if (access(path, W_OK) != 0) return shoal_fail_errno(err, errno, "cannot replace %s", path);
    }
    char *real;
    SHOAL_TRY(resolve(path, &real, err));
    const shoal_status status = create_beside(real, temporary, err);
    free(real);
    return status;
}

static shoal_status sync_file(const char *path, shoal_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return shoal_fail_errno(err, errno, "cannot open %s", path);
    const int failed = fsync(fd) != 0 && errno != EINVAL && errno != EROFS ? errno : 0;
    close(fd);
    return failed ? shoal_fail_errno(err, failed, "cannot flush %s to disk", path) : SHOAL_OK;
}

/* Opened before the rename, so that nothing that could be known earlier fails after it. -1 where the folder may be
 * written but not read: it cannot be synced then. */
static int open_folder(const char *path)
{
    const size_t length = folder_length(path);
    if (length == 0) return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *folder = strndup(path, length);
    if (folder == NULL) return -1;
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return fd;
}

shoal_status shoal_replace(const char *temporary, const char *path, shoal_error *err)
{
    char *real;
    SHOAL_TRY(resolve(path, &real, err));
    shoal_status status;
    const int folder = open_folder(real);
    SHOAL_TRY_OUT(sync_file(temporary, err));
    if (rename(temporary, real) != 0) status = shoal_fail_errno(err, errno, "cannot rename to %s", path);
    else if (folder >= 0 && fsync(folder) != 0 && errno != EINVAL && errno != EROFS)
        status = shoal_fail_errno(err, errno, "cannot flush the folder of %s to disk", path);
out:
    if (folder >= 0) close(folder);
    free(real);
    return status;
}

shoal_status shoal_check_distinct(const char *input, const char *output, shoal_error *err)
{
    struct stat in, out;
    if (stat(input, &in) != 0 || stat(output, &out) != 0 || in.st_dev != out.st_dev || in.st_ino != out.st_ino)
        return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_USAGE, "%s is read and cannot be the output as well: name another file", output);
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
    int code = 0;
    if (fflush(file->stream) != 0 || (fsync(fileno(file->stream)) != 0 && errno != EINVAL)) code = errno;
    if (code == 0 && ferror(file->stream)) code = EIO; /* an earlier write failed and its reason is gone */
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
