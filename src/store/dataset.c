/* Datasets: what is in them, whether the file can hold it, and how new ones are laid out. */
#include <string.h>

#include "base/text.h"
#include "store/store_internal.h"

hid_t shoal_memory_type(shoal_type type)
{
    switch (type) {
    case SHOAL_F32: return H5T_NATIVE_FLOAT;
    case SHOAL_F64: return H5T_NATIVE_DOUBLE;
    case SHOAL_I8: return H5T_NATIVE_INT8;
    case SHOAL_I16: return H5T_NATIVE_INT16;
    case SHOAL_I32: return H5T_NATIVE_INT32;
    case SHOAL_I64: return H5T_NATIVE_INT64;
    case SHOAL_TEXT: break;
    }
    return H5I_INVALID_HID;
}

hid_t shoal_file_type(shoal_type type)
{
    switch (type) {
    case SHOAL_F32: return H5T_IEEE_F32LE;
    case SHOAL_F64: return H5T_IEEE_F64LE;
    case SHOAL_I8: return H5T_STD_I8LE;
    case SHOAL_I16: return H5T_STD_I16LE;
    case SHOAL_I32: return H5T_STD_I32LE;
    case SHOAL_I64: return H5T_STD_I64LE;
    case SHOAL_TEXT: break;
    }
    return H5I_INVALID_HID;
}

hid_t shoal_text_type(size_t width, H5T_cset_t charset)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 &&
        (H5Tset_size(type, width) < 0 || H5Tset_strpad(type, H5T_STR_NULLPAD) < 0 || H5Tset_cset(type, charset) < 0)) {
        H5Tclose(type);
        return H5I_INVALID_HID;
    }
    return type;
}

/* --- what the type is --------------------------------------------------------------------------------------------- */

static const char *const odd_number = "a number of unusual size or layout";

static void describe_integer(shoal_dataset *d)
{
    const size_t size = H5Tget_size(d->file_type);
    const bool negative = H5Tget_sign(d->file_type) == H5T_SGN_2;
    const H5T_order_t order = H5Tget_order(d->file_type);
    switch (size) {
    case 1: d->type = negative ? SHOAL_I8 : SHOAL_I16; break;
    case 2: d->type = negative ? SHOAL_I16 : SHOAL_I32; break;
    case 4: d->type = negative ? SHOAL_I32 : SHOAL_I64; break;
    case 8:
        d->type = SHOAL_I64;
        d->unsigned64 = !negative;
        break;
    default: d->unsupported = odd_number;
    }
    if (H5Tget_precision(d->file_type) != 8 * size || (order != H5T_ORDER_LE && order != H5T_ORDER_BE))
        d->unsupported = odd_number;
}

/* IEEE 754 binary16: sign 1, exponent 5 with bias 15, fraction 10. */
static bool is_half(hid_t type)
{
    size_t sign, exponent, exponent_bits, fraction, fraction_bits;
    return H5Tget_size(type) == 2 &&
           H5Tget_fields(type, &sign, &exponent, &exponent_bits, &fraction, &fraction_bits) >= 0 && sign == 15 &&
           exponent == 10 && exponent_bits == 5 && fraction == 0 && fraction_bits == 10 && H5Tget_ebias(type) == 15;
}

static void describe_float(shoal_dataset *d)
{
    const hid_t type = d->file_type;
    if (H5Tequal(type, H5T_IEEE_F64LE) > 0 || H5Tequal(type, H5T_IEEE_F64BE) > 0) d->type = SHOAL_F64;
    else if (H5Tequal(type, H5T_IEEE_F32LE) > 0 || H5Tequal(type, H5T_IEEE_F32BE) > 0 || is_half(type))
        d->type = SHOAL_F32;
    else d->unsupported = odd_number;
}

static void describe_text(shoal_dataset *d)
{
    d->type = SHOAL_TEXT;
    d->variable = H5Tis_variable_str(d->file_type) > 0;
    d->width = d->variable ? 0 : H5Tget_size(d->file_type);
    d->same_bytes = !d->variable && H5Tget_strpad(d->file_type) == H5T_STR_NULLPAD;
}

static void describe_type(shoal_dataset *d)
{
    switch (H5Tget_class(d->file_type)) {
    case H5T_INTEGER: describe_integer(d); break;
    case H5T_FLOAT: describe_float(d); break;
    case H5T_STRING: describe_text(d); return;
    case H5T_ENUM: d->unsupported = "an enum or bool (use int8 with flag_values and flag_meanings)"; return;
    case H5T_COMPOUND: d->unsupported = "a compound (use one column a field)"; return;
    case H5T_ARRAY: d->unsupported = "an array type"; return;
    case H5T_VLEN: d->unsupported = "a variable-length type"; return;
    case H5T_REFERENCE: d->unsupported = "a reference"; return;
    case H5T_OPAQUE: d->unsupported = "opaque"; return;
    default: d->unsupported = "of an unknown kind"; return;
    }
    if (d->unsupported == NULL) d->same_bytes = H5Tequal(d->file_type, shoal_memory_type(d->type)) > 0;
}

/* --- whether the file can hold it --------------------------------------------------------------------------------- */

static shoal_status check_filters(const shoal_store *store, const char *path, hid_t properties, shoal_error *err)
{
    const int n = H5Pget_nfilters(properties);
    if (n < 0) return shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read the filters of %s", path);
    for (int i = 0; i < n; i++) {
        unsigned flags, config;
        size_t n_values = 0;
        const H5Z_filter_t filter = H5Pget_filter2(properties, (unsigned)i, &flags, &n_values, NULL, 0, NULL, &config);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32)
            return shoal_refused(store, err,
                                 "%s is stored with filter %d; only deflate, shuffle and fletcher32 are accepted", path,
                                 (int)filter);
    }
    return SHOAL_OK;
}

/* Bytes of the values, counted in whole chunks; false where that overflows. */
static bool claimed_bytes(const shoal_dataset *d, bool chunked, uint64_t *bytes)
{
    hsize_t chunk[2] = {1, 1};
    if (chunked && H5Pget_chunk(d->properties, d->rank, chunk) != d->rank) return false;
    *bytes = H5Tget_size(d->file_type);
    for (int i = 0; i < d->rank && i < 2; i++) {
        if (chunk[i] == 0) return false;
        const hsize_t chunks = d->dims[i] / chunk[i] + (d->dims[i] % chunk[i] != 0);
        hsize_t length;
        if (__builtin_mul_overflow(chunks, chunk[i], &length) || __builtin_mul_overflow(*bytes, length, bytes))
            return false;
    }
    return *bytes < (uint64_t)INT64_MAX / SHOAL_INFLATE_FACTOR && d->dims[0] <= (hsize_t)INT64_MAX;
}

static shoal_status check_size(const shoal_store *store, const char *path, const shoal_dataset *d, bool chunked,
                               shoal_error *err)
{
    /* what is not stored reads as zeros: a little of it is accepted, as h5py leaves it */
    enum { UNWRITTEN = 1 << 20 };
    uint64_t claimed;
    hsize_t file_bytes;
    if (H5Fget_filesize(store->file, &file_bytes) < 0)
        return shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read the file's size");
    const hsize_t stored = H5Dget_storage_size(d->id);
    if (!claimed_bytes(d, chunked, &claimed) || stored > file_bytes ||
        claimed / SHOAL_INFLATE_FACTOR > stored + UNWRITTEN / SHOAL_INFLATE_FACTOR)
        return shoal_damaged(store, err, "%s claims %llu values, more than the file holds", path,
                             (unsigned long long)d->dims[0]);
    return SHOAL_OK;
}

static shoal_status check_storage(const shoal_store *store, const char *path, const shoal_dataset *d, shoal_error *err)
{
    const H5D_layout_t layout = H5Pget_layout(d->properties);
    if (layout == H5D_VIRTUAL) return shoal_refused(store, err, "%s is a virtual dataset; copy its values in", path);
    if (layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)
        return shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read the layout of %s", path);
    if (H5Pget_external_count(d->properties) != 0)
        return shoal_refused(store, err, "%s keeps its values in another file; copy them in", path);
    SHOAL_TRY(check_filters(store, path, d->properties, err));
    return check_size(store, path, d, layout == H5D_CHUNKED, err);
}

static shoal_status read_shape(const shoal_store *store, const char *path, shoal_dataset *d, shoal_error *err)
{
    const hid_t space = H5Dget_space(d->id);
    const H5S_class_t class = space < 0 ? H5S_NO_CLASS : H5Sget_simple_extent_type(space);
    shoal_status status = SHOAL_OK;
    d->dims[0] = d->dims[1] = 1;
    d->rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    if (class == H5S_NULL || d->rank > 2)
        status = shoal_refused(store, err, "%s is neither a value nor a vector nor a matrix", path);
    else if (d->rank < 0 || H5Sget_simple_extent_dims(space, d->dims, NULL) < 0)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read the shape of %s", path);
    if (space >= 0) H5Sclose(space);
    return status;
}

shoal_status shoal_dataset_open(const shoal_store *store, const char *path, shoal_dataset *dataset, shoal_error *err)
{
    shoal_status status;
    *dataset = SHOAL_DATASET_CLOSED;
    dataset->id = H5Dopen2(store->file, path, H5P_DEFAULT);
    if (dataset->id >= 0) dataset->file_type = H5Dget_type(dataset->id);
    if (dataset->file_type >= 0) dataset->properties = H5Dget_create_plist(dataset->id);
    if (dataset->properties < 0) {
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot open %s", path);
        goto out;
    }
    SHOAL_TRY_OUT(read_shape(store, path, dataset, err));
    SHOAL_TRY_OUT(check_storage(store, path, dataset, err));
    describe_type(dataset);
    return SHOAL_OK;
out:
    shoal_dataset_close(dataset);
    return status;
}

void shoal_dataset_close(shoal_dataset *dataset)
{
    if (dataset->properties >= 0) H5Pclose(dataset->properties);
    if (dataset->file_type >= 0) H5Tclose(dataset->file_type);
    if (dataset->id >= 0) H5Dclose(dataset->id);
    *dataset = SHOAL_DATASET_CLOSED;
}

shoal_status shoal_dataset_is_column(const shoal_store *store, const char *path, const shoal_dataset *dataset,
                                     shoal_error *err)
{
    if (dataset->rank != 1)
        return shoal_refused(store, err, "%s has %d dimensions; a column has one", path, dataset->rank);
    if (dataset->unsupported != NULL)
        return shoal_refused(store, err, "%s is %s; columns are integers, float16 to float64 or UTF-8 texts", path,
                             dataset->unsupported);
    return SHOAL_OK;
}

/* --- new ones ----------------------------------------------------------------------------------------------------- */

/* Chunks of at most 512 KiB, equally long, so that all but the last lie whole in memory and none is padded much; at
 * most about 1024 of them, since HDF5 1.10 walks the whole index to find one. Chunks are not compressed: inflating made
 * loading ten times slower (shoal-bench scaling --filter store_load). */
int64_t shoal_chunk_rows(int64_t length, size_t value_bytes)
{
    enum { CHUNK_BYTES = 512 << 10, MOST_CHUNKS = 1024, MOST_BYTES = 1 << 30 };
    int64_t rows = CHUNK_BYTES / (int64_t)value_bytes;
    if (rows < 1) rows = 1;
    while (length / rows > MOST_CHUNKS && rows * 2 * (int64_t)value_bytes <= MOST_BYTES) rows *= 2;
    if (length <= rows) return length;
    const int64_t chunks = (length - 1) / rows + 1;
    return (length - 1) / chunks + 1;
}

static bool set_chunks(hid_t properties, size_t value_bytes, int rank, const hsize_t *dims, bool deflate)
{
    hsize_t chunk[2] = {0, dims[rank - 1]};
    if (rank == 1) chunk[0] = (hsize_t)shoal_chunk_rows((int64_t)dims[0], value_bytes);
    else {
        chunk[1] = (hsize_t)shoal_chunk_rows((int64_t)dims[1], value_bytes);
        chunk[0] = (hsize_t)shoal_chunk_rows((int64_t)dims[0], value_bytes * (size_t)chunk[1]);
    }
    if (H5Pset_chunk(properties, rank, chunk) < 0) return false;
    if (deflate && (H5Pset_shuffle(properties) < 0 || H5Pset_deflate(properties, 1) < 0)) return false;
    return H5Pset_fletcher32(properties) >= 0;
}

shoal_status shoal_dataset_create(const shoal_store *store, const char *path, hid_t type, int rank, const hsize_t *dims,
                                  bool deflate, hid_t *dataset, shoal_error *err)
{
    bool empty = false;
    for (int i = 0; i < rank; i++) empty = empty || dims[i] == 0;
    *dataset = H5I_INVALID_HID;
    const hid_t space = H5Screate_simple(rank, dims, NULL);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    if (space >= 0 && properties >= 0 && links >= 0 && H5Pset_char_encoding(links, H5T_CSET_UTF8) >= 0 &&
        H5Pset_obj_track_times(properties, false) >= 0 &&
        (empty || set_chunks(properties, H5Tget_size(type), rank, dims, deflate)))
        *dataset = H5Dcreate2(store->file, path, type, space, links, properties, H5P_DEFAULT);
    shoal_status status = SHOAL_OK;
    if (*dataset < 0) status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot make %s", path);
    if (links >= 0) H5Pclose(links);
    if (properties >= 0) H5Pclose(properties);
    if (space >= 0) H5Sclose(space);
    return status;
}

shoal_status shoal_rows_write(const shoal_store *store, hid_t dataset, const char *path, hid_t type, int64_t first,
                              int64_t count, const void *data, shoal_error *err)
{
    const hsize_t start = (hsize_t)first, length = (hsize_t)count;
    if (count == 0) return SHOAL_OK;
    const hid_t in_file = H5Dget_space(dataset);
    const hid_t in_memory = H5Screate_simple(1, &length, NULL);
    shoal_status status = SHOAL_OK;
    if (in_file < 0 || in_memory < 0 || H5Sselect_hyperslab(in_file, H5S_SELECT_SET, &start, NULL, &length, NULL) < 0 ||
        H5Dwrite(dataset, type, in_memory, in_file, H5P_DEFAULT, data) < 0)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write %s", path);
    if (in_memory >= 0) H5Sclose(in_memory);
    if (in_file >= 0) H5Sclose(in_file);
    return status == SHOAL_OK ? shoal_disk_status(store, err) : status;
}
