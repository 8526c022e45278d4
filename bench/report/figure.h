/* Figures and names as text, for cells, labels and axes. "-" where nothing is known. */
#ifndef BENCH_REPORT_FIGURE_H
#define BENCH_REPORT_FIGURE_H

#include "record/record.h"
#include "record/statistics.h"

typedef struct bench_figure {
    char text[48];
} bench_figure;

bench_figure bench_significant(double value, int digits); /* 0.0123, 12.3, 12,345 */
bench_figure bench_fixed(double value, int decimals);
bench_figure bench_percent_of(double share);          /* "12.3%" of 0.123 */
bench_figure bench_short(double value);               /* "1.2M", "200k", "0.05" */
bench_figure bench_size(double bytes);                /* "1.5 GB" */
bench_figure bench_interval(double low, double high); /* "0.98 to 1.03" */

/* "12.1 to 12.6": the middle half of the samples, in ms. */
bench_figure bench_spread(const bench_record *row);
/* "8", or "8, oversubscribed". */
bench_figure bench_threads_of(const bench_record *row);
/* "2.1 instr/cycle, 12M LLC misses, 3.4 J", with what is known of it, or "-". */
const char *bench_counters_of(const bench_record *row, char *buffer, size_t size);
/* "12% of memory read", or "-". */
const char *bench_limit_share(const bench_record *row, char *buffer, size_t size);
/* "n=1000000 d=8", with (quick) and (unchecked) behind where it is so. */
const char *bench_params_of(const bench_record *row, char *buffer, size_t size);

/* " (quick)" and " (unchecked)" behind what the buffer holds, where it is so. */
void bench_add_marks(const bench_record *row, char *buffer, size_t size);

/* What tells a row from the others of a chart: the phase ("total" for the whole case), or the whole name where named
 * is set, and as many parameters as rows of the same name need to be told apart. but: a parameter that is not used. */
const char *bench_label_of(const bench_record *row, const bench_record *const *rows, int n, bool named, const char *but,
                           char *buffer, size_t size);
/* As many parameters as tell the row from the others, "k=8 random". */
const char *bench_telling_params(const bench_record *row, const bench_record *const *rows, int n, char *buffer,
                                 size_t size);
/* The parameters in which the rows differ (or those in which none does), "k=8 init=random"; not those that name the
 * data ("store", "data"). */
const char *bench_differing_params(const bench_record *row, const bench_record *const *rows, int n, bool differing,
                                   char *buffer, size_t size);

#endif
