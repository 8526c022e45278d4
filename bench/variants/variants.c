/* shoal-bench variants: every variant of a grid, measured one after the other on data that are read once. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "commands.h"
#include "variants/table.h"
#include "variants/variant.h"

/* With --quick only so many customers are looked at. */
enum { QUICK_CUSTOMERS = 20000 };

static const char *const model_names[] = {"kmeans", "clv"};

static shoal_status read_grid(const bench_opts *opts, bench_grid *grid, shoal_error *err)
{
    if (opts->grid != NULL) return bench_grid_read(opts->grid, grid, err);
    return bench_grid_parse(bench_example_grid, "the built-in grid", grid, err);
}

static bench_variant_run start_run(const bench_session *session, shoal_ctx *ctx, bench_data *data)
{
    const bench_opts *opts = session->opts;
    *ctx = (shoal_ctx){.threads = opts->thread_counts[opts->n_thread_counts - 1], .cancel = session->ctx.cancel};
    return (bench_variant_run){.ctx = ctx, .data = data, .budget_ms = 1000 * opts->budget_s, .quick = opts->quick};
}

/* Measures the row, unless the journal knows it, and writes it there. */
static shoal_status measure_row(bench_session *session, const bench_variant_run *run, bench_variant_row *row,
                                shoal_error *err)
{
    bench_journal *journal = &session->journal;
    bench_record record =
        bench_record_start("variant", row->variant->name, &session->machine, run->ctx->threads, session->opts->quick);
    SHOAL_TRY(bench_variant_identify(run->data, row->variant, &record.params, err));
    const bench_record *known = bench_journal_find(journal, &record);
    if (known != NULL) {
        row->record = (int)(known - journal->book.records);
        row->state = row->record < journal->n_before ? BENCH_ROW_KNOWN : BENCH_ROW_DONE;
        return SHOAL_OK;
    }
    SHOAL_TRY(bench_variant_measure(run, &record, err));
    SHOAL_TRY(bench_journal_add(journal, &record, err));
    row->record = journal->book.n - 1;
    row->state = BENCH_ROW_DONE;
    return SHOAL_OK;
}

/* What is wrong with one variant is no reason to stop: a choice that these data do not allow, a result that fails its
 * check, too little memory for it. */
static bool concerns_one_row(shoal_status status)
{
    return status == SHOAL_ERR_USAGE || status == SHOAL_ERR_INPUT || status == SHOAL_ERR_MEMORY;
}

static shoal_status run_rows(bench_session *session, const bench_variant_run *run, int n, bench_variant_row *rows,
                             shoal_error *err)
{
    for (int i = 0; i < n; i++) {
        char shown[512], label[600];
        shoal_error why = {0};
        if (shoal_cancelled(&session->ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
        bench_params_show(&rows[i].variant->params, shown, sizeof shown);
        snprintf(label, sizeof label, "%s %s", rows[i].variant->name, shown);
        bench_show_progress(session, i, n, label);
        const shoal_status status = measure_row(session, run, &rows[i], &why);
        if (status >= 0) continue;
        if (!concerns_one_row(status)) return shoal_fail(err, status, "%s", why.message);
        rows[i].state = BENCH_ROW_FAILED;
        rows[i].status = status;
        shoal_text_copy(rows[i].message, sizeof rows[i].message, why.message);
    }
    return SHOAL_OK;
}

static bool was_told(const bench_variant_row *rows, int at)
{
    for (int i = 0; i < at; i++)
        if (rows[i].state == BENCH_ROW_FAILED && strcmp(rows[i].message, rows[at].message) == 0) return true;
    return false;
}

/* One note for every reason. */
static void tell_failures(bench_session *session, int n, const bench_variant_row *rows)
{
    for (int i = 0; i < n; i++) {
        if (rows[i].state != BENCH_ROW_FAILED || was_told(rows, i)) continue;
        int same = 0;
        for (int j = i; j < n; j++) same += strcmp(rows[j].message, rows[i].message) == 0;
        bench_note(session, "%d variant%s failed: %s", same, same == 1 ? "" : "s", rows[i].message);
    }
}

static int count(int n, const bench_variant_row *rows, bench_row_state state)
{
    int found = 0;
    for (int i = 0; i < n; i++) found += rows[i].state == state;
    return found;
}

/* The tables of what was measured; an error where that is nothing at all. */
static shoal_status finish(bench_session *session, int n, const bench_variant_row *rows, shoal_error *err)
{
    shoal_cli_progress_erase(&session->progress);
    SHOAL_TRY(bench_variants_show(session, n, rows, err));
    tell_failures(session, n, rows);
    const int known = count(n, rows, BENCH_ROW_KNOWN), failed = count(n, rows, BENCH_ROW_FAILED);
    if (known > 0)
        bench_note(session, "%d variant%s of this commit and these data %s in %s already", known, known == 1 ? "" : "s",
                   known == 1 ? "was" : "were", session->opts->output);
    if (failed < n) return SHOAL_OK;
    return shoal_fail(err, rows[0].status, "all variants failed; the first: %s", rows[0].message);
}

static shoal_status run_grid(bench_session *session, bench_data *data, const bench_grid *grid, shoal_error *err)
{
    bench_variant_row *rows;
    int n = 0;
    shoal_ctx ctx;
    const bench_variant_run run = start_run(session, &ctx, data);
    SHOAL_TRY(shoal_alloc_zero(grid->n, sizeof *rows, &rows, err));
    for (int i = 0; i < grid->n; i++)
        if (bench_wanted(session->opts, grid->variants[i].name)) rows[n++].variant = &grid->variants[i];
    if (n == 0) {
        free(rows);
        return shoal_fail(err, SHOAL_ERR_USAGE, "--filter %s: the grid has no such variant", session->opts->filter);
    }
    const shoal_status ran = run_rows(session, &run, n, rows, err);
    shoal_error second = {0};
    const shoal_status finished = finish(session, n, rows, ran < 0 ? &second : err);
    free(rows);
    return ran < 0 ? ran : finished;
}

shoal_status bench_variants(bench_session *session, shoal_error *err)
{
    const bench_opts *opts = session->opts;
    if (opts->example_grid) {
        fputs(bench_example_grid, stdout);
        return SHOAL_OK;
    }
    bench_grid grid = {0};
    bench_data data = {0};
    shoal_status status;
    SHOAL_TRY_OUT(bench_check_filter(opts, model_names, 2, err));
    SHOAL_TRY_OUT(read_grid(opts, &grid, err));
    SHOAL_TRY_OUT(
        bench_data_open(&session->ctx, opts->inputs[0], opts->quick ? QUICK_CUSTOMERS : INT64_MAX, &data, err));
    if (opts->quick && shoal_store_customers(data.store) > QUICK_CUSTOMERS)
        bench_note(session, "--quick: the first %d of %lld customers", QUICK_CUSTOMERS,
                   (long long)shoal_store_customers(data.store));
    SHOAL_TRY_OUT(run_grid(session, &data, &grid, err));
out:
    bench_data_close(&data);
    bench_grid_free(&grid);
    return status;
}
