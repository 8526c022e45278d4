/* k-means++ and the choice of k: random on both sides, so what is compared is how good the results are. */
#include <math.h>
#include <stdio.h>

#include <shoal/kmeans.h>

#include "base/memory.h"
#include "cases/plain.h"
#include "cases/workload.h"
#include "model/kmeans/seed.h"
#include "peers/nearest.h"
#include "peers/tasks.h"
#include "record/statistics.h"

enum { SEED = 1, MAX_DRAWS = 64 };

/* A tool without a flaw is called different once in a thousand runs; restarts end in different local optima. */
static const double LEVEL = 1e-3, SAME_BEST_INERTIA = 0.02;

typedef struct seed_state {
    shoal_table x;
    int k, draws, k_min, k_max, n_init;
    bool partial; /* peers have fewer restarts */
    uint64_t runs;
    double *centroids; /* k x d */
    shoal_choose_k_result choice;
} seed_state;

static int count_of(const bench_params *params, const char *name)
{
    const double value = bench_params_get(params, name);
    return isnan(value) ? 0 : (int)value;
}

static shoal_status prepare(const shoal_ctx *ctx, const bench_params *params, bench_files *files, void **state,
                            shoal_error *err)
{
    seed_state *s;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    s->k = count_of(params, "k");
    s->draws = count_of(params, "draws");
    s->k_min = count_of(params, "k_min");
    s->k_max = count_of(params, "k_max");
    s->n_init = count_of(params, "n_init");
    s->partial = bench_params_get(params, "part") < 1;
    const int d = count_of(params, "d"), groups = s->k > 0 ? s->k : (s->k_min + s->k_max) / 2;
    SHOAL_TRY(bench_workload_make(ctx, (int64_t)bench_params_get(params, "n"), d, groups, SEED, &s->x, err));
    SHOAL_TRY(shoal_alloc((int64_t)s->k * d, sizeof *s->centroids, &s->centroids, err));
    return bench_files_write_table(files, "x", &s->x, err);
}

static shoal_status draw(seed_state *s, const shoal_ctx *ctx, uint64_t stream, shoal_error *err)
{
    const shoal_matrix x = bench_matrix_of(&s->x);
    shoal_tiles tiles;
    shoal_centroids centroids = {0};
    shoal_status status;
    SHOAL_TRY(shoal_tiles_build(ctx, &x, NULL, &tiles, err));
    SHOAL_TRY_OUT(shoal_centroids_make(&tiles, s->k, &centroids, err));
    SHOAL_TRY_OUT(shoal_seed_plusplus(ctx, &tiles, SEED, stream, &centroids, err));
    for (int at = 0; at < s->k * x.d; at++) s->centroids[at] = centroids.wide[at] + tiles.offset[at % x.d];
out:
    shoal_centroids_free(&centroids);
    shoal_tiles_free(&tiles);
    return status;
}

static shoal_status run_seed(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    seed_state *s = state;
    return draw(s, ctx, s->runs++, err);
}

static shoal_status judge_seed(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    seed_state *s = state;
    const int64_t size = (int64_t)s->k * s->x.n_columns;
    double ours_inertia[MAX_DRAWS], their_inertia[MAX_DRAWS];
    if (!bench_right_size(theirs, s->draws * size, differs)) return SHOAL_OK;
    for (int i = 0; i < s->draws; i++) {
        SHOAL_TRY(draw(s, NULL, (uint64_t)i, err));
        ours_inertia[i] = bench_nearest(&s->x, s->k, s->centroids, NULL);
        their_inertia[i] = bench_nearest(&s->x, s->k, theirs->value + i * size, NULL);
    }
    const double p = bench_rank_test(ours_inertia, s->draws, their_inertia, s->draws);
    if (!(p >= LEVEL))
        snprintf(differs, BENCH_DIFFERS_SIZE, "median inertia of the seeds %.6g, shoal %.6g (p = %.1g)",
                 bench_median(their_inertia, s->draws), bench_median(ours_inertia, s->draws), p);
    return SHOAL_OK;
}

static void before_choice(void *state)
{
    seed_state *s = state;
    shoal_choose_k_result_free(&s->choice);
}

static shoal_status run_choice(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    seed_state *s = state;
    const shoal_matrix x = bench_matrix_of(&s->x);
    shoal_choose_k_opts opts = shoal_choose_k_opts_default();
    opts.k_min = s->k_min;
    opts.k_max = s->k_max;
    opts.kmeans.n_init = s->n_init;
    opts.n_references = opts.n_bootstraps = 0; /* scikit-learn has no counterpart */
    return shoal_choose_k(ctx, &x, &opts, &s->choice, err);
}

static shoal_status judge_choice(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    (void)err;
    const seed_state *s = state;
    if (!bench_right_size(theirs, s->choice.n_candidates, differs)) return SHOAL_OK;
    for (int i = 0; i < s->choice.n_candidates; i++) {
        const shoal_choose_k_candidate *ours = &s->choice.candidates[i];
        const double above = theirs->value[i] / ours->inertia - 1;
        if (above >= -SAME_BEST_INERTIA && (above <= SAME_BEST_INERTIA || s->partial)) continue;
        snprintf(differs, BENCH_DIFFERS_SIZE, "inertia %.6g for k = %d, shoal %.6g", theirs->value[i], ours->k,
                 ours->inertia);
        return SHOAL_OK;
    }
    return SHOAL_OK;
}

static void release(void *state)
{
    seed_state *s = state;
    if (s == NULL) return;
    shoal_choose_k_result_free(&s->choice);
    shoal_table_free(&s->x);
    free(s->centroids);
    free(s);
}

const bench_task bench_task_seed = {
    .name = "kmeans/seed",
    .what = "greedy k-means++ alone; compared by the inertia of ten draws",
    .sizes = {BENCH_W1 " draws=10", BENCH_W2 " draws=10", BENCH_W3 " draws=10", BENCH_W4 " draws=10",
              BENCH_W5 " draws=10", BENCH_W6 " draws=10"},
    .quick = {"n=100000 d=3 k=5 draws=10"},
    .peers = {"scikit-learn"},
    .prepare = prepare,
    .run = run_seed,
    .judge = judge_seed,
    .release = release,
};

/* First no more rows than shoal fits whole in its restarts: both do the same work. Then the range and the rows of a
 * whole job: shoal's restarts begin on samples, and a peer has one start for every k of which ten times the time
 * counts, for its restarts come one after the other; only a better result than shoal's differs then. */
const bench_task bench_task_choose_k = {
    .name = "kmeans/choose-k",
    .what = "a fit with restarts for every k (shoal also judges each and recommends one)",
    .sizes = {"n=100000 d=8 k_min=2 k_max=10 n_init=10", "n=1000000 d=8 k_min=2 k_max=20 n_init=10 part=0.1"},
    .quick = {"n=20000 d=4 k_min=2 k_max=6 n_init=3", "n=20000 d=4 k_min=2 k_max=6 n_init=10 part=0.1"},
    .peers = {"scikit-learn"},
    .part = "part",
    .prepare = prepare,
    .before = before_choice,
    .run = run_choice,
    .judge = judge_choice,
    .release = release,
};
