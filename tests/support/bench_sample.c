#include "bench_sample.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bench_machine bench_sample_machine(void)
{
    bench_machine machine = {
        .tag = "xeon-2c-avx512",
        .cpu = "Xeon \"Platinum\" 8481C\t@ 2.70GHz",
        .kernel = "6.1.0",
        .governor = "-",
        .system = "Debian GNU/Linux 12",
        .virtualisation = "kvm",
        .sockets = 1,
        .cores = 2,
        .hardware_threads = 4,
        .numa_nodes = 1,
        .usable = 2,
        .n_caches = 3,
        .caches = {{1, 49152, 2, 64}, {2, 2097152, 2, 64}, {3, 110100480, 1, 64}},
        .memory_bytes = INT64_C(67445202944),
        .isa = "avx512",
        .openblas = "0.3.21",
        .openblas_core = "SkylakeX",
        .openblas_parallel = "pthreads",
        .compiler = "GCC 12.2.0",
        .flags = "-O3 -DNDEBUG",
        .build_type = "Release",
        .commit = "0123abcd",
    };
    return machine;
}

bench_limits bench_sample_limits(void)
{
    bench_limits limits = {.n = 2};
    limits.limit[0] = (bench_limit){1, {80.25, NAN, 1.0 / 3}, 150, 75, 99.9, NAN};
    limits.limit[1] = (bench_limit){2, {160, NAN, 0.5}, 300, 150, 1e-300, 3};
    return limits;
}

bench_record bench_sample_record(const char *name, int n_samples)
{
    const bench_machine machine = bench_sample_machine();
    bench_record record = bench_record_start("strong", name, &machine, 2, true);
    bench_params_set(&record.params, "n", 1e6);
    bench_params_set(&record.params, "scale", 0.1);
    bench_params_set_text(&record.params, "init", "k-means++ \xC3\xA4\n\"");
    record.n_samples = n_samples;
    for (int i = 0; i < n_samples; i++) record.samples_ms[i] = round((12.5 + i / 7.0) * 1e6) / 1e6;
    record.bytes = 1.0 / 3 * 1e12;
    record.flops = 5e-324;
    record.floor_ms = 0.1 + 0.2;
    snprintf(record.limit, sizeof record.limit, "memory read");
    record.checked = true;
    record.counters = (bench_counters){1e9, 2.5e9, NAN, 3e15 + 1, 0.7};
    record.peak_bytes = 123456789;
    record.n_qualities = 2;
    record.quality[0] = (bench_quality){"inertia", 1.7976931348623157e308, true};
    record.quality[1] = (bench_quality){"silhouette", NAN, false};
    snprintf(record.pair, sizeof record.pair, "kmeans W1");
    snprintf(record.size_of, sizeof record.size_of, "n");
    return record;
}
