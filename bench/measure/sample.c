#include "measure/sample.h"

#include <malloc.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/threads.h"

enum { N_FIGURES = sizeof(bench_counters) / sizeof(double) };

typedef struct sampling {
    shoal_ctx ctx; /* threads given: pinning changes what would be found */
    bench_before_fn before;
    bench_run_fn run;
    void *state;
    int n_phases;
    double resident_before;
    bench_meter meter;
    double counts[N_FIGURES][BENCH_MAX_SAMPLES];
} sampling;

static shoal_status check_cancelled(const sampling *s, shoal_error *err)
{
    return shoal_cancelled(&s->ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

static void let_go(const sampling *s)
{
    if (s->before != NULL) s->before(s->state);
}

/* What was freed but is kept by the allocator for later would hide what a run takes. */
static double bytes_in_use(const sampling *s)
{
    let_go(s);
    malloc_trim(0);
    return bench_resident_bytes();
}

static shoal_status warm_up(sampling *s, double until_ms, shoal_error *err)
{
    do {
        double phase_ms[BENCH_MAX_PHASES] = {0};
        SHOAL_TRY(check_cancelled(s, err));
        let_go(s);
        SHOAL_TRY(s->run(s->state, &s->ctx, phase_ms, err));
    } while (shoal_clock_ms() < until_ms);
    return SHOAL_OK;
}

static void keep_counters(sampling *s, int sample, const bench_counters *counters)
{
    const double figures[N_FIGURES] = {counters->cycles, counters->instructions, counters->llc_misses,
                                       counters->memory_reads, counters->joules};
    for (int i = 0; i < N_FIGURES; i++) s->counts[i][sample] = figures[i];
}

static double growth_of(double resident_before)
{
    const double growth = bench_peak_bytes() - resident_before;
    return growth < 0 ? 0 : growth;
}

static shoal_status take_one(sampling *s, bench_samples *samples, shoal_error *err)
{
    double phase_ms[BENCH_MAX_PHASES] = {0};
    SHOAL_TRY(check_cancelled(s, err));
    let_go(s);
    bench_pin(s->ctx.threads);
    bench_peak_reset();
    bench_meter_start(&s->meter);
    const double begin = shoal_clock_ms();
    SHOAL_TRY(s->run(s->state, &s->ctx, phase_ms, err));
    const double end = shoal_clock_ms();
    const bench_counters counters = bench_meter_stop(&s->meter);

    const int i = samples->n++;
    samples->total_ms[i] = end - begin;
    for (int p = 0; p < s->n_phases; p++) samples->phase_ms[p][i] = phase_ms[p];
    keep_counters(s, i, &counters);
    samples->peak_bytes = fmax(samples->peak_bytes, growth_of(s->resident_before));
    return SHOAL_OK;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* NAN where one of them is. Sorts. */
static double median(double *values, int n)
{
    for (int i = 0; i < n; i++)
        if (isnan(values[i])) return NAN;
    qsort(values, (size_t)n, sizeof *values, ascending);
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static shoal_status take_all(sampling *s, double budget_ms, bench_samples *samples, shoal_error *err)
{
    const double begin = shoal_clock_ms();
    SHOAL_TRY(warm_up(s, begin + budget_ms / 10, err));
    while (samples->n < BENCH_MAX_SAMPLES && (samples->n < BENCH_MIN_SAMPLES || shoal_clock_ms() < begin + budget_ms))
        SHOAL_TRY(take_one(s, samples, err));
    samples->counters = (bench_counters){.cycles = median(s->counts[0], samples->n),
                                         .instructions = median(s->counts[1], samples->n),
                                         .llc_misses = median(s->counts[2], samples->n),
                                         .memory_reads = median(s->counts[3], samples->n),
                                         .joules = median(s->counts[4], samples->n)};
    return SHOAL_OK;
}

shoal_status bench_sample(const shoal_ctx *ctx, bench_before_fn before, bench_run_fn run, void *state, int n_phases,
                          double budget_ms, bench_samples *samples, shoal_error *err)
{
    if (n_phases < 0 || n_phases > BENCH_MAX_PHASES)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%d phases; there may be 0 to %d", n_phases, BENCH_MAX_PHASES);
    sampling s = {.ctx = ctx != NULL ? *ctx : shoal_ctx_default(),
                  .before = before,
                  .run = run,
                  .state = state,
                  .n_phases = n_phases};
    s.ctx.threads = shoal_ctx_threads(ctx);
    s.resident_before = bytes_in_use(&s);
    *samples = (bench_samples){.n_phases = n_phases, .peak_bytes = NAN};
    /* without its old threads, the OpenMP runtime starts new ones, which the counters see */
    omp_pause_resource_all(omp_pause_soft);
    bench_meter_open(&s.meter);
    bench_pin(s.ctx.threads);
    const shoal_status status = take_all(&s, budget_ms, samples, err);
    bench_unpin();
    bench_meter_close(&s.meter);
    return status;
}
