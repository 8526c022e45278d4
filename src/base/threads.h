/* How many threads to use, and how rows are cut for them. */
#ifndef SHOAL_BASE_THREADS_H
#define SHOAL_BASE_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/context.h>

/* min(affinity, cgroup quota rounded up, SLURM_CPUS_PER_TASK), at least 1. */
int shoal_threads_available(void);

/* How many of the context's threads pay off for `work` multiply-adds or the like between two barriers: each should get
 * some 100 microseconds of it, for a barrier costs up to that on a busy machine. At least 1. */
int shoal_threads_for(const shoal_ctx *ctx, double work);

bool shoal_cancelled(const shoal_ctx *ctx);
void shoal_progress(const shoal_ctx *ctx, const char *phase, double fraction, const char *detail);
void shoal_notice(const shoal_ctx *ctx, const char *format, ...) SHOAL_PRINTF(2, 3);

/* Fixed row blocks: a function of n alone, so that sums by block come out the same for any number of threads.
 * At most SHOAL_MAX_BLOCKS, each (but the last) a multiple of SHOAL_BLOCK_ROWS rows. */
enum { SHOAL_BLOCK_ROWS = 4096, SHOAL_MAX_BLOCKS = 256 };
typedef struct shoal_blocks {
    int64_t n, rows; /* rows a block */
    int count;
} shoal_blocks;
shoal_blocks shoal_blocks_of(int64_t n);
static inline int64_t shoal_block_begin(const shoal_blocks *b, int block)
{
    return (int64_t)block * b->rows;
}
static inline int64_t shoal_block_end(const shoal_blocks *b, int block)
{
    const int64_t end = (int64_t)(block + 1) * b->rows;
    return end < b->n ? end : b->n;
}

#endif
