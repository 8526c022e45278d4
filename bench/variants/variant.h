/* One variant: what it is on these data, and its run. */
#ifndef BENCH_VARIANT_H
#define BENCH_VARIANT_H

#include "variants/data.h"
#include "variants/grid.h"

typedef struct bench_variant_run {
    const shoal_ctx *ctx; /* with the threads, without notices and progress */
    bench_data *data;
    double budget_ms;
    bool quick; /* fewer refits */
} bench_variant_run;

/* Says in the record's params what the variant is on these data, so that a record of other data is not taken for it:
 * its choices, the features by name, calibration_end as a date, the store's uuid (store) and a fingerprint of its
 * columns (data). Reads what is needed. Errors: those of the data; USAGE. */
SHOAL_MUST_USE shoal_status bench_variant_identify(bench_data *data, const bench_variant *variant, bench_params *params,
                                                   shoal_error *err);
/* Takes the samples, checks the last result and judges it: fills samples_ms, counters, peak_bytes, checked, quality.
 * Errors: those of the model; INPUT where the result fails its check; MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status bench_variant_measure(const bench_variant_run *run, bench_record *record, shoal_error *err);

/* The two models behind it; params as identified. */
SHOAL_MUST_USE shoal_status bench_kmeans_variant(const bench_variant_run *run, bench_record *record, shoal_error *err);
SHOAL_MUST_USE shoal_status bench_clv_variant(const bench_variant_run *run, bench_record *record, shoal_error *err);

/* bench_sample into a record. */
SHOAL_MUST_USE shoal_status bench_variant_sample(const bench_variant_run *run, bench_run_fn body, void *state,
                                                 bench_record *record, shoal_error *err);
/* Appends a figure; one that is not finite is left out. */
void bench_quality_add(bench_record *record, const char *name, double value, bool low_is_best);

#endif
