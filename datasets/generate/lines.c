#include "generate/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"

enum { CHUNK_BYTES = 1 << 20 };

typedef struct text_chunk {
    char *data;
    size_t length;
} text_chunk;

static void fill_chunk(const shoal_lines *lines, int64_t begin, int64_t end, text_chunk *chunk)
{
    char *to = chunk->data;
    for (int64_t i = begin; i < end; i++) to = lines->line(lines->user, i, to);
    chunk->length = (size_t)(to - chunk->data);
}

static shoal_status put_bytes(const shoal_lines *lines, FILE *stream, const char *bytes, size_t length,
                              shoal_error *err)
{
    errno = 0;
    if (fwrite(bytes, 1, length, stream) == length) return SHOAL_OK;
    return shoal_fail_errno(err, errno != 0 ? errno : EIO, "cannot write %s", lines->name);
}

/* Formats one chunk a thread, then writes them in order, until all lines are out. */
static shoal_status write_chunks(const shoal_ctx *ctx, const shoal_lines *lines, int n_chunks, text_chunk *chunks,
                                 FILE *stream, shoal_error *err)
{
    const int64_t rows = (int64_t)(CHUNK_BYTES / lines->max_bytes);
    for (int64_t begin = 0; begin < lines->n; begin += n_chunks * rows) {
        if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
#pragma omp parallel for schedule(static, 1) num_threads(n_chunks)
        for (int i = 0; i < n_chunks; i++) {
            const int64_t from = begin + i * rows;
            const int64_t to = from + rows < lines->n ? from + rows : lines->n;
            fill_chunk(lines, from, to, &chunks[i]);
        }
        for (int i = 0; i < n_chunks; i++) SHOAL_TRY(put_bytes(lines, stream, chunks[i].data, chunks[i].length, err));
        shoal_progress(ctx, "write", (double)begin / (double)lines->n, lines->name);
    }
    return SHOAL_OK;
}

shoal_status shoal_lines_write(const shoal_ctx *ctx, const shoal_lines *lines, FILE *stream, shoal_error *err)
{
    const int n_chunks = shoal_ctx_threads(ctx);
    text_chunk *chunks = NULL;
    SHOAL_TRY(shoal_alloc_zero(n_chunks, sizeof *chunks, &chunks, err));
    shoal_status status = SHOAL_OK;
    for (int i = 0; i < n_chunks; i++) SHOAL_TRY_OUT(shoal_alloc(CHUNK_BYTES, 1, &chunks[i].data, err));
    SHOAL_TRY_OUT(put_bytes(lines, stream, lines->header, strlen(lines->header), err));
    status = write_chunks(ctx, lines, n_chunks, chunks, stream, err);
out:
    for (int i = 0; i < n_chunks; i++) free(chunks[i].data);
    free(chunks);
    return status;
}
