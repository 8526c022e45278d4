#include "cases/phases.h"

#include <string.h>

void bench_phases_take(const shoal_times *times, const char *const *names, double *phase_ms)
{
    for (int phase = 0; names[phase] != NULL; phase++)
        for (int i = 0; i < times->n; i++)
            if (strcmp(times->phases[i].phase, names[phase]) == 0) phase_ms[phase] += times->phases[i].ms;
}
