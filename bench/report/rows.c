#include "rows.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

shoal_status bench_rows_read(const bench_opts *opts, int first, int n_files, bench_book *book, shoal_error *err)
{
    for (int i = first; i < first + n_files; i++) {
        const int before = book->n;
        bool cut = false;
        SHOAL_TRY(bench_book_read(opts->inputs[i], book, &cut, err));
        if (cut && !opts->quiet)
            fprintf(stderr, "note: %s: the last line is torn (its writer was stopped) and left out\n", opts->inputs[i]);
        if (book->n == before)
            return shoal_fail(err, SHOAL_ERR_INPUT,
                              "%s holds no row; make some with shoal-bench scaling -o %s (or variants, peers)",
                              opts->inputs[i], opts->inputs[i]);
    }
    return SHOAL_OK;
}

shoal_status bench_rows_check_filter(const bench_book *book, const bench_opts *opts, shoal_error *err)
{
    const char **names = NULL;
    int n = 0;
    SHOAL_TRY(shoal_alloc(book->n, sizeof *names, &names, err));
    for (int i = 0; i < book->n; i++) {
        bool known = false;
        for (int j = 0; j < n && !known; j++) known = strcmp(names[j], book->records[i].name) == 0;
        if (!known) names[n++] = book->records[i].name;
    }
    const shoal_status status = bench_check_filter(opts, names, n, err);
    free(names);
    return status;
}

shoal_status bench_rows_newest(const bench_book *book, const bench_opts *opts, const char *machine, bench_rows *rows,
                               shoal_error *err)
{
    SHOAL_TRY(bench_rows_check_filter(book, opts, err));
    SHOAL_TRY(shoal_alloc(book->n, sizeof *rows->row, &rows->row, err));
    rows->n = 0;
    for (int i = 0; i < book->n; i++) {
        const bench_record *record = &book->records[i];
        if (!bench_wanted(opts, record->name) || (machine != NULL && strcmp(record->machine, machine) != 0)) continue;
        int at = 0;
        while (at < rows->n && !bench_record_same(rows->row[at], record)) at++;
        if (at == rows->n) rows->n++;
        else if (strcmp(record->date, rows->row[at]->date) < 0) continue;
        rows->row[at] = record;
    }
    return SHOAL_OK;
}

void bench_rows_free(bench_rows *rows)
{
    free(rows->row);
    *rows = (bench_rows){0};
}

/* Into the series that ends at `end`, behind rows of a smaller or equal order. */
static void insert(const bench_record **row, int start, int end, const bench_record *added, bench_row_order order)
{
    int at = end;
    for (; at > start && order(row[at - 1]) > order(added); at--) row[at] = row[at - 1];
    row[at] = added;
}

shoal_status bench_groups_make(const bench_rows *rows, const char *kind, bench_row_same same, bench_row_order order,
                               bench_groups *groups, shoal_error *err)
{
    bool *taken = NULL;
    shoal_status status = SHOAL_OK;
    *groups = (bench_groups){0};
    SHOAL_TRY_OUT(shoal_alloc_zero(rows->n, sizeof *taken, &taken, err));
    SHOAL_TRY_OUT(shoal_alloc_zero((int64_t)rows->n + 1, sizeof *groups->start, &groups->start, err));
    SHOAL_TRY_OUT(shoal_alloc(rows->n, sizeof *groups->row, &groups->row, err));
    int n = 0;
    for (int i = 0; i < rows->n; i++) {
        if (taken[i] || strcmp(rows->row[i]->kind, kind) != 0) continue;
        const int start = n;
        for (int j = i; j < rows->n; j++) {
            if (taken[j] || strcmp(rows->row[j]->kind, kind) != 0 || !same(rows->row[i], rows->row[j])) continue;
            insert(groups->row, start, n++, rows->row[j], order);
            taken[j] = true;
        }
        groups->start[++groups->n] = n;
    }
out:
    free(taken);
    if (status < 0) bench_groups_free(groups);
    return status;
}

void bench_groups_free(bench_groups *groups)
{
    free(groups->start);
    free(groups->row);
    *groups = (bench_groups){0};
}

int bench_group_size(const bench_groups *groups, int group)
{
    return groups->start[group + 1] - groups->start[group];
}

const bench_record *bench_group_row(const bench_groups *groups, int group, int i)
{
    return groups->row[groups->start[group] + i];
}

const char *bench_case_of(const bench_record *row, char buffer[BENCH_NAME_SIZE])
{
    snprintf(buffer, BENCH_NAME_SIZE, "%.*s", (int)strcspn(row->name, "/"), row->name);
    return buffer;
}

const char *bench_phase_of(const bench_record *row)
{
    const char *slash = strchr(row->name, '/');
    return slash == NULL || slash[1] == '\0' ? NULL : slash + 1;
}

double bench_order_threads(const bench_record *row)
{
    return row->threads;
}
