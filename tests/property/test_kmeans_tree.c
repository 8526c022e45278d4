/* The tree gives what plain iterations give, to the last bit: centroids, labels, iterations, inertia. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "matrix_support.h"
#include "model/kmeans/tree_parts.h"

/* How values are drawn. */
enum { BLOBS, UNIFORM, INTEGERS, FEW_DISTINCT, SKEWED, FAR, CONSTANT_COLUMN, SMALL_AND_LARGE, N_KINDS };
enum { MOST_K = 70, MOST_D = 10, N_CASES = 128 };
static const int thread_counts[] = {1, 2, 3, 8};
enum { N_THREAD_COUNTS = sizeof thread_counts / sizeof thread_counts[0] };

static double draw(shoal_rng *rng, int kind, int j)
{
    switch (kind) {
    case UNIFORM: return shoal_rng_uniform(rng);
    case INTEGERS: return (double)shoal_rng_below(rng, 12);
    case FEW_DISTINCT: return (double)shoal_rng_below(rng, 2);
    case SKEWED: return exp(3 * shoal_rng_normal(rng));
    case FAR: return 1e8 + (double)shoal_rng_below(rng, 1000) / 8;
    case CONSTANT_COLUMN: return j % 2 == 0 ? 3.25 : shoal_rng_normal(rng);
    case SMALL_AND_LARGE: return ldexp(shoal_rng_normal(rng), (int)shoal_rng_below(rng, 60) - 40);
    default: return 3 * (double)shoal_rng_below(rng, 4) + shoal_rng_normal(rng);
    }
}

typedef struct tree_case {
    test_matrix matrix;
    double *weight, start[MOST_K * MOST_D];
    shoal_kmeans_opts opts;
    char name[160];
} tree_case;

static void make_case(tree_case *c, int number)
{
    static const char *const kinds[N_KINDS] = {"blobs",  "uniform", "integers", "few",
                                               "skewed", "far",     "constant", "mixed"};
    shoal_rng rng = shoal_rng_start(4711, (uint64_t)number);
    const int kind = number % N_KINDS, d = 1 + (int)shoal_rng_below(&rng, MOST_D);
    const int k = 1 + (int)shoal_rng_below(&rng, MOST_K);
    const int64_t n = k + (int64_t)shoal_rng_below(&rng, number % 3 == 0 ? 8000 : 1000);
    const shoal_type type = shoal_rng_below(&rng, 3) == 0 ? SHOAL_F64 : SHOAL_F32;
    const int weighted = (int)shoal_rng_below(&rng, 3); /* 1: any; 2: whole numbers, many of them 0 */
    matrix_make(&c->matrix, n, d, type);
    c->weight = weighted == 0 ? NULL : malloc((size_t)n * sizeof *c->weight);
    for (int64_t i = 0; i < n; i++) {
        for (int j = 0; j < d; j++) matrix_set(&c->matrix, i, j, draw(&rng, kind, j));
        if (weighted > 0)
            c->weight[i] = i == 0 ? 1 : weighted == 1 ? shoal_rng_uniform(&rng) : (double)shoal_rng_below(&rng, 3);
    }
    c->opts = shoal_kmeans_opts_default();
    c->opts.n_clusters = k;
    c->opts.weight = c->weight;
    c->opts.max_iter = 1 + (int)shoal_rng_below(&rng, 40);
    c->opts.tol = number % 2 == 0 ? 0 : 1e-4;
    c->opts.n_init = 1 + (int)shoal_rng_below(&rng, 2);
    if (number % 5 != 0) { /* the first rows, of which some are equal, or some centroid that gets no row */
        for (int at = 0; at < k * d; at++)
            c->start[at] = matrix_get(&c->matrix, at / d, at % d) + (number % 7 == 0 && at / d % 3 == 1 ? 1e6 : 0);
        c->opts.init = SHOAL_INIT_GIVEN;
        c->opts.centroids = c->start;
    }
    snprintf(c->name, sizeof c->name, "case %d: %s, n %lld, d %d, k %d, %s, weights %d, %d iterations", number,
             kinds[kind], (long long)n, d, k, type == SHOAL_F32 ? "f32" : "f64", weighted, c->opts.max_iter);
}

static void free_case(tree_case *c)
{
    matrix_free(&c->matrix);
    free(c->weight);
}

static void check_equal(const char *name, const shoal_kmeans_result *a, const shoal_kmeans_result *b)
{
    cr_assert_eq(a->iterations, b->iterations, "%s: %d iterations instead of %d", name, b->iterations, a->iterations);
    cr_assert_eq(a->converged, b->converged, "%s: converged", name);
    cr_assert_eq(memcmp(a->centroids, b->centroids, (size_t)(a->k * a->d) * sizeof *a->centroids), 0, "%s: centroids",
                 name);
    cr_assert_eq(memcmp(a->labels, b->labels, (size_t)a->n * sizeof *a->labels), 0, "%s: labels", name);
    cr_assert_eq(memcmp(&a->inertia, &b->inertia, sizeof a->inertia), 0, "%s: inertia", name);
    cr_assert_eq(memcmp(a->weights, b->weights, (size_t)a->k * sizeof *a->weights), 0, "%s: weights", name);
}

static shoal_kmeans_result fit(const tree_case *c, shoal_kmeans_algorithm algorithm, int threads)
{
    shoal_kmeans_opts opts = c->opts;
    const shoal_ctx ctx = {.threads = threads};
    shoal_kmeans_result result;
    shoal_error err = {0};
    opts.algorithm = algorithm;
    cr_assert_geq(shoal_kmeans_fit(&ctx, &c->matrix.view, &opts, &result, &err), 0, "%s: %s", c->name, err.message);
    return result;
}

Test(kmeans_tree, same_bits_as_without_a_tree, .timeout = 200)
{
    static tree_case c;
    const int step = strcmp(shoal_isa_name(), "scalar") == 0 ? 5 : 1; /* slow; 5 meets every kind and thread count */
    for (int number = step / 5; number < N_CASES; number += step) {
        make_case(&c, number);
        shoal_kmeans_result plain = fit(&c, SHOAL_KMEANS_BOUNDED, 2);
        shoal_kmeans_result tree = fit(&c, SHOAL_KMEANS_TREE, thread_counts[number / N_KINDS % N_THREAD_COUNTS]);
        check_equal(c.name, &plain, &tree);
        shoal_kmeans_result_free(&plain);
        shoal_kmeans_result_free(&tree);
        free_case(&c);
    }
}

/* Many cells, buckets of more rows than one may hold, more centroids than the kernel for few takes. */
Test(kmeans_tree, large_shapes, .timeout = 200)
{
    static const struct {
        int n, d, k, kind, iterations;
    } shapes[] = {{200000, 3, 9, SKEWED, 20}, {280000, 2, 4, FEW_DISTINCT, 10}, {6000, 2, 4200, UNIFORM, 2}};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        static tree_case c;
        shoal_rng rng = shoal_rng_start(99, s);
        matrix_make(&c.matrix, shapes[s].n, shapes[s].d, SHOAL_F32);
        for (int64_t i = 0; i < shapes[s].n; i++)
            for (int j = 0; j < shapes[s].d; j++) matrix_set(&c.matrix, i, j, draw(&rng, shapes[s].kind, j));
        c.weight = NULL;
        c.opts = shoal_kmeans_opts_default();
        c.opts.n_clusters = shapes[s].k;
        c.opts.init = SHOAL_INIT_RANDOM;
        c.opts.n_init = 1;
        c.opts.max_iter = shapes[s].iterations;
        snprintf(c.name, sizeof c.name, "shape %d", (int)s);
        shoal_kmeans_result plain = fit(&c, SHOAL_KMEANS_BOUNDED, 2), tree = fit(&c, SHOAL_KMEANS_TREE, 3);
        check_equal(c.name, &plain, &tree);
        shoal_kmeans_result_free(&plain);
        shoal_kmeans_result_free(&tree);
        free_case(&c);
    }
}

/* Rows as near to the bisector of two centroids as float32 allows. */
Test(kmeans_tree, rows_between_two_centroids)
{
    enum { ROWS = 3000 };
    for (int d = 1; d <= 6; d++) {
        static tree_case c;
        shoal_rng rng = shoal_rng_start(21, (uint64_t)d);
        double square = 0;
        for (int j = 0; j < d; j++) {
            c.start[j] = shoal_rng_normal(&rng);
            c.start[d + j] = shoal_rng_normal(&rng);
            c.start[2 * d + j] = 50;
            square += pow(c.start[d + j] - c.start[j], 2);
        }
        matrix_make(&c.matrix, ROWS, d, SHOAL_F32);
        for (int64_t i = 0; i < ROWS; i++) {
            double point[MOST_D], along = 0;
            for (int j = 0; j < d; j++) {
                point[j] = shoal_rng_normal(&rng);
                along += (c.start[d + j] - c.start[j]) * (point[j] - (c.start[d + j] + c.start[j]) / 2);
            }
            for (int j = 0; j < d; j++)
                matrix_set(&c.matrix, i, j, point[j] - along / square * (c.start[d + j] - c.start[j]));
        }
        c.opts = shoal_kmeans_opts_default();
        c.opts.n_clusters = 2 + d % 2;
        c.opts.init = SHOAL_INIT_GIVEN;
        c.opts.centroids = c.start;
        c.opts.max_iter = 1;
        snprintf(c.name, sizeof c.name, "bisector, d %d", d);
        shoal_kmeans_result plain = fit(&c, SHOAL_KMEANS_BOUNDED, 1), tree = fit(&c, SHOAL_KMEANS_TREE, 1);
        check_equal(c.name, &plain, &tree);
        shoal_kmeans_result_free(&plain);
        shoal_kmeans_result_free(&tree);
        free_case(&c);
    }
}

/* Two centroids at the same distance from a point, but for rounding, and which of them float64 distances put nearer:
 * -1 where they are equal. */
static int draw_rivals(shoal_rng *rng, int d, float *point, double *centroids)
{
    double distance[2] = {0, 0};
    for (int j = 0; j < d; j++) {
        const double away = shoal_rng_normal(rng);
        point[j] = (float)(100 * shoal_rng_normal(rng));
        centroids[j] = (double)point[j] + away;
        centroids[d + j] = (double)point[j] + (shoal_rng_below(rng, 2) == 0 ? away : -away) * (1 + 0x1p-52);
    }
    for (int c = 0; c < 2; c++)
        for (int j = 0; j < d; j++) {
            const double difference = (double)point[j] - centroids[c * d + j];
            distance[c] = fma(difference, difference, distance[c]);
        }
    return distance[0] < distance[1] ? 0 : distance[0] > distance[1] ? 1 : -1;
}

/* What the proofs say of a box that is one point, against float64 distances. */
Test(kmeans_tree, proofs_allow_for_rounding)
{
    enum { CASES = 20000 };
    static const int32_t both[2] = {0, 1};
    shoal_rng rng = shoal_rng_start(5, 5);
    double square[2], middle[MOST_D], half[MOST_D], across[MOST_D];
    float narrow_across[MOST_D];
    const shoal_tree_filter_scratch scratch = {.square = square, .middle = middle, .half = half};
    shoal_tree_pair pair = {.across = across, .narrow_across = narrow_across};
    int open = 0;
    for (int i = 0; i < CASES; i++) {
        const int d = 1 + (int)shoal_rng_below(&rng, MOST_D);
        float box[2 * MOST_D];
        double centroids[2 * MOST_D], lead, margin = INFINITY;
        int32_t left[2];
        const int nearer = draw_rivals(&rng, d, box, centroids);
        memcpy(box + d, box, (size_t)d * sizeof *box);
        shoal_tree_pair_make(box, d, centroids, both, &pair);
        const int side = shoal_tree_pair_side(&pair, box, d, &lead);
        cr_assert(side < 0 || side == nearer, "case %d: side %d, nearer %d", i, side, nearer);
        const int count = shoal_tree_filter(box, d, centroids, both, 2, left, &margin, &scratch);
        cr_assert(count == 2 || left[0] == nearer, "case %d: %d left, nearer %d", i, left[0], nearer);
        open += side < 0 && count == 2;
    }
    cr_assert_gt(open, CASES / 2);
}

static void run(shoal_lloyd *lloyd, const double *start, bool tree)
{
    shoal_error err = {0};
    const shoal_lloyd_opts opts = {
        .max_iter = 50, .tol = 0, .algorithm = tree ? SHOAL_KMEANS_TREE : SHOAL_KMEANS_BOUNDED};
    memcpy(lloyd->centroids.wide, start, (size_t)lloyd->cells * sizeof *start);
    for (int64_t at = 0; at < lloyd->cells; at++) lloyd->centroids.narrow[at] = (float)start[at];
    cr_assert_geq(shoal_lloyd_run(NULL, &opts, lloyd, &err), 0);
}

/* One tree serves runs with different k, one after the other; rows lie in their places between them, and few are looked
 * at. */
Test(kmeans_tree, shared_by_runs)
{
    enum { N = 60000, D = 3 };
    test_matrix matrix;
    shoal_error err = {0};
    shoal_tiles tiles;
    matrix_blobs(&matrix, N, D, SHOAL_F32, 5, 2, 8);
    cr_assert_eq(shoal_tiles_build(NULL, &matrix.view, NULL, &tiles, &err), SHOAL_OK);
    const size_t bytes = (size_t)tiles.count * D * SHOAL_TILE_ROWS * sizeof(float);
    void *before = malloc(bytes);
    memcpy(before, tiles.narrow_data, bytes);
    for (int k = 1; k < 9; k += 2) {
        shoal_lloyd plain, tree;
        double start[9 * D];
        for (int at = 0; at < k * D; at++) start[at] = matrix_get(&matrix, at / D, at % D);
        cr_assert_eq(shoal_lloyd_make(NULL, &tiles, k, &plain, &err), SHOAL_OK);
        cr_assert_eq(shoal_lloyd_make(NULL, &tiles, k, &tree, &err), SHOAL_OK);
        run(&plain, start, false);
        run(&tree, start, true);
        cr_assert_eq(memcmp(before, tiles.narrow_data, bytes), 0, "k %d: rows are not back in their places", k);
        run(&tree, start, true);
        cr_assert_eq(tree.iterations, plain.iterations);
        cr_assert_eq(memcmp(tree.centroids.wide, plain.centroids.wide, (size_t)(k * D) * sizeof(double)), 0, "k %d", k);
        cr_assert_lt((double)tree.looked, 0.5 * (double)tiles.count * tree.iterations, "k %d", k);
        shoal_lloyd_free(&plain);
        shoal_lloyd_free(&tree);
    }
    free(before);
    shoal_tiles_free(&tiles);
    matrix_free(&matrix);
}

static volatile sig_atomic_t stop;
static int until_stop;

static void count_down(void *user, const char *phase, double fraction, const char *detail)
{
    (void)user, (void)phase, (void)fraction, (void)detail;
    if (--until_stop <= 0) stop = 1;
}

Test(kmeans_tree, ends_when_cancelled)
{
    static tree_case c;
    make_case(&c, 3);
    c.opts.algorithm = SHOAL_KMEANS_TREE;
    c.opts.max_iter = 300;
    c.opts.tol = 0;
    for (int calls = 1; calls < 4; calls++) {
        const shoal_ctx ctx = {.threads = 2, .progress = count_down, .cancel = &stop};
        shoal_kmeans_result result;
        shoal_error err = {0};
        stop = 0;
        until_stop = calls;
        cr_assert_eq(shoal_kmeans_fit(&ctx, &c.matrix.view, &c.opts, &result, &err), SHOAL_ERR_INTERRUPTED);
    }
    free_case(&c);
}
