/* What a machine is told to be, and the counters that it may refuse. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/threads.h"
#include "measure/describe.h"
#include "measure/sample.h"

static bench_machine made_up(const char *cpu, int usable, const char *isa)
{
    bench_machine machine = {.usable = usable};
    strcpy(machine.cpu, cpu);
    strcpy(machine.isa, isa);
    return machine;
}

static void check_tag(const char *cpu, int family, int model, const char *expected)
{
    bench_machine machine = made_up(cpu, 8, "avx2");
    bench_tag_make(&machine, family, model);
    cr_assert_str_eq(machine.tag, expected);
}

Test(machine, tag_names_the_cpu)
{
    check_tag("Intel(R) Xeon(R) Processor", 6, 207, "xeon-6-207-8c-avx2");
    check_tag("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz", 6, 143, "xeon-platinum-8481c-8c-avx2");
    check_tag("AMD EPYC 7763 64-Core Processor", 25, 1, "epyc-7763-8c-avx2");
    check_tag("Intel(R) Core(TM) i7-1185G7 @ 3.00GHz", 6, 140, "core-i7-1185g7-8c-avx2");
    check_tag("Intel(R) Atom(TM) CPU @ 1.60GHz", 6, 28, "atom-6-28-8c-avx2");
    check_tag("-", -1, -1, "8c-avx2");
    check_tag("", 6, 1, "cpu-6-1-8c-avx2");
}

Test(machine, tag_is_a_slug)
{
    char tag[BENCH_TAG_SIZE], small[6];
    bench_tag_clean("  My Box/\"n\xC3\xA4he\"!", tag, sizeof tag);
    cr_assert_str_eq(tag, "my-box-n-he");
    bench_tag_clean("abcde-fgh", small, sizeof small);
    cr_assert_str_eq(small, "abcde");
    bench_tag_clean("abcd-fgh", small, sizeof small);
    cr_assert_str_eq(small, "abcd");
}

Test(machine, described)
{
    bench_machine machine;
    cr_assert_eq(bench_machine_describe(NULL, &machine, NULL), SHOAL_OK);
    cr_assert_eq(strspn(machine.tag, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(machine.tag));
    cr_assert_geq(strlen(machine.tag), 3);
    cr_assert_eq(machine.usable, shoal_threads_available());
    cr_assert_geq(machine.cores, 1);
    cr_assert_geq(machine.hardware_threads, machine.cores);
    cr_assert_geq(machine.sockets, 1);
    cr_assert_geq(machine.numa_nodes, 1);
    cr_assert_gt(machine.memory_bytes, 1 << 26);
    for (int i = 1; i < machine.n_caches; i++) cr_assert_gt(machine.caches[i].level, machine.caches[i - 1].level);
    const char *const texts[] = {machine.cpu,      machine.kernel,        machine.governor,
                                 machine.system,   machine.isa,           machine.virtualisation,
                                 machine.openblas, machine.openblas_core, machine.openblas_parallel,
                                 machine.compiler, machine.flags,         machine.build_type,
                                 machine.commit};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cr_assert_gt(strlen(texts[i]), 0, "text %zu is empty", i);
        cr_assert_null(strchr(texts[i], '\n'), "text %zu has a line end", i);
    }
    cr_assert_str_neq(machine.openblas_parallel, "-");
    cr_assert_str_neq(machine.compiler, "-");

    cr_assert_eq(bench_machine_describe("Rack 7", &machine, NULL), SHOAL_OK);
    cr_assert_str_eq(machine.tag, "rack-7");
}

Test(machine, caches_that_threads_reach)
{
    /* four cores, an L2 each, an L3 for two */
    const bench_machine machine = {.cores = 4, .n_caches = 2, .caches = {{2, 1000, 4, 64}, {3, 50000, 2, 64}}};
    const int64_t l2[] = {1000, 2000, 3000, 4000, 4000}, l3[] = {50000, 50000, 100000, 100000, 100000};
    for (int threads = 1; threads <= 5; threads++) {
        cr_assert_eq(bench_machine_cache_bytes(&machine, 2, threads), l2[threads - 1]);
        cr_assert_eq(bench_machine_cache_bytes(&machine, 3, threads), l3[threads - 1]);
    }
    cr_assert_eq(bench_machine_cache_bytes(&machine, 4, 1), 0);
}

static void put(const char *root, const char *zone, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root, zone);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s", root, zone, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static void put_zone(const char *root, const char *zone, const char *name, const char *energy)
{
    put(root, zone, "name", name);
    put(root, zone, "energy_uj", energy);
    put(root, zone, "max_energy_range_uj", "10000000\n");
}

Test(energy, sums_packages_and_sees_overrun)
{
    char root[] = "/tmp/bench-energy.XXXXXX", command[64];
    cr_assert_not_null(mkdtemp(root));
    put_zone(root, "intel-rapl:0", "package-0\n", "9000000\n");
    put_zone(root, "intel-rapl:1", "psys\n", "1\n");
    put_zone(root, "intel-rapl:2", "package-1\n", "500000\n");

    bench_energy energy;
    bench_energy_find(root, &energy);
    cr_assert_eq(energy.n, 2);
    bench_energy_start(&energy);
    cr_assert_float_eq(bench_energy_stop(&energy), 0, 1e-9);
    put_zone(root, "intel-rapl:0", "package-0\n", "1000000\n"); /* ran over: 2 J */
    put_zone(root, "intel-rapl:2", "package-1\n", "2000000\n"); /* 1.5 J */
    cr_assert_float_eq(bench_energy_stop(&energy), 3.5, 1e-9);

    put(root, "intel-rapl:2", "energy_uj", "gone\n");
    cr_assert(isnan(bench_energy_stop(&energy)));
    snprintf(command, sizeof command, "rm -r %s", root);
    cr_assert_eq(system(command), 0);

    bench_energy_find(root, &energy);
    bench_energy_start(&energy);
    cr_assert(isnan(bench_energy_stop(&energy)));
}

static bool refused_or_positive(double count)
{
    return isnan(count) || count > 0;
}

Test(meter, counts_or_says_that_it_cannot)
{
    bench_meter meter = {0};
    bench_counters counters = bench_meter_stop(&meter);
    cr_assert(isnan(counters.cycles) && isnan(counters.joules));

    bench_meter_open(&meter);
    const bench_meter opened = meter;
    bench_meter_open(&meter);
    cr_assert_arr_eq(meter.fd, opened.fd, sizeof meter.fd);
    bench_meter_start(&meter);
    volatile double sum = 0;
    for (int i = 0; i < 1000000; i++) sum += i;
    counters = bench_meter_stop(&meter);
    cr_assert(refused_or_positive(counters.cycles));
    cr_assert(refused_or_positive(counters.instructions));
    cr_assert(isnan(counters.llc_misses) || counters.llc_misses >= 0);
    cr_assert(isnan(counters.memory_reads) || counters.memory_reads >= 0);
    cr_assert(isnan(counters.joules) || counters.joules >= 0);
    bench_meter_close(&meter);
    bench_meter_close(&meter);
    cr_assert_not(meter.open);
}

Test(memory, peak_follows_what_is_touched)
{
    enum { BYTES = 64 << 20 };
    bench_peak_reset();
    const double before = bench_peak_bytes();
    cr_assert_geq(before, 0.9 * bench_resident_bytes());
    /* not malloc: sanitizers keep what is freed */
    void *block = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(block, MAP_FAILED);
    memset(block, 1, BYTES);
    cr_assert_geq(bench_resident_bytes(), before + 0.9 * BYTES);
    munmap(block, BYTES);
    cr_assert_geq(bench_peak_bytes(), before + 0.9 * BYTES);
    bench_peak_reset();
    cr_assert_leq(bench_peak_bytes(), before + 0.5 * BYTES);
    cr_assert_gt(bench_available_bytes(), 0);
}
