/* Raw chunks, read and checked in parallel past HDF5's lock: HDF5 says where the chunks lie, threads read them from the
 * descriptor, verify Fletcher-32, inflate and unshuffle. */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/threads.h"
#include "store/store_internal.h"

enum {
    MOST_FILTERS = 4,
    MOST_CHUNKS = 1 << 12, /* HDF5 1.10 walks the index for each chunk: beyond this, HDF5 reads by itself */
    CHECKSUM_BYTES = 4,
    SLACK_BYTES = 4096, /* more than checksums and deflate add to a chunk that cannot be compressed */
};

typedef struct stage {
    H5Z_filter_t filter;
    size_t element;  /* of shuffle: bytes a value */
    size_t capacity; /* the most bytes that can come out when it is undone */
} stage;

typedef struct raw_chunk {
    haddr_t address;
    hsize_t bytes;
} raw_chunk;

/* What every thread needs to know; only read in the parallel part. */
typedef struct plan {
    int fd;
    int64_t rows, chunk_rows, n_chunks;
    size_t value_bytes, chunk_bytes; /* of a chunk without its filters */
    size_t most_raw, most_plain;     /* the largest buffers needed */
    int n_stages;
    stage stages[MOST_FILTERS]; /* in the order they were applied */
    raw_chunk *chunks;
    char *out;
} plan;

typedef enum outcome { FINE, CUT_SHORT, BAD_CHECKSUM, BAD_DEFLATE, BAD_SIZE, READ_FAILED, NO_MEMORY } outcome;

static const char *const outcome_text[] = {
    "",
    "a chunk is cut short",
    "a chunk fails its checksum",
    "a chunk cannot be inflated",
    "a chunk has the wrong size",
};

/* --- one chunk ---------------------------------------------------------------------------------------------------- */

/* *code: errno of READ_FAILED. */
static outcome read_bytes(int fd, struct iovec *parts, int n_parts, haddr_t at, int *code)
{
    while (n_parts > 0) {
        const ssize_t n = preadv(fd, parts, n_parts, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            *code = errno;
            return READ_FAILED;
        }
        if (n == 0) return CUT_SHORT;
        at += (haddr_t)n;
        size_t taken = (size_t)n;
        for (; n_parts > 0 && taken >= parts->iov_len; parts++, n_parts--) taken -= parts->iov_len;
        if (n_parts > 0) {
            parts->iov_base = (char *)parts->iov_base + taken;
            parts->iov_len -= taken;
        }
    }
    return FINE;
}

static uint32_t little_endian32(const unsigned char *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static outcome inflate_bytes(const void *from, size_t bytes, void *to, size_t *size)
{
    z_stream stream = {0};
    size_t capacity = *size;
    if (inflateInit(&stream) != Z_OK) return NO_MEMORY;
    const unsigned char *in = from;
    unsigned char *out = to;
    int result = Z_OK;
    while (result == Z_OK && (bytes > 0 || stream.avail_in > 0)) {
        const uInt take = stream.avail_in > 0 ? 0 : bytes < (1u << 30) ? (uInt)bytes : 1u << 30;
        if (take > 0) {
            stream.next_in = (Bytef *)in;
            stream.avail_in = take;
            in += take;
            bytes -= take;
        }
        const uInt room = capacity < (1u << 30) ? (uInt)capacity : 1u << 30;
        stream.next_out = out;
        stream.avail_out = room;
        result = inflate(&stream, Z_NO_FLUSH);
        const size_t made = room - stream.avail_out;
        out += made;
        capacity -= made;
    }
    inflateEnd(&stream);
    *size -= capacity;
    return result == Z_STREAM_END ? FINE : result == Z_MEM_ERROR ? NO_MEMORY : BAD_DEFLATE;
}

/* Byte j of value i lies at j * n + i; what is left over after whole values follows as it is. */
static void unshuffle(const char *from, size_t bytes, size_t element, char *to)
{
    const size_t n = bytes / element;
    for (size_t j = 0; j < element; j++)
        for (size_t i = 0; i < n; i++) to[i * element + j] = from[j * n + i];
    memcpy(to + n * element, from + n * element, bytes - n * element);
}

/* The bytes of a chunk on their way: `data` is the valid one of two buffers. */
typedef struct buffers {
    char *data, *spare;
    size_t bytes;
} buffers;

static void swap(buffers *b)
{
    char *const data = b->data;
    b->data = b->spare;
    b->spare = data;
}

static outcome undo(const stage *s, buffers *b)
{
    if (s->filter == H5Z_FILTER_FLETCHER32) {
        if (b->bytes < CHECKSUM_BYTES) return BAD_SIZE;
        b->bytes -= CHECKSUM_BYTES;
        const uint32_t stored = little_endian32((const unsigned char *)b->data + b->bytes);
        return shoal_fletcher32(b->data, b->bytes) == stored ? FINE : BAD_CHECKSUM;
    }
    if (s->filter == H5Z_FILTER_DEFLATE) {
        size_t made = s->capacity;
        const outcome result = inflate_bytes(b->data, b->bytes, b->spare, &made);
        b->bytes = made;
        swap(b);
        return result;
    }
    if (b->bytes > s->capacity) return BAD_SIZE;
    if (s->element > 1) {
        unshuffle(b->data, b->bytes, s->element, b->spare);
        swap(b);
    }
    return FINE;
}

static int64_t rows_of(const plan *p, int64_t chunk)
{
    const int64_t left = p->rows - chunk * p->chunk_rows;
    return left < p->chunk_rows ? left : p->chunk_rows;
}

/* A whole chunk with nothing but a checksum goes straight to its place. */
static outcome chunk_direct(const plan *p, int64_t chunk, int *code)
{
    unsigned char checksum[CHECKSUM_BYTES];
    char *to = p->out + (size_t)(chunk * p->chunk_rows) * p->value_bytes;
    struct iovec parts[2] = {{to, p->chunk_bytes}, {checksum, sizeof checksum}};
    const outcome result = read_bytes(p->fd, parts, 2, p->chunks[chunk].address, code);
    if (result != FINE) return result;
    return shoal_fletcher32(to, p->chunk_bytes) == little_endian32(checksum) ? FINE : BAD_CHECKSUM;
}

static outcome chunk_filtered(const plan *p, int64_t chunk, buffers b, int *code)
{
    b.bytes = (size_t)p->chunks[chunk].bytes;
    struct iovec part = {b.data, b.bytes};
    outcome result = read_bytes(p->fd, &part, 1, p->chunks[chunk].address, code);
    for (int i = p->n_stages - 1; i >= 0 && result == FINE; i--) result = undo(&p->stages[i], &b);
    if (result == FINE && b.bytes != p->chunk_bytes) result = BAD_SIZE;
    if (result != FINE) return result;
    memcpy(p->out + (size_t)(chunk * p->chunk_rows) * p->value_bytes, b.data,
           (size_t)rows_of(p, chunk) * p->value_bytes);
    return FINE;
}

/* --- all of them -------------------------------------------------------------------------------------------------- */

static bool read_stages(const shoal_dataset *d, plan *p)
{
    const int n = H5Pget_nfilters(d->properties);
    unsigned options = 0;
    if (n < 0 || n > MOST_FILTERS || H5Pget_chunk_opts(d->properties, &options) < 0 || options != 0) return false;
    size_t bytes = p->chunk_bytes;
    p->n_stages = n;
    p->most_plain = bytes;
    for (int i = 0; i < n; i++) {
        unsigned flags, values[8] = {0};
        size_t n_values = sizeof values / sizeof values[0];
        stage *s = &p->stages[i];
        s->filter = H5Pget_filter2(d->properties, (unsigned)i, &flags, &n_values, values, 0, NULL, NULL);
        s->capacity = bytes;
        s->element = s->filter == H5Z_FILTER_SHUFFLE && n_values > 0 ? values[0] : 1;
        if (s->filter == H5Z_FILTER_SHUFFLE && s->element == 0) return false;
        if (s->filter == H5Z_FILTER_FLETCHER32) bytes += CHECKSUM_BYTES;
        if (bytes > p->most_plain) p->most_plain = bytes;
    }
    return true;
}

/* Where every chunk lies; *known is false where one is missing, or has skipped a filter. */
static shoal_status find_chunks(const shoal_store *store, const char *path, const shoal_dataset *d, plan *p,
                                bool *known, shoal_error *err)
{
    hsize_t file_bytes;
    if (H5Fget_filesize(store->file, &file_bytes) < 0)
        return shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot read the file's size");
    *known = false;
    for (int64_t i = 0; i < p->n_chunks; i++) {
        const hsize_t first = (hsize_t)i * (hsize_t)p->chunk_rows;
        unsigned mask = 0;
        raw_chunk *c = &p->chunks[i];
        if (H5Dget_chunk_info_by_coord(d->id, &first, &mask, &c->address, &c->bytes) < 0)
            return shoal_hdf5_fail(store, err, SHOAL_ERR_INPUT, "cannot find the values of %s", path);
        if (c->address == HADDR_UNDEF || mask != 0) return SHOAL_OK;
        if (c->bytes > file_bytes || c->address > file_bytes - c->bytes)
            return shoal_damaged(store, err, "%s lies beyond the end of the file", path);
        if (c->bytes > p->chunk_bytes + p->chunk_bytes / 8 + SLACK_BYTES)
            return shoal_damaged(store, err, "%s has a chunk of %llu bytes, larger than its values can be", path,
                                 (unsigned long long)c->bytes);
        if (c->bytes > p->most_raw) p->most_raw = (size_t)c->bytes;
    }
    *known = true;
    return SHOAL_OK;
}

static bool only_checksums(const plan *p)
{
    return p->n_stages == 1 && p->stages[0].filter == H5Z_FILTER_FLETCHER32;
}

typedef struct trouble {
    outcome what;
    int64_t chunk;
    int code;
} trouble;

/* Allocates them at the first need. */
static bool buffers_ready(buffers *b, size_t size)
{
    if (b->data == NULL && shoal_alloc((int64_t)size, 1, &b->data, NULL) < 0) return false;
    return b->spare != NULL || shoal_alloc((int64_t)size, 1, &b->spare, NULL) >= 0;
}

/* A thread for every 4 MiB: below that a team costs more than it saves where other programs compete for the cores (16
 * columns of 4 MB on two busy cores: 0.15 of the speed of cat with two threads, 0.40 with one). */
static int team_size(const shoal_ctx *ctx, const plan *p)
{
    enum { BYTES_A_THREAD = 4 << 20 };
    const int64_t useful = 1 + p->n_chunks * (int64_t)p->chunk_bytes / BYTES_A_THREAD;
    const int64_t most = useful < p->n_chunks ? useful : p->n_chunks;
    const int threads = shoal_ctx_threads(ctx);
    return most < threads ? (int)most : threads;
}

static void run_chunks(const shoal_ctx *ctx, const plan *p, trouble *first)
{
    const bool plain = only_checksums(p);
    const size_t buffer = p->most_raw > p->most_plain ? p->most_raw : p->most_plain;
    const int64_t n = p->n_chunks;
#pragma omp parallel num_threads(team_size(ctx, p))
    {
        buffers b = {0};
#pragma omp for schedule(static)
        for (int64_t i = 0; i < n; i++) {
            int code = 0;
            outcome result = FINE;
            const bool direct =
                plain && rows_of(p, i) == p->chunk_rows && p->chunks[i].bytes == p->chunk_bytes + CHECKSUM_BYTES;
            if (shoal_cancelled(ctx)) continue;
            if (direct) result = chunk_direct(p, i, &code);
            else if (buffers_ready(&b, buffer)) result = chunk_filtered(p, i, b, &code);
            else result = NO_MEMORY;
            if (result != FINE) {
#pragma omp critical(shoal_chunk_trouble)
                if (first->what == FINE || i < first->chunk) *first = (trouble){result, i, code};
            }
        }
        free(b.data);
        free(b.spare);
    }
}

static shoal_status report(const shoal_store *store, const char *path, const trouble *t, const plan *p,
                           shoal_error *err)
{
    if (t->what == FINE) return SHOAL_OK;
    if (t->what == NO_MEMORY) return shoal_fail_memory(err);
    if (t->what == READ_FAILED) return shoal_fail_errno(err, t->code, "cannot read %s", store->path);
    const long long first = t->chunk * p->chunk_rows, last = first + rows_of(p, t->chunk) - 1;
    return shoal_damaged(store, err, "%s, values %lld to %lld: %s", path, first, last, outcome_text[t->what]);
}

/* Fills the plan but for the chunks; false where the storage is of another kind. */
static bool make_plan(const shoal_store *store, const shoal_dataset *d, void *out, plan *p)
{
    hsize_t chunk;
    *p = (plan){.fd = store->disk.fd, .rows = (int64_t)d->dims[0], .out = out};
    if (!d->same_bytes || d->rank != 1 || p->rows == 0 || H5Pget_layout(d->properties) != H5D_CHUNKED) return false;
    if (H5Pget_chunk(d->properties, 1, &chunk) != 1 || chunk == 0 || chunk > (hsize_t)INT64_MAX / 2) return false;
    p->value_bytes = shoal_type_size(d->type, d->width);
    p->chunk_rows = (int64_t)chunk;
    p->n_chunks = (p->rows - 1) / p->chunk_rows + 1;
    p->chunk_bytes = (size_t)chunk * p->value_bytes;
    return p->n_chunks <= MOST_CHUNKS && read_stages(d, p);
}

shoal_status shoal_chunks_read(const shoal_ctx *ctx, shoal_store *store, const char *path, const shoal_dataset *dataset,
                               void *out, bool *done, shoal_error *err)
{
    plan p;
    shoal_status status;
    *done = false;
    if (!make_plan(store, dataset, out, &p)) return SHOAL_OK;
    if (store->unflushed) {
        if (H5Fflush(store->file, H5F_SCOPE_GLOBAL) < 0)
            return shoal_hdf5_fail(store, err, SHOAL_ERR_IO, "cannot write the store");
        SHOAL_TRY(shoal_disk_status(store, err));
        store->unflushed = false;
    }
    SHOAL_TRY(shoal_alloc(p.n_chunks, sizeof *p.chunks, &p.chunks, err));
    SHOAL_TRY_OUT(find_chunks(store, path, dataset, &p, done, err));
    if (*done) {
        trouble first = {FINE, 0, 0};
        run_chunks(ctx, &p, &first);
        SHOAL_TRY_OUT(report(store, path, &first, &p, err));
        if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    }
out:
    free(p.chunks);
    return status;
}
