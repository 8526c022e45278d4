/* Attributes: one text or one number each. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

enum { MOST_ATTRIBUTE_BYTES = 1 << 20 };

/* --- of an open object -------------------------------------------------------------------------------------------- */

typedef struct attribute {
    hid_t id, type;
    H5T_class_t class;
    size_t size;
} attribute;

static void attribute_close(attribute *a)
{
    if (a->type >= 0) H5Tclose(a->type);
    if (a->id >= 0) H5Aclose(a->id);
}

/* Opens an attribute of one value; attribute_close in any case. */
static shoal_found attribute_open(hid_t object, const char *name, attribute *a)
{
    *a = (attribute){.id = H5I_INVALID_HID, .type = H5I_INVALID_HID, .class = H5T_NO_CLASS};
    if (H5Aexists(object, name) <= 0) return SHOAL_FOUND_NONE;
    a->id = H5Aopen(object, name, H5P_DEFAULT);
    a->type = a->id < 0 ? H5I_INVALID_HID : H5Aget_type(a->id);
    const hid_t space = a->id < 0 ? H5I_INVALID_HID : H5Aget_space(a->id);
    const bool one = space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (space >= 0) H5Sclose(space);
    if (!one || a->type < 0) return SHOAL_FOUND_OTHER;
    a->class = H5Tget_class(a->type);
    a->size = H5Tget_size(a->type);
    return a->size <= MOST_ATTRIBUTE_BYTES ? SHOAL_FOUND_VALUE : SHOAL_FOUND_OTHER;
}

/* Both give a malloc'ed NUL-terminated text, or NULL. */
static char *variable_text(const shoal_store *store, const attribute *a)
{
    shoal_reference *reference = NULL;
    shoal_heap *heap = NULL;
    const char *text;
    size_t length;
    char *copy = NULL;
    if (shoal_references_read(store, a->id, true, 1, &reference, NULL) >= 0 &&
        shoal_heap_open(store, &heap, NULL) >= 0 && shoal_heap_text(heap, reference, &text, &length, NULL) >= 0)
        copy = strndup(text, length);
    shoal_heap_close(heap);
    free(reference);
    return copy;
}

static char *fixed_text(const attribute *a)
{
    char *text = NULL;
    const hid_t type = shoal_text_type(a->size, H5Tget_cset(a->type));
    if (type >= 0) text = calloc(a->size + 1, 1);
    if (text != NULL && H5Aread(a->id, type, text) < 0) {
        free(text);
        text = NULL;
    }
    if (type >= 0) H5Tclose(type);
    return text;
}

shoal_found shoal_attribute_text(const shoal_store *store, hid_t object, const char *name, char *value, size_t size)
{
    attribute a;
    value[0] = '\0';
    shoal_found found = attribute_open(object, name, &a);
    if (found == SHOAL_FOUND_VALUE && a.class != H5T_STRING) found = SHOAL_FOUND_OTHER;
    if (found == SHOAL_FOUND_VALUE) {
        char *text = H5Tis_variable_str(a.type) > 0 ? variable_text(store, &a) : fixed_text(&a);
        if (text == NULL || !shoal_text_is_utf8(text, strlen(text))) found = SHOAL_FOUND_OTHER;
        else shoal_text_copy(value, size, text);
        free(text);
    }
    attribute_close(&a);
    return found;
}

static shoal_found number_read(hid_t object, const char *name, bool whole, hid_t type, void *value)
{
    attribute a;
    shoal_found found = attribute_open(object, name, &a);
    const bool fits = a.class == H5T_INTEGER || (a.class == H5T_FLOAT && !whole);
    if (found == SHOAL_FOUND_VALUE && (!fits || H5Aread(a.id, type, value) < 0)) found = SHOAL_FOUND_OTHER;
    attribute_close(&a);
    return found;
}

shoal_found shoal_attribute_f64(hid_t object, const char *name, double *value)
{
    *value = NAN;
    return number_read(object, name, false, H5T_NATIVE_DOUBLE, value);
}

shoal_found shoal_attribute_i64(hid_t object, const char *name, int64_t *value)
{
    *value = 0;
    return number_read(object, name, true, H5T_NATIVE_INT64, value);
}

/* The space is closed here. */
static shoal_status attribute_put(const shoal_store *store, hid_t object, const char *name, hid_t file_type,
                                  hid_t memory_type, hid_t space, const void *value, shoal_error *err)
{
    hid_t id = H5I_INVALID_HID;
    shoal_status status = SHOAL_OK;
    if (H5Aexists(object, name) <= 0 || H5Adelete(object, name) >= 0)
        id = space < 0 ? H5I_INVALID_HID : H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0 || H5Awrite(id, memory_type, value) < 0)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write the attribute %s", name);
    if (id >= 0 && H5Aclose(id) < 0 && status == SHOAL_OK)
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write the attribute %s", name);
    if (space >= 0) H5Sclose(space);
    return status == SHOAL_OK ? shoal_disk_status(store, err) : status;
}

shoal_status shoal_attribute_write(const shoal_store *store, hid_t object, const char *name, hid_t file_type,
                                   hid_t memory_type, const void *value, shoal_error *err)
{
    return attribute_put(store, object, name, file_type, memory_type, H5Screate(H5S_SCALAR), value, err);
}

shoal_status shoal_attribute_write_list(const shoal_store *store, hid_t object, const char *name, hid_t file_type,
                                        hid_t memory_type, hsize_t count, const void *values, shoal_error *err)
{
    const hid_t space = H5Screate_simple(1, &count, NULL);
    return attribute_put(store, object, name, file_type, memory_type, space, values, err);
}

shoal_status shoal_attribute_write_text(const shoal_store *store, hid_t object, const char *name, const char *value,
                                        shoal_error *err)
{
    /* fixed length: variable-length texts lie in a heap without checksums */
    const size_t length = strlen(value);
    const hid_t type = shoal_text_type(length == 0 ? 1 : length, H5T_CSET_UTF8);
    if (type < 0) return shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write the attribute %s", name);
    const shoal_status status = shoal_attribute_write(store, object, name, type, type, value, err);
    H5Tclose(type);
    return status;
}

/* --- by path ------------------------------------------------------------------------------------------------------ */

static hid_t object_open(const shoal_store *store, const char *path)
{
    if (!shoal_link_exists(store, path)) return H5I_INVALID_HID;
    return H5Oopen(store->file, *path == '\0' ? "/" : path, H5P_DEFAULT);
}

static shoal_status writable_open(shoal_store *store, const char *path, const char *name, hid_t *object,
                                  shoal_error *err)
{
    char joined[SHOAL_STORE_PATH_SIZE];
    SHOAL_TRY(shoal_write_begin(store, err));
    SHOAL_TRY(shoal_store_join(path, name, joined, err)); /* both must be proper names */
    if (!shoal_link_exists(store, path)) SHOAL_TRY(shoal_group_ensure(store, path, err));
    *object = object_open(store, path);
    return *object >= 0 ? SHOAL_OK : shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot open %s", path);
}

shoal_status shoal_store_set_text(shoal_store *store, const char *path, const char *name, const char *value,
                                  shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    hid_t object;
    SHOAL_TRY(writable_open(store, path, name, &object, err));
    const shoal_status status = shoal_attribute_write_text(store, object, name, value, err);
    H5Oclose(object);
    return status;
}

shoal_status shoal_store_set_f64(shoal_store *store, const char *path, const char *name, double value, shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    hid_t object;
    SHOAL_TRY(writable_open(store, path, name, &object, err));
    const shoal_status status =
        shoal_attribute_write(store, object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value, err);
    H5Oclose(object);
    return status;
}

shoal_status shoal_store_set_i64(shoal_store *store, const char *path, const char *name, int64_t value,
                                 shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    hid_t object;
    SHOAL_TRY(writable_open(store, path, name, &object, err));
    const shoal_status status =
        shoal_attribute_write(store, object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value, err);
    H5Oclose(object);
    return status;
}

bool shoal_store_has_attribute(shoal_store *store, const char *path, const char *name)
{
    SHOAL_QUIET_HDF5;
    const hid_t object = store->file < 0 ? H5I_INVALID_HID : object_open(store, path);
    if (object < 0) return false;
    const bool found = H5Aexists(object, name) > 0;
    H5Oclose(object);
    return found;
}

static shoal_status readable_open(const shoal_store *store, const char *path, hid_t *object, shoal_error *err)
{
    SHOAL_TRY(shoal_read_begin(store, err));
    *object = object_open(store, path);
    if (*object >= 0) return SHOAL_OK;
    return shoal_refused(store, err, "there is no %s in the store", path);
}

static shoal_status found_status(const shoal_store *store, shoal_found found, const char *path, const char *name,
                                 const char *what, shoal_error *err)
{
    const char *where = *path == '\0' ? "the root" : path;
    if (found == SHOAL_FOUND_VALUE) return SHOAL_OK;
    if (found == SHOAL_FOUND_NONE) return shoal_refused(store, err, "%s has no attribute %s", where, name);
    return shoal_refused(store, err, "attribute %s of %s is not one %s", name, where, what);
}

shoal_status shoal_store_get_text(shoal_store *store, const char *path, const char *name, char *value, size_t size,
                                  shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    hid_t object;
    value[0] = '\0';
    SHOAL_TRY(readable_open(store, path, &object, err));
    const shoal_found found = shoal_attribute_text(store, object, name, value, size);
    H5Oclose(object);
    return found_status(store, found, path, name, "text", err);
}

shoal_status shoal_store_get_f64(shoal_store *store, const char *path, const char *name, double *value,
                                 shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    hid_t object;
    SHOAL_TRY(readable_open(store, path, &object, err));
    const shoal_found found = shoal_attribute_f64(object, name, value);
    H5Oclose(object);
    return found_status(store, found, path, name, "number", err);
}

shoal_status shoal_store_get_i64(shoal_store *store, const char *path, const char *name, int64_t *value,
                                 shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    hid_t object;
    SHOAL_TRY(readable_open(store, path, &object, err));
    const shoal_found found = shoal_attribute_i64(object, name, value);
    H5Oclose(object);
    return found_status(store, found, path, name, "whole number", err);
}
