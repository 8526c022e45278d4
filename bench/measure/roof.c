#include <math.h>
#include <stdio.h>

#include "measure/limits.h"

static const char *const level_names[BENCH_N_LEVELS] = {"L2 read", "L3 read", "memory read"};

/* The innermost level that can hold the working set. A set that just fits counts as held, although part of it will
 * come from further out: the floor must not be above what is possible. */
static bench_level level_of(const bench_machine *machine, int threads, double working_set)
{
    if (working_set <= (double)bench_machine_cache_bytes(machine, 2, threads)) return BENCH_L2;
    if (working_set <= (double)bench_machine_cache_bytes(machine, 3, threads)) return BENCH_L3;
    return BENCH_MEMORY;
}

static void lift(bench_roof *roof, double ms, const char *name)
{
    if (isnan(ms) || ms <= roof->floor_ms) return;
    roof->floor_ms = ms;
    snprintf(roof->name, sizeof roof->name, "%s", name);
}

bench_roof bench_roof_of(const bench_limits *limits, const bench_machine *machine, int threads, const bench_cost *cost)
{
    bench_roof roof = {.floor_ms = NAN, .intensity = cost->bytes > 0 ? cost->flops / cost->bytes : NAN};
    const bench_limit *limit = bench_limit_of(limits, threads);
    if (limit == NULL) return roof;
    if (cost->bytes > 0) {
        int level = (int)level_of(machine, threads, cost->working_set > 0 ? cost->working_set : cost->bytes);
        /* a level without a figure is judged by the faster one before it */
        while (level > BENCH_L2 && isnan(limit->read_gbs[level])) level--;
        lift(&roof, cost->bytes / (limit->read_gbs[level] * 1e6), level_names[level]);
    }
    if (cost->flops > 0) {
        const double gflops = cost->wide ? limit->fma64_gflops : limit->fma32_gflops;
        lift(&roof, cost->flops / (gflops * 1e6), cost->wide ? "FMA float64" : "FMA float32");
    }
    return roof;
}
