#include <linux/perf_event.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "measure/sample.h"

_Static_assert(BENCH_N_EVENTS == sizeof(bench_counters) / sizeof(double) - 1, "one event a figure, but for energy");

static const struct {
    uint32_t type;
    uint64_t config;
} events[BENCH_N_EVENTS] = {
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
    {PERF_TYPE_HW_CACHE,
     PERF_COUNT_HW_CACHE_NODE | PERF_COUNT_HW_CACHE_OP_READ << 8 | PERF_COUNT_HW_CACHE_RESULT_ACCESS << 16},
};

static int open_event(int which)
{
    struct perf_event_attr attr = {
        .size = sizeof attr,
        .type = events[which].type,
        .config = events[which].config,
        .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
        .inherit = 1,
        .exclude_kernel = 1, /* what perf_event_paranoid = 2, the usual setting, leaves to users */
        .exclude_hv = 1,
    };
    return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void bench_meter_open(bench_meter *meter)
{
    if (meter->open) return;
    meter->open = true;
    for (int i = 0; i < BENCH_N_EVENTS; i++) meter->fd[i] = open_event(i);
    bench_energy_find(BENCH_POWERCAP, &meter->energy);
}

void bench_meter_close(bench_meter *meter)
{
    if (!meter->open) return;
    for (int i = 0; i < BENCH_N_EVENTS; i++)
        if (meter->fd[i] >= 0) close(meter->fd[i]);
    *meter = (bench_meter){0};
}

static bench_count count_now(int fd)
{
    uint64_t read_as[3];
    if (fd < 0 || read(fd, read_as, sizeof read_as) != (ssize_t)sizeof read_as) return (bench_count){0};
    return (bench_count){
        .valid = true, .count = (double)read_as[0], .enabled_ns = (double)read_as[1], .running_ns = (double)read_as[2]};
}

/* The kernel lets more events than the CPU has counters take turns: the count is for the time it was its turn. */
static double since(const bench_count *before, const bench_count *now)
{
    const double enabled = now->enabled_ns - before->enabled_ns, running = now->running_ns - before->running_ns;
    if (!before->valid || !now->valid || !(running > 0)) return NAN;
    return (now->count - before->count) * (enabled / running);
}

void bench_meter_start(bench_meter *meter)
{
    if (!meter->open) return;
    for (int i = 0; i < BENCH_N_EVENTS; i++) meter->before[i] = count_now(meter->fd[i]);
    bench_energy_start(&meter->energy);
}

bench_counters bench_meter_stop(bench_meter *meter)
{
    if (!meter->open) return (bench_counters){NAN, NAN, NAN, NAN, NAN};
    const double joules = bench_energy_stop(&meter->energy);
    double counts[BENCH_N_EVENTS];
    for (int i = 0; i < BENCH_N_EVENTS; i++) {
        const bench_count now = count_now(meter->fd[i]);
        counts[i] = since(&meter->before[i], &now);
    }
    return (bench_counters){.cycles = counts[0],
                            .instructions = counts[1],
                            .llc_misses = counts[2],
                            .memory_reads = counts[3],
                            .joules = joules};
}
