/* Data in: CSV to memory, a column of a store. */
#include <stddef.h>

#include <shoal/import.h>

#include "base/date.h"
#include "base/file.h"
#include "base/memory.h"
#include "instructions/case.h"
#include "instructions/inputs.h"
#include "store/store.h"

enum { CUSTOMERS = 500, COLUMN_ROWS = 65536 };

static const char csv_name[] = "sales.csv", store_name[] = "store.h5";

/* --- import ------------------------------------------------------------------------------------------------------- */

static shoal_status write_sales(FILE *stream, shoal_error *err)
{
    static const char *const channels[] = {"web", "store", "phone"};
    bench_input_sales sales = {0};
    shoal_status status;
    SHOAL_TRY_OUT(bench_input_sales_make(CUSTOMERS, &sales, err));
    fputs("customer_id,date,amount,product,channel\n", stream);
    for (int64_t c = 0; c < sales.n_customers; c++)
        for (int64_t row = sales.first_row[c]; row < sales.first_row[c + 1]; row++) {
            char date[SHOAL_DATE_SIZE];
            fprintf(stream, "C%05d,%s,%.2f,product-%02d,%s\n", (int)c, shoal_date_format(sales.time[row], false, date),
                    sales.amount[row], (int)(row * 7 % 60), channels[row % 3]);
        }
out:
    bench_input_sales_free(&sales);
    return status;
}

static shoal_status prepare_import(const bench_counted *counted, void **state, shoal_error *err)
{
    (void)counted;
    shoal_outfile file = {0};
    shoal_status status;
    *state = NULL;
    SHOAL_TRY_OUT(shoal_outfile_begin(&file, csv_name, err));
    SHOAL_TRY_OUT(write_sales(file.stream, err));
    SHOAL_TRY_OUT(shoal_outfile_commit(&file, err));
out:
    shoal_outfile_abort(&file);
    return status;
}

static shoal_status run_import(void *state, shoal_error *err)
{
    (void)state;
    const shoal_ctx ctx = bench_input_ctx();
    const shoal_import_opts opts = shoal_import_opts_default();
    shoal_import_data data = {0};
    shoal_import_report report;
    const shoal_status status = shoal_import_read(&ctx, csv_name, &opts, &data, &report, err);
    shoal_import_data_free(&data);
    return status;
}

static void release_import(void *state)
{
    (void)state;
}

/* --- store -------------------------------------------------------------------------------------------------------- */

static shoal_status write_store(shoal_error *err)
{
    shoal_store *store = NULL;
    shoal_table table = {0};
    shoal_status status;
    SHOAL_TRY_OUT(bench_input_matrix(COLUMN_ROWS, 1, SHOAL_F64, &table, err));
    SHOAL_TRY_OUT(shoal_store_create(store_name, COLUMN_ROWS, &store, err));
    SHOAL_TRY_OUT(shoal_store_write(store, "customers", &table.columns[0], "feature", err));
    SHOAL_TRY_OUT(shoal_store_commit(&store, err));
out:
    shoal_store_close(store);
    shoal_table_free(&table);
    return status;
}

static shoal_status prepare_store(const bench_counted *counted, void **state, shoal_error *err)
{
    (void)counted;
    SHOAL_TRY(write_store(err));
    shoal_store *store;
    SHOAL_TRY(shoal_store_open(store_name, SHOAL_STORE_READ, &store, err));
    *state = store;
    return SHOAL_OK;
}

static shoal_status run_read(void *state, shoal_error *err)
{
    const shoal_ctx ctx = bench_input_ctx();
    shoal_table table = {0};
    const shoal_status status = shoal_store_read(&ctx, state, "customers", "f0", SHOAL_F64, &table, err);
    shoal_table_free(&table);
    return status;
}

static void release_store(void *state)
{
    shoal_store_close(state);
}

const bench_counted bench_data_cases[] = {
    {"import/csv customers=500", "avx2", 0, 0, prepare_import, run_import, release_import},
    {"store/read n=65536", "avx2", 0, 0, prepare_store, run_read, release_store},
};
const int bench_n_data_cases = sizeof bench_data_cases / sizeof bench_data_cases[0];
