/* The phases of k-means, and the scaling before it. */
#include <stddef.h>

#include <shoal/features.h>

#include "base/memory.h"
#include "instructions/case.h"
#include "instructions/inputs.h"
#include "model/kmeans/lloyd.h"
#include "model/kmeans/seed.h"

enum { N = 4096, D = 8, K = 8 };

typedef struct kmeans_state {
    shoal_ctx ctx;
    shoal_table input;
    shoal_scaler scalers[D];
    shoal_tiles tiles;
    shoal_lloyd lloyd;
    double start[K * D]; /* the first K rows */
} kmeans_state;

static void release(void *state)
{
    kmeans_state *s = state;
    if (s == NULL) return;
    shoal_lloyd_free(&s->lloyd);
    shoal_tiles_free(&s->tiles);
    shoal_table_free(&s->input);
    free(s);
}

static shoal_status prepare(const bench_counted *counted, void **state, shoal_error *err)
{
    kmeans_state *s;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    s->ctx = bench_input_ctx();
    SHOAL_TRY(bench_input_matrix(N, counted->d, SHOAL_F32, &s->input, err));
    const shoal_matrix view = bench_input_view(&s->input);
    SHOAL_TRY(shoal_scaler_fit(&s->ctx, &view, SHOAL_SCALE_STANDARD, NULL, s->scalers, err));
    SHOAL_TRY(shoal_tiles_build(&s->ctx, &view, NULL, &s->tiles, err));
    SHOAL_TRY(shoal_lloyd_make(&s->ctx, &s->tiles, counted->k, &s->lloyd, err));
    for (int c = 0; c < counted->k; c++)
        for (int j = 0; j < counted->d; j++) s->start[c * counted->d + j] = shoal_column_f64(&s->input.columns[j], c);
    return SHOAL_OK;
}

static shoal_status run_build(void *state, shoal_error *err)
{
    kmeans_state *s = state;
    shoal_tiles tiles = {0};
    const shoal_matrix view = bench_input_view(&s->input);
    SHOAL_TRY(shoal_tiles_build(&s->ctx, &view, NULL, &tiles, err));
    shoal_tiles_free(&tiles);
    return SHOAL_OK;
}

static shoal_status run_seed(void *state, shoal_error *err)
{
    kmeans_state *s = state;
    return shoal_seed_plusplus(&s->ctx, &s->tiles, 1, 1, &s->lloyd.centroids, err);
}

static shoal_status run_iteration(void *state, shoal_error *err)
{
    kmeans_state *s = state;
    const shoal_lloyd_opts opts = {.max_iter = 1};
    shoal_seed_given(&s->tiles, s->start, &s->lloyd.centroids);
    return shoal_lloyd_run(&s->ctx, &opts, &s->lloyd, err);
}

static shoal_status run_measure(void *state, shoal_error *err)
{
    kmeans_state *s = state;
    shoal_measure measure;
    shoal_seed_given(&s->tiles, s->start, &s->lloyd.centroids);
    SHOAL_TRY(shoal_lloyd_measure(&s->ctx, &s->lloyd, false, &measure, err));
    shoal_measure_free(&measure);
    return SHOAL_OK;
}

static shoal_status run_scale(void *state, shoal_error *err)
{
    kmeans_state *s = state;
    shoal_table scaled = {0};
    const shoal_matrix view = bench_input_view(&s->input);
    const shoal_status status = shoal_scaler_apply(&s->ctx, &view, s->scalers, &scaled, err);
    shoal_table_free(&scaled);
    return status;
}

const bench_counted bench_kmeans_cases[] = {
    {"scaler/apply n=4096 d=8", "avx2", D, K, prepare, run_scale, release},
    {"kmeans/build n=4096 d=8", "avx2", D, K, prepare, run_build, release},
    {"kmeans/seed n=4096 d=8 k=8", "avx2", D, K, prepare, run_seed, release},
    {"kmeans/iteration n=4096 d=8 k=8", "avx2", D, K, prepare, run_iteration, release},
    {"kmeans/measure n=4096 d=8 k=8", "avx2", D, K, prepare, run_measure, release},
};
const int bench_n_kmeans_cases = sizeof bench_kmeans_cases / sizeof bench_kmeans_cases[0];
