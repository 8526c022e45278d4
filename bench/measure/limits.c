#include "measure/limits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "base/threads.h"
#include "measure/loops.h"
#include "measure/probe.h"
#include "measure/sample.h"

enum { MIB = 1 << 20, HUGE_PAGE = 2 * MIB, N_PROBES = 7 };

/* What the threads share while they are timed. */
typedef struct probe {
    const bench_loops *loops;
    int threads;
    char *data;            /* `capacity` bytes for each thread */
    int64_t capacity, set; /* set: bytes of it that are read */
} probe;

static void consume(uint64_t value)
{
    volatile uint64_t kept = value;
    (void)kept;
}

static void read_part(const void *state, int thread, int64_t rounds)
{
    const probe *p = state;
    uint64_t sum = 0;
    for (int64_t i = 0; i < rounds; i++) sum += p->loops->read(p->data + thread * p->capacity, p->set);
    consume(sum);
}

enum { STEPS = 10000 };

static void fma32_part(const void *state, int thread, int64_t rounds)
{
    (void)thread;
    const probe *p = state;
    consume((uint64_t)p->loops->fma32(rounds * STEPS));
}

static void fma64_part(const void *state, int thread, int64_t rounds)
{
    (void)thread;
    const probe *p = state;
    consume((uint64_t)p->loops->fma64(rounds * STEPS));
}

/* Each thread writes its own share first, so that it lies in memory near to it. */
static void touch_part(const void *state, int thread, int64_t rounds)
{
    (void)rounds;
    const probe *p = state;
    uint64_t *words = (uint64_t *)(void *)(p->data + thread * p->capacity);
    for (int64_t i = 0; i < p->capacity / (int64_t)sizeof *words; i++) words[i] = (uint64_t)i;
}

/* Four times the caches, at least 256 MiB; at most 1 GiB, or twice the caches where these are larger, and a quarter of
 * the memory that is left. 0 where that leaves less than twice the caches. */
static int64_t memory_set(int64_t caches)
{
    const int64_t least = 256 * (int64_t)MIB, usual = 1024 * (int64_t)MIB;
    const double available = bench_available_bytes();
    const int64_t most = isnan(available) ? usual : (int64_t)(available / 4);
    int64_t bytes = 4 * caches;
    if (bytes < least) bytes = least;
    if (bytes > usual) bytes = 2 * caches > usual ? 2 * caches : usual;
    if (bytes > most) bytes = most;
    return bytes >= 2 * caches ? bytes : 0;
}

/* Bytes for each thread that lie in that level: half of the L2; four times the L2 where that is at most half of the L3;
 * well more than the caches. 0: the level cannot be told from the others. */
static int64_t set_of(const bench_machine *machine, bench_level level, int threads)
{
    const int64_t l2 = bench_machine_cache_bytes(machine, 2, threads);
    const int64_t l3 = bench_machine_cache_bytes(machine, 3, threads);
    int64_t bytes = 0;
    if (level == BENCH_L2) bytes = l2 / 2;
    if (level == BENCH_L3 && 4 * l2 <= l3 / 2) bytes = 4 * l2;
    if (level == BENCH_MEMORY) bytes = memory_set(l3 > l2 ? l3 : l2);
    return bytes / threads / BENCH_READ_STEP * BENCH_READ_STEP;
}

/* What is told and asked between two probes. */
typedef struct telling {
    const shoal_ctx *ctx;
    int done, total;
} telling;

static shoal_status next_probe(telling *t, int threads, const char *what, shoal_error *err)
{
    char detail[64];
    snprintf(detail, sizeof detail, "%s, %d thread%s", what, threads, threads == 1 ? "" : "s");
    shoal_progress(t->ctx, "machine limits", (double)t->done++ / t->total, detail);
    return shoal_cancelled(t->ctx) ? shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted") : SHOAL_OK;
}

/* On huge pages where the kernel gives them: misses of the address cache are no limit of the memory. */
static shoal_status probe_read(telling *t, const bench_machine *machine, probe *p, double budget_ms, bench_limit *limit,
                               shoal_error *err)
{
    static const char *const names[BENCH_N_LEVELS] = {"L2 read", "L3 read", "memory read"};
    shoal_status status = SHOAL_OK;
    int64_t sets[BENCH_N_LEVELS];
    for (int level = 0; level < BENCH_N_LEVELS; level++) {
        sets[level] = set_of(machine, (bench_level)level, p->threads);
        if (sets[level] > p->capacity) p->capacity = sets[level];
    }
    void *block = NULL;
    SHOAL_TRY(shoal_alloc((int64_t)p->threads * p->capacity + HUGE_PAGE, 1, &block, err));
    p->data = (char *)block + (HUGE_PAGE - (uintptr_t)block % HUGE_PAGE) % HUGE_PAGE;
    madvise(p->data, (size_t)((int64_t)p->threads * p->capacity), MADV_HUGEPAGE);
    bench_run_together(p->threads, touch_part, p, 1);
    for (int level = 0; level < BENCH_N_LEVELS; level++) {
        SHOAL_TRY_OUT(next_probe(t, p->threads, names[level], err));
        p->set = sets[level];
        if (p->set == 0) continue;
        const double rate = bench_best_rate(p->threads, read_part, p, budget_ms);
        limit->read_gbs[level] = rate * (double)p->set * p->threads * 1e-6;
    }
out:
    free(block);
    p->data = NULL;
    return status;
}

static shoal_status probe_arithmetic(telling *t, const probe *p, double budget_ms, bench_limit *limit, shoal_error *err)
{
    const double steps = 1.0 * STEPS * p->threads * 1e-6;
    SHOAL_TRY(next_probe(t, p->threads, "FMA float32", err));
    limit->fma32_gflops = p->loops->flops32 * steps * bench_best_rate(p->threads, fma32_part, p, budget_ms);
    SHOAL_TRY(next_probe(t, p->threads, "FMA float64", err));
    limit->fma64_gflops = p->loops->flops64 * steps * bench_best_rate(p->threads, fma64_part, p, budget_ms);
    SHOAL_TRY(next_probe(t, p->threads, "sgemm", err));
    SHOAL_TRY(bench_probe_gemm(p->threads, false, 2 * budget_ms, &limit->sgemm_gflops, err));
    SHOAL_TRY(next_probe(t, p->threads, "dgemm", err));
    return bench_probe_gemm(p->threads, true, 2 * budget_ms, &limit->dgemm_gflops, err);
}

static shoal_status measure(telling *t, const bench_machine *machine, int threads, bool quick, bench_limit *limit,
                            shoal_error *err)
{
    const double budget_ms = quick ? 70 : 400;
    probe p = {.loops = bench_loops_get(), .threads = threads};
    *limit = (bench_limit){.threads = threads,
                           .read_gbs = {NAN, NAN, NAN},
                           .fma32_gflops = NAN,
                           .fma64_gflops = NAN,
                           .sgemm_gflops = NAN,
                           .dgemm_gflops = NAN};
    bench_pin(threads);
    shoal_status status = probe_read(t, machine, &p, budget_ms, limit, err);
    if (status >= 0) status = probe_arithmetic(t, &p, budget_ms, limit, err);
    bench_unpin();
    return status;
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

shoal_status bench_limits_measure(const shoal_ctx *ctx, const bench_machine *machine, int n_counts, const int *counts,
                                  bool quick, bench_limits *limits, shoal_error *err)
{
    if (n_counts > BENCH_MAX_LIMITS)
        return shoal_fail(err, SHOAL_ERR_USAGE, "%d counts of threads; at most %d can be measured", n_counts,
                          BENCH_MAX_LIMITS);
    int sorted[BENCH_MAX_LIMITS] = {0};
    for (int i = 0; i < n_counts; i++) sorted[i] = counts[i];
    qsort(sorted, (size_t)n_counts, sizeof *sorted, by_value);

    telling t = {.ctx = ctx, .total = n_counts * N_PROBES};
    bench_limits made = {0};
    for (int i = 0; i < n_counts; i++) {
        const int threads = sorted[i];
        const int measured = threads < machine->usable ? threads : machine->usable;
        if (threads < 1 || bench_limit_of(&made, threads) != NULL) continue;
        const bench_limit *known = bench_limit_of(&made, measured);
        bench_limit *limit = &made.limit[made.n];
        if (known != NULL) *limit = *known;
        else SHOAL_TRY(measure(&t, machine, measured, quick, limit, err));
        limit->threads = threads;
        made.n++;
    }
    *limits = made;
    return SHOAL_OK;
}

const bench_limit *bench_limit_of(const bench_limits *limits, int threads)
{
    for (int i = 0; i < limits->n; i++)
        if (limits->limit[i].threads == threads) return &limits->limit[i];
    return NULL;
}
