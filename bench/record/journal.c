#include "record/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/book.h"

static shoal_status open_file(const char *path, int *fd, shoal_error *err)
{
    /* never waits for the other end of a pipe: that is refused below */
    *fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
    if (*fd < 0) return shoal_fail_errno(err, errno, "cannot write %s", path);
    struct stat info;
    if (fstat(*fd, &info) != 0) return shoal_fail_errno(err, errno, "cannot write %s", path);
    if (S_ISREG(info.st_mode)) return SHOAL_OK;
    return shoal_fail(err, SHOAL_ERR_IO, "cannot append to %s: it is a device or pipe; name a file", path);
}

static shoal_status lock(int fd, const char *path, shoal_error *err)
{
    int failed;
    do failed = flock(fd, LOCK_EX | LOCK_NB);
    while (failed != 0 && errno == EINTR);
    if (failed == 0) return SHOAL_OK;
    if (errno == EWOULDBLOCK)
        return shoal_fail(err, SHOAL_ERR_IO,
                          "cannot write %s: another run of shoal-bench writes it; wait for it, or name another file",
                          path);
    return shoal_fail_errno(err, errno, "cannot lock %s, name a file on a file system that knows locks", path);
}

static shoal_status load_and_cut(bench_journal *journal, shoal_error *err)
{
    size_t whole, torn;
    SHOAL_TRY(bench_book_load(journal->fd, journal->path, &journal->book, &whole, &torn, err));
    if (torn > 0 && ftruncate(journal->fd, (off_t)whole) != 0)
        return shoal_fail_errno(err, errno, "cannot cut the torn last line off %s", journal->path);
    return SHOAL_OK;
}

shoal_status bench_journal_open(const char *path, bench_journal *journal, shoal_error *err)
{
    *journal = (bench_journal){.fd = -1, .open = true, .path = path};
    if (path == NULL) return SHOAL_OK;
    shoal_status status;
    SHOAL_TRY_OUT(open_file(path, &journal->fd, err));
    SHOAL_TRY_OUT(lock(journal->fd, path, err));
    SHOAL_TRY_OUT(load_and_cut(journal, err));
    journal->n_before = journal->book.n;
out:
    if (status < 0) bench_journal_close(journal);
    return status;
}

void bench_journal_close(bench_journal *journal)
{
    if (journal->open && journal->fd >= 0) close(journal->fd);
    bench_book_free(&journal->book);
    *journal = (bench_journal){.fd = -1};
}

const bench_record *bench_journal_find(const bench_journal *journal, const bench_record *wanted)
{
    for (int i = journal->book.n - 1; i >= 0; i--) {
        const bench_record *record = &journal->book.records[i];
        if (strcmp(record->commit, wanted->commit) == 0 && bench_record_same(record, wanted)) return record;
    }
    return NULL;
}

/* Whole, or an errno value. */
static int write_whole(int fd, const char *line, size_t length)
{
    for (size_t done = 0; done < length;) {
        const ssize_t wrote = write(fd, line + done, length - done);
        if (wrote < 0 && errno != EINTR) return errno;
        if (wrote > 0) done += (size_t)wrote;
    }
    return fsync(fd) != 0 && errno != EINVAL ? errno : 0;
}

/* What could be written of a line that failed is taken back, so that the file stays one of whole lines. */
static shoal_status append(const bench_journal *journal, const char *line, shoal_error *err)
{
    struct stat before;
    if (fstat(journal->fd, &before) != 0) return shoal_fail_errno(err, errno, "cannot write %s", journal->path);
    const int failed = write_whole(journal->fd, line, strlen(line));
    if (failed == 0) return SHOAL_OK;
    if (ftruncate(journal->fd, before.st_size) != 0)
        return shoal_fail_errno(err, failed, "cannot write %s, and its last line is torn now", journal->path);
    return shoal_fail_errno(err, failed, "cannot write %s; the rows before this one are safe", journal->path);
}

shoal_status bench_journal_add(bench_journal *journal, const bench_record *record, shoal_error *err)
{
    char *line = bench_record_print(record);
    if (line == NULL) return shoal_fail_memory(err);
    /* what cannot be read back is not written, and what is kept is what the file says */
    bench_record kept;
    shoal_status status = bench_record_parse(line, strlen(line), &kept, err);
    if (status < 0) shoal_error_prefix(err, "cannot write the row %s", record->name);
    SHOAL_TRY_OUT(status);
    if (journal->fd >= 0) SHOAL_TRY_OUT(append(journal, line, err));
    SHOAL_TRY_OUT(bench_book_add(&journal->book, &kept, err));
out:
    free(line);
    return status;
}

static bool knows_all(const bench_limits *known, const bench_limits *limits)
{
    for (int i = 0; i < limits->n; i++)
        if (!bench_limits_have(known, limits->limit[i].threads)) return false;
    return true;
}

/* Descriptions are compared as they are written. */
static shoal_status same_machine(const bench_machine *a, const bench_machine *b, bool *same, shoal_error *err)
{
    const bench_limits none = {0};
    char *one = bench_machine_print(a, &none), *other = bench_machine_print(b, &none);
    const bool printed = one != NULL && other != NULL;
    *same = printed && strcmp(one, other) == 0;
    free(one);
    free(other);
    return printed ? SHOAL_OK : shoal_fail_memory(err);
}

static shoal_status write_machine(bench_journal *journal, const bench_machine *machine, const bench_limits *limits,
                                  shoal_error *err)
{
    char *line = bench_machine_print(machine, limits);
    if (line == NULL) return shoal_fail_memory(err);
    const shoal_status status = append(journal, line, err);
    free(line);
    return status;
}

shoal_status bench_journal_machine(bench_journal *journal, const bench_machine *machine, const bench_limits *limits,
                                   shoal_error *err)
{
    const struct bench_book_machine *newest = bench_book_machine(&journal->book, machine->tag);
    bool same = false;
    if (newest != NULL) SHOAL_TRY(same_machine(&newest->machine, machine, &same, err));
    if (same && knows_all(&newest->limits, limits)) return SHOAL_OK;
    if (journal->fd >= 0) SHOAL_TRY(write_machine(journal, machine, limits, err));
    return bench_book_add_machine(&journal->book, machine, limits, err);
}
