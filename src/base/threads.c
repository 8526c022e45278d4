#include "base/threads.h"

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

/* CPUs that a quota of cgroup v2 (cpu.max: "quota period") or v1 leaves, or 0 where there is none. */
static int cgroup_quota(void)
{
    long long quota = -1, period = 0;
    FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");
    if (file != NULL) {
        if (fscanf(file, "%lld %lld", &quota, &period) != 2) quota = -1;
        fclose(file);
    } else {
        file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "re");
        if (file != NULL) {
            if (fscanf(file, "%lld", &quota) != 1) quota = -1;
            fclose(file);
        }
        file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "re");
        if (file != NULL) {
            if (fscanf(file, "%lld", &period) != 1) period = 0;
            fclose(file);
        }
    }
    if (quota <= 0 || period <= 0) return 0;
    return (int)((quota + period - 1) / period);
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
