#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure/sample.h"

/* A size that a file of /proc gives in KiB. */
static double size_in(const char *path, const char *key)
{
    char line[256];
    double bytes = NAN;
    const size_t length = strlen(key);
    FILE *file = fopen(path, "re");
    if (file == NULL) return NAN;
    while (isnan(bytes) && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, length) == 0) bytes = 1024 * strtod(line + length, NULL);
    fclose(file);
    return bytes;
}

double bench_resident_bytes(void)
{
    return size_in("/proc/self/status", "VmRSS:");
}

double bench_peak_bytes(void)
{
    return size_in("/proc/self/status", "VmHWM:");
}

/* "5" sets the peak to the resident set of now and leaves everything else alone (proc(5)). */
void bench_peak_reset(void)
{
    const int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    const ssize_t written = write(file, "5", 1);
    (void)written; /* where it is refused, the peak stays that of the whole run */
    close(file);
}

double bench_available_bytes(void)
{
    return size_in("/proc/meminfo", "MemAvailable:");
}
