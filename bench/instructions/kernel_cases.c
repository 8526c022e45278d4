/* The kernels alone, on one full tile, at every instruction set that valgrind knows. */
#include <stddef.h>

#include "base/memory.h"
#include "base/random.h"
#include "instructions/case.h"
#include "kernels.h"

enum { T = SHOAL_TILE_ROWS, G = SHOAL_ASSIGN_GROUP, MOST_SUMS = 64 };

typedef struct tile_state {
    const shoal_kernels *kernels;
    int d, k;
    double *wide_tile, *wide_centroids;
    float *narrow_tile, *narrow_centroids;
    int32_t label[T];
    double best[T], second[T];
    float narrow_best[T], narrow_second[T];
} tile_state;

static void release(void *state)
{
    tile_state *s = state;
    if (s == NULL) return;
    free(s->wide_tile);
    free(s->wide_centroids);
    free(s->narrow_tile);
    free(s->narrow_centroids);
    free(s);
}

static shoal_status make_values(int64_t n, uint64_t stream, double **wide, float **narrow, shoal_error *err)
{
    shoal_rng rng = shoal_rng_start(7, stream);
    SHOAL_TRY(shoal_alloc(n, sizeof **wide, wide, err));
    SHOAL_TRY(shoal_alloc(n, sizeof **narrow, narrow, err));
    for (int64_t i = 0; i < n; i++) {
        (*narrow)[i] = (float)shoal_rng_normal(&rng);
        (*wide)[i] = (double)(*narrow)[i];
    }
    return SHOAL_OK;
}

static shoal_status prepare(const bench_counted *counted, void **state, shoal_error *err)
{
    tile_state *s;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    s->d = counted->d;
    s->k = counted->k;
    s->kernels = shoal_kernels_for(counted->isa);
    if (s->kernels == NULL) return shoal_fail(err, SHOAL_ERR_USAGE, "this CPU has no %s", counted->isa);
    SHOAL_TRY(make_values((int64_t)T * s->d, 1, &s->wide_tile, &s->narrow_tile, err));
    const int64_t padded = ((int64_t)s->k + G - 1) / G * G;
    return make_values(padded * s->d, 2, &s->wide_centroids, &s->narrow_centroids, err);
}

static shoal_status run_narrow(void *state, shoal_error *err)
{
    (void)err;
    tile_state *s = state;
    s->kernels->nearest_f32(s->narrow_tile, T, s->d, s->narrow_centroids, s->k, s->label, s->narrow_best,
                            s->narrow_second);
    return SHOAL_OK;
}

static shoal_status run_wide(void *state, shoal_error *err)
{
    (void)err;
    tile_state *s = state;
    s->kernels->nearest_f64(s->wide_tile, T, s->d, s->wide_centroids, s->k, s->label, s->best, s->second);
    return SHOAL_OK;
}

static shoal_status run_assign(void *state, shoal_error *err)
{
    (void)err;
    tile_state *s = state;
    const shoal_assign_error error = {.score = 1e-4F, .score_norm = 1e-5F, .square = 1e-4F};
    /* any numbers do for packed centroids; half norms must only be finite */
    s->kernels->assign_f32(s->narrow_tile, T, s->d, s->narrow_centroids, s->narrow_tile, s->k, &error, s->label,
                           s->narrow_best);
    return SHOAL_OK;
}

static shoal_status run_closest(void *state, shoal_error *err)
{
    (void)err;
    tile_state *s = state;
    s->kernels->closest_f32(s->narrow_tile, s->d, NULL, s->narrow_centroids, s->k, 0, s->narrow_best, s->best);
    return SHOAL_OK;
}

static shoal_status run_move(void *state, shoal_error *err)
{
    (void)err;
    tile_state *s = state;
    int32_t row[T], from[T], to[T];
    int64_t sums[MOST_SUMS] = {0};
    double grid[MOST_SUMS];
    for (int j = 0; j < s->d; j++) grid[j] = 0x1p40;
    for (int i = 0; i < T; i++) {
        row[i] = i;
        from[i] = i % s->k - 1;
        to[i] = i % s->k;
    }
    s->kernels->move_f32(s->narrow_tile, s->d, grid, T, row, from, to, sums);
    return SHOAL_OK;
}

static shoal_status run_fill(void *state, shoal_error *err)
{
    (void)err;
    tile_state *s = state;
    shoal_moments moments;
    for (int j = 0; j < s->d; j++)
        s->kernels->fill_f32(s->narrow_tile + (ptrdiff_t)j * T, T, 0, s->narrow_best, s->best, &moments);
    return SHOAL_OK;
}

#define NEAREST(isa, d, k)                                                                                             \
    {"nearest_f32/" isa " d=" #d " k=" #k, isa, d, k, prepare, run_narrow, release},                                   \
    {                                                                                                                  \
        "nearest_f64/" isa " d=" #d " k=" #k, isa, d, k, prepare, run_wide, release                                    \
    }

#define ONE(kernel, isa, d, k)                                                                                         \
    {                                                                                                                  \
#kernel "_f32/" isa " d=" #d " k=" #k, isa, d, k, prepare, run_##kernel, release                               \
    }

const bench_counted bench_kernel_cases[] = {
    NEAREST("scalar", 3, 5),     NEAREST("scalar", 8, 8),      NEAREST("scalar", 16, 64),  NEAREST("scalar", 64, 16),
    NEAREST("avx2", 3, 5),       NEAREST("avx2", 8, 8),        NEAREST("avx2", 16, 64),    NEAREST("avx2", 64, 16),
    ONE(assign, "scalar", 8, 8), ONE(assign, "avx2", 3, 5),    ONE(assign, "avx2", 8, 8),  ONE(assign, "avx2", 16, 64),
    ONE(assign, "avx2", 64, 16), ONE(closest, "scalar", 8, 4), ONE(closest, "avx2", 8, 4), ONE(closest, "avx2", 32, 7),
    ONE(move, "scalar", 8, 8),   ONE(fill, "scalar", 8, 1),    ONE(fill, "avx2", 8, 1),
};
const int bench_n_kernel_cases = sizeof bench_kernel_cases / sizeof bench_kernel_cases[0];
