#include "figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/number.h"
#include "rows.h"

static const bench_figure unknown = {"-"};

bench_figure bench_significant(double value, int digits)
{
    if (!isfinite(value)) return unknown;
    bench_figure figure = {""};
    const int exponent = value == 0 ? 0 : (int)floor(log10(fabs(value)) + 1e-9);
    const int decimals = digits - 1 - exponent;
    shoal_cli_fixed(value, decimals < 0 ? 0 : decimals > 9 ? 9 : decimals, figure.text);
    return figure;
}

bench_figure bench_fixed(double value, int decimals)
{
    bench_figure figure = {""};
    shoal_cli_fixed(value, decimals, figure.text);
    return isfinite(value) ? figure : unknown;
}

bench_figure bench_percent_of(double share)
{
    if (!isfinite(share)) return unknown;
    bench_figure figure = {""};
    if (share > 0 && share < 0.0005) return (bench_figure){"<0.1%"};
    snprintf(figure.text, sizeof figure.text, "%.*f%%", fabs(share) < 0.0995 ? 1 : 0, 100 * share);
    return figure;
}

bench_figure bench_short(double value)
{
    static const char *const unit[] = {"", "k", "M", "G", "T", "P"};
    if (!isfinite(value)) return unknown;
    bench_figure figure = {""};
    size_t step = 0;
    for (; fabs(value) >= 999.5 && step + 1 < sizeof unit / sizeof unit[0]; step++) value /= 1000;
    snprintf(figure.text, sizeof figure.text, "%.3g%s", value, unit[step]);
    return figure;
}

bench_figure bench_size(double bytes)
{
    if (!isfinite(bytes) || fabs(bytes) > 9e18) return unknown;
    bench_figure figure = {""};
    shoal_cli_bytes((int64_t)bytes, figure.text);
    return figure;
}

bench_figure bench_interval(double low, double high)
{
    if (!isfinite(low) || !isfinite(high)) return unknown;
    bench_figure figure = {""};
    snprintf(figure.text, sizeof figure.text, "%.20s to %.20s", bench_significant(low, 3).text,
             bench_significant(high, 3).text);
    return figure;
}

bench_figure bench_spread(const bench_record *row)
{
    return bench_interval(bench_quantile(row->samples_ms, row->n_samples, 0.25),
                          bench_quantile(row->samples_ms, row->n_samples, 0.75));
}

bench_figure bench_threads_of(const bench_record *row)
{
    bench_figure figure = {""};
    snprintf(figure.text, sizeof figure.text, "%d%s", row->threads, row->oversubscribed ? ", oversubscribed" : "");
    return figure;
}

/* Appends ", text unit" where the value is known. */
static void add_counter(char *buffer, size_t size, double value, bench_figure figure, const char *unit)
{
    if (!isfinite(value)) return;
    const size_t used = strlen(buffer);
    snprintf(buffer + used, size - used, "%s%s %s", used == 0 ? "" : ", ", figure.text, unit);
}

const char *bench_counters_of(const bench_record *row, char *buffer, size_t size)
{
    const bench_counters *c = &row->counters;
    const double per_cycle = c->cycles > 0 ? c->instructions / c->cycles : NAN;
    buffer[0] = '\0';
    add_counter(buffer, size, per_cycle, bench_significant(per_cycle, 2), "instr/cycle");
    add_counter(buffer, size, c->llc_misses, bench_short(c->llc_misses), "LLC misses");
    add_counter(buffer, size, c->memory_reads, bench_short(c->memory_reads), "memory reads");
    add_counter(buffer, size, c->joules, bench_significant(c->joules, 3), "J");
    if (buffer[0] == '\0') shoal_text_copy(buffer, size, "-");
    return buffer;
}

const char *bench_limit_share(const bench_record *row, char *buffer, size_t size)
{
    const double percent = bench_record_percent(row);
    if (!isfinite(percent)) snprintf(buffer, size, "-");
    else
        snprintf(buffer, size, "%s%s%s", bench_percent_of(percent / 100).text, row->limit[0] == '\0' ? "" : " of ",
                 row->limit);
    return buffer;
}

void bench_add_marks(const bench_record *row, char *buffer, size_t size)
{
    const size_t used = strlen(buffer);
    snprintf(buffer + used, size - used, "%s%s", row->quick ? " (quick)" : "", row->checked ? "" : " (unchecked)");
}

const char *bench_params_of(const bench_record *row, char *buffer, size_t size)
{
    bench_params_show(&row->params, buffer, size);
    bench_add_marks(row, buffer, size);
    return buffer + (buffer[0] == ' ');
}
