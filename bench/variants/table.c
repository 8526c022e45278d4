#include "variants/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/number.h"
#include "cli/table.h"
#include "cli/text.h"
#include "record/statistics.h"
#include "variants/group.h"

/* star, parameters, time, spread, memory, qualities, what went wrong */
enum { MAX_COLUMNS = BENCH_MAX_PARAMS + BENCH_MAX_QUALITIES + 5, SHORT_MESSAGE = 64 };

static const struct {
    const char *quality, *heading;
} qualities[] = {
    {"silhouette", "silhouette"},
    {"silhouette_sample", "exact"},
    {"stability", "stability"},
    {"davies_bouldin", "Davies-B."},
    {"explained", "explained"},
    {"inertia", "inertia"},
    {"holdout_gini", "Gini"},
    {"holdout_gini_normalised", "normalised"},
    {"holdout_gini_purchases", "of purchases"},
    {"holdout_mae", "MAE"},
    {"holdout_rmse", "RMSE"},
    {"holdout_abs_bias", "|bias|"},
    {"log_likelihood", "log-likelihood"},
    {"bic", "BIC"},
};
enum { N_QUALITIES = sizeof qualities / sizeof *qualities };

/* The columns of a group: names of parameters, places in qualities. */
typedef struct columns {
    int n_params, n_qualities;
    char params[BENCH_MAX_PARAMS][32];
    int quality[BENCH_MAX_QUALITIES];
    bool failures;
} columns;

static const bench_params *params_of(const bench_group *group, int at)
{
    const bench_record *record = bench_group_record(group, at);
    return record != NULL ? &record->params : &group->rows[at]->variant->params;
}

/* A parameter as text; "default" where the choice was left to shoal. */
static const char *show_param(const bench_params *params, const char *name, char *buffer, size_t size)
{
    bench_params one = {0};
    const char *text = bench_params_text(params, name);
    const double value = bench_params_get(params, name);
    if (text != NULL) snprintf(buffer, size, "%s", text);
    else if (isnan(value)) snprintf(buffer, size, "default");
    else {
        bench_params_set(&one, "", value);
        bench_params_show(&one, buffer, size); /* "=8" */
        memmove(buffer, buffer + 1, strlen(buffer));
    }
    return buffer;
}

static bool differs(const bench_group *group, const char *name)
{
    char first[BENCH_TEXT_SIZE], other[BENCH_TEXT_SIZE];
    show_param(params_of(group, 0), name, first, sizeof first);
    for (int i = 1; i < group->n; i++)
        if (strcmp(show_param(params_of(group, i), name, other, sizeof other), first) != 0) return true;
    return false;
}

static bool is_listed(const columns *c, const char *name)
{
    for (int i = 0; i < c->n_params; i++)
        if (strcmp(c->params[i], name) == 0) return true;
    return false;
}

/* calibration_end is the group's; store and data say where the rows are from. */
static bool is_choice(const char *name)
{
    return strcmp(name, "store") != 0 && strcmp(name, "data") != 0 && strcmp(name, "calibration_end") != 0;
}

static columns choose_columns(const bench_group *group)
{
    columns c = {.failures = group->n > group->n_measured};
    for (int i = 0; i < group->n; i++) {
        const bench_params *params = params_of(group, i);
        for (int p = 0; p < params->n && c.n_params < BENCH_MAX_PARAMS; p++) {
            const char *name = params->param[p].name;
            if (is_choice(name) && !is_listed(&c, name) && differs(group, name))
                snprintf(c.params[c.n_params++], sizeof c.params[0], "%s", name);
        }
    }
    for (int q = 0; q < N_QUALITIES; q++) {
        bool found = false;
        for (int i = 0; i < group->n_measured && !found; i++)
            found = !isnan(bench_quality_of(bench_group_record(group, i), qualities[q].quality));
        if (found && c.n_qualities < BENCH_MAX_QUALITIES) c.quality[c.n_qualities++] = q;
    }
    return c;
}

static shoal_cli_table start_table(const columns *c, const bench_group *group, char *align)
{
    const char *headings[MAX_COLUMNS];
    int n = 0;
    headings[n] = "";
    align[n++] = 'l';
    for (int i = 0; i < c->n_params; i++) {
        headings[n] = c->params[i];
        align[n++] = isnan(bench_params_get(params_of(group, 0), c->params[i])) ? 'l' : 'r';
    }
    static const char *const measured[] = {"ms", "+-", "memory"};
    for (int i = 0; i < 3; i++) {
        headings[n] = measured[i];
        align[n++] = 'r';
    }
    for (int i = 0; i < c->n_qualities; i++) {
        headings[n] = qualities[c->quality[i]].heading;
        align[n++] = 'r';
    }
    if (c->failures) {
        headings[n] = "failed";
        align[n++] = 'l';
    }
    align[n] = '\0';
    return shoal_cli_table_start(align, headings);
}

static void add_measured(shoal_cli_table *table, const bench_record *record)
{
    char number[SHOAL_CLI_NUMBER_SIZE];
    if (record == NULL) {
        for (int i = 0; i < 3; i++) shoal_cli_cell(table, "");
        return;
    }
    const double median = bench_record_median(record);
    const double spread = bench_quantile(record->samples_ms, record->n_samples, 0.75) -
                          bench_quantile(record->samples_ms, record->n_samples, 0.25);
    shoal_cli_cell_general(table, median, 4);
    shoal_cli_cell_share(table, spread / 2, median);
    const double bytes = record->peak_bytes;
    shoal_cli_cell(table, isnan(bytes) ? "-" : shoal_cli_bytes((int64_t)fmin(fmax(bytes, 0), 9e18), number));
}

/* The note below the table has the whole message. */
static const char *shorten(const char *message, char *buffer, size_t size)
{
    const bool fits = strlen(message) < size;
    shoal_text_copy(buffer, fits ? size : size - 3, message);
    if (!fits) shoal_text_copy(buffer + strlen(buffer), 4, "...");
    return buffer;
}

static void add_row(shoal_cli_table *table, const columns *c, const bench_group *group, int at)
{
    char text[BENCH_TEXT_SIZE];
    const bench_record *record = bench_group_record(group, at);
    shoal_cli_cell(table, group->front[at] ? "*" : "");
    for (int i = 0; i < c->n_params; i++)
        shoal_cli_cell(table, show_param(params_of(group, at), c->params[i], text, sizeof text));
    add_measured(table, record);
    for (int i = 0; i < c->n_qualities; i++) {
        if (record == NULL) shoal_cli_cell(table, "");
        else shoal_cli_cell_general(table, bench_quality_of(record, qualities[c->quality[i]].quality), 5);
    }
    if (c->failures) shoal_cli_cell(table, shorten(group->rows[at]->message, text, SHORT_MESSAGE));
}

/* "kmeans: 12 variants, 2 threads; all: max_iter=300 tol=0.0001" */
static void print_title(const bench_session *session, const bench_group *group, const columns *c)
{
    bench_params common = {0};
    const bench_params *params = params_of(group, 0);
    for (int i = 0; i < params->n; i++)
        if (is_choice(params->param[i].name) && !is_listed(c, params->param[i].name))
            common.param[common.n++] = params->param[i];
    char shown[1024], escaped[2048];
    const char *end = bench_params_text(params, "calibration_end");
    const int threads = session->opts->thread_counts[session->opts->n_thread_counts - 1];
    printf("%s%s%s%s%s: %d variant%s, %d thread%s; all: %s\n", session->bold ? "\033[1m" : "",
           group->rows[0]->variant->name, end != NULL ? ", calibration to " : "", end != NULL ? end : "",
           session->bold ? "\033[0m" : "", group->n, group->n == 1 ? "" : "s", threads, threads == 1 ? "" : "s",
           shoal_cli_escape(bench_params_show(&common, shown, sizeof shown), escaped, sizeof escaped));
}

static void print_remarks(const bench_group *group)
{
    if (group->n_measured == 0) return;
    printf("  * no other variant is both faster and better by %s\n", group->quality);
    if (strcmp(group->rows[0]->variant->name, "kmeans") == 0)
        printf("  silhouette is the simplified one of all rows, exact that of up to 2,000 rows; inertia compares only\n"
               "  within one scaling and set of features\n");
    else
        printf("  log-likelihood and BIC are those of times in days, whatever the unit%s\n",
               strcmp(group->quality, "holdout_gini") == 0 ? "; Gini, MAE, RMSE and bias are of the holdout period"
                                                           : "");
}

static shoal_status show_group(const bench_session *session, const bench_group *group, shoal_error *err)
{
    char align[MAX_COLUMNS + 1];
    const columns c = choose_columns(group);
    print_title(session, group, &c);
    shoal_cli_table table = start_table(&c, group, align);
    for (int i = 0; i < group->n; i++) add_row(&table, &c, group, i);
    SHOAL_TRY(shoal_cli_table_end(&table, stdout, session->bold, err));
    print_remarks(group);
    return SHOAL_OK;
}

shoal_status bench_variants_show(const bench_session *session, int n, const bench_variant_row *rows, shoal_error *err)
{
    bool first = true;
    for (int i = 0; i < n; i++) {
        if (bench_group_was_seen(rows, i)) continue;
        bench_group group;
        SHOAL_TRY(bench_group_make(session->journal.book.records, n, rows, i, &group, err));
        shoal_status status = SHOAL_OK;
        if (group.n > 0) {
            if (!first) printf("\n");
            first = false;
            status = show_group(session, &group, err);
        }
        bench_group_free(&group);
        SHOAL_TRY(status);
    }
    return SHOAL_OK;
}
