/* What models are made of: small arrays of float64 and lists of texts. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

enum { ENTRY_SIZE = 64 };

/* Replaces the dataset at path. */
static shoal_status dataset_put(shoal_store *store, const char *path, hid_t file_type, hid_t memory_type, int rank,
                                const hsize_t *dims, const void *data, shoal_error *err)
{
    char group[SHOAL_STORE_PATH_SIZE];
    hid_t dataset = H5I_INVALID_HID;
    shoal_status status;
    SHOAL_TRY(shoal_store_path_ok(path, err));
    const char *leaf = shoal_store_leaf(path);
    if (*leaf == '\0') return shoal_fail(err, SHOAL_ERR_USAGE, "%s: an array needs a name", store->path);
    const size_t length = leaf == path ? 0 : (size_t)(leaf - path) - 1;
    memcpy(group, path, length);
    group[length] = '\0';
    SHOAL_TRY(shoal_group_ensure(store, group, err));
    SHOAL_TRY(shoal_remove(store, path, err));
    SHOAL_TRY_OUT(shoal_dataset_create(store, path, file_type, rank, dims, false, &dataset, err));
    if (dims[0] > 0 && (rank == 1 || dims[1] > 0) &&
        H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write %s", path);
out:
    if (dataset >= 0 && H5Dclose(dataset) < 0 && status == SHOAL_OK)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write %s", path);
    return status == SHOAL_OK ? shoal_disk_status(store, err) : status;
}

shoal_status shoal_store_write_array(shoal_store *store, const char *path, int64_t rows, int64_t columns,
                                     const double *values, shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    const hsize_t dims[2] = {(hsize_t)rows, (hsize_t)columns};
    SHOAL_TRY(shoal_write_begin(store, err));
    if (rows < 0 || columns < 1)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%s: an array of %lld x %lld cannot be", store->path, (long long)rows,
                          (long long)columns);
    return dataset_put(store, path, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, columns == 1 ? 1 : 2, dims, values, err);
}

static shoal_status array_open(const shoal_store *store, const char *path, shoal_dataset *d, shoal_error *err)
{
    SHOAL_TRY(shoal_read_begin(store, err));
    SHOAL_TRY(shoal_store_path_ok(path, err));
    if (shoal_object_type(store, path) != H5O_TYPE_DATASET)
        return shoal_refused(store, err, "there is no %s in the store", path);
    return shoal_dataset_open(store, path, d, err);
}

shoal_status shoal_store_read_array(shoal_store *store, const char *path, int64_t *rows, int64_t *columns,
                                    double **values, shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    shoal_dataset d = SHOAL_DATASET_CLOSED;
    double *array = NULL;
    shoal_status status;
    *rows = *columns = 0;
    *values = NULL;
    SHOAL_TRY(array_open(store, path, &d, err));
    if (d.unsupported != NULL || d.type == SHOAL_TEXT || d.rank < 1) {
        status = shoal_refused(store, err, "%s is no array of numbers", path);
        goto out;
    }
    SHOAL_TRY_OUT(shoal_alloc((int64_t)(d.dims[0] * d.dims[1]), sizeof *array, &array, err));
    if (H5Dread(d.id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array) < 0) {
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read %s", path);
        goto out;
    }
    *rows = (int64_t)d.dims[0];
    *columns = (int64_t)d.dims[1];
    *values = array;
    array = NULL;
out:
    free(array);
    shoal_dataset_close(&d);
    return status;
}

shoal_status shoal_store_write_texts(shoal_store *store, const char *path, int n, const char *const *texts,
                                     shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    const hsize_t length = (hsize_t)n;
    size_t width = 1;
    char *packed;
    SHOAL_TRY(shoal_write_begin(store, err));
    if (n < 0) return shoal_fail(err, SHOAL_ERR_USAGE, "%s: a list of %d texts cannot be", store->path, n);
    for (int i = 0; i < n; i++)
        if (strlen(texts[i]) > width) width = strlen(texts[i]);
    SHOAL_TRY(shoal_alloc_zero(n, width, &packed, err));
    for (int i = 0; i < n; i++) memcpy(packed + (size_t)i * width, texts[i], strlen(texts[i]));
    const hid_t type = shoal_text_type(width, H5T_CSET_UTF8);
    const shoal_status status = type < 0 ? shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write %s", path)
                                         : dataset_put(store, path, type, type, 1, &length, packed, err);
    if (type >= 0) H5Tclose(type);
    free(packed);
    return status;
}

shoal_status shoal_store_read_texts(shoal_store *store, const char *path, int *n, char (**texts)[64], shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    shoal_dataset d = SHOAL_DATASET_CLOSED;
    char *data = NULL, *one = NULL;
    char(*list)[ENTRY_SIZE] = NULL;
    size_t width = 0;
    shoal_status status;
    *n = 0;
    *texts = NULL;
    SHOAL_TRY(array_open(store, path, &d, err));
    if (d.unsupported != NULL || d.type != SHOAL_TEXT || d.rank != 1 || d.dims[0] > INT32_MAX) {
        status = shoal_refused(store, err, "%s is no list of texts", path);
        goto out;
    }
    SHOAL_TRY_OUT(shoal_texts_read(NULL, store, path, &d, &data, &width, err));
    SHOAL_TRY_OUT(shoal_alloc_zero((int64_t)d.dims[0], sizeof *list, &list, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)width + 1, 1, &one, err));
    for (size_t i = 0; i < d.dims[0]; i++) {
        const size_t length = strnlen(data + i * width, width);
        memcpy(one, data + i * width, length);
        one[length] = '\0';
        shoal_text_copy(list[i], sizeof *list, one);
    }
    *n = (int)d.dims[0];
    *texts = list;
out:
    free(one);
    free(data);
    shoal_dataset_close(&d);
    return status;
}
