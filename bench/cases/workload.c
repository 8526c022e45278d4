#include "cases/workload.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"

/* Streams of random numbers: one for the groups' centres, one a row. */
enum { STREAM_CENTRES, STREAM_ROWS };

typedef struct matrix_plan {
    const shoal_ctx *ctx;
    int64_t n;
    int d, groups;
    uint64_t seed;
    double *centres; /* groups x d */
    float **column;  /* d */
    shoal_blocks blocks;
} matrix_plan;

static bool is_lognormal(int column)
{
    return column % 2 == 0;
}

static void draw_rows(const matrix_plan *plan)
{
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(plan->ctx))
    for (int64_t i = 0; i < plan->n; i++) {
        shoal_rng rng = shoal_rng_start(plan->seed, STREAM_ROWS + (uint64_t)i);
        const double *centre = plan->centres + (int64_t)shoal_rng_below(&rng, (uint64_t)plan->groups) * plan->d;
        for (int j = 0; j < plan->d; j++) {
            const double value = centre[j] + shoal_rng_normal(&rng);
            plan->column[j][i] = (float)(is_lognormal(j) ? exp(value / 2) : value);
        }
    }
}

/* Sums by block and then in the order of the blocks, so that they are the same for any number of threads. */
static void standardise(const matrix_plan *plan, float *column)
{
    double sum[SHOAL_MAX_BLOCKS], squares[SHOAL_MAX_BLOCKS], total = 0, total_squares = 0;
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(plan->ctx))
    for (int block = 0; block < plan->blocks.count; block++) {
        double s = 0, q = 0;
        for (int64_t i = shoal_block_begin(&plan->blocks, block); i < shoal_block_end(&plan->blocks, block); i++) {
            s += (double)column[i];
            q += (double)column[i] * (double)column[i];
        }
        sum[block] = s;
        squares[block] = q;
    }
    for (int block = 0; block < plan->blocks.count; block++) {
        total += sum[block];
        total_squares += squares[block];
    }
    const double mean = total / (double)plan->n;
    const double variance = total_squares / (double)plan->n - mean * mean;
    const double scale = variance > 0 ? 1 / sqrt(variance) : 1;
#pragma omp parallel for schedule(static) num_threads(shoal_ctx_threads(plan->ctx))
    for (int64_t i = 0; i < plan->n; i++) column[i] = (float)(((double)column[i] - mean) * scale);
}

static shoal_status draw_centres(matrix_plan *plan, shoal_error *err)
{
    const int64_t count = (int64_t)plan->groups * plan->d;
    SHOAL_TRY(shoal_alloc(count, sizeof *plan->centres, &plan->centres, err));
    shoal_rng rng = shoal_rng_start(plan->seed, STREAM_CENTRES);
    for (int64_t i = 0; i < count; i++) plan->centres[i] = 1.5 * shoal_rng_normal(&rng);
    return SHOAL_OK;
}

static shoal_status add_columns(const matrix_plan *plan, shoal_table *table, shoal_error *err)
{
    table->n_rows = plan->n;
    for (int j = 0; j < plan->d; j++) {
        char name[32];
        void *data;
        snprintf(name, sizeof name, "f%d", j);
        SHOAL_TRY(shoal_table_add(table, name, SHOAL_F32, 0, NULL, NULL, &data, err));
        plan->column[j] = data;
    }
    return SHOAL_OK;
}

shoal_status bench_workload_make(const shoal_ctx *ctx, int64_t n, int d, int groups, uint64_t seed, shoal_table *table,
                                 shoal_error *err)
{
    matrix_plan plan = {.ctx = ctx, .n = n, .d = d, .groups = groups, .seed = seed, .blocks = shoal_blocks_of(n)};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(d, sizeof *plan.column, &plan.column, err));
    SHOAL_TRY_OUT(draw_centres(&plan, err));
    SHOAL_TRY_OUT(add_columns(&plan, table, err));
    draw_rows(&plan);
    for (int j = 0; j < d; j++) standardise(&plan, plan.column[j]);
out:
    free(plan.centres);
    free(plan.column);
    if (status < 0) shoal_table_free(table);
    return status;
}

void bench_workload_start(const shoal_table *table, int k, double *centroids)
{
    for (int c = 0; c < k; c++)
        for (int j = 0; j < table->n_columns; j++)
            centroids[(int64_t)c * table->n_columns + j] = shoal_column_f64(&table->columns[j], c);
}
