/* Lloyd iterations from a common start, and assignment to given centroids. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "base/memory.h"
#include "cases/lloyd_cost.h"
#include "cases/plain.h"
#include "cases/workload.h"
#include "peers/nearest.h"
#include "peers/tasks.h"

enum { SEED = 1 };

/* Peers decide and add up in float32, most by |c|^2 - 2 x c: rows that lie between two centroids may go either way, and
 * each that does moves the centroids by a hair for the iterations that follow. */
static const double SAME_INERTIA = 3e-5, LABELS_APART = 2e-4;
/* Where nothing moves any more, both stand in the same optimum, and inertia is flat there. */
static const double SAME_OPTIMUM = 1e-7, CONVERGED_LABELS_APART = 1e-3;

typedef struct kmeans_state {
    shoal_table x;
    int k, iterations;
    bool to_the_end;
    double *start;                  /* k x d */
    int32_t *labels, *their_labels; /* n */
    shoal_kmeans_result result;
} kmeans_state;

static shoal_status prepare(const shoal_ctx *ctx, const bench_params *params, bench_files *files, void **state,
                            shoal_error *err)
{
    kmeans_state *s;
    SHOAL_TRY(shoal_alloc_zero(1, sizeof *s, &s, err));
    *state = s;
    const int64_t n = (int64_t)bench_params_get(params, "n");
    const int d = (int)bench_params_get(params, "d");
    s->k = (int)bench_params_get(params, "k");
    const double iterations = bench_params_get(params, "iterations");
    s->iterations = isnan(iterations) ? 0 : (int)iterations;
    SHOAL_TRY(bench_workload_make(ctx, n, d, s->k, SEED, &s->x, err));
    SHOAL_TRY(shoal_alloc((int64_t)s->k * d, sizeof *s->start, &s->start, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *s->labels, &s->labels, err));
    SHOAL_TRY(shoal_alloc(n, sizeof *s->their_labels, &s->their_labels, err));
    bench_workload_start(&s->x, s->k, s->start);
    const void *start = s->start;
    SHOAL_TRY(bench_files_write_table(files, "x", &s->x, err));
    return bench_files_write(files, "start", 1, &start, (size_t)s->k * (size_t)d * sizeof *s->start, err);
}

static shoal_status prepare_to_the_end(const shoal_ctx *ctx, const bench_params *params, bench_files *files,
                                       void **state, shoal_error *err)
{
    SHOAL_TRY(prepare(ctx, params, files, state, err));
    ((kmeans_state *)*state)->to_the_end = true;
    return SHOAL_OK;
}

static void before(void *state)
{
    kmeans_state *s = state;
    shoal_kmeans_result_free(&s->result);
}

static shoal_status run_fit(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    kmeans_state *s = state;
    const shoal_matrix x = bench_matrix_of(&s->x);
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = s->k;
    opts.init = SHOAL_INIT_GIVEN;
    opts.centroids = s->start;
    opts.n_init = 1;
    opts.max_iter = s->iterations;
    opts.tol = 0;
    return shoal_kmeans_fit(ctx, &x, &opts, &s->result, err);
}

static shoal_status run_assign(void *state, const shoal_ctx *ctx, shoal_error *err)
{
    kmeans_state *s = state;
    const shoal_matrix x = bench_matrix_of(&s->x);
    const shoal_kmeans_assignment out = {.labels = s->labels};
    return shoal_kmeans_assign(ctx, &x, s->k, s->start, &out, err);
}

static void compare_labels(const kmeans_state *s, const int32_t *ours, double apart, char *differs)
{
    const int64_t n = s->x.n_rows;
    int64_t different = 0;
    for (int64_t i = 0; i < n; i++) different += s->their_labels[i] != ours[i];
    if (different > 1 + (int64_t)(apart * (double)n))
        snprintf(differs, BENCH_DIFFERS_SIZE, "%lld of %lld labels", (long long)different, (long long)n);
}

static void take_labels(kmeans_state *s, const double *values)
{
    for (int64_t i = 0; i < s->x.n_rows; i++)
        s->their_labels[i] = values[i] >= 0 && values[i] < s->k ? (int32_t)values[i] : -1;
}

/* Inertia is that of their centroids, computed here: some peers tell that of the centroids before. */
static shoal_status judge_fit(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    (void)err;
    kmeans_state *s = state;
    const int64_t centroids = (int64_t)s->k * s->x.n_columns;
    const bool has_labels = theirs->n != 1 + centroids;
    if (has_labels && !bench_right_size(theirs, 1 + centroids + s->x.n_rows, differs)) return SHOAL_OK;
    const double inertia = bench_nearest(&s->x, s->k, theirs->value + 1, s->their_labels);
    if (has_labels) take_labels(s, theirs->value + 1 + centroids);
    if (!s->to_the_end && theirs->value[0] != s->result.iterations)
        snprintf(differs, BENCH_DIFFERS_SIZE, "%g iterations, shoal %d", theirs->value[0], s->result.iterations);
    else if (!(fabs(inertia / s->result.inertia - 1) <= (s->to_the_end ? SAME_OPTIMUM : SAME_INERTIA)))
        snprintf(differs, BENCH_DIFFERS_SIZE, "inertia %.9g, shoal %.9g", inertia, s->result.inertia);
    else compare_labels(s, s->result.labels, s->to_the_end ? CONVERGED_LABELS_APART : LABELS_APART, differs);
    return SHOAL_OK;
}

static shoal_status judge_assign(void *state, const bench_values *theirs, char *differs, shoal_error *err)
{
    (void)err;
    kmeans_state *s = state;
    if (!bench_right_size(theirs, s->x.n_rows, differs)) return SHOAL_OK;
    take_labels(s, theirs->value);
    compare_labels(s, s->labels, LABELS_APART, differs);
    return SHOAL_OK;
}

static bench_cost cost(const void *state)
{
    const kmeans_state *s = state;
    return bench_lloyd_cost(s->x.n_rows, s->x.n_columns, s->k, s->result.iterations);
}

static void release(void *state)
{
    kmeans_state *s = state;
    if (s == NULL) return;
    shoal_kmeans_result_free(&s->result);
    shoal_table_free(&s->x);
    free(s->start);
    free(s->labels);
    free(s->their_labels);
    free(s);
}

/* The last is short, for float32 goes its own way there: scikit-learn's inertia is off by
 * 1e-4 after five iterations, and that of its float64 is not. OpenCV makes no fewer than two. */
const bench_task bench_task_iteration = {
    .name = "kmeans/iteration",
    .what = "a k-means fit of so many Lloyd iterations from given centroids, time an iteration",
    .sizes = {BENCH_W1 " iterations=20", BENCH_W2 " iterations=20", BENCH_W3 " iterations=20",
              BENCH_W4 " iterations=20", BENCH_W5 " iterations=20", BENCH_W6 " iterations=5", BENCH_W7 " iterations=2"},
    .quick = {BENCH_W1 " iterations=20", "n=100000 d=8 k=8 iterations=20"},
    .peers = {"scikit-learn", "faiss", "OpenCV"},
    .per = "iterations",
    .prepare = prepare,
    .before = before,
    .run = run_fit,
    .judge = judge_fit,
    .cost = cost,
    .release = release,
};

const bench_task bench_task_converge = {
    .name = "kmeans/converge",
    .what = "a k-means fit from given centroids until no label changes",
    .sizes = {BENCH_W1 " iterations=1000", BENCH_W2 " iterations=1000", BENCH_W3 " iterations=1000",
              BENCH_W4 " iterations=1000", BENCH_W5 " iterations=1000", BENCH_W6 " iterations=300"},
    .quick = {"n=50000 d=3 k=5 iterations=1000"},
    .peers = {"scikit-learn"},
    .prepare = prepare_to_the_end,
    .before = before,
    .run = run_fit,
    .judge = judge_fit,
    .release = release,
};

const bench_task bench_task_assign = {
    .name = "kmeans/assign",
    .what = "the nearest of given centroids for every customer",
    .sizes = {BENCH_W2, BENCH_W4},
    .quick = {"n=200000 d=8 k=8"},
    .peers = {"scikit-learn", "numpy", "faiss"},
    .prepare = prepare,
    .run = run_assign,
    .judge = judge_assign,
    .release = release,
};
