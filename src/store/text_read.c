/* Text datasets: fixed-length as shoal writes them, variable-length as h5py does by default. */
#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/store_internal.h"

/* Memory that HDF5 takes for variable-length texts. It is counted, since a hostile file may point a million times to
 * one text, and listed, since HDF5 loses what it took when a later text fails. */
typedef struct block {
    struct block *next;
    max_align_t bytes[];
} block;

typedef struct budget {
    size_t left;
    block *taken;
} budget;

static void *budget_take(size_t size, void *info)
{
    budget *b = info;
    if (size > b->left) return NULL;
    block *taken = malloc(sizeof *taken + size);
    if (taken == NULL) return NULL;
    b->left -= size;
    taken->next = b->taken;
    b->taken = taken;
    return taken->bytes;
}

static void budget_keep(void *memory, void *info)
{
    (void)memory; /* all is freed at the end */
    (void)info;
}

static void budget_free(budget *b)
{
    for (block *next; b->taken != NULL; b->taken = next) {
        next = b->taken->next;
        free(b->taken);
    }
}

static shoal_status copy_out(const shoal_store *store, const char *path, char *const *texts, int64_t n,
                             size_t most_bytes, char **data, size_t *width, shoal_error *err)
{
    size_t most = 1;
    for (int64_t i = 0; i < n; i++) {
        const size_t length = texts[i] == NULL ? 0 : strlen(texts[i]);
        if (length > most) most = length;
    }
    if (most > most_bytes / (size_t)(n > 0 ? n : 1))
        return shoal_refused(store, err, "%s holds a text of %zu bytes, too long to give each of %lld that much room",
                             path, most, (long long)n);
    SHOAL_TRY(shoal_alloc_zero(n, most, data, err));
    for (int64_t i = 0; i < n; i++)
        if (texts[i] != NULL) memcpy(*data + (size_t)i * most, texts[i], strlen(texts[i]));
    *width = most;
    return SHOAL_OK;
}

static shoal_status variable_read(const shoal_store *store, const char *path, const shoal_dataset *d, char **data,
                                  size_t *width, shoal_error *err)
{
    enum { ROOM = 1 << 20, ROOM_FACTOR = 64 };
    const int64_t n = (int64_t)d->dims[0];
    char **texts = NULL;
    budget limit = {0};
    shoal_status status;
    hsize_t file_bytes = 0;
    hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    hid_t type = shoal_text_type(H5T_VARIABLE, H5Tget_cset(d->file_type));
    hid_t space = H5Dget_space(d->id);
    /* every text lies in the file once, and HDF5 adds a NUL to each */
    SHOAL_TRY_OUT(shoal_alloc_zero(n, sizeof *texts, &texts, err));
    if (H5Fget_filesize(store->file, &file_bytes) < 0 || transfer < 0 || type < 0 || space < 0) {
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read %s", path);
        goto out;
    }
    limit.left = (size_t)file_bytes + (size_t)n;
    if (H5Pset_vlen_mem_manager(transfer, budget_take, &limit, budget_keep, &limit) < 0 ||
        H5Dread(d->id, type, H5S_ALL, H5S_ALL, transfer, texts) < 0) {
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read %s", path);
        goto out;
    }
    status = copy_out(store, path, texts, n, ROOM + ROOM_FACTOR * (size_t)file_bytes, data, width, err);
out:
    budget_free(&limit);
    free(texts);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    if (transfer >= 0) H5Pclose(transfer);
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
