/* Opening, committing and closing. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

/* NULL where memory ran out. */
static shoal_store *handle_make(const char *path)
{
    shoal_store *store = calloc(1, sizeof *store);
    if (store == NULL) return NULL;
    store->file = H5I_INVALID_HID;
    store->disk.fd = -1;
    store->path = shoal_text_dup(path);
    if (store->path != NULL) return store;
    free(store);
    return NULL;
}

/* Closes HDF5's side and the descriptor. */
static shoal_status file_close(shoal_store *store, shoal_error *err)
{
    shoal_status status = SHOAL_OK;
    if (store->file >= 0) {
        const bool failed = H5Fclose(store->file) < 0;
        store->file = H5I_INVALID_HID;
        if (failed) status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot close the store");
    }
    if (status == SHOAL_OK) status = shoal_disk_status(store, err);
    if (store->disk.fd >= 0 && close(store->disk.fd) != 0 && status == SHOAL_OK && store->writable)
        status = shoal_fail_errno(err, errno, "cannot write %s", store->path);
    store->disk.fd = -1;
    return status;
}

void shoal_store_close(shoal_store *store)
{
    if (store == NULL) return;
    SHOAL_QUIET_HDF5;
    /* what was not committed is thrown away: nothing of it needs to reach the disk */
    if (store->writable && store->disk.code == 0) store->disk.code = ECANCELED;
    const shoal_status ignored = file_close(store, NULL);
    (void)ignored;
    if (store->temporary != NULL) unlink(store->temporary);
    free(store->temporary);
    free(store->path);
    free(store);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static shoal_status regular_file_open(const char *path, int *fd, struct stat *info, shoal_error *err)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not block */
    if (*fd < 0) return shoal_fail_errno(err, errno, "cannot open %s", path);
    if (fstat(*fd, info) != 0) return shoal_fail_errno(err, errno, "cannot open %s", path);
    if (!S_ISREG(info->st_mode)) return shoal_fail(err, SHOAL_ERR_IO, "cannot open %s: it is not a file", path);
    return SHOAL_OK;
}

static shoal_status signature_check(const shoal_store *store, int64_t bytes, shoal_error *err)
{
    static const char signature[8] = {'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
    char head[sizeof signature] = {0};
    if (bytes == 0) return shoal_fail(err, SHOAL_ERR_INPUT, "%s is empty: make a store with shoal import", store->path);
    if (pread(store->disk.fd, head, sizeof head, 0) < 0)
        return shoal_fail_errno(err, errno, "cannot read %s", store->path);
    if (memcmp(head, signature, sizeof head) != 0)
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s is not an HDF5 file: make a store with shoal import", store->path);
    return SHOAL_OK;
}

static shoal_status hdf5_open(shoal_store *store, unsigned flags, shoal_error *err)
{
    const hid_t access = shoal_disk_access(&store->disk);
    if (access >= 0) store->file = H5Fopen(store->path, flags, access);
    shoal_status status = SHOAL_OK;
    if (store->file < 0) status = shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot open the store");
    if (access >= 0) H5Pclose(access);
    return status;
}

static shoal_status reading_open(const char *path, shoal_store **store, struct stat *info, shoal_error *err)
{
    shoal_status status;
    *store = handle_make(path);
    if (*store == NULL) return shoal_fail_memory(err);
    SHOAL_TRY_OUT(regular_file_open(path, &(*store)->disk.fd, info, err));
    SHOAL_TRY_OUT(shoal_lock_shared((*store)->disk.fd, path, err));
    SHOAL_TRY_OUT(signature_check(*store, info->st_size, err));
    SHOAL_TRY_OUT(hdf5_open(*store, H5F_ACC_RDONLY, err));
    SHOAL_TRY_OUT(shoal_store_check(*store, err));
    return SHOAL_OK;
out:
    shoal_store_close(*store);
    *store = NULL;
    return status;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static shoal_status temporary_open(shoal_store *store, shoal_error *err)
{
    store->writable = store->disk.writable = true;
    SHOAL_TRY(shoal_temporary_beside(store->path, &store->temporary, err));
    store->disk.fd = open(store->temporary, O_RDWR | O_CLOEXEC);
    return store->disk.fd >= 0 ? SHOAL_OK : shoal_fail_errno(err, errno, "cannot write beside %s", store->path);
}

static shoal_status bytes_copy(int from, int to, const char *path, shoal_error *err)
{
    enum { BUFFER = 1 << 20 };
    char *buffer;
    SHOAL_TRY(shoal_alloc(BUFFER, 1, &buffer, err));
    shoal_status status = SHOAL_OK;
    off_t at = 0;
    for (;;) {
        ssize_t n = pread(from, buffer, BUFFER, at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) status = shoal_fail_errno(err, errno, "cannot read %s", path);
        if (n <= 0) break;
        n = pwrite(to, buffer, (size_t)n, at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            status = shoal_fail_errno(err, n < 0 ? errno : EIO, "cannot write a copy beside %s", path);
            break;
        }
        at += n;
    }
    free(buffer);
    return status;
}

static shoal_status file_copy(int from, int to, int64_t bytes, const char *path, shoal_error *err)
{
    loff_t in = 0, out = 0;
    while (in < bytes) {
        const ssize_t n = copy_file_range(from, &in, to, &out, (size_t)(bytes - in), 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO))
            return shoal_fail_errno(err, errno, "cannot write a copy beside %s", path);
        if (n <= 0) return bytes_copy(from, to, path, err); /* not on this file system */
    }
    return SHOAL_OK;
}

static shoal_status update_open(const shoal_store *source, const struct stat *info, shoal_store **store,
                                shoal_error *err)
{
    shoal_status status;
    *store = handle_make(source->path);
    if (*store == NULL) return shoal_fail_memory(err);
    SHOAL_TRY_OUT(temporary_open(*store, err));
    if (fchmod((*store)->disk.fd, info->st_mode & 07777) != 0) { /* a private store stays private */
        status = shoal_fail_errno(err, errno, "cannot write beside %s", source->path);
        goto out;
    }
    SHOAL_TRY_OUT(file_copy(source->disk.fd, (*store)->disk.fd, info->st_size, source->path, err));
    SHOAL_TRY_OUT(hdf5_open(*store, H5F_ACC_RDWR, err));
    (*store)->n_customers = source->n_customers;
    (*store)->n_transactions = source->n_transactions;
    (*store)->origin = *info;
    (*store)->replaces = true;
    return SHOAL_OK;
out:
    shoal_store_close(*store);
    *store = NULL;
    return status;
}

shoal_status shoal_store_open(const char *path, shoal_store_mode mode, shoal_store **store, shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    struct stat info = {0};
    *store = NULL;
    shoal_store *reader = NULL;
    SHOAL_TRY(reading_open(path, &reader, &info, err));
    if (mode == SHOAL_STORE_READ) {
        *store = reader;
        return SHOAL_OK;
    }
    const shoal_status status = update_open(reader, &info, store, err);
    shoal_store_close(reader);
    return status;
}

static hid_t empty_file(shoal_store *store)
{
    hid_t file = H5I_INVALID_HID;
    const hid_t access = shoal_disk_access(&store->disk);
    const hid_t properties = H5Pcreate(H5P_FILE_CREATE);
    if (access >= 0 && properties >= 0 &&
        H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0)
        file = H5Fcreate(store->path, H5F_ACC_TRUNC, properties, access);
    if (properties >= 0) H5Pclose(properties);
    if (access >= 0) H5Pclose(access);
    return file;
}

shoal_status shoal_store_create(const char *path, int64_t n_customers, shoal_store **store, shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    *store = NULL;
    if (n_customers < 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "a store cannot have %lld customers", (long long)n_customers);
    shoal_status status;
    shoal_store *made = handle_make(path);
    if (made == NULL) return shoal_fail_memory(err);
    SHOAL_TRY_OUT(temporary_open(made, err));
    made->n_customers = n_customers;
    made->unflushed = true;
    made->file = empty_file(made);
    if (made->file < 0) {
        status = shoal_hdf5_fail(made, err, SHOAL_ERR_IO, "cannot make the store");
        goto out;
    }
    SHOAL_TRY_OUT(shoal_layout_create(made, err));
    *store = made;
    return SHOAL_OK;
out:
    shoal_store_close(made);
    return status;
}

shoal_status shoal_store_finish(shoal_store *store, shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    if (!store->writable) return shoal_fail(err, SHOAL_ERR_USAGE, "%s: the store is open for reading", store->path);
    if (store->file < 0) return shoal_disk_status(store, err);
    shoal_status status = SHOAL_OK;
    if (H5Fflush(store->file, H5F_SCOPE_GLOBAL) < 0)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write the store");
    if (status == SHOAL_OK && store->disk.code == 0 && fsync(store->disk.fd) != 0 && errno != EINVAL)
        store->disk.code = errno;
    const shoal_status closed = file_close(store, status == SHOAL_OK ? err : NULL);
    return status == SHOAL_OK ? closed : status;
}

/* Another program may have replaced the file since it was copied: its work must not vanish silently. */
static shoal_status origin_check(const shoal_store *store, shoal_error *err)
{
    struct stat now;
    if (!store->replaces) return SHOAL_OK;
    const struct stat *was = &store->origin;
    if (stat(store->path, &now) == 0 && now.st_dev == was->st_dev && now.st_ino == was->st_ino &&
        now.st_size == was->st_size && now.st_mtim.tv_sec == was->st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == was->st_mtim.tv_nsec)
        return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_IO, "%s was changed by another program meanwhile; nothing was written: run again",
                      store->path);
}

shoal_status shoal_store_commit(shoal_store **store, shoal_error *err)
{
    shoal_store *mine = *store;
    *store = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_store_finish(mine, err));
    SHOAL_TRY_OUT(origin_check(mine, err));
    SHOAL_TRY_OUT(shoal_replace(mine->temporary, mine->path, err));
    free(mine->temporary); /* it is the file now: nothing to unlink */
    mine->temporary = NULL;
out:
    shoal_store_close(mine);
    return status;
}

int64_t shoal_store_customers(const shoal_store *store)
{
    return store->n_customers;
}

int64_t shoal_store_transactions(const shoal_store *store)
{
    return store->n_transactions;
}
