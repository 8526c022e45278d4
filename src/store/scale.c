/* The dimension that columns share, told to netCDF readers as HDF5's dimension scales do: customer_id is the scale,
 * every column points to it. The scale has no REFERENCE_LIST back to the columns: PyTables 3.7 cannot open a dataset
 * that has one, netCDF 4.9, h5netcdf 1.1 and h5py 3.7 do without, and it would be rewritten for every column. */
#include <string.h>

#include "store/store_internal.h"

static const char *const scale_path = "customers/" SHOAL_CUSTOMER_ID;

/* HDF5 recognises a scale by texts that end with a NUL. */
static shoal_status terminated_text(const shoal_store *store, hid_t dataset, const char *name, const char *value,
                                    shoal_error *err)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    if (type < 0 || H5Tset_size(type, strlen(value) + 1) < 0)
        return shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write the attribute %s", name);
    const shoal_status status = shoal_attribute_write(store, dataset, name, type, type, value, err);
    H5Tclose(type);
    return status;
}

shoal_status shoal_scale_make(const shoal_store *store, hid_t dataset, shoal_error *err)
{
    SHOAL_TRY(terminated_text(store, dataset, "CLASS", "DIMENSION_SCALE", err));
    return terminated_text(store, dataset, "NAME", SHOAL_CUSTOMER_ID, err);
}

/* A store that another program wrote may have none. */
static bool has_scale(const shoal_store *store)
{
    char class[32];
    if (shoal_object_type(store, scale_path) != H5O_TYPE_DATASET) return false;
    const hid_t scale = H5Dopen2(store->file, scale_path, H5P_DEFAULT);
    if (scale < 0) return false;
    const shoal_found found = shoal_attribute_text(store, scale, "CLASS", class, sizeof class);
    H5Dclose(scale);
    return found == SHOAL_FOUND_VALUE && strcmp(class, "DIMENSION_SCALE") == 0;
}

/* netCDF looks for a dimension in the group of the column and above, so each result has a second link to it. */
static shoal_status scale_link(const shoal_store *store, const char *group, shoal_error *err)
{
    char path[SHOAL_STORE_PATH_SIZE];
    SHOAL_TRY(shoal_store_join(group, SHOAL_CUSTOMER_ID, path, err));
    if (shoal_link_exists(store, path)) return SHOAL_OK;
    if (H5Lcreate_hard(store->file, scale_path, store->file, path, H5P_DEFAULT, H5P_DEFAULT) >= 0) return SHOAL_OK;
    return shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot link %s", path);
}

shoal_status shoal_scale_attach(const shoal_store *store, const char *group, hid_t dataset, shoal_error *err)
{
    const shoal_section section = shoal_section_of(group);
    if (section != SHOAL_SECTION_CUSTOMERS && section != SHOAL_SECTION_RESULT) return SHOAL_OK;
    if (!has_scale(store)) return SHOAL_OK;
    if (section == SHOAL_SECTION_RESULT) SHOAL_TRY(scale_link(store, group, err));
    hobj_ref_t reference;
    const hid_t type = H5Tvlen_create(H5T_STD_REF_OBJ);
    shoal_status status;
    if (type < 0 || H5Rcreate(&reference, store->file, scale_path, H5R_OBJECT, H5I_INVALID_HID) < 0)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot attach a column to customer_id");
    else {
        const hvl_t list = {1, &reference};
        status = shoal_attribute_write_list(store, dataset, "DIMENSION_LIST", type, type, 1, &list, err);
    }
    if (type >= 0) H5Tclose(type);
    return status;
}
