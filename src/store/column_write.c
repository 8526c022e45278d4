/* Columns into the store. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

static shoal_status wrong_length(const shoal_store *store, const char *path, int64_t length, int64_t expected,
                                 const char *of, shoal_error *err)
{
    return shoal_fail(err, SHOAL_ERR_USAGE, "%s: %s has %lld values, but the store has %lld %s", store->path, path,
                      (long long)length, (long long)expected, of);
}

/* *others: the group has a column beside `name`. */
static shoal_status has_others(const shoal_store *store, const char *group, const char *name, bool *others,
                               shoal_error *err)
{
    shoal_links links;
    *others = false;
    if (!shoal_link_exists(store, group)) return SHOAL_OK;
    const hid_t id = H5Gopen2(store->file, group, H5P_DEFAULT);
    if (id < 0) return shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot open the group %s", group);
    const shoal_status status = shoal_links_read(store, id, &links, err);
    H5Gclose(id);
    for (int64_t i = 0; i < links.count; i++) *others = *others || strcmp(links.items[i].name, name) != 0;
    shoal_links_free(&links);
    return status;
}

static shoal_status check_column(shoal_store *store, const char *path, shoal_section section, const char *group,
                                 const shoal_column *column, shoal_error *err)
{
    const bool text = column->type == SHOAL_TEXT;
    const bool texts_here = section == SHOAL_SECTION_KEYS || section == SHOAL_SECTION_DICTIONARIES;
    if (section != SHOAL_SECTION_OTHER && text != texts_here)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%s: %s cannot hold %s: texts belong into keys and dictionaries",
                          store->path, path, shoal_type_name(column->type));
    if (text && column->width == 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%s: %s: a text column needs a width", store->path, path);
    if (column->length < 0) return shoal_fail(err, SHOAL_ERR_USAGE, "%s: %s has no length", store->path, path);
    if ((section == SHOAL_SECTION_CUSTOMERS || section == SHOAL_SECTION_RESULT) &&
        strcmp(column->name, SHOAL_CUSTOMER_ID) == 0)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%s: the column customer_id is the store's own: take another name",
                          store->path);
    if ((section == SHOAL_SECTION_CUSTOMERS || section == SHOAL_SECTION_RESULT || section == SHOAL_SECTION_KEYS) &&
        column->length != store->n_customers)
        return wrong_length(store, path, column->length, store->n_customers, "customers", err);
    if (section != SHOAL_SECTION_TRANSACTIONS) return SHOAL_OK;
    bool others;
    SHOAL_TRY(has_others(store, group, column->name, &others, err));
    if (others && column->length != store->n_transactions)
        return wrong_length(store, path, column->length, store->n_transactions, "transactions", err);
    store->n_transactions = column->length;
    return SHOAL_OK;
}

/* Copies rows first .. first + count - 1, with `fill` where a value is missing. */
static shoal_status fill_rows(const shoal_column *column, int64_t first, int64_t count, void *to, shoal_error *err)
{
    const int64_t fill = shoal_type_min(column->type);
#define COPY(type)                                                                                                     \
    for (int64_t i = 0; i < count; i++) {                                                                              \
        const type value = ((const type *)column->data)[first + i];                                                    \
        const bool valid = column->valid[first + i] != 0;                                                              \
        if (valid && value == fill)                                                                                    \
            return shoal_fail(err, SHOAL_ERR_INPUT, "column %s, row %lld: %lld stands for a missing value",            \
                              column->name, (long long)(first + i), (long long)fill);                                  \
        ((type *)to)[i] = valid ? value : (type)fill;                                                                  \
    }
    switch (column->type) {
    case SHOAL_I8: COPY(int8_t) break;
    case SHOAL_I16: COPY(int16_t) break;
    case SHOAL_I32: COPY(int32_t) break;
    default: COPY(int64_t) break;
    }
#undef COPY
    return SHOAL_OK;
}

static bool has_mask(const shoal_column *column)
{
    return column->valid != NULL && column->type != SHOAL_TEXT && column->type != SHOAL_F32 &&
           column->type != SHOAL_F64;
}

static shoal_status write_values(const shoal_store *store, hid_t dataset, const char *path, hid_t type,
                                 const shoal_column *column, shoal_error *err)
{
    if (!has_mask(column)) return shoal_rows_write(store, dataset, path, type, 0, column->length, column->data, err);
    const int64_t slab = shoal_chunk_rows(column->length, shoal_type_size(column->type, 0));
    void *buffer;
    shoal_status status = SHOAL_OK;
    SHOAL_TRY(shoal_alloc(slab, shoal_type_size(column->type, 0), &buffer, err));
    for (int64_t first = 0; first < column->length; first += slab) {
        const int64_t count = column->length - first < slab ? column->length - first : slab;
        SHOAL_TRY_OUT(fill_rows(column, first, count, buffer, err));
        SHOAL_TRY_OUT(shoal_rows_write(store, dataset, path, type, first, count, buffer, err));
    }
out:
    free(buffer);
    return status;
}

static shoal_status write_attributes(const shoal_store *store, hid_t dataset, const shoal_column *column,
                                     const char *role, shoal_error *err)
{
    if (column->units != NULL) SHOAL_TRY(shoal_attribute_write_text(store, dataset, "units", column->units, err));
    if (column->long_name != NULL)
        SHOAL_TRY(shoal_attribute_write_text(store, dataset, "long_name", column->long_name, err));
    if (role != NULL) SHOAL_TRY(shoal_attribute_write_text(store, dataset, "role", role, err));
    if (!has_mask(column)) return SHOAL_OK;
    const int64_t fill = shoal_type_min(column->type);
    return shoal_attribute_write(store, dataset, "_FillValue", shoal_file_type(column->type), H5T_NATIVE_INT64, &fill,
                                 err);
}

static shoal_status column_write(shoal_store *store, const char *group, const char *path, const shoal_column *column,
                                 const char *role, shoal_error *err)
{
    const hsize_t length = (hsize_t)column->length;
    const bool text = column->type == SHOAL_TEXT;
    const hid_t own = text ? shoal_text_type(column->width, H5T_CSET_UTF8) : H5I_INVALID_HID;
    const hid_t file_type = text ? own : shoal_file_type(column->type);
    const hid_t memory_type = text ? own : shoal_memory_type(column->type);
    hid_t dataset = H5I_INVALID_HID;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_dataset_create(store, path, file_type, 1, &length, false, &dataset, err));
    SHOAL_TRY_OUT(write_values(store, dataset, path, memory_type, column, err));
    SHOAL_TRY_OUT(write_attributes(store, dataset, column, role, err));
    SHOAL_TRY_OUT(shoal_scale_attach(store, group, dataset, err));
out:
    if (dataset >= 0 && H5Dclose(dataset) < 0 && status == SHOAL_OK)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write %s", path);
    if (own >= 0) H5Tclose(own);
    return status == SHOAL_OK ? shoal_disk_status(store, err) : status;
}

shoal_status shoal_store_write(shoal_store *store, const char *group, const shoal_column *column, const char *role,
                               shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    char path[SHOAL_STORE_PATH_SIZE];
    SHOAL_TRY(shoal_write_begin(store, err));
    SHOAL_TRY(shoal_store_join(group, column->name, path, err));
    SHOAL_TRY(check_column(store, path, shoal_section_of(group), group, column, err));
    SHOAL_TRY(shoal_group_ensure(store, group, err));
    SHOAL_TRY(shoal_remove(store, path, err));
    return column_write(store, group, path, column, role, err);
}
