/* Variable-length texts, as h5py writes them, without HDF5's own reader: HDF5 1.10.8 trusts every number in a global
 * heap and was seen to crash on damaged ones, which have no checksum.
 *
 * HDF5 hands over the references (a length, the address of a heap collection, an index in it); collections are read and
 * checked here. Format: HDF5 File Format Specification 3.0, III.E "Global Heap". */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "store/store_internal.h"

enum { REFERENCE_BYTES = 16, HEAD_BYTES = 16, OBJECT_HEAD_BYTES = 16, LEAST_COLLECTION = 4096 };

typedef struct heap_object {
    uint32_t index;
    uint64_t offset, bytes; /* of its data in the collection */
} heap_object;

typedef struct collection {
    uint64_t address;
    char *bytes;
    int64_t n_objects, capacity;
    heap_object *objects; /* by index */
} collection;

struct shoal_heap {
    const shoal_store *store;
    uint64_t file_bytes, loaded; /* the collections of an honest file do not overlap */
    int64_t n_collections, n_slots;
    collection **slots; /* a hash table by address, at most half full */
};

/* --- references --------------------------------------------------------------------------------------------------- */

/* From variable-length on disk to opaque bytes: they stay as they are. */
static herr_t keep_bytes(hid_t from, hid_t to, H5T_cdata_t *data, size_t n, size_t stride, size_t other_stride,
                         void *buffer, void *background, hid_t transfer)
{
    (void)n;
    (void)stride;
    (void)other_stride;
    (void)buffer;
    (void)background;
    (void)transfer;
    if (data->command != H5T_CONV_INIT) return 0;
    data->need_bkg = H5T_BKG_NO;
    return H5Tget_size(from) == REFERENCE_BYTES && H5Tget_size(to) == REFERENCE_BYTES ? 0 : -1;
}

static uint64_t number(const char *bytes, int n)
{
    uint64_t value = 0;
    for (int i = n - 1; i >= 0; i--) value = value << 8 | (unsigned char)bytes[i];
    return value;
}

/* Reads raw references; `object` is a dataset or, where is_attribute, an attribute. */
static bool read_raw(hid_t object, bool is_attribute, void *raw)
{
    char name[32];
    /* conversions belong to the process: one of our own name can be taken back without harm to other threads */
    snprintf(name, sizeof name, "shoal %p", raw);
    const hid_t text = shoal_text_type(H5T_VARIABLE, H5T_CSET_UTF8);
    const hid_t opaque = H5Tcreate(H5T_OPAQUE, REFERENCE_BYTES);
    bool done = false;
    if (text >= 0 && opaque >= 0 && H5Tregister(H5T_PERS_SOFT, name, text, opaque, keep_bytes) >= 0) {
        done = is_attribute ? H5Aread(object, opaque, raw) >= 0
                            : H5Dread(object, opaque, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) >= 0;
        H5Tunregister(H5T_PERS_SOFT, name, text, opaque, keep_bytes);
    }
    if (opaque >= 0) H5Tclose(opaque);
    if (text >= 0) H5Tclose(text);
    return done;
}

shoal_status shoal_references_read(const shoal_store *store, hid_t object, bool is_attribute, int64_t n,
                                   shoal_reference **references, shoal_error *err)
{
    char *raw = NULL;
    shoal_reference *list = NULL;
    shoal_status status;
    *references = NULL;
    SHOAL_TRY_OUT(shoal_alloc_zero(n, REFERENCE_BYTES, &raw, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *list, &list, err));
    if (n > 0 && !read_raw(object, is_attribute, raw)) {
        status = shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read variable-length texts");
        goto out;
    }
    for (int64_t i = 0; i < n; i++) {
        const char *at = raw + i * REFERENCE_BYTES;
        list[i] = (shoal_reference){
            .length = (uint32_t)number(at, 4), .address = number(at + 4, 8), .index = (uint32_t)number(at + 12, 4)};
    }
    *references = list;
    list = NULL;
out:
    free(list);
    free(raw);
    return status;
}

/* --- collections -------------------------------------------------------------------------------------------------- */

static void collection_free(collection *c)
{
    if (c == NULL) return;
    free(c->objects);
    free(c->bytes);
    free(c);
}

static shoal_status read_at(const shoal_store *store, uint64_t address, char *to, uint64_t bytes, shoal_error *err)
{
    while (bytes > 0) {
        const ssize_t n = pread(store->disk.fd, to, bytes, (off_t)address);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return shoal_fail_errno(err, errno, "cannot read %s", store->path);
        if (n == 0) return shoal_damaged(store, err, "a text lies beyond the end of the file");
        to += n;
        address += (uint64_t)n;
        bytes -= (uint64_t)n;
    }
    return SHOAL_OK;
}

static int by_index(const void *a, const void *b)
{
    const uint32_t left = ((const heap_object *)a)->index, right = ((const heap_object *)b)->index;
    return (left > right) - (left < right);
}

/* Lists the objects; index 0 is the free space, which ends them. */
static shoal_status parse_objects(const shoal_heap *heap, collection *c, uint64_t size, shoal_error *err)
{
    uint64_t at = HEAD_BYTES;
    while (size - at >= OBJECT_HEAD_BYTES) {
        const uint32_t index = (uint32_t)number(c->bytes + at, 2);
        const uint64_t bytes = number(c->bytes + at + 8, 8);
        if (index == 0) break;
        at += OBJECT_HEAD_BYTES;
        const uint64_t padded = bytes + (8 - bytes % 8) % 8;
        if (padded < bytes || padded > size - at) return shoal_damaged(heap->store, err, "a heap of texts overflows");
        SHOAL_TRY(shoal_grow(&c->objects, &c->capacity, c->n_objects, c->n_objects + 1, sizeof *c->objects, err));
        c->objects[c->n_objects++] = (heap_object){index, at, bytes};
        at += padded;
    }
    if (c->n_objects > 0) qsort(c->objects, (size_t)c->n_objects, sizeof *c->objects, by_index);
    return SHOAL_OK;
}

static shoal_status collection_fill(const shoal_heap *heap, collection *c, uint64_t size, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc((int64_t)size, 1, &c->bytes, err));
    SHOAL_TRY(read_at(heap->store, c->address, c->bytes, size, err));
    return parse_objects(heap, c, size, err);
}

static shoal_status collection_load(shoal_heap *heap, uint64_t address, collection **out, shoal_error *err)
{
    char head[HEAD_BYTES];
    if (address > heap->file_bytes - HEAD_BYTES)
        return shoal_damaged(heap->store, err, "a text lies beyond the end of the file");
    SHOAL_TRY(read_at(heap->store, address, head, sizeof head, err));
    const uint64_t size = number(head + 8, 8);
    if (memcmp(head, "GCOL\1", 5) != 0 || size < LEAST_COLLECTION || size > heap->file_bytes - heap->loaded ||
        address > heap->file_bytes - size)
        return shoal_damaged(heap->store, err, "there is no heap of texts where one should be");
    collection *c = calloc(1, sizeof *c);
    if (c == NULL) return shoal_fail_memory(err);
    c->address = address;
    const shoal_status status = collection_fill(heap, c, size, err);
    if (status != SHOAL_OK) {
        collection_free(c);
        return status;
    }
    heap->loaded += size;
    *out = c;
    return SHOAL_OK;
}

/* Where the address is, or the free slot where it belongs. */
static collection **slot_of(collection **slots, int64_t n_slots, uint64_t address)
{
    const uint64_t mask = (uint64_t)n_slots - 1;
    uint64_t i = (address * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & mask;
    while (slots[i] != NULL && slots[i]->address != address) i = (i + 1) & mask;
    return &slots[i];
}

static shoal_status grow_slots(shoal_heap *heap, shoal_error *err)
{
    if (heap->n_collections * 2 < heap->n_slots) return SHOAL_OK;
    const int64_t n = heap->n_slots == 0 ? 16 : heap->n_slots * 2;
    collection **slots = calloc((size_t)n, sizeof(collection *));
    if (slots == NULL) return shoal_fail_memory(err);
    for (int64_t i = 0; i < heap->n_slots; i++)
        if (heap->slots[i] != NULL) *slot_of(slots, n, heap->slots[i]->address) = heap->slots[i];
    free(heap->slots);
    heap->slots = slots;
    heap->n_slots = n;
    return SHOAL_OK;
}

static shoal_status collection_get(shoal_heap *heap, uint64_t address, const collection **out, shoal_error *err)
{
    SHOAL_TRY(grow_slots(heap, err));
    collection **slot = slot_of(heap->slots, heap->n_slots, address);
    if (*slot == NULL) {
        SHOAL_TRY(collection_load(heap, address, slot, err));
        heap->n_collections++;
    }
    *out = *slot;
    return SHOAL_OK;
}

/* --- texts -------------------------------------------------------------------------------------------------------- */

shoal_status shoal_heap_open(const shoal_store *store, shoal_heap **heap, shoal_error *err)
{
    size_t address_bytes = 0, size_bytes = 0;
    hsize_t file_bytes = 0, user_block = 0;
    *heap = NULL;
    const hid_t properties = H5Fget_create_plist(store->file);
    const bool known = properties >= 0 && H5Pget_sizes(properties, &address_bytes, &size_bytes) >= 0 &&
                       H5Pget_userblock(properties, &user_block) >= 0 && H5Fget_filesize(store->file, &file_bytes) >= 0;
    if (properties >= 0) H5Pclose(properties);
    if (!known || address_bytes != 8 || size_bytes != 8 || user_block != 0 || file_bytes < LEAST_COLLECTION)
        return shoal_refused(store, err, "variable-length texts in a file of unusual layout; write fixed-length texts");
    SHOAL_TRY(shoal_alloc_zero(1, sizeof **heap, heap, err));
    (*heap)->store = store;
    (*heap)->file_bytes = file_bytes;
    return SHOAL_OK;
}

void shoal_heap_close(shoal_heap *heap)
{
    if (heap == NULL) return;
    for (int64_t i = 0; i < heap->n_slots; i++) collection_free(heap->slots[i]);
    free(heap->slots);
    free(heap);
}

shoal_status shoal_heap_text(shoal_heap *heap, const shoal_reference *reference, const char **text, size_t *length,
                             shoal_error *err)
{
    const collection *c = NULL;
    *text = "";
    *length = 0;
    if (reference->length == 0 || reference->address == 0) return SHOAL_OK;
    SHOAL_TRY(collection_get(heap, reference->address, &c, err));
    const heap_object key = {.index = reference->index};
    const heap_object *found =
        c == NULL || c->n_objects == 0 ? NULL : bsearch(&key, c->objects, (size_t)c->n_objects, sizeof key, by_index);
    if (found == NULL || reference->length > found->bytes)
        return shoal_damaged(heap->store, err, "a text is not where it should be");
    *text = c->bytes + found->offset;
    *length = strnlen(*text, reference->length);
    return SHOAL_OK;
}
