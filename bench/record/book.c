#include "record/book.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "record/schema.h"

/* What every line that is written here begins with. */
#define FIRST_BYTES "{\"schema\":\"" BENCH_RECORD_SCHEMA

static shoal_status read_all(int fd, const char *path, shoal_text *data, shoal_error *err)
{
    char buffer[16384];
    for (;;) {
        const ssize_t got = read(fd, buffer, sizeof buffer);
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return shoal_fail_errno(err, errno, "cannot read %s", path);
        shoal_text_add_n(data, buffer, (size_t)got);
        if (data->failed) return shoal_fail_memory(err);
    }
    return SHOAL_OK;
}

shoal_status bench_book_add(bench_book *book, const bench_record *record, shoal_error *err)
{
    SHOAL_TRY(shoal_grow(&book->records, &book->capacity, book->n, (int64_t)book->n + 1, sizeof *book->records, err));
    book->records[book->n++] = *record;
    return SHOAL_OK;
}

bool bench_limits_have(const bench_limits *limits, int threads)
{
    for (int i = 0; i < limits->n; i++)
        if (limits->limit[i].threads == threads) return true;
    return false;
}

/* Adds the limits of thread counts that `limits` lacks, in ascending order of threads. */
static void complete_limits(const bench_limits *older, bench_limits *limits)
{
    for (int i = 0; i < older->n && limits->n < BENCH_MAX_LIMITS; i++) {
        if (bench_limits_have(limits, older->limit[i].threads)) continue;
        int at = limits->n++;
        for (; at > 0 && limits->limit[at - 1].threads > older->limit[i].threads; at--)
            limits->limit[at] = limits->limit[at - 1];
        limits->limit[at] = older->limit[i];
    }
}

shoal_status bench_book_add_machine(bench_book *book, const bench_machine *machine, const bench_limits *limits,
                                    shoal_error *err)
{
    SHOAL_TRY(shoal_grow(&book->machines, &book->machine_capacity, book->n_machines, (int64_t)book->n_machines + 1,
                         sizeof *book->machines, err));
    const struct bench_book_machine *older = bench_book_machine(book, machine->tag);
    struct bench_book_machine *added = &book->machines[book->n_machines];
    added->machine = *machine;
    added->limits = *limits;
    if (older != NULL) complete_limits(&older->limits, &added->limits);
    book->n_machines++;
    return SHOAL_OK;
}

static shoal_status take_object(const json_t *object, bench_book *book, shoal_error *err)
{
    if (bench_line_is(object, BENCH_MACHINE_SCHEMA)) {
        bench_machine machine;
        bench_limits limits;
        SHOAL_TRY(bench_machine_take(object, &machine, &limits, err));
        return bench_book_add_machine(book, &machine, &limits, err);
    }
    bench_record record;
    SHOAL_TRY(bench_record_take(object, &record, err));
    return bench_book_add(book, &record, err);
}

static bool is_blank(const char *line, size_t length)
{
    size_t i = 0;
    while (i < length && isspace((unsigned char)line[i])) i++;
    return i == length;
}

static shoal_status take_line(const char *line, size_t length, bench_book *book, shoal_error *err)
{
    if (is_blank(line, length)) return SHOAL_OK;
    json_t *object;
    SHOAL_TRY(bench_line_read(line, length, &object, err));
    const shoal_status status = take_object(object, book, err);
    json_decref(object);
    return status;
}

/* whole: bytes of the lines that end in a newline. */
static shoal_status take_lines(const char *data, size_t length, const char *path, bench_book *book, size_t *whole,
                               shoal_error *err)
{
    int line = 1;
    *whole = 0;
    while (*whole < length) {
        const char *start = data + *whole, *end = memchr(start, '\n', length - *whole);
        if (end == NULL) break;
        const shoal_status status = take_line(start, (size_t)(end - start), book, err);
        if (status == SHOAL_ERR_INPUT) shoal_error_prefix(err, "%s, line %d", path, line);
        if (status < 0) return status;
        *whole += (size_t)(end - start) + 1;
        line++;
    }
    return SHOAL_OK;
}

/* Whether a file without any whole line can be the beginning of ours. */
static bool may_be_ours(const char *data, size_t length)
{
    const size_t known = sizeof FIRST_BYTES - 1;
    return memcmp(data, FIRST_BYTES, length < known ? length : known) == 0;
}

static shoal_status load(int fd, const char *path, shoal_text *data, bench_book *book, size_t *whole, shoal_error *err)
{
    SHOAL_TRY(read_all(fd, path, data, err));
    SHOAL_TRY(take_lines(data->data, data->length, path, book, whole, err));
    if (*whole > 0 || data->length == 0 || may_be_ours(data->data, data->length)) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_INPUT, "%s, line 1: this is no line that shoal-bench wrote", path);
}

shoal_status bench_book_load(int fd, const char *path, bench_book *book, size_t *whole, size_t *cut, shoal_error *err)
{
    const int n = book->n, n_machines = book->n_machines;
    shoal_text data = {0};
    const shoal_status status = load(fd, path, &data, book, whole, err);
    *cut = data.length - *whole;
    shoal_text_free(&data);
    if (status < 0) {
        book->n = n;
        book->n_machines = n_machines;
    }
    return status;
}

shoal_status bench_book_read(const char *path, bench_book *book, bool *cut, shoal_error *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return shoal_fail_errno(err, errno, "cannot read %s", path);
    struct stat info;
    shoal_status status;
    size_t whole = 0, torn = 0;
    if (fstat(fd, &info) != 0) status = shoal_fail_errno(err, errno, "cannot read %s", path);
    else if (S_ISREG(info.st_mode) || S_ISFIFO(info.st_mode))
        status = bench_book_load(fd, path, book, &whole, &torn, err);
    else status = shoal_fail(err, SHOAL_ERR_IO, "cannot read %s: it is neither a file nor a pipe", path);
    close(fd);
    if (cut != NULL) *cut = torn > 0;
    return status;
}

void bench_book_free(bench_book *book)
{
    free(book->records);
    free(book->machines);
    *book = (bench_book){0};
}

const struct bench_book_machine *bench_book_machine(const bench_book *book, const char *tag)
{
    for (int i = book->n_machines - 1; i >= 0; i--)
        if (strcmp(book->machines[i].machine.tag, tag) == 0) return &book->machines[i];
    return NULL;
}
