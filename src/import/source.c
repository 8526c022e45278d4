#include "import/source.h"

#include <errno.h>
#include <fcntl.h>
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
    char *raw, *unpacked;
    size_t raw_length;                       /* bytes in raw that wait to be used */
    bool owned, started, gzip, member_ended; /* owned: the descriptor is closed at the end */
    z_stream inflater;
};

static shoal_status fill_raw(const shoal_ctx *ctx, shoal_source *s, shoal_error *err)
{
    s->raw_length = 0;
    while (s->raw_length < BLOCK_SIZE) {
        const ssize_t got = read(s->fd, s->raw + s->raw_length, BLOCK_SIZE - s->raw_length);
        if (got < 0 && errno == EINTR) {
            if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
            continue;
        }
        if (got < 0) return shoal_fail_errno(err, errno, "cannot read %s", s->name);
        if (got == 0) break;
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
    SHOAL_TRY(shoal_alloc(BLOCK_SIZE, 1, &s->unpacked, err));
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

static shoal_status unpack(const shoal_ctx *ctx, shoal_source *s, size_t *length, shoal_error *err)
{
    z_stream *z = &s->inflater;
    z->next_out = (Bytef *)s->unpacked;
    z->avail_out = BLOCK_SIZE;
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
    *length = BLOCK_SIZE - z->avail_out;
    return SHOAL_OK;
}

shoal_status shoal_source_read(const shoal_ctx *ctx, shoal_source *s, char **bytes, size_t *length, shoal_error *err)
{
    const bool first = !s->started;
    s->started = true;
    *length = 0;
    *bytes = s->gzip ? s->unpacked : s->raw;
    if (s->gzip) SHOAL_TRY(unpack(ctx, s, length, err));
    else {
        if (!first) SHOAL_TRY(fill_raw(ctx, s, err)); /* opening has filled the first */
        *length = s->raw_length;
    }
    if (first && *length >= 3 && memcmp(*bytes, "\xEF\xBB\xBF", 3) == 0) {
        *bytes += 3;
        *length -= 3;
    }
    return SHOAL_OK;
}

double shoal_source_fraction(const shoal_source *s)
{
    return s->size > 0 && s->taken <= s->size ? (double)s->taken / (double)s->size : -1;
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
    free(s->unpacked);
    free(s);
}
