/* The export step: any table of a store as CSV or JSON. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"
#include "report/table_write.h"

shoal_export_opts shoal_export_opts_default(void)
{
    return (shoal_export_opts){.table = "customers"};
}

/* The columns of a table with what their codes mean. */
typedef struct export_table {
    int n;
    shoal_out_column *columns;
    shoal_table *values; /* n + 1 tables of one column: the stored ones, then the keys */
    shoal_table *texts;  /* n tables: dictionaries */
} export_table;

static void export_table_free(export_table *t)
{
    for (int j = 0; j < t->n; j++) {
        if (t->values != NULL) shoal_table_free(&t->values[j]);
        if (t->texts != NULL) shoal_table_free(&t->texts[j]);
    }
    free(t->columns);
    free(t->values);
    free(t->texts);
    *t = (export_table){0};
}

static bool is_time(const shoal_column *column)
{
    return column->units != NULL && strncmp(column->units, "seconds since 1970-01-01", 24) == 0;
}

/* Where the texts of a code column lie: a dictionary of the column's name, or the one that the group names. */
static shoal_status read_texts(const shoal_ctx *ctx, shoal_store *store, const char *group, const char *name,
                               shoal_table *texts, shoal_error *err)
{
    char attribute[96], dictionary[64], path[128];
    shoal_text_copy(dictionary, sizeof dictionary, name);
    snprintf(attribute, sizeof attribute, "%s_dictionary", name);
    if (shoal_store_has_attribute(store, group, attribute))
        SHOAL_TRY(shoal_store_get_text(store, group, attribute, dictionary, sizeof dictionary, err));
    snprintf(path, sizeof path, "dictionaries/%s", dictionary);
    if (!shoal_store_has(store, path)) return SHOAL_OK;
    return shoal_store_read_native(ctx, store, "dictionaries", dictionary, texts, err);
}

static shoal_status read_one(const shoal_ctx *ctx, shoal_store *store, const char *group, const char *name,
                             bool is_key_code, export_table *t, shoal_error *err)
{
    const int j = t->n++;
    shoal_out_column *out = &t->columns[j];
    *out = (shoal_out_column){.decimals = SHOAL_SHORTEST};
    SHOAL_TRY(shoal_store_read_native(ctx, store, group, name, &t->values[j], err));
    const shoal_column *column = &t->values[j].columns[0];
    out->values = column;
    out->header = column->name;
    out->is_time = is_time(column);
    out->date_only = out->is_time && strcmp(group, "customers") == 0;
    if (is_key_code) {
        if (shoal_store_has(store, "keys/external_id"))
            SHOAL_TRY(shoal_store_read_native(ctx, store, "keys", "external_id", &t->texts[j], err));
    } else if (column->type == SHOAL_I8 || column->type == SHOAL_I16 || column->type == SHOAL_I32) {
        SHOAL_TRY(read_texts(ctx, store, group, name, &t->texts[j], err));
    }
    if (t->texts[j].n_columns > 0) out->texts = &t->texts[j].columns[0];
    return SHOAL_OK;
}

static bool is_wanted(const char *columns, const char *name)
{
    if (columns == NULL) return true;
    const size_t length = strlen(name);
    for (const char *at = columns; at != NULL; at = strchr(at, ',')) {
        if (*at == ',') at++;
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0')) return true;
    }
    return false;
}

/* Every name in the list must be a column. */
static shoal_status check_wanted(const char *columns, const char *table, const shoal_store_column_info *infos,
                                 int count, shoal_error *err)
{
    const char *names[1024];
    size_t n = 0;
    for (int i = 0; i < count && n < sizeof names / sizeof names[0]; i++) names[n++] = infos[i].name;
    if (columns != NULL && columns[0] == '\0')
        return shoal_fail(err, SHOAL_ERR_USAGE, "the list of columns is empty: leave it out for all of them");
    for (const char *at = columns; at != NULL;) {
        const char *comma = strchr(at, ',');
        const size_t length = comma != NULL ? (size_t)(comma - at) : strlen(at);
        bool found = false;
        for (int i = 0; i < count && !found; i++)
            found = strlen(infos[i].name) == length && memcmp(infos[i].name, at, length) == 0;
        if (!found) {
            char name[64], nearest[512], shown[256];
            snprintf(name, sizeof name, "%.*s", length < 63 ? (int)length : 63, at);
            return shoal_fail(err, SHOAL_ERR_USAGE, "%s has no column %s; the nearest are %s", table,
                              shoal_text_quote(at, length, shown, sizeof shown),
                              shoal_text_nearest(name, names, n, nearest, sizeof nearest));
        }
        at = comma != NULL ? comma + 1 : NULL;
    }
    return SHOAL_OK;
}

static shoal_status no_such_table(shoal_store *store, const char *table, shoal_error *err)
{
    int count;
    shoal_store_column_info *infos;
    SHOAL_TRY(shoal_store_list(store, "", &count, &infos, err));
    shoal_text listed = {0};
    for (int i = 0; i < count; i++) {
        bool first = true;
        for (int j = 0; j < i && first; j++) first = strcmp(infos[i].group, infos[j].group) != 0;
        if (first) shoal_text_addf(&listed, "%s%s", listed.length == 0 ? "" : ", ", infos[i].group);
    }
    free(infos);
    char shown[256];
    shoal_fail(err, SHOAL_ERR_USAGE, "the store has no table %s; it has: %s",
               shoal_text_quote(table, strlen(table), shown, sizeof shown), listed.length == 0 ? "none" : listed.data);
    shoal_text_free(&listed);
    return SHOAL_ERR_USAGE;
}

/* Keeps the columns of a table, or the one column that a path such as dictionaries/product names. */
static void keep_table(const char *table, shoal_store_column_info *infos, int *count)
{
    int kept = 0;
    for (int i = 0; i < *count; i++) {
        char path[sizeof infos->group + sizeof infos->name];
        snprintf(path, sizeof path, "%s/%s", infos[i].group, infos[i].name);
        if (strcmp(infos[i].group, table) == 0 || strcmp(path, table) == 0) infos[kept++] = infos[i];
    }
    *count = kept;
}

static shoal_status read_table(const shoal_ctx *ctx, shoal_store *store, const shoal_export_opts *opts, export_table *t,
                               int64_t *n_rows, shoal_error *err)
{
    int count = 0;
    shoal_store_column_info *infos = NULL;
    shoal_status status;
    const bool per_customer = strcmp(opts->table, "customers") == 0 || strncmp(opts->table, "results/", 8) == 0;
    SHOAL_TRY_OUT(shoal_store_list(store, "", &count, &infos, err));
    keep_table(opts->table, infos, &count);
    if (count == 0) {
        status = no_such_table(store, opts->table, err);
        goto out;
    }
    SHOAL_TRY_OUT(check_wanted(opts->columns, opts->table, infos, count, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(count + 1, sizeof *t->columns, &t->columns, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(count + 1, sizeof *t->values, &t->values, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(count + 1, sizeof *t->texts, &t->texts, err));
    if (per_customer && shoal_store_has(store, "keys/external_id")) {
        SHOAL_TRY_OUT(read_one(ctx, store, "keys", "external_id", false, t, err));
        t->columns[0].header = "customer";
    }
    for (int i = 0; i < count; i++) {
        const bool is_key_code = strcmp(opts->table, "transactions") == 0 && strcmp(infos[i].name, "customer") == 0;
        /* the row number says nothing beside the customer's own key */
        if (t->n > 0 && opts->columns == NULL && strcmp(infos[i].name, "customer_id") == 0) continue;
        if (is_wanted(opts->columns, infos[i].name))
            SHOAL_TRY_OUT(read_one(ctx, store, infos[i].group, infos[i].name, is_key_code, t, err));
    }
    *n_rows = t->columns[0].values->length;
    for (int j = 1; j < t->n; j++)
        if (t->columns[j].values->length != *n_rows) {
            status = shoal_fail(err, SHOAL_ERR_USAGE,
                                "the columns of %s differ in length and make no table: choose one, such as %s/%s",
                                opts->table, opts->table, infos[0].name);
            goto out;
        }
out:
    free(infos);
    return status;
}

static shoal_status write_table(const shoal_ctx *ctx, FILE *out, const shoal_export_opts *opts, const export_table *t,
                                int64_t n_rows, shoal_error *err)
{
    if (opts->format == SHOAL_EXPORT_JSON)
        return shoal_table_write_json(ctx, out, opts->table, n_rows, t->n, t->columns, err);
    return shoal_table_write_csv(ctx, out, n_rows, t->n, t->columns, err);
}

static shoal_status write_output(const shoal_ctx *ctx, const char *output, const shoal_export_opts *opts,
                                 const export_table *t, int64_t n_rows, shoal_error *err)
{
    if (strcmp(output, "-") == 0) {
        SHOAL_TRY(write_table(ctx, stdout, opts, t, n_rows, err));
        errno = 0;
        if (fflush(stdout) != 0 || ferror(stdout)) return shoal_fail_errno(err, errno, "cannot write standard output");
        return SHOAL_OK;
    }
    shoal_outfile file;
    SHOAL_TRY(shoal_outfile_begin(&file, output, err));
    const shoal_status status = write_table(ctx, file.stream, opts, t, n_rows, err);
    if (status < 0) {
        shoal_outfile_abort(&file);
        return status;
    }
    return shoal_outfile_commit(&file, err);
}

shoal_status shoal_step_export(const shoal_ctx *ctx, const char *path, const char *output,
                               const shoal_export_opts *opts, shoal_export_run *run, shoal_error *err)
{
    *run = (shoal_export_run){0};
    shoal_store *store = NULL;
    export_table table = {0};
    shoal_status status;
    double since = shoal_clock_ms();
    SHOAL_TRY_OUT(shoal_check_distinct(path, output, err));
    SHOAL_TRY_OUT(shoal_store_open(path, SHOAL_STORE_READ, &store, err));
    SHOAL_TRY_OUT(read_table(ctx, store, opts, &table, &run->rows, err));
    since = shoal_times_add(&run->times, "read", since);
    SHOAL_TRY_OUT(write_output(ctx, output, opts, &table, run->rows, err));
    shoal_times_add(&run->times, "write", since);
    run->columns = table.n;
    shoal_text_copy(run->table, sizeof run->table, opts->table);
out:
    export_table_free(&table);
    shoal_store_close(store);
    if (status < 0) *run = (shoal_export_run){0};
    return status;
}
