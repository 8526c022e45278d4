/* CSV of transactions to a store on the disk. */
#include "base/file.h"
#include "base/memory.h"
#include "cases/check_import.h"
#include "cases/phases.h"
#include "cases/scratch.h"
#include "cases/transactions.h"

enum { READ, WRITE };

static void release(void *state)
{
    bench_import_state *s = state;
    bench_scratch_remove(s->folder);
    free(s->csv);
    free(s->store);
    free(s->first_row);
    shoal_rows_free(&s->rows);
    free(s);
}

static shoal_status fill(void *state, const bench_params *params, const char *folder, shoal_error *err)
{
    bench_import_state *made = state;
    const int64_t transactions = bench_params_count(params, "transactions"), customers = bench_customers_of(params);
    SHOAL_TRY(bench_scratch_make(folder, "import", &made->folder, err));
    SHOAL_TRY(shoal_path_join(made->folder, "transactions.csv", &made->csv, err));
    SHOAL_TRY(shoal_path_join(made->folder, "store.h5", &made->store, err));
    SHOAL_TRY(bench_transactions_csv(NULL, customers, transactions, made->csv, err));
    SHOAL_TRY(bench_rows_draw(NULL, customers, transactions, SHOAL_BY_CUSTOMER, &made->population, &made->rows, err));
    SHOAL_TRY(shoal_alloc(customers + 1, sizeof *made->first_row, &made->first_row, err));
    made->first_row[0] = 0;
    for (int64_t c = 0; c < customers; c++) made->first_row[c + 1] = made->first_row[c] + made->rows.purchases[c];
    return SHOAL_OK;
}

static shoal_status run(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    bench_import_state *s = state;
    const shoal_import_opts opts = shoal_import_opts_default();
    SHOAL_TRY(shoal_step_import(ctx, s->csv, &opts, s->store, &s->run, err));
    bench_phases_take(&s->run.times, bench_case_import.phases, phase_ms);
    return SHOAL_OK;
}

static shoal_status check(void *state, shoal_error *err)
{
    return bench_check_import(state, err);
}

/* The CSV is read once, the store written once (and synced). */
static bench_cost cost(const void *state, int phase)
{
    const bench_import_state *s = state;
    const double read = (double)bench_file_bytes(s->csv), written = (double)bench_file_bytes(s->store);
    switch (phase) {
    case READ: return (bench_cost){.bytes = read};
    case WRITE: return (bench_cost){.bytes = written};
    default: return (bench_cost){.bytes = read + written};
    }
}

const bench_case bench_case_import = {
    .name = "import",
    .what = "CSV of transactions, sorted by date, to a store on the disk",
    .params = "transactions=1000000 per_customer=20",
    .quick = "transactions=20000 per_customer=20",
    .sizes = {"transactions"},
    .weak = "transactions",
    .phases = {"read", "write"},
    .state_size = sizeof(bench_import_state),
    .fill = fill,
    .run = run,
    .check = check,
    .cost = cost,
    .release = release,
};
