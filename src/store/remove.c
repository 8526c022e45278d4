/* Removing columns and groups. */
#include <string.h>

#include "store/store_internal.h"

shoal_status shoal_remove(shoal_store *store, const char *path, shoal_error *err)
{
    if (!shoal_link_exists(store, path)) return SHOAL_OK;
    if (H5Ldelete(store->file, path, H5P_DEFAULT) < 0)
        return shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot remove %s", path);
    return shoal_disk_status(store, err);
}

shoal_status shoal_store_remove(shoal_store *store, const char *path, shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    SHOAL_TRY(shoal_write_begin(store, err));
    SHOAL_TRY(shoal_store_path_ok(path, err));
    if (*path == '\0' || strcmp(path, "customers") == 0 || strcmp(path, "customers/" SHOAL_CUSTOMER_ID) == 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%s: a store cannot be without customers", store->path);
    SHOAL_TRY(shoal_remove(store, path, err));
    if (strcmp(path, "transactions") == 0) store->n_transactions = 0;
    return SHOAL_OK;
}
