#include "measure/energy.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_line(const char *folder, const char *name, char *line, int size)
{
    char path[160];
    const int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof path) return false;
    FILE *file = fopen(path, "re");
    if (file == NULL) return false;
    const bool got = fgets(line, size, file) != NULL;
    fclose(file);
    return got;
}

static bool read_number(const char *folder, const char *name, uint64_t *number)
{
    char line[64], *end;
    if (!read_line(folder, name, line, sizeof line)) return false;
    errno = 0;
    *number = strtoull(line, &end, 10);
    return end != line && errno == 0;
}

/* Zones of one CPU package only: "psys" counts the packages once more. */
static bool is_package(const char *folder)
{
    char name[64];
    uint64_t energy;
    return read_line(folder, "name", name, sizeof name) && strncmp(name, "package", 7) == 0 &&
           read_number(folder, "energy_uj", &energy);
}

void bench_energy_find(const char *root, bench_energy *energy)
{
    energy->n = 0;
    for (int zone = 0; zone < BENCH_MAX_PACKAGES; zone++) {
        char *path = energy->path[energy->n];
        const int length = snprintf(path, sizeof energy->path[0], "%s/intel-rapl:%d", root, zone);
        if (length > 0 && (size_t)length < sizeof energy->path[0] && is_package(path)) energy->n++;
    }
}

void bench_energy_start(bench_energy *energy)
{
    for (int i = 0; i < energy->n; i++)
        if (!read_number(energy->path[i], "energy_uj", &energy->start_uj[i])) energy->n = 0;
}

double bench_energy_stop(const bench_energy *energy)
{
    double joules = energy->n > 0 ? 0 : NAN;
    for (int i = 0; i < energy->n; i++) {
        uint64_t now, range;
        if (!read_number(energy->path[i], "energy_uj", &now)) return NAN;
        if (now < energy->start_uj[i]) {
            if (!read_number(energy->path[i], "max_energy_range_uj", &range)) return NAN;
            now += range;
        }
        joules += (double)(now - energy->start_uj[i]) * 1e-6;
    }
    return joules;
}
