#include <math.h>

#include "base/text.h"
#include "record/record.h"
#include "record/record_fields.h"
#include "record/schema.h"
#include "record/statistics.h"

/* Times are known to the nanosecond at best. */
static double to_nanoseconds(double ms)
{
    return fabs(ms) < 1e9 ? round(ms * 1e6) / 1e6 : ms;
}

static void put_params(shoal_text *line, const bench_params *params)
{
    bench_put_key(line, "params");
    shoal_text_add(line, "{");
    for (int i = 0; i < params->n; i++) {
        const bench_param *param = &params->param[i];
        if (!param->is_text) bench_put_real(line, param->name, param->value);
        else bench_put_quoted(line, param->name, param->text);
    }
    shoal_text_add(line, "}");
}

static void put_times(shoal_text *line, const bench_record *record)
{
    const double *samples = record->samples_ms;
    const int n = record->n_samples;
    bench_put_real(line, "median_ms", to_nanoseconds(bench_median(samples, n)));
    bench_put_real(line, "q25_ms", to_nanoseconds(bench_quantile(samples, n, 0.25)));
    bench_put_real(line, "q75_ms", to_nanoseconds(bench_quantile(samples, n, 0.75)));
    bench_put_real(line, "percent_of_limit", round(bench_record_percent(record) * 100) / 100);
    bench_put_key(line, "samples_ms");
    for (int i = 0; i < n; i++) {
        shoal_text_add(line, i == 0 ? "[" : ",");
        bench_put_number(line, to_nanoseconds(samples[i]));
    }
    shoal_text_add(line, n == 0 ? "[]" : "]");
}

static void put_counters(shoal_text *line, const bench_counters *counters)
{
    bench_put_key(line, "counters");
    shoal_text_add(line, "{");
    bench_put_fields(line, bench_counter_fields, BENCH_N_COUNTER_FIELDS, counters);
    shoal_text_add(line, "}");
}

static void put_qualities(shoal_text *line, const bench_record *record)
{
    bench_put_key(line, "quality");
    shoal_text_add(line, "{");
    for (int i = 0; i < record->n_qualities; i++) {
        const bench_quality *quality = &record->quality[i];
        bench_put_key(line, quality->name);
        shoal_text_add(line, "{");
        bench_put_real(line, "value", quality->value);
        bench_put_text(line, "best", quality->low_is_best ? "low" : "high");
        shoal_text_add(line, "}");
    }
    shoal_text_add(line, "}");
}

char *bench_record_print(const bench_record *record)
{
    shoal_locale locale;
    if (shoal_locale_pin(&locale, NULL) < 0) return NULL;
    shoal_text line = {0};
    shoal_text_add(&line, "{");
    bench_put_text(&line, "schema", BENCH_RECORD_SCHEMA "/1");
    bench_put_fields(&line, bench_record_fields, BENCH_N_RECORD_FIELDS, record);
    put_params(&line, &record->params);
    put_counters(&line, &record->counters);
    put_qualities(&line, record);
    put_times(&line, record);
    shoal_text_add(&line, "}\n");
    shoal_locale_release(&locale);
    if (!line.failed) return line.data;
    shoal_text_free(&line);
    return NULL;
}
