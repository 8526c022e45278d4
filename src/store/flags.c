/* CF flag attributes of a category column: @flag_values and @flag_meanings. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

enum { MOST_FLAGS = 1000 }; /* beyond, readers have the dictionary: the attributes would outgrow what they help with */

/* CF asks for blank-separated tokens of letters, digits, and _ - . + @: everything else becomes an underscore. */
static void add_token(shoal_text *tokens, const char *text, size_t length)
{
    if (tokens->length > 0) shoal_text_add(tokens, " ");
    if (length == 0) shoal_text_add(tokens, "_");
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80 ||
                           (c != '\0' && strchr("_-.+@", c) != NULL);
        shoal_text_add_n(tokens, plain ? text + i : "_", 1);
    }
}

static shoal_status write_flags(const shoal_store *store, hid_t dataset, shoal_type type, const shoal_column *texts,
                                shoal_error *err)
{
    int64_t *values = NULL;
    shoal_text tokens = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(texts->length, sizeof *values, &values, err));
    for (int64_t i = 0; i < texts->length; i++) {
        const char *text = (const char *)texts->data + (size_t)i * texts->width;
        values[i] = i;
        add_token(&tokens, text, strnlen(text, texts->width));
    }
    if (tokens.failed) {
        status = shoal_fail_memory(err);
        goto out;
    }
    SHOAL_TRY_OUT(shoal_attribute_write_list(store, dataset, "flag_values", shoal_file_type(type), H5T_NATIVE_INT64,
                                             (hsize_t)texts->length, values, err));
    SHOAL_TRY_OUT(shoal_attribute_write_text(store, dataset, "flag_meanings", tokens.data, err));
out:
    shoal_text_free(&tokens);
    free(values);
    return status;
}

static shoal_status drop_flags(const shoal_store *store, hid_t dataset, shoal_error *err)
{
    static const char *const names[] = {"flag_values", "flag_meanings"};
    for (int i = 0; i < 2; i++)
        if (H5Aexists(dataset, names[i]) > 0 && H5Adelete(dataset, names[i]) < 0)
            return shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot remove the attribute %s", names[i]);
    return SHOAL_OK;
}

shoal_status shoal_store_write_flags(shoal_store *store, const char *group, const char *name, const shoal_column *texts,
                                     shoal_error *err)
{
    SHOAL_QUIET_HDF5;
    char path[SHOAL_STORE_PATH_SIZE];
    shoal_dataset d;
    SHOAL_TRY(shoal_write_begin(store, err));
    SHOAL_TRY(shoal_store_join(group, name, path, err));
    if (shoal_object_type(store, path) != H5O_TYPE_DATASET || texts->type != SHOAL_TEXT)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%s: %s is no category column, or its dictionary holds no texts",
                          store->path, path);
    SHOAL_TRY(shoal_dataset_open(store, path, &d, err));
    shoal_status status;
    if (d.type == SHOAL_TEXT || d.type == SHOAL_F32 || d.type == SHOAL_F64)
        status = shoal_fail(err, SHOAL_ERR_USAGE, "%s: %s does not hold codes", store->path, path);
    else if (texts->length == 0 || texts->length > MOST_FLAGS) status = drop_flags(store, d.id, err);
    else status = write_flags(store, d.id, d.type, texts, err);
    shoal_dataset_close(&d);
    return status;
}
