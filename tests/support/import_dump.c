/* Prints what an import made of a CSV: the report, with --customers also a line a customer with its key, rows, exact
 * sum of amounts in units of 10^-3 and time of first and last row. For the tests that compare it with an independent
 * reading.
 *
 *   import_dump [--customers] [--drop] [--skip] [--attributes] [--columns LIST] FILE */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <shoal/import.h>

static void print_report(const shoal_import_report *r)
{
    printf("source %s\ndelimiter %s\nheader %d\ngzip %d\n", r->source, r->delimiter, r->header, r->gzip);
    for (int role = 0; role < SHOAL_N_ROLES; role++)
        if (r->column[role][0] != '\0') printf("column %s %s\n", shoal_role_name((shoal_role)role), r->column[role]);
    printf("read %" PRId64 "\nkept %" PRId64 "\nrejected %" PRId64 "\n", r->rows_read, r->rows_kept, r->rows_rejected);
    for (int i = 0; i < r->n_reasons; i++)
        printf("reason %s %" PRId64 "\n", r->rejected[i].reason, r->rejected[i].rows);
    printf("returned %" PRId64 "\ncustomers %" PRId64 "\ntransactions %" PRId64 "\nrevenue %.2f\nstart %" PRId64
           "\nend %" PRId64 "\n",
           r->rows_returned, r->customers, r->transactions, r->revenue, r->start, r->end);
}

static void print_customers(const shoal_import_data *data)
{
    const shoal_table *t = &data->transactions;
    const int64_t *customer = shoal_table_find(t, "customer")->data;
    const int64_t *time = shoal_table_find(t, "time")->data;
    const double *amount = shoal_table_find(t, "amount")->data;
    const shoal_column *keys = &data->keys.columns[0];
    for (int64_t i = 0; i < t->n_rows;) {
        const int64_t begin = i, c = customer[i];
        int64_t thousandths = 0;
        for (; i < t->n_rows && customer[i] == c; i++) thousandths += llround(amount[i] * 1000);
        const char *key = (const char *)keys->data + (size_t)c * keys->width;
        printf("customer %.*s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", (int)strnlen(key, keys->width), key,
               i - begin, thousandths, time[begin], time[i - 1]);
    }
}

static void on_notice(void *user, const char *message)
{
    (void)user;
    printf("notice %s\n", message);
}

int main(int argc, char **argv)
{
    shoal_import_opts opts = shoal_import_opts_default();
    bool customers = false;
    const char *path = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--customers") == 0) customers = true;
        else if (strcmp(argv[i], "--drop") == 0) opts.returns = SHOAL_RETURNS_DROP;
        else if (strcmp(argv[i], "--skip") == 0) opts.bad_rows = SHOAL_BAD_ROWS_SKIP;
        else if (strcmp(argv[i], "--attributes") == 0) opts.kind = SHOAL_IMPORT_CUSTOMERS;
        else if (strcmp(argv[i], "--columns") == 0 && i + 1 < argc) opts.columns = argv[++i];
        else path = argv[i];
    }
    if (path == NULL) return 2;
    shoal_ctx ctx = shoal_ctx_default();
    ctx.notice = on_notice;
    shoal_import_data data = {0};
    shoal_import_report report;
    shoal_error err = {0};
    const shoal_status status = shoal_import_read(&ctx, path, &opts, &data, &report, &err);
    if (status < 0) {
        fprintf(stderr, "%s\n", err.message);
        return -(int)status;
    }
    print_report(&report);
    if (customers) print_customers(&data);
    shoal_import_data_free(&data);
    return 0;
}
