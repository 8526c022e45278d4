/* Limits, roofs, samples and pinning. */
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/clock.h"
#include "base/threads.h"
#include "measure/limits.h"
#include "measure/loops.h"
#include "measure/sample.h"

static const bench_machine two_cores = {
    .cores = 2, .usable = 2, .n_caches = 2, .caches = {{2, 1000000, 2, 64}, {3, 10000000, 1, 64}}};
static const bench_limits known = {
    .n = 2, .limit = {{1, {100, 50, 10}, 200, 100, 150, 75}, {2, {200, NAN, 20}, 400, 200, 300, 150}}};

static void check_roof(int threads, bench_cost cost, double floor_ms, const char *name)
{
    const bench_roof roof = bench_roof_of(&known, &two_cores, threads, &cost);
    cr_assert_str_eq(roof.name, name);
    if (isnan(floor_ms)) cr_assert(isnan(roof.floor_ms));
    else cr_assert_float_eq(roof.floor_ms, floor_ms, 1e-9 * floor_ms, "%s: %g", name, roof.floor_ms);
    if (cost.bytes > 0) cr_assert_float_eq(roof.intensity, cost.flops / cost.bytes, 1e-12);
    else cr_assert(isnan(roof.intensity));
}

Test(roof, the_slower_of_reading_and_computing)
{
    check_roof(1, (bench_cost){.bytes = 1e9}, 100, "memory read");
    check_roof(2, (bench_cost){.bytes = 1e9}, 50, "memory read");
    check_roof(1, (bench_cost){.bytes = 1e9, .working_set = 5e6}, 20, "L3 read");
    check_roof(1, (bench_cost){.bytes = 1e9, .working_set = 5e5}, 10, "L2 read");
    check_roof(1, (bench_cost){.bytes = 1e9, .working_set = 1.5e6}, 20, "L3 read");
    check_roof(2, (bench_cost){.bytes = 1e9, .working_set = 1.5e6}, 5, "L2 read");
    check_roof(1, (bench_cost){.bytes = 1e9, .flops = 1e10}, 100, "memory read");
    check_roof(1, (bench_cost){.bytes = 1e9, .flops = 3e10}, 150, "FMA float32");
    check_roof(1, (bench_cost){.bytes = 1e9, .flops = 3e10, .wide = true}, 300, "FMA float64");
    check_roof(2, (bench_cost){.flops = 4e9}, 10, "FMA float32");
}

Test(roof, what_is_not_known)
{
    /* a level without a figure: the faster one, so that the floor stays below what is possible */
    check_roof(2, (bench_cost){.bytes = 1e9, .working_set = 5e6}, 5, "L2 read");
    check_roof(1, (bench_cost){0}, NAN, "");
    check_roof(3, (bench_cost){.bytes = 1e9, .flops = 1e9}, NAN, "");
    cr_assert_null(bench_limit_of(&known, 3));
    cr_assert_eq(bench_limit_of(&known, 2), &known.limit[1]);
}

/* The sum shows that each of the twelve accumulators was worked on: they begin at c, c + 1 … c + 11. */
static double twelve_chains(int lanes, int steps)
{
    double sum = 0;
    for (int i = 0; i < 12; i++) {
        double a = 1.25 + i;
        for (int step = 0; step < steps; step++) a = a * 0.5 + 1.25;
        sum += a;
    }
    return lanes * sum;
}

static void check_loops(const bench_loops *loops)
{
    enum { WORDS = 3 * BENCH_READ_STEP / 8 };
    _Alignas(64) uint64_t words[WORDS];
    uint64_t sum = 0;
    for (int i = 0; i < WORDS; i++) sum += words[i] = (uint64_t)i * 0x9E3779B97F4A7C15U;
    cr_assert_eq(loops->read(words, sizeof words), sum);
    for (int steps = 0; steps <= 4; steps++) {
        cr_assert_float_eq(loops->fma32(steps), twelve_chains((int)loops->flops32 / 24, steps), 1e-3);
        cr_assert_float_eq(loops->fma64(steps), twelve_chains((int)loops->flops64 / 24, steps), 1e-9);
    }
}

Test(limits, loops_do_their_work)
{
    check_loops(bench_loops_get());
    check_loops(&bench_loops_scalar);
}

static bool measured(double figure)
{
    return isfinite(figure) && figure > 0;
}

Test(limits, are_measured)
{
    bench_machine machine;
    bench_limits limits;
    shoal_error error = {0};
    cr_assert_eq(bench_machine_describe(NULL, &machine, &error), SHOAL_OK);
    const int counts[] = {machine.usable + 3, 1, machine.usable, 1}, team = machine.usable + 1;
    omp_set_num_threads(team);
    cr_assert_eq(bench_limits_measure(NULL, &machine, 4, counts, true, &limits, &error), SHOAL_OK, "%s", error.message);
    cr_assert_eq(omp_get_max_threads(), team);
    cr_assert_eq(shoal_threads_available(), machine.usable);
    cr_assert_eq(limits.n, machine.usable > 1 ? 3 : 2);
    for (int i = 0; i < limits.n; i++) {
        const bench_limit *limit = &limits.limit[i];
        if (i > 0) cr_assert_gt(limit->threads, limits.limit[i - 1].threads);
        cr_assert(measured(limit->fma32_gflops) && measured(limit->fma64_gflops));
        cr_assert(measured(limit->sgemm_gflops) && measured(limit->dgemm_gflops));
        for (int level = 0; level < BENCH_N_LEVELS; level++)
            cr_assert(isnan(limit->read_gbs[level]) || measured(limit->read_gbs[level]));
    }
    const bench_limit *all = bench_limit_of(&limits, machine.usable);
    const bench_limit *more = bench_limit_of(&limits, machine.usable + 3);
    cr_assert_eq(all->fma32_gflops, more->fma32_gflops);
}

/* Other work on the machine may spoil a measurement, but not three. */
Test(limits, are_in_order)
{
    bench_machine machine;
    bench_limits limits;
    const int one = 1;
    bool in_order = false;
    cr_assert_eq(bench_machine_describe(NULL, &machine, NULL), SHOAL_OK);
    for (int attempt = 0; attempt < 3 && !in_order; attempt++) {
        cr_assert_eq(bench_limits_measure(NULL, &machine, 1, &one, true, &limits, NULL), SHOAL_OK);
        const bench_limit *limit = &limits.limit[0];
        in_order = limit->fma32_gflops > 1.5 * limit->fma64_gflops && limit->fma32_gflops > limit->sgemm_gflops &&
                   limit->fma64_gflops > limit->dgemm_gflops &&
                   !(limit->read_gbs[BENCH_MEMORY] > limit->read_gbs[BENCH_L2]);
    }
    cr_assert(in_order);
}

Test(limits, stop_when_told)
{
    const volatile sig_atomic_t cancel = 1;
    const shoal_ctx ctx = {.cancel = &cancel};
    bench_limits limits = {.n = -7};
    shoal_error error = {0};
    const int one = 1;
    cr_assert_eq(bench_limits_measure(&ctx, &two_cores, 1, &one, true, &limits, &error), SHOAL_ERR_INTERRUPTED);
    cr_assert_eq(limits.n, -7);
    cr_assert_eq(bench_limits_measure(&ctx, &two_cores, BENCH_MAX_LIMITS + 1, &one, true, &limits, &error),
                 SHOAL_ERR_USAGE);
}

typedef struct task {
    int runs, fail_at, cancel_at, threads;
    double sleep_ms;
    size_t touch;
    size_t keep; /* bytes of the result */
    void *result;
    shoal_status status;
    volatile sig_atomic_t cancel;
} task;

static shoal_status run_task(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    task *t = state;
    t->runs++;
    t->threads = ctx->threads;
    cr_assert_eq(phase_ms[0], 0);
    phase_ms[0] = t->runs;
    phase_ms[1] = 2 * t->runs;
    if (t->sleep_ms > 0) nanosleep(&(struct timespec){.tv_nsec = (long)(t->sleep_ms * 1e6)}, NULL);
    if (t->touch > 0) {
        /* not malloc: sanitizers keep what is freed */
        void *block = mmap(NULL, t->touch, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        cr_assert_neq(block, MAP_FAILED);
        memset(block, t->runs, t->touch);
        munmap(block, t->touch);
    }
    if (t->keep > 0) {
        cr_assert_null(t->result, "the last result is still there");
        t->result = mmap(NULL, t->keep, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        cr_assert_neq(t->result, MAP_FAILED);
        memset(t->result, t->runs, t->keep);
    }
    if (t->runs == t->cancel_at) t->cancel = 1;
    if (t->runs == t->fail_at) return shoal_fail(err, SHOAL_ERR_INPUT, "run %d went wrong", t->runs);
    return t->status;
}

static void let_go(void *state)
{
    task *t = state;
    if (t->result != NULL) munmap(t->result, t->keep);
    t->result = NULL;
}

static shoal_status sample(task *t, double budget_ms, bench_samples *samples, shoal_error *error)
{
    const shoal_ctx ctx = {.cancel = &t->cancel, .threads = 1};
    return bench_sample(&ctx, let_go, run_task, t, 2, budget_ms, samples, error);
}

Test(sample, at_least_five_and_a_warm_up)
{
    task t = {.sleep_ms = 5, .status = SHOAL_NOT_CONVERGED};
    bench_samples samples;
    cr_assert_eq(sample(&t, 0, &samples, NULL), SHOAL_OK);
    cr_assert_eq(samples.n, BENCH_MIN_SAMPLES);
    cr_assert_eq(t.runs, 1 + BENCH_MIN_SAMPLES);
    cr_assert_eq(t.threads, 1);
    cr_assert_eq(samples.n_phases, 2);
    for (int i = 0; i < samples.n; i++) {
        cr_assert_geq(samples.total_ms[i], 5);
        cr_assert_eq(samples.phase_ms[0][i], i + 2);
        cr_assert_eq(samples.phase_ms[1][i], 2 * (i + 2));
    }
}

Test(sample, budget)
{
    task slow = {.sleep_ms = 4};
    bench_samples samples;
    const double begin = shoal_clock_ms();
    cr_assert_eq(sample(&slow, 200, &samples, NULL), SHOAL_OK);
    cr_assert_geq(shoal_clock_ms() - begin, 200);
    cr_assert_gt(samples.n, BENCH_MIN_SAMPLES);
    cr_assert_leq(slow.runs, 50);
    /* a tenth of the budget goes to the warm-up */
    if (shoal_clock_ms() - begin < 300) cr_assert_gt(slow.runs - samples.n, 1);

    task fast = {0};
    cr_assert_eq(sample(&fast, 1000, &samples, NULL), SHOAL_OK);
    cr_assert_eq(samples.n, BENCH_MAX_SAMPLES);
}

Test(sample, errors_and_interruption)
{
    for (int at = 1; at <= 3; at++) {
        task failing = {.fail_at = at}, stopped = {.cancel_at = at};
        bench_samples samples;
        shoal_error error = {0};
        const int available = shoal_threads_available();
        cr_assert_eq(sample(&failing, 0, &samples, &error), SHOAL_ERR_INPUT);
        cr_assert_not_null(strstr(error.message, "went wrong"));
        cr_assert_eq(failing.runs, at);
        cr_assert_eq(sample(&stopped, 0, &samples, &error), SHOAL_ERR_INTERRUPTED);
        cr_assert_eq(stopped.runs, at);
        cr_assert_eq(shoal_threads_available(), available);
    }
    task t = {0};
    bench_samples samples;
    cr_assert_eq(bench_sample(NULL, NULL, run_task, &t, BENCH_MAX_PHASES + 1, 0, &samples, NULL), SHOAL_ERR_USAGE);
}

Test(sample, peak_of_memory)
{
    enum { BYTES = 32 << 20 };
    task t = {.touch = BYTES};
    bench_samples samples;
    cr_assert_eq(sample(&t, 0, &samples, NULL), SHOAL_OK);
    cr_assert_geq(samples.peak_bytes, 0.9 * BYTES);
    cr_assert_leq(samples.peak_bytes, 1.5 * BYTES);
    /* what was touched before does not count */
    t.touch = BYTES / 4;
    cr_assert_eq(sample(&t, 0, &samples, NULL), SHOAL_OK);
    cr_assert_leq(samples.peak_bytes, 0.75 * BYTES);
    /* a result that was there before does not hide the next one */
    task keeping = {.keep = BYTES};
    double phase_ms[2] = {0};
    cr_assert_eq(run_task(&keeping, &(shoal_ctx){.threads = 1}, phase_ms, NULL), SHOAL_OK);
    cr_assert_eq(sample(&keeping, 0, &samples, NULL), SHOAL_OK);
    cr_assert_geq(samples.peak_bytes, 0.9 * BYTES);
    let_go(&keeping);
}

/* CPUs that each thread of a team may use. */
static void allowed(int threads, int *cpus)
{
#pragma omp parallel num_threads(threads)
    {
        cpu_set_t set;
        sched_getaffinity(0, sizeof set, &set);
        cpus[omp_get_thread_num()] = CPU_COUNT(&set);
    }
}

Test(pin, and_let_go)
{
    cpu_set_t before, after;
    int cpus[CPU_SETSIZE];
    const int available = shoal_threads_available();
    sched_getaffinity(0, sizeof before, &before);
    for (int threads = 1; threads <= available && threads <= 4; threads++) {
        bench_pin(threads);
        allowed(threads, cpus);
        cr_assert_eq(cpus[0], threads);
        for (int i = 1; i < threads; i++) cr_assert_eq(cpus[i], 1);
        /* threads that are started while others are pinned must not all run on the first CPU */
        omp_pause_resource_all(omp_pause_soft);
        allowed(threads, cpus);
        for (int i = 1; i < threads; i++) cr_assert_eq(cpus[i], threads);
    }
    bench_pin(available);
    allowed(available, cpus);
    bench_unpin();
    sched_getaffinity(0, sizeof after, &after);
    cr_assert(CPU_EQUAL(&before, &after));
    cr_assert_eq(shoal_threads_available(), available);
    allowed(available, cpus);
    for (int i = 0; i < available; i++) cr_assert_eq(cpus[i], CPU_COUNT(&before));
    bench_unpin();
}

Test(pin, not_more_threads_than_cores)
{
    cpu_set_t before, after;
    int cpus[CPU_SETSIZE];
    const int available = shoal_threads_available();
    sched_getaffinity(0, sizeof before, &before);
    bench_pin(available + 1);
    sched_getaffinity(0, sizeof after, &after);
    cr_assert(CPU_EQUAL(&before, &after));
    bench_unpin();

    if (available < 2) return;
    setenv("SLURM_CPUS_PER_TASK", "1", 1);
    bench_pin(2);
    allowed(2, cpus);
    cr_assert_gt(cpus[1], 1);
    bench_unpin();
}
