#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/number.h"
#include "cli/table.h"
#include "record/statistics.h"
#include "scaling/scaling.h"

/* Rows of one kind, phase and varied parameter. */
typedef struct series {
    int n;
    const bench_record *row[2 * BENCH_MAX_THREAD_COUNTS];
    double median[2 * BENCH_MAX_THREAD_COUNTS];
} series;

static series series_of(const bench_results *results, const char *kind, const char *name, const char *size_of)
{
    series found = {0};
    for (int i = 0; i < results->n; i++) {
        const bench_record *record = &results->record[i];
        if (strcmp(record->kind, kind) != 0 || strcmp(record->name, name) != 0 || strcmp(record->size_of, size_of) != 0)
            continue;
        found.row[found.n] = record;
        found.median[found.n++] = bench_record_median(record);
    }
    return found;
}

static const char *phase_name(const bench_case *c, int phase)
{
    return phase < 0 ? "all" : c->phases[phase];
}

static void cell_percent(shoal_cli_table *table, double value)
{
    char number[SHOAL_CLI_NUMBER_SIZE];
    if (isnan(value)) shoal_cli_cell(table, "-");
    else shoal_cli_cellf(table, "%s%%", shoal_cli_fixed(value, 0, number));
}

/* Four digits or so. */
static const char *ms_text(double ms, char *buffer)
{
    return shoal_cli_fixed(ms, ms < 1 ? 4 : ms < 10 ? 3 : ms < 100 ? 2 : ms < 1000 ? 1 : 0, buffer);
}

static void cell_ms(shoal_cli_table *table, double ms)
{
    char number[SHOAL_CLI_NUMBER_SIZE];
    shoal_cli_cell(table, ms_text(ms, number));
}

/* Half of what lies between the quartiles, against the median. */
static void cell_spread(shoal_cli_table *table, const bench_record *row, double median)
{
    const double low = bench_quantile(row->samples_ms, row->n_samples, 0.25);
    const double high = bench_quantile(row->samples_ms, row->n_samples, 0.75);
    if (median > 0) shoal_cli_cellf(table, "±%.1f%%", 50 * (high - low) / median);
    else shoal_cli_cell(table, "-");
}

/* Small shares keep two digits. */
static void cells_of_limit(shoal_cli_table *table, const bench_record *row)
{
    char number[SHOAL_CLI_NUMBER_SIZE];
    const double percent = bench_record_percent(row);
    if (percent < 1) shoal_cli_cellf(table, "%s%%", shoal_cli_general(percent, 2, number));
    else cell_percent(table, percent);
    shoal_cli_cell(table, row->limit[0] != '\0' ? row->limit : "-");
}

/* Large counts in millions. */
static void cells_of_counters(shoal_cli_table *table, const bench_record *row)
{
    const bench_counters *counters = &row->counters;
    shoal_cli_cell_fixed(table, counters->instructions / counters->cycles, 2);
    shoal_cli_cell_fixed(table, counters->llc_misses / 1e6, 2);
    shoal_cli_cell_fixed(table, counters->joules, 2);
    shoal_cli_cell_fixed(table, row->peak_bytes / 1e6, 1);
}

static void strong_rows(shoal_cli_table *table, const bench_case *c, int phase, const series *s)
{
    for (int i = 0; i < s->n; i++) {
        const bench_record *row = s->row[i];
        const double speed_up = bench_record_speed_up(s->row[0], row);
        shoal_cli_cell(table, phase_name(c, phase));
        shoal_cli_cell_count(table, row->threads);
        cell_ms(table, s->median[i]);
        cell_spread(table, row, s->median[i]);
        shoal_cli_cell_fixed(table, speed_up, 2);
        cell_percent(table, 100 * speed_up / row->threads);
        cells_of_limit(table, row);
        cells_of_counters(table, row);
        shoal_cli_cell(table, row->oversubscribed ? "oversubscribed" : "");
    }
}

static shoal_status show_strong(const bench_session *session, const bench_case *c, const bench_results *results,
                                shoal_error *err)
{
    static const char *const heads[] = {"phase",      "threads",  "median ms", "spread",      "speed-up",
                                        "efficiency", "of limit", "limit",     "instr/cycle", "M LLC misses",
                                        "J",          "peak MB",  ""};
    shoal_cli_table table = shoal_cli_table_start("lrrrrrrlrrrrl", heads);
    for (int phase = -1; phase < bench_n_phases(c); phase++) {
        char name[BENCH_NAME_SIZE];
        const series s = series_of(results, "strong", bench_row_name(c, phase, name), "");
        strong_rows(&table, c, phase, &s);
    }
    printf("\n Strong scaling\n");
    return shoal_cli_table_end(&table, stdout, session->bold, err);
}

static void show_serial(const bench_case *c, const bench_results *results)
{
    const char *before = " Serial fraction (Amdahl):";
    for (int phase = -1; phase < bench_n_phases(c); phase++) {
        char name[BENCH_NAME_SIZE];
        const series s = series_of(results, "strong", bench_row_name(c, phase, name), "");
        const double fraction = bench_record_serial_fraction(s.row, s.n);
        if (isnan(fraction)) continue;
        printf("%s %s %.1f%%", before, phase_name(c, phase), 100 * fraction);
        before = ",";
    }
    if (before[0] == ',') printf("\n");
}

static shoal_status show_weak(const bench_session *session, const bench_case *c, const bench_results *results,
                              shoal_error *err)
{
    static const char *const heads[] = {"phase",      "threads",  "",      "median ms", "spread",
                                        "efficiency", "of limit", "limit", ""};
    shoal_cli_table table = shoal_cli_table_start("lrrrrrrll", heads);
    for (int phase = -1; phase < bench_n_phases(c); phase++) {
        char name[BENCH_NAME_SIZE], number[SHOAL_CLI_NUMBER_SIZE];
        const series s = series_of(results, "weak", bench_row_name(c, phase, name), "");
        for (int i = 0; i < s.n; i++) {
            const bench_record *row = s.row[i];
            shoal_cli_cell(&table, phase_name(c, phase));
            shoal_cli_cell_count(&table, row->threads);
            shoal_cli_cellf(&table, "%s=%s", c->weak,
                            shoal_cli_count((int64_t)bench_params_get(&row->params, c->weak), number));
            cell_ms(&table, s.median[i]);
            cell_spread(&table, row, s.median[i]);
            cell_percent(&table, 100 * s.median[0] / s.median[i]);
            cells_of_limit(&table, row);
            shoal_cli_cell(&table, row->oversubscribed ? "oversubscribed" : "");
        }
    }
    printf("\n Weak scaling: the same work for each thread\n");
    return shoal_cli_table_end(&table, stdout, session->bold, err);
}

static void size_row(shoal_cli_table *table, const bench_case *c, int phase, const char *varied, const series *s)
{
    double size[2 * BENCH_MAX_THREAD_COUNTS], least = INFINITY, most = -INFINITY, fast = NAN, slow = NAN;
    char low[SHOAL_CLI_NUMBER_SIZE], high[SHOAL_CLI_NUMBER_SIZE];
    for (int i = 0; i < s->n; i++) {
        size[i] = bench_params_get(&s->row[i]->params, varied);
        if (size[i] < least) {
            least = size[i];
            fast = s->median[i];
        }
        if (size[i] > most) {
            most = size[i];
            slow = s->median[i];
        }
    }
    shoal_cli_cell(table, phase_name(c, phase));
    shoal_cli_cell(table, varied);
    shoal_cli_cellf(table, "%s to %s", shoal_cli_count((int64_t)least, low), shoal_cli_count((int64_t)most, high));
    shoal_cli_cellf(table, "%s to %s", ms_text(fast, low), ms_text(slow, high));
    shoal_cli_cell_fixed(table, bench_exponent(size, s->median, s->n), 2);
}

static shoal_status show_size(const bench_session *session, const bench_case *c, const bench_results *results,
                              shoal_error *err)
{
    static const char *const heads[] = {"phase", "varied", "size", "median ms", "exponent"};
    shoal_cli_table table = shoal_cli_table_start("llrrr", heads);
    for (int phase = -1; phase < bench_n_phases(c); phase++)
        for (int i = 0; c->sizes[i] != NULL; i++) {
            char name[BENCH_NAME_SIZE];
            const series s = series_of(results, "size", bench_row_name(c, phase, name), c->sizes[i]);
            if (s.n > 0) size_row(&table, c, phase, c->sizes[i], &s);
        }
    printf("\n Size scaling with %d threads: time grows as size^exponent\n", bench_most_threads(session));
    return shoal_cli_table_end(&table, stdout, session->bold, err);
}

shoal_status bench_scaling_show(const bench_session *session, const bench_case *c, const bench_results *results,
                                shoal_error *err)
{
    const bench_params params = bench_params_read(session->opts->quick ? c->quick : c->params);
    char shown[BENCH_TEXT_SIZE];
    printf("\n%s%s%s  %s\n%s\n", session->bold ? "\033[1m" : "", c->name, session->bold ? "\033[0m" : "",
           bench_params_show(&params, shown, sizeof shown), c->what);
    SHOAL_TRY(show_strong(session, c, results, err));
    show_serial(c, results);
    if (c->weak != NULL) SHOAL_TRY(show_weak(session, c, results, err));
    if (c->sizes[0] != NULL) SHOAL_TRY(show_size(session, c, results, err));
    fflush(stdout);
    return SHOAL_OK;
}

void bench_noise_show(const bench_results *results)
{
    if (results->n < 2) return;
    const bench_record *a = &results->record[0], *b = &results->record[1];
    const bench_ratio ratio = bench_ratio_of(a->samples_ms, a->n_samples, b->samples_ms, b->n_samples);
    printf("Noise: %s with %d thread%s against itself, %d runs each in turn: ratio %.3f (95%%: %.3f to %.3f)\n",
           a->name, a->threads, a->threads == 1 ? "" : "s", a->n_samples, ratio.ratio, ratio.low, ratio.high);
    fflush(stdout);
}

shoal_status bench_cases_show(const bench_session *session, shoal_error *err)
{
    static const char *const heads[] = {"case", "what", "parameters", "phases"};
    shoal_cli_table table = shoal_cli_table_start("llll", heads);
    for (int i = 0; i < bench_n_cases; i++) {
        const bench_case *c = bench_cases[i];
        char phases[BENCH_TEXT_SIZE] = "";
        size_t used = 0;
        if (!bench_case_wanted(session->opts, c)) continue;
        for (int phase = 0; c->phases[phase] != NULL && used < sizeof phases; phase++)
            used +=
                (size_t)snprintf(phases + used, sizeof phases - used, "%s%s", phase > 0 ? ", " : "", c->phases[phase]);
        shoal_cli_cell(&table, c->name);
        shoal_cli_cell(&table, c->what);
        shoal_cli_cell(&table, session->opts->quick ? c->quick : c->params);
        shoal_cli_cell(&table, phases);
    }
    return shoal_cli_table_end(&table, stdout, session->bold, err);
}
