#include "import/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"

enum { BLOCK_SIZE = 256 * 1024 };

struct shoal_source {
    char *name;
    int fd;
    int64_t size, taken; /* bytes of the file, -1 where unknown, and how many of them were read */
    char *raw;
    size_t raw_length, raw_at;      /* bytes in raw, and where those begin that wait to be used */
    bool owned, gzip, member_ended; /* owned: the descriptor is closed at the end */
    bool ended;                     /* read to its end */
    bool side_by_side;              /* a plain file: blocks can be read at their places */
    char *peeked;
    size_t peeked_length, peeked_at;   /* bytes in peeked, and where the text goes on that was not given out yet */
    int64_t peeked_capacity, position; /* position: in the file, of the next block */
    int64_t n_blocks;
    pthread_mutex_t lock;
    z_stream inflater;
};

/* Waits for a pipe or a terminal to give something. Any thread may wait here, and a signal wakes the first one alone.
 */
static shoal_status await_bytes(const shoal_ctx *ctx, const shoal_source *s, shoal_error *err)
{
    enum { LOOK_MS = 200 };
    struct pollfd wanted = {.fd = s->fd, .events = POLLIN};
    while (s->size < 0 && poll(&wanted, 1, LOOK_MS) <= 0)
        if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    return SHOAL_OK;
}

static shoal_status fill_raw(const shoal_ctx *ctx, shoal_source *s, shoal_error *err)
{
    s->raw_length = 0;
    s->raw_at = 0;
    while (s->raw_length < BLOCK_SIZE && !s->ended) {
        SHOAL_TRY(await_bytes(ctx, s, err));
        const ssize_t got = read(s->fd, s->raw + s->raw_length, BLOCK_SIZE - s->raw_length);
        if (got < 0 && errno == EINTR) {
            if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
            continue;
        }
        if (got < 0) return shoal_fail_errno(err, errno, "cannot read %s", s->name);
        s->ended = got == 0;
        s->raw_length += (size_t)got;
        s->taken += got;
    }
    return SHOAL_OK;
}

static bool begins_with(const shoal_source *s, const char *bytes, size_t length)
{
    return s->raw_length >= length && memcmp(s->raw, bytes, length) == 0;
}

/* Looks at the first bytes: gzip, or something that is no text at all. */
static shoal_status recognise(shoal_source *s, shoal_error *err)
{
    if (begins_with(s, "\xFF\xFE", 2) || begins_with(s, "\xFE\xFF", 2))
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s is UTF-16 text: save it as UTF-8", s->name);
    if (begins_with(s, "PK\x03\x04", 4))
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "%s is a zip archive or an Excel workbook: unpack it, or save the sheet as CSV", s->name);
    if (begins_with(s, "\x89HDF\r\n\x1a\n", 8))
        return shoal_fail(err, SHOAL_ERR_INPUT, "%s is an HDF5 file, not a CSV file", s->name);
    if (!begins_with(s, "\x1f\x8b", 2)) return SHOAL_OK;
    if (inflateInit2(&s->inflater, 16 + MAX_WBITS) != Z_OK) return shoal_fail_memory(err);
    s->gzip = true;
    s->inflater.next_in = (Bytef *)s->raw;
    s->inflater.avail_in = (uInt)s->raw_length;
    return SHOAL_OK;
}

shoal_status shoal_source_open(const shoal_ctx *ctx, const char *path, shoal_source **source, shoal_error *err)
{
    const bool standard_input = strcmp(path, "-") == 0;
    shoal_source *s = NULL;
    struct stat info;
    shoal_status status = SHOAL_OK;
    *source = NULL;
    SHOAL_TRY_OUT(shoal_alloc_zero(1, sizeof *s, &s, err));
    pthread_mutex_init(&s->lock, NULL);
    s->name = shoal_text_dup(standard_input ? "standard input" : path);
    if (s->name == NULL) {
        status = shoal_fail_memory(err);
        goto out;
    }
    SHOAL_TRY_OUT(shoal_alloc(BLOCK_SIZE, 1, &s->raw, err));
    s->fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    s->owned = s->fd >= 0 && !standard_input;
    if (s->fd < 0 || fstat(s->fd, &info) != 0) {
        status = shoal_fail_errno(err, errno, "cannot open %s", s->name);
        goto out;
    }
    if (S_ISDIR(info.st_mode)) {
        status = shoal_fail(err, SHOAL_ERR_IO, "cannot read %s: it is a folder", s->name);
        goto out;
    }
    s->size = S_ISREG(info.st_mode) ? info.st_size : -1;
    posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    SHOAL_TRY_OUT(fill_raw(ctx, s, err));
    SHOAL_TRY_OUT(recognise(s, err));
    s->side_by_side = s->size > 0 && !s->gzip && !standard_input;
    *source = s;
    s = NULL;
out:
    shoal_source_close(s);
    return status;
}

/* After a gzip member: another one, padding zeros, or the end. */
static shoal_status next_member(shoal_source *s, bool *more, shoal_error *err)
{
    z_stream *z = &s->inflater;
    while (z->avail_in > 0 && *z->next_in == 0) {
        z->next_in++;
        z->avail_in--;
    }
    *more = z->avail_in > 0;
    if (!*more) return SHOAL_OK;
    const int64_t at = s->taken - z->avail_in + 1;
    if (*z->next_in != 0x1f)
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "%s: something that is not gzip data follows the gzip data at byte %lld", s->name,
                          (long long)at);
    if (inflateReset(z) != Z_OK) return shoal_fail_memory(err);
    s->member_ended = false;
    return SHOAL_OK;
}

static shoal_status unpack(const shoal_ctx *ctx, shoal_source *s, char *to, size_t size, size_t *length,
                           shoal_error *err)
{
    z_stream *z = &s->inflater;
    z->next_out = (Bytef *)to;
    z->avail_out = (uInt)size;
    while (z->avail_out > 0) {
        if (z->avail_in == 0) {
            SHOAL_TRY(fill_raw(ctx, s, err));
            z->next_in = (Bytef *)s->raw;
            z->avail_in = (uInt)s->raw_length;
            if (s->raw_length == 0) {
                if (s->member_ended) break;
                return shoal_fail(err, SHOAL_ERR_INPUT,
                                  "%s: the gzip data end early, at byte %lld: the file was cut off, copy it again",
                                  s->name, (long long)s->taken);
            }
        }
        if (s->member_ended) {
            bool more;
            SHOAL_TRY(next_member(s, &more, err));
            if (!more) continue;
        }
        const int code = inflate(z, Z_NO_FLUSH);
        if (code == Z_MEM_ERROR) return shoal_fail_memory(err);
        if (code == Z_STREAM_END) s->member_ended = true;
        else if (code != Z_OK && code != Z_BUF_ERROR) {
            const int64_t at = s->taken - z->avail_in;
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "%s: the gzip data are damaged near byte %lld (%s): copy the file again", s->name,
                              (long long)at, z->msg != NULL ? z->msg : "no reason given");
        }
    }
    *length = size - z->avail_out;
    return SHOAL_OK;
}

/* The bytes as they are: those that opening has read, then the rest. */
static shoal_status copy_raw(const shoal_ctx *ctx, shoal_source *s, char *to, size_t size, size_t *length,
                             shoal_error *err)
{
    *length = 0;
    while (*length < size) {
        if (s->raw_at == s->raw_length) SHOAL_TRY(fill_raw(ctx, s, err));
        const size_t left = s->raw_length - s->raw_at, wanted = size - *length;
        const size_t some = left < wanted ? left : wanted;
        if (some == 0) break;
        memcpy(to + *length, s->raw + s->raw_at, some);
        s->raw_at += some;
        *length += some;
    }
    return SHOAL_OK;
}

static shoal_status read_text(const shoal_ctx *ctx, shoal_source *s, char *to, size_t size, size_t *length,
                              shoal_error *err)
{
    return s->gzip ? unpack(ctx, s, to, size, length, err) : copy_raw(ctx, s, to, size, length, err);
}

shoal_status shoal_source_peek(const shoal_ctx *ctx, shoal_source *s, size_t want, const char **bytes, size_t *length,
                               shoal_error *err)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const size_t wanted = want + strlen(mark);
    if (s->peeked_length < wanted) {
        SHOAL_TRY(shoal_grow(&s->peeked, &s->peeked_capacity, (int64_t)s->peeked_length, (int64_t)wanted, 1, err));
        size_t more = 0;
        SHOAL_TRY(read_text(ctx, s, s->peeked + s->peeked_length, wanted - s->peeked_length, &more, err));
        s->peeked_length += more;
    }
    s->peeked_at = s->peeked_length >= strlen(mark) && memcmp(s->peeked, mark, strlen(mark)) == 0 ? strlen(mark) : 0;
    *bytes = s->peeked + s->peeked_at;
    *length = s->peeked_length - s->peeked_at;
    return SHOAL_OK;
}

void shoal_source_begin(shoal_source *s, size_t skip)
{
    s->peeked_at += skip;
    s->position = (int64_t)s->peeked_at;
    if (s->side_by_side) s->taken = s->position;
}

static shoal_status read_at(const shoal_ctx *ctx, const shoal_source *s, char *to, size_t size, int64_t position,
                            size_t *length, shoal_error *err)
{
    *length = 0;
    const int64_t left = s->size > position ? s->size - position : 0; /* as it was opened, should it grow */
    if ((int64_t)size > left) size = (size_t)left;
    while (*length < size) {
        const ssize_t got = pread(s->fd, to + *length, size - *length, position + (off_t)*length);
        if (got == 0) break;
        if (got > 0) *length += (size_t)got;
        else if (errno != EINTR) return shoal_fail_errno(err, errno, "cannot read %s", s->name);
        else if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    }
    return SHOAL_OK;
}

/* What was peeked at and not given out, then what follows. */
static shoal_status next_text(const shoal_ctx *ctx, shoal_source *s, char *to, size_t size, size_t *length,
                              shoal_error *err)
{
    const size_t left = s->peeked_length - s->peeked_at, some = left < size ? left : size;
    if (some > 0) memcpy(to, s->peeked + s->peeked_at, some);
    s->peeked_at += some;
    *length = 0;
    if (some < size) SHOAL_TRY(read_text(ctx, s, to + some, size - some, length, err));
    *length += some;
    return SHOAL_OK;
}

shoal_status shoal_source_block(const shoal_ctx *ctx, shoal_source *s, char *buffer, size_t size, size_t *length,
                                int64_t *number, shoal_error *err)
{
    shoal_status status = SHOAL_OK;
    *length = 0;
    pthread_mutex_lock(&s->lock);
    *number = s->n_blocks++;
    const int64_t position = s->position;
    s->position += (int64_t)size;
    if (s->side_by_side) s->taken = s->position < s->size ? s->position : s->size;
    else status = next_text(ctx, s, buffer, size, length, err);
    pthread_mutex_unlock(&s->lock);
    return s->side_by_side ? read_at(ctx, s, buffer, size, position, length, err) : status;
}

int64_t shoal_source_blocks_left(const shoal_source *s, size_t size)
{
    return s->side_by_side ? (s->size - s->position) / (int64_t)size + 1 : -1;
}

double shoal_source_fraction(shoal_source *s)
{
    pthread_mutex_lock(&s->lock);
    const int64_t taken = s->taken;
    pthread_mutex_unlock(&s->lock);
    return s->size > 0 && taken <= s->size ? (double)taken / (double)s->size : -1;
}

bool shoal_source_is_gzip(const shoal_source *s)
{
    return s->gzip;
}

const char *shoal_source_name(const shoal_source *s)
{
    return s->name;
}

void shoal_source_close(shoal_source *s)
{
    if (s == NULL) return;
    if (s->gzip) inflateEnd(&s->inflater);
    if (s->owned) close(s->fd);
    free(s->name);
    free(s->raw);
    free(s->peeked);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
