#include "variants/variant.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "variants/grid_key.h"

static void set_fingerprint(bench_params *params, const bench_data *data, uint64_t fingerprint)
{
    char text[24];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)fingerprint);
    bench_params_set_text(params, "store", data->uuid);
    bench_params_set_text(params, "data", text);
}

/* "75%" as the day by which so much of the time between the first and the last transaction is over. */
static shoal_status resolve_calibration_end(const bench_data *data, bench_params *params, shoal_error *err)
{
    const char *text = bench_params_text(params, "calibration_end");
    char date[SHOAL_DATE_SIZE];
    int64_t time;
    if (text == NULL) return SHOAL_OK;
    const double share = bench_share_parse(text);
    const double days = (double)(data->last_day - data->first_day) / SHOAL_DAY_SECONDS;
    if (!isnan(share)) time = data->first_day + (int64_t)floor(share * days) * SHOAL_DAY_SECONDS;
    else if (!shoal_date_parse(text, strlen(text), &time))
        return shoal_fail(err, SHOAL_ERR_USAGE, "calibration_end: \"%s\" is no date", text);
    bench_params_set_text(params, "calibration_end", shoal_date_format(time, false, date));
    return SHOAL_OK;
}

shoal_status bench_variant_identify(bench_data *data, const bench_variant *variant, bench_params *params,
                                    shoal_error *err)
{
    *params = variant->params;
    if (strcmp(variant->name, "kmeans") == 0) {
        const bench_features *set;
        SHOAL_TRY(bench_data_features(data, bench_params_text(params, "features"), bench_params_text(params, "weight"),
                                      &set, err));
        if (set->features[0] != '\0') bench_params_set_text(params, "features", set->features);
        set_fingerprint(params, data, set->fingerprint);
        return SHOAL_OK;
    }
    SHOAL_TRY(bench_data_transactions(data, err));
    set_fingerprint(params, data, data->transactions_fingerprint);
    return resolve_calibration_end(data, params, err);
}

shoal_status bench_variant_measure(const bench_variant_run *run, bench_record *record, shoal_error *err)
{
    const bool kmeans = strcmp(record->name, "kmeans") == 0;
    return kmeans ? bench_kmeans_variant(run, record, err) : bench_clv_variant(run, record, err);
}

shoal_status bench_variant_sample(const bench_variant_run *run, bench_run_fn body, void *state, bench_record *record,
                                  shoal_error *err)
{
    bench_samples samples;
    SHOAL_TRY(bench_sample(run->ctx, NULL, body, state, 0, run->budget_ms, &samples, err));
    record->n_samples = samples.n;
    memcpy(record->samples_ms, samples.total_ms, (size_t)samples.n * sizeof *record->samples_ms);
    record->counters = samples.counters;
    record->peak_bytes = samples.peak_bytes;
    return SHOAL_OK;
}

void bench_quality_add(bench_record *record, const char *name, double value, bool low_is_best)
{
    if (!isfinite(value) || record->n_qualities == BENCH_MAX_QUALITIES) return;
    bench_quality *quality = &record->quality[record->n_qualities++];
    *quality = (bench_quality){.value = value, .low_is_best = low_is_best};
    shoal_text_copy(quality->name, sizeof quality->name, name);
}
