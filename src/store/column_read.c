/* Columns out of the store. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

/* HDF5 clips what does not fit: read such numbers as they are and look. */
static shoal_status unsigned_read(const shoal_store *store, const char *path, const shoal_dataset *d, void *data,
                                  shoal_error *err)
{
    if (H5Dread(d->id, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        return shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read %s", path);
    const int64_t *values = data;
    const hsize_t n = d->dims[0] * d->dims[1];
    for (hsize_t i = 0; i < n; i++)
        if (values[i] < 0)
            return shoal_refused(store, err, "%s, value %llu: %llu does not fit int64", path, (unsigned long long)i,
                                 (unsigned long long)values[i]);
    return SHOAL_OK;
}

shoal_status shoal_numbers_read(const shoal_ctx *ctx, shoal_store *store, const char *path,
                                const shoal_dataset *dataset, void *data, shoal_error *err)
{
    bool done;
    if (dataset->unsigned64) return unsigned_read(store, path, dataset, data, err);
    SHOAL_TRY(shoal_chunks_read(ctx, store, path, dataset, data, &done, err));
    if (done) return SHOAL_OK;
    if (H5Dread(dataset->id, shoal_memory_type(dataset->type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        return shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read %s", path);
    return SHOAL_OK;
}

/* --- missing values ----------------------------------------------------------------------------------------------- */

static shoal_status mask_where(const shoal_column *column, int64_t fill, uint8_t **valid, shoal_error *err)
{
    uint8_t *mask = NULL;
    *valid = NULL;
#define SCAN(type)                                                                                                     \
    for (int64_t i = 0; i < column->length; i++) {                                                                     \
        if (((const type *)column->data)[i] != fill) continue;                                                         \
        if (mask == NULL) {                                                                                            \
            SHOAL_TRY(shoal_alloc(column->length, 1, &mask, err));                                                     \
            memset(mask, 1, (size_t)column->length);                                                                   \
        }                                                                                                              \
        mask[i] = 0;                                                                                                   \
    }
    switch (column->type) {
    case SHOAL_I8: SCAN(int8_t) break;
    case SHOAL_I16: SCAN(int16_t) break;
    case SHOAL_I32: SCAN(int32_t) break;
    default: SCAN(int64_t) break;
    }
#undef SCAN
    *valid = mask;
    return SHOAL_OK;
}

static void nan_where(shoal_column *column, double fill)
{
    if (column->type == SHOAL_F32) {
        float *values = (float *)column->data;
        for (int64_t i = 0; i < column->length; i++)
            if ((double)values[i] == fill) values[i] = NAN;
    } else {
        double *values = (double *)column->data;
        for (int64_t i = 0; i < column->length; i++)
            if (values[i] == fill) values[i] = NAN;
    }
}

/* @_FillValue, as netCDF has it. */
static shoal_status mark_missing(const shoal_store *store, const char *path, hid_t id, shoal_column *column,
                                 shoal_error *err)
{
    shoal_found found;
    uint8_t *valid = NULL;
    if (column->type == SHOAL_F32 || column->type == SHOAL_F64) {
        double fill;
        found = shoal_attribute_f64(id, "_FillValue", &fill);
        if (found == SHOAL_FOUND_VALUE && !isnan(fill)) nan_where(column, fill);
    } else {
        int64_t fill;
        found = shoal_attribute_i64(id, "_FillValue", &fill);
        if (found == SHOAL_FOUND_VALUE) SHOAL_TRY(mask_where(column, fill, &valid, err));
        column->valid = valid;
    }
    if (found != SHOAL_FOUND_OTHER) return SHOAL_OK;
    return shoal_refused(store, err, "attribute _FillValue of %s is not one number of the column's kind", path);
}

/* --- the column --------------------------------------------------------------------------------------------------- */

/* A table of one column that holds the dataset in its own type. */
static shoal_status native_read(const shoal_ctx *ctx, shoal_store *store, const char *path, const shoal_dataset *d,
                                shoal_table *one, shoal_error *err)
{
    char units[SHOAL_STORE_PATH_SIZE], long_name[SHOAL_STORE_PATH_SIZE];
    const bool has_units = shoal_attribute_text(store, d->id, "units", units, sizeof units) == SHOAL_FOUND_VALUE;
    const bool has_long =
        shoal_attribute_text(store, d->id, "long_name", long_name, sizeof long_name) == SHOAL_FOUND_VALUE;
    const char *name = shoal_store_leaf(path);
    const int64_t length = (int64_t)d->dims[0];
    void *data;
    if (d->type == SHOAL_TEXT) {
        /* the width is known once the texts are read: an empty column is made, then given its data */
        char *texts;
        size_t width;
        SHOAL_TRY(shoal_table_add(one, name, SHOAL_TEXT, 1, has_units ? units : NULL, has_long ? long_name : NULL,
                                  &data, err));
        SHOAL_TRY(shoal_texts_read(ctx, store, path, d, &texts, &width, err));
        free(data);
        one->columns[0].data = texts;
        one->columns[0].width = width;
        one->columns[0].length = one->n_rows = length;
        return SHOAL_OK;
    }
    one->n_rows = length;
    SHOAL_TRY(
        shoal_table_add(one, name, d->type, 0, has_units ? units : NULL, has_long ? long_name : NULL, &data, err));
    SHOAL_TRY(shoal_numbers_read(ctx, store, path, d, data, err));
    return mark_missing(store, path, d->id, &one->columns[0], err);
}

/* Moves the column of `one` to the end of `table`; one is empty afterwards. */
static shoal_status move_column(shoal_table *one, shoal_table *table, shoal_error *err)
{
    shoal_column *columns = realloc(table->columns, ((size_t)table->n_columns + 1) * sizeof *columns);
    if (columns == NULL) return shoal_fail_memory(err);
    table->columns = columns;
    table->columns[table->n_columns++] = one->columns[0];
    table->n_rows = one->n_rows;
    free(one->columns);
    *one = (shoal_table){0};
    return SHOAL_OK;
}

static shoal_status to_type(shoal_table *one, shoal_type type, shoal_error *err)
{
    const shoal_column *from = &one->columns[0];
    shoal_table other = {.n_rows = one->n_rows};
    void *data;
    uint8_t *valid;
    if (from->type == type) return SHOAL_OK;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_table_add(&other, from->name, type, 0, from->units, from->long_name, &data, err));
    SHOAL_TRY_OUT(shoal_convert(from, type, data, &valid, err));
    other.columns[0].valid = valid;
    shoal_table_free(one);
    *one = other;
    return SHOAL_OK;
out:
    shoal_table_free(&other);
    return status;
}

/* as: -1 for the stored type. */
static shoal_status column_read(const shoal_ctx *ctx, shoal_store *store, const char *group, const char *name, int as,
                                shoal_table *table, shoal_error *err)
{
    char path[SHOAL_STORE_PATH_SIZE];
    shoal_dataset d = SHOAL_DATASET_CLOSED;
    shoal_table one = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_read_begin(store, err));
    SHOAL_TRY_OUT(shoal_store_join(group, name, path, err));
    if (shoal_object_type(store, path) != H5O_TYPE_DATASET) {
        status = shoal_refused(store, err, "there is no column %s in the store; shoal info lists what is there", path);
        goto out;
    }
    SHOAL_TRY_OUT(shoal_dataset_open(store, path, &d, err));
    SHOAL_TRY_OUT(shoal_dataset_is_column(store, path, &d, err));
    if (as >= 0 && (d.type == SHOAL_TEXT) != (as == SHOAL_TEXT)) {
        status = shoal_refused(store, err, "%s holds %s, not %s", path, shoal_type_name(d.type),
                               shoal_type_name((shoal_type)as));
        goto out;
    }
    if (table->n_columns > 0 && table->n_rows != (int64_t)d.dims[0]) {
        status = shoal_refused(store, err, "%s has %lld values, the columns read before have %lld", path,
                               (long long)d.dims[0], (long long)table->n_rows);
        goto out;
    }
    SHOAL_TRY_OUT(native_read(ctx, store, path, &d, &one, err));
    SHOAL_TRY_OUT(shoal_disk_status(store, err)); /* an attribute may seem to be missing */
    if (as >= 0) SHOAL_TRY_OUT(to_type(&one, (shoal_type)as, err));
    SHOAL_TRY_OUT(move_column(&one, table, err));
out:
    shoal_table_free(&one);
    shoal_dataset_close(&d);
    return status;
}

shoal_status shoal_store_read(const shoal_ctx *ctx, shoal_store *store, const char *group, const char *name,
                              shoal_type as, shoal_table *table, shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    return column_read(ctx, store, group, name, (int)as, table, err);
}

shoal_status shoal_store_read_native(const shoal_ctx *ctx, shoal_store *store, const char *group, const char *name,
                                     shoal_table *table, shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    return column_read(ctx, store, group, name, -1, table, err);
}
