/* Energy of the CPU packages through powercap (RAPL: Intel, AMD). */
#ifndef BENCH_ENERGY_H
#define BENCH_ENERGY_H

#include <stdint.h>

enum { BENCH_MAX_PACKAGES = 8 };

typedef struct bench_energy {
    int n;                                 /* packages whose counters can be read */
    char path[BENCH_MAX_PACKAGES][96];     /* folders */
    uint64_t start_uj[BENCH_MAX_PACKAGES]; /* microjoules */
} bench_energy;

#define BENCH_POWERCAP "/sys/class/powercap"

/* Finds the packages below root, of which there may be none: reading is mostly for root only. */
void bench_energy_find(const char *root, bench_energy *energy);
void bench_energy_start(bench_energy *energy);
/* Joules since the start, over all packages; a counter that ran over once is seen. NAN where there is none. */
double bench_energy_stop(const bench_energy *energy);

#endif
