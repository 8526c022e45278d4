/* A file driver for HDF5 that never reports a failed write to HDF5.
 *
 * HDF5 1.10.8 crashes (seen: segmentation fault under H5Fclose and at exit) when its own driver fails to write while
 * caches are flushed. Here the first failure is remembered, later writes are dropped, HDF5 closes in peace, and
 * shoal_disk_status tells the caller, who throws the unfinished file away. The driver works on a descriptor that is
 * open already, so what was checked is what HDF5 reads, whatever happens to the name meanwhile. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store_internal.h"

typedef struct driver_file {
    H5FD_t base; /* HDF5's part, first */
    shoal_disk *disk;
    haddr_t end_of_allocation;
    haddr_t end_of_file;
} driver_file;

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t limit)
{
    (void)name;
    (void)limit;
    shoal_disk *const *disk = H5Pget_driver_info(access);
    driver_file *file = calloc(1, sizeof *file);
    if (disk == NULL || file == NULL) {
        free(file);
        return NULL;
    }
    struct stat info;
    if (((flags & H5F_ACC_TRUNC) != 0 && ftruncate((*disk)->fd, 0) != 0) || fstat((*disk)->fd, &info) != 0) {
        (*disk)->code = errno;
        free(file);
        return NULL;
    }
    file->disk = *disk;
    file->end_of_file = (haddr_t)info.st_size;
    return &file->base;
}

static herr_t driver_close(H5FD_t *base)
{
    free(base); /* the descriptor belongs to the store */
    return 0;
}

static int driver_compare(const H5FD_t *a, const H5FD_t *b)
{
    const uintptr_t left = (uintptr_t)((const driver_file *)a)->disk, right = (uintptr_t)((const driver_file *)b)->disk;
    return (left > right) - (left < right);
}

static herr_t driver_query(const H5FD_t *base, unsigned long *flags)
{
    (void)base;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t driver_get_eoa(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const driver_file *)base)->end_of_allocation;
}

static herr_t driver_set_eoa(H5FD_t *base, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((driver_file *)base)->end_of_allocation = address;
    return 0;
}

static haddr_t driver_get_eof(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const driver_file *)base)->end_of_file;
}

static herr_t driver_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer)
{
    (void)type;
    (void)transfer;
    shoal_disk *disk = ((driver_file *)base)->disk;
    char *to = buffer;
    while (size > 0) {
        const ssize_t n = pread(disk->fd, to, size, (off_t)address);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            if (disk->code == 0) disk->code = errno;
            return -1;
        }
        if (n == 0) { /* past the end, as HDF5's own driver does it */
            memset(to, 0, size);
            return 0;
        }
        to += n;
        size -= (size_t)n;
        address += (haddr_t)n;
    }
    return 0;
}

static herr_t driver_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                           const void *buffer)
{
    (void)type;
    (void)transfer;
    driver_file *file = (driver_file *)base;
    const char *from = buffer;
    const haddr_t end = address + size;
    while (size > 0 && file->disk->code == 0) {
        const ssize_t n = pwrite(file->disk->fd, from, size, (off_t)address);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            file->disk->code = n < 0 ? errno : EIO;
            break;
        }
        from += n;
        size -= (size_t)n;
        address += (haddr_t)n;
    }
    if (end > file->end_of_file) file->end_of_file = end;
    return 0;
}

static herr_t driver_truncate(H5FD_t *base, hid_t transfer, hbool_t closing)
{
    (void)transfer;
    (void)closing;
    driver_file *file = (driver_file *)base;
    if (!file->disk->writable || file->end_of_allocation == file->end_of_file) return 0;
    if (file->disk->code == 0 && ftruncate(file->disk->fd, (off_t)file->end_of_allocation) != 0)
        file->disk->code = errno;
    file->end_of_file = file->end_of_allocation;
    return 0;
}

static const H5FD_class_t driver_class = {
    .name = "shoal",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(shoal_disk *),
    .open = driver_open,
    .close = driver_close,
    .cmp = driver_compare,
    .query = driver_query,
    .get_eoa = driver_get_eoa,
    .set_eoa = driver_set_eoa,
    .get_eof = driver_get_eof,
    .read = driver_read,
    .write = driver_write,
    .truncate = driver_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

/* V110 gives checksums to all metadata; Debian 12's h5py, xarray (both engines), ncdump and PyTables read it. */
hid_t shoal_disk_access(shoal_disk *disk)
{
    const hid_t driver = H5FDregister(&driver_class); /* the property list and the file keep it alive */
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (driver < 0 || access < 0 || H5Pset_driver(access, driver, (const void *)&disk) < 0 ||
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0 ||
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0) {
        if (access >= 0) H5Pclose(access);
        access = H5I_INVALID_HID;
    }
    if (driver >= 0) H5FDunregister(driver);
    return access;
}
