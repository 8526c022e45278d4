/* Text datasets: fixed-length as shoal writes them, variable-length as h5py does by default. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

/* Copies the texts into *data, each as wide as the longest. */
static shoal_status copy_out(shoal_heap *heap, const char *path, const shoal_store *store,
                             const shoal_reference *references, int64_t n, char **data, size_t *width, shoal_error *err)
{
    enum { ROOM = 1 << 20, ROOM_FACTOR = 64 };
    const char *text;
    char *texts;
    size_t most = 1, length;
    hsize_t file_bytes = 0;
    for (int64_t i = 0; i < n; i++) {
        SHOAL_TRY(shoal_heap_text(heap, &references[i], &text, &length, err));
        if (length > most) most = length;
    }
    if (H5Fget_filesize(store->file, &file_bytes) < 0 ||
        most > (ROOM + ROOM_FACTOR * (size_t)file_bytes) / (size_t)(n > 0 ? n : 1))
        return shoal_refused(store, err, "%s holds a text of %zu bytes, too long to give each of %lld that much room",
                             path, most, (long long)n);
    SHOAL_TRY(shoal_alloc_zero(n, most, &texts, err));
    for (int64_t i = 0; i < n; i++) {
        const shoal_status status = shoal_heap_text(heap, &references[i], &text, &length, err);
        if (status < 0) {
            free(texts);
            return status;
        }
        memcpy(texts + (size_t)i * most, text, length);
    }
    *data = texts;
    *width = most;
    return SHOAL_OK;
}

static shoal_status variable_read(const shoal_store *store, const char *path, const shoal_dataset *d, char **data,
                                  size_t *width, shoal_error *err)
{
    const int64_t n = (int64_t)d->dims[0];
    shoal_reference *references = NULL;
    shoal_heap *heap = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_references_read(store, d->id, false, n, &references, err));
    SHOAL_TRY_OUT(shoal_heap_open(store, &heap, err));
    SHOAL_TRY_OUT(copy_out(heap, path, store, references, n, data, width, err));
out:
    shoal_heap_close(heap);
    free(references);
    return status;
}

static shoal_status fixed_read(const shoal_ctx *ctx, shoal_store *store, const char *path, const shoal_dataset *d,
                               char **data, size_t *width, shoal_error *err)
{
    bool done;
    char *texts;
    *width = d->width;
    SHOAL_TRY(shoal_alloc((int64_t)(d->dims[0]), d->width, &texts, err));
    shoal_status status = shoal_chunks_read(ctx, store, path, d, texts, &done, err);
    if (status == SHOAL_OK && !done) {
        const hid_t type = shoal_text_type(d->width, H5Tget_cset(d->file_type));
        if (type < 0 || H5Dread(d->id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) < 0)
            status = shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read %s", path);
        if (type >= 0) H5Tclose(type);
    }
    if (status < 0) free(texts);
    else *data = texts;
    return status;
}

shoal_status shoal_texts_read(const shoal_ctx *ctx, shoal_store *store, const char *path, const shoal_dataset *dataset,
                              char **data, size_t *width, shoal_error *err)
{
    char *texts = NULL;
    *data = NULL;
    if (dataset->variable) SHOAL_TRY(variable_read(store, path, dataset, &texts, width, err));
    else SHOAL_TRY(fixed_read(ctx, store, path, dataset, &texts, width, err));
    for (hsize_t i = 0; texts != NULL && i < dataset->dims[0]; i++) {
        const char *text = texts + i * *width;
        if (shoal_text_is_utf8(text, strnlen(text, *width))) continue;
        free(texts);
        return shoal_refused(store, err, "%s, value %llu is not UTF-8: convert it", path, (unsigned long long)i);
    }
    *data = texts;
    return SHOAL_OK;
}
