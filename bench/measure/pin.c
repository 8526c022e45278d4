#include <omp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/threads.h"
#include "measure/sample.h"

/* Affinity belongs to the process; so does what it was before. */
static struct {
    int threads; /* 0: not pinned */
    cpu_set_t before;
} pinned;

/* The lowest-numbered hardware thread of a CPU's core; itself where the kernel does not tell. */
static size_t first_sibling(size_t cpu)
{
    char path[96];
    size_t first = cpu;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%zu/topology/thread_siblings_list", cpu);
    FILE *file = fopen(path, "re");
    if (file == NULL) return cpu;
    char line[32], *end;
    if (fgets(line, sizeof line, file) != NULL) {
        const unsigned long number = strtoul(line, &end, 10);
        if (end != line) first = number;
    }
    fclose(file);
    return first;
}

/* The first `most` CPUs allowed, one a core before any core's second hardware thread. */
static int choose_cpus(const cpu_set_t *allowed, int most, size_t *cpus)
{
    int n = 0;
    for (int second = 0; second <= 1; second++) {
        for (size_t cpu = 0; cpu < CPU_SETSIZE && n < most; cpu++) {
            if (!CPU_ISSET(cpu, allowed)) continue;
            const size_t sibling = first_sibling(cpu);
            const bool is_second = sibling != cpu && sibling < CPU_SETSIZE && CPU_ISSET(sibling, allowed);
            if (is_second == (second == 1)) cpus[n++] = cpu;
        }
    }
    return n;
}

static void allow_one(size_t cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof set, &set);
}

/* This thread starts on the first CPU but may use all that were chosen: threads inherit its affinity, and the OpenMP
 * runtime ends and starts threads as the size of its teams changes. */
static void pin_all(const size_t *cpus, int n)
{
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    for (int i = 0; i < n; i++) CPU_SET(cpus[i], &chosen);
    allow_one(cpus[0]);
    sched_setaffinity(0, sizeof chosen, &chosen);
#pragma omp parallel num_threads(n)
    {
        if (omp_get_thread_num() > 0) allow_one(cpus[omp_get_thread_num()]);
    }
}

void bench_pin(int threads)
{
    if (pinned.threads > 0) bench_unpin();
    if (threads < 1 || threads > shoal_threads_available()) return;
    if (sched_getaffinity(0, sizeof pinned.before, &pinned.before) != 0) return;
    size_t cpus[CPU_SETSIZE];
    const int n = choose_cpus(&pinned.before, threads, cpus);
    if (n < threads) return;
    pinned.threads = threads;
    pin_all(cpus, n);
}

void bench_unpin(void)
{
    if (pinned.threads == 0) return;
    sched_setaffinity(0, sizeof pinned.before, &pinned.before);
#pragma omp parallel num_threads(pinned.threads)
    sched_setaffinity(0, sizeof pinned.before, &pinned.before);
    pinned.threads = 0;
}
