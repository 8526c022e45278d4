/* The phases that a step tells of itself. */
#ifndef BENCH_PHASES_H
#define BENCH_PHASES_H

#include <shoal/steps.h>

/* The time of each phase by name, 0 where the step had none of that name. names: NULL at the end. */
void bench_phases_take(const shoal_times *times, const char *const *names, double *phase_ms);

#endif
