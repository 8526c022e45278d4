#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench_sample.h"
#include "record/journal.h"

static char path[] = "/tmp/shoal_bench_journal_XXXXXX";

static void make_file(void)
{
    const int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
}

static void remove_file(void)
{
    unlink(path);
}

TestSuite(journal, .init = make_file, .fini = remove_file);

static shoal_error err;

static void write_file(const char *data, size_t length)
{
    FILE *file = fopen(path, "wb");
    cr_assert(file != NULL && fwrite(data, 1, length, file) == length && fclose(file) == 0);
}

static char *read_file(size_t *length)
{
    FILE *file = fopen(path, "rb");
    cr_assert(file != NULL);
    char *data = calloc(1, 1 << 20);
    *length = fread(data, 1, (1 << 20) - 1, file);
    fclose(file);
    return data;
}

static bench_journal opened(void)
{
    bench_journal journal = {0};
    cr_assert_eq(bench_journal_open(path, &journal, &err), SHOAL_OK, "%s", err.message);
    return journal;
}

static void add(bench_journal *journal, const char *name)
{
    const bench_record record = bench_sample_record(name, 3);
    cr_assert_eq(bench_journal_add(journal, &record, &err), SHOAL_OK, "%s", err.message);
}

Test(journal, continues_where_it_stopped)
{
    bench_journal journal = opened();
    const bench_machine machine = bench_sample_machine();
    const bench_limits limits = bench_sample_limits();
    cr_assert_eq(bench_journal_machine(&journal, &machine, &limits, &err), SHOAL_OK);
    for (int i = 0; i < 40; i++) { /* beyond the first allocation */
        char name[16];
        snprintf(name, sizeof name, "row %d", i);
        add(&journal, name);
    }
    bench_journal_close(&journal);

    journal = opened();
    cr_assert(journal.n_before == 40 && journal.book.n == 40 && journal.book.n_machines == 1);
    bench_record wanted = bench_sample_record("row 17", 3);
    const bench_record *found = bench_journal_find(&journal, &wanted);
    cr_assert(found != NULL && strcmp(found->name, "row 17") == 0);
    snprintf(wanted.commit, sizeof wanted.commit, "another");
    cr_assert_null(bench_journal_find(&journal, &wanted));
    wanted = bench_sample_record("row 40", 3);
    cr_assert_null(bench_journal_find(&journal, &wanted));
    add(&journal, "row 40");
    cr_assert(bench_journal_find(&journal, &wanted) != NULL);
    cr_assert_eq(journal.n_before, 40);
    bench_journal_close(&journal);

    bench_book book = {0};
    bool cut = true;
    cr_assert_eq(bench_book_read(path, &book, &cut, &err), SHOAL_OK, "%s", err.message);
    cr_assert(book.n == 41 && !cut);
    cr_assert_eq(bench_book_read(path, &book, NULL, &err), SHOAL_OK);
    cr_assert(book.n == 82 && book.n_machines == 2, "a second file is added");
    bench_book_free(&book);
}

/* Wherever a writer was killed, the whole lines stay and the next run writes on. */
Test(journal, cut_at_every_byte_it_opens_and_continues)
{
    bench_journal journal = opened();
    const bench_machine machine = bench_sample_machine();
    const bench_limits limits = bench_sample_limits();
    cr_assert_eq(bench_journal_machine(&journal, &machine, &limits, &err), SHOAL_OK);
    add(&journal, "a");
    bench_journal_close(&journal);
    size_t length;
    char *data = read_file(&length);
    const size_t first = (size_t)(strchr(data, '\n') - data) + 1;
    for (size_t kept = 0; kept <= length; kept++) {
        write_file(data, kept);
        const size_t whole = kept == length ? length : kept >= first ? first : 0;
        bench_book book = {0};
        bool cut;
        cr_assert_eq(bench_book_read(path, &book, &cut, &err), SHOAL_OK, "%zu: %s", kept, err.message);
        cr_assert_eq(cut, kept > whole, "%zu", kept);
        bench_book_free(&book);
        journal = opened();
        cr_assert(journal.book.n == (whole == length) && journal.book.n_machines == (whole > 0), "%zu", kept);
        struct stat info;
        cr_assert(stat(path, &info) == 0 && (size_t)info.st_size == whole, "%zu", kept);
        if (kept % 16 == 0) {
            add(&journal, "b");
            bench_journal_close(&journal);
            journal = opened();
            cr_assert_eq(journal.book.n, 1 + (whole == length), "%zu", kept);
        }
        bench_journal_close(&journal);
    }
    free(data);
}

Test(journal, a_second_writer_is_refused)
{
    bench_journal journal = opened(), second = {0};
    cr_assert_eq(bench_journal_open(path, &second, &err), SHOAL_ERR_IO);
    cr_assert(strstr(err.message, "another run of shoal-bench writes it"), "%s", err.message);
    cr_assert(strstr(err.message, path) && !second.open);
    add(&journal, "a");
    bench_book book = {0};
    cr_assert_eq(bench_book_read(path, &book, NULL, &err), SHOAL_OK, "readers may");
    cr_assert_eq(book.n, 1);
    bench_book_free(&book);
    bench_journal_close(&journal);
    second = opened();
    bench_journal_close(&second);
    bench_journal_close(&second);
}

/* A file system that is full halfway through a line: the limit on file sizes refuses in the same way. */
Test(journal, a_line_that_does_not_fit_is_taken_back)
{
    bench_journal journal = opened();
    add(&journal, "a");
    size_t before;
    char *data = read_file(&before);
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    const struct rlimit small = {before + 100, limit.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    const bench_record record = bench_sample_record("b", 3);
    const shoal_status status = bench_journal_add(&journal, &record, &err);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_eq(status, SHOAL_ERR_IO);
    cr_assert(strstr(err.message, path) && strstr(err.message, "File too large"), "%s", err.message);
    size_t after;
    char *left = read_file(&after);
    cr_assert(after == before && memcmp(data, left, before) == 0);
    cr_assert_eq(journal.book.n, 1);
    add(&journal, "b");
    bench_journal_close(&journal);
    journal = opened();
    cr_assert_eq(journal.book.n, 2);
    bench_journal_close(&journal);
    free(data);
    free(left);
}

static void open_refused(const char *name, shoal_status status, const char *message)
{
    bench_journal journal = {0};
    err = (shoal_error){0};
    cr_assert_eq(bench_journal_open(name, &journal, &err), status, "%s: %s", name, err.message);
    cr_assert(strstr(err.message, message) && strstr(err.message, name), "%s", err.message);
    cr_assert(!journal.open && journal.book.records == NULL);
}

Test(journal, what_is_no_file_is_refused)
{
    open_refused("/dev/full", SHOAL_ERR_IO, "device or pipe");
    open_refused("/tmp", SHOAL_ERR_IO, "Is a directory");
    open_refused("/nowhere/at/all", SHOAL_ERR_IO, "No such file");
    unlink(path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    open_refused(path, SHOAL_ERR_IO, "device or pipe");
    bench_book book = {0};
    cr_assert_eq(bench_book_read("/dev/zero", &book, NULL, &err), SHOAL_ERR_IO);
    cr_assert_eq(bench_book_read("/nowhere", &book, NULL, &err), SHOAL_ERR_IO);
}

static void foreign(const char *data, size_t length, const char *message)
{
    write_file(data, length);
    open_refused(path, SHOAL_ERR_INPUT, message);
    bench_book book = {0};
    cr_assert_eq(bench_book_read(path, &book, NULL, &err), SHOAL_ERR_INPUT);
    cr_assert_eq(book.n, 0);
    bench_book_free(&book);
    size_t left;
    char *after = read_file(&left);
    cr_assert(left == length && memcmp(after, data, length) == 0, "a foreign file stays as it is");
    free(after);
}

Test(journal, a_file_of_others_is_refused_and_left_alone)
{
    foreign("<html>\n<p>text", 14, "line 1: this is no JSON");
    foreign("no newline", 10, "line 1: this is no line that shoal-bench wrote");
    foreign("\0\0\0", 3, "line 1:");
    foreign("{\"schema\":\"shoal.rfm/1\"}", 24, "line 1:");
    foreign("{\"schema\":\"shoal.rfm/1\"}\n", 25, "line 1: the schema is shoal.rfm/1");
}

Test(journal, the_bad_line_is_named)
{
    const bench_record record = bench_sample_record("a", 3);
    char *line = bench_record_print(&record), data[8192];
    snprintf(data, sizeof data, "%s\n%s{\"schema\":\"shoal.bench/3\"}\n%s", line, line, line);
    foreign(data, strlen(data), "line 4: schema shoal.bench/3 is newer");
    snprintf(data, sizeof data, "%s{\"schema\":\"shoal.bench.machine/2\"}\n", line);
    foreign(data, strlen(data), "line 2: schema shoal.bench.machine/2 is newer");
    free(line);
}

Test(journal, a_record_that_could_not_be_read_is_not_written)
{
    bench_journal journal = opened();
    bench_record record = bench_sample_record("a", 3);
    record.threads = 0;
    cr_assert_eq(bench_journal_add(&journal, &record, &err), SHOAL_ERR_INPUT);
    cr_assert(strstr(err.message, "cannot write the row a: \"threads\" is 0"), "%s", err.message);
    cr_assert_eq(journal.book.n, 0);
    bench_journal_close(&journal);
    size_t length;
    free(read_file(&length));
    cr_assert_eq(length, 0);
}

Test(journal, a_machine_is_written_when_it_changed)
{
    bench_journal journal = opened();
    bench_machine machine = bench_sample_machine();
    bench_limits limits = bench_sample_limits();
    for (int i = 0; i < 2; i++) cr_assert_eq(bench_journal_machine(&journal, &machine, &limits, &err), SHOAL_OK);
    limits.limit[0].fma32_gflops = 151; /* limits vary from run to run */
    cr_assert_eq(bench_journal_machine(&journal, &machine, &limits, &err), SHOAL_OK);
    cr_assert_eq(journal.book.n_machines, 1);
    limits.limit[1].threads = 4;
    cr_assert_eq(bench_journal_machine(&journal, &machine, &limits, &err), SHOAL_OK);
    cr_assert_eq(journal.book.n_machines, 2);
    snprintf(machine.commit, sizeof machine.commit, "another");
    cr_assert_eq(bench_journal_machine(&journal, &machine, &limits, &err), SHOAL_OK);
    bench_journal_close(&journal);
    journal = opened();
    cr_assert_eq(journal.book.n_machines, 3);
    cr_assert_str_eq(bench_book_machine(&journal.book, machine.tag)->machine.commit, "another");
    cr_assert_eq(bench_book_machine(&journal.book, machine.tag)->limits.limit[2].threads, 4);
    cr_assert_null(bench_book_machine(&journal.book, "nowhere"));
    cr_assert_eq(bench_journal_machine(&journal, &machine, &limits, &err), SHOAL_OK);
    cr_assert_eq(journal.book.n_machines, 3);
    bench_journal_close(&journal);
}

Test(journal, without_a_path_records_are_kept)
{
    bench_journal journal = {0};
    const bench_machine machine = bench_sample_machine();
    const bench_limits limits = bench_sample_limits();
    cr_assert_eq(bench_journal_open(NULL, &journal, &err), SHOAL_OK);
    add(&journal, "a");
    cr_assert_eq(bench_journal_machine(&journal, &machine, &limits, &err), SHOAL_OK);
    cr_assert(journal.book.n == 1 && journal.book.n_machines == 1 && journal.n_before == 0);
    bench_journal_close(&journal);
}

Test(journal, limits_of_other_thread_counts_are_kept)
{
    bench_journal journal = {0};
    bench_book book = {0};
    shoal_error error = {0};
    const bench_machine machine = bench_sample_machine();
    const bench_limits two = {1, {{.threads = 2, .sgemm_gflops = 20}}}, one = {1, {{.threads = 1, .sgemm_gflops = 10}}};
    cr_assert_eq(bench_journal_open(path, &journal, &error), SHOAL_OK, "%s", error.message);
    cr_assert_eq(bench_journal_machine(&journal, &machine, &two, &error), SHOAL_OK, "%s", error.message);
    cr_assert_eq(bench_journal_machine(&journal, &machine, &one, &error), SHOAL_OK, "%s", error.message);
    bench_journal_close(&journal);
    cr_assert_eq(bench_book_read(path, &book, NULL, &error), SHOAL_OK, "%s", error.message);
    const bench_limits *limits = &bench_book_machine(&book, machine.tag)->limits;
    cr_assert_eq(limits->n, 2);
    cr_assert_eq(limits->limit[0].threads, 1);
    cr_assert_eq(limits->limit[1].threads, 2);
    cr_assert_float_eq(limits->limit[0].sgemm_gflops, 10, 0);
    cr_assert_float_eq(limits->limit[1].sgemm_gflops, 20, 0);
    bench_book_free(&book);
}
