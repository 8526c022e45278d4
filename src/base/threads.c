#include "base/threads.h"

#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int affinity_count(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return CPU_COUNT(&set);
}

/* The first numbers of a one-line file, as many as fit; words such as "max" end the list. */
static int read_numbers(const char *path, long long *numbers, int most)
{
    char line[128];
    FILE *file = fopen(path, "re");
    if (file == NULL) return 0;
    const char *at = fgets(line, sizeof line, file);
    fclose(file);
    int n = 0;
    while (at != NULL && n < most) {
        char *end;
        const long long value = strtoll(at, &end, 10);
        if (end == at) break;
        numbers[n++] = value;
        at = end;
    }
    return n;
}

/* CPUs that a quota of cgroup v2 (cpu.max: "quota period") or v1 leaves, or 0 where there is none. */
static int cgroup_quota(void)
{
    long long n[2];
    if (read_numbers("/sys/fs/cgroup/cpu.max", n, 2) != 2 &&
        (read_numbers("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", &n[0], 1) != 1 ||
         read_numbers("/sys/fs/cgroup/cpu/cpu.cfs_period_us", &n[1], 1) != 1))
        return 0;
    if (n[0] <= 0 || n[1] <= 0) return 0;
    const long long cpus = (n[0] + n[1] - 1) / n[1];
    return cpus < INT_MAX ? (int)cpus : INT_MAX;
}

int shoal_threads_available(void)
{
    int count = affinity_count();
    const int quota = cgroup_quota();
    if (quota > 0 && quota < count) count = quota;
    const char *slurm = getenv("SLURM_CPUS_PER_TASK");
    if (slurm != NULL) {
        const long given = strtol(slurm, NULL, 10);
        if (given > 0 && given < count) count = (int)given;
    }
    return count < 1 ? 1 : count;
}

shoal_ctx shoal_ctx_default(void)
{
    return (shoal_ctx){0};
}

int shoal_ctx_threads(const shoal_ctx *ctx)
{
    return ctx != NULL && ctx->threads > 0 ? ctx->threads : shoal_threads_available();
}

int shoal_threads_for(const shoal_ctx *ctx, double work)
{
    enum { WORK_PER_THREAD = 1000000 };
    const double useful = work / WORK_PER_THREAD;
    if (useful < 2) return 1; /* without asking the system how many there are */
    const int threads = shoal_ctx_threads(ctx);
    if (useful >= threads) return threads;
    return (int)useful;
}

bool shoal_cancelled(const shoal_ctx *ctx)
{
    return ctx != NULL && ctx->cancel != NULL && *ctx->cancel != 0;
}

void shoal_progress(const shoal_ctx *ctx, const char *phase, double fraction, const char *detail)
{
    if (ctx != NULL && ctx->progress != NULL) ctx->progress(ctx->user, phase, fraction, detail);
}

void shoal_notice(const shoal_ctx *ctx, const char *format, ...)
{
    if (ctx == NULL || ctx->notice == NULL) return;
    char message[SHOAL_ERROR_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    ctx->notice(ctx->user, message);
}

shoal_blocks shoal_blocks_of(int64_t n)
{
    const int64_t units = (n + SHOAL_BLOCK_ROWS - 1) / SHOAL_BLOCK_ROWS;
    const int64_t units_per_block = (units + SHOAL_MAX_BLOCKS - 1) / SHOAL_MAX_BLOCKS;
    shoal_blocks blocks = {.n = n, .rows = units_per_block * SHOAL_BLOCK_ROWS};
    if (n > 0) blocks.count = (int)((n + blocks.rows - 1) / blocks.rows);
    return blocks;
}
