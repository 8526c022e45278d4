/* Problems drawn at random, each held against the naive reference. SHOAL_TEST_ROUNDS sets how many (default 60),
 * SHOAL_TEST_SEED where they begin; a failure names the round, which SHOAL_TEST_SEED=<round> SHOAL_TEST_ROUNDS=1
 * repeats. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "kmeans_check.h"
#include "kmeans_data.h"

typedef struct problem {
    test_matrix matrix;
    double *weight, *start;
    naive_data data;
    int k;
    bool exact; /* whole numbers, whose ties are the same in any arithmetic */
    char what[200];
} problem;

static int draw(shoal_rng *rng, int least, int most)
{
    return least + (int)shoal_rng_below(rng, (uint64_t)(most - least + 1));
}

/* Mostly small, sometimes enough rows to sort, or many columns. */
static void draw_shape(shoal_rng *rng, int64_t *n, int *d)
{
    static const int edges[] = {256, 512, 4096, 8192, 16384};
    const int kind = draw(rng, 0, 9);
    *d = draw(rng, 1, 6);
    if (kind < 5) *n = draw(rng, 1, 700);
    else if (kind < 7) *n = edges[draw(rng, 0, 4)] + draw(rng, -1, 1);
    else if (kind < 9) *n = draw(rng, 8200, 26000);
    else {
        *n = draw(rng, 1, 500);
        *d = draw(rng, 7, 128);
    }
}

static shoal_type draw_type(shoal_rng *rng, data_kind kind)
{
    if (kind == DATA_GRID) return (shoal_type)draw(rng, SHOAL_F32, SHOAL_I64);
    return draw(rng, 0, 2) == 0 ? SHOAL_F64 : SHOAL_F32;
}

/* Units and origin a column; whole numbers stay whole. */
static void draw_units(shoal_rng *rng, data_kind kind, shoal_type type, test_matrix *matrix)
{
    const bool units = draw(rng, 0, 2) == 0 && (type == SHOAL_F32 || type == SHOAL_F64);
    const bool all = draw(rng, 0, 1) == 0;
    const int most = type == SHOAL_F64 ? 160 : 45;
    const int shared = draw(rng, -most, most);
    for (int j = 0; j < matrix->view.d && units; j++) {
        const double factor = ldexp(1, all ? shared : draw(rng, -6, 6));
        const double offset = kind == DATA_GRID || all ? 0 : draw(rng, -3, 3) * pow(10, draw(rng, 0, 5));
        for (int64_t i = 0; i < matrix->view.n; i++)
            matrix_set(matrix, i, j, matrix_get(matrix, i, j) * factor + offset);
    }
}

static double *draw_weights(shoal_rng *rng, int64_t n)
{
    const int kind = draw(rng, 0, 3);
    if (kind < 2) return NULL;
    double *weight = data_weights(n, shoal_rng_u64(rng));
    for (int64_t i = 0; i < n && kind == 3; i++) weight[i] *= draw(rng, 0, 1);
    weight[draw(rng, 0, (int)n - 1)] = 1;
    return weight;
}

static int count_different(const naive_data *data, int most)
{
    const size_t bytes = (size_t)data->d * sizeof(double);
    double *known = malloc((size_t)most * bytes);
    int count = 0;
    for (int64_t i = 0; i < data->n && count < most; i++) {
        bool found = naive_weight(data, i) == 0;
        for (int c = 0; c < count && !found; c++)
            found = memcmp(known + c * data->d, data->rows + i * data->d, bytes) == 0;
        if (!found) memcpy(known + (int64_t)count++ * data->d, data->rows + i * data->d, bytes);
    }
    free(known);
    return count;
}

/* Rows drawn, sometimes twice the same, sometimes one far off. */
static void draw_start(shoal_rng *rng, problem *p)
{
    const int d = p->data.d;
    p->start = malloc((size_t)(p->k * d) * sizeof *p->start);
    for (int c = 0; c < p->k; c++)
        memcpy(p->start + c * d, p->data.rows + draw(rng, 0, (int)p->data.n - 1) * d, (size_t)d * sizeof(double));
    if (draw(rng, 0, 5) == 0)
        for (int j = 0; j < d; j++) p->start[j] += 1000 * p->data.range[j];
}

static void make_problem(uint64_t round, problem *p)
{
    shoal_rng rng = shoal_rng_start(round, 4711);
    int64_t n;
    int d;
    draw_shape(&rng, &n, &d);
    const data_kind kind = (data_kind)draw(&rng, 0, N_KINDS - 1);
    const shoal_type type = draw_type(&rng, kind);
    data_make(&p->matrix, kind, n, d, type, shoal_rng_u64(&rng));
    draw_units(&rng, kind, type, &p->matrix);
    p->weight = draw_weights(&rng, n);
    p->data = naive_read(&p->matrix.view, p->weight);
    const int most = n > 8000 ? 12 : draw(&rng, 0, 9) == 0 ? 300 : 24;
    p->k = draw(&rng, 1, n < most ? (int)n : most);
    draw_start(&rng, p);
    p->exact = kind == DATA_GRID;
    for (int j = 0; j < d; j++) p->exact = p->exact && 4 * p->data.range[j] > p->data.most[j]; /* none is shifted */
    snprintf(p->what, sizeof p->what, "round %d: %ld x %d, k %d, data %d of %s%s", (int)round, (long)n, d, p->k,
             (int)kind, shoal_type_name(type), p->weight == NULL ? "" : ", weighted");
}

/* Up to the iteration where the two may part: rows whose two nearest centroids are equally far but for rounding. */
static bool is_clear(const naive_run *run)
{
    const naive_data *data = run->data;
    for (int64_t i = 0; i < data->n; i++) {
        const double own = naive_distance(data, i, run->centroids + (int64_t)run->labels[i] * data->d);
        for (int c = 0; c < run->k; c++) {
            const double other = naive_distance(data, i, run->centroids + (int64_t)c * data->d);
            if (c != run->labels[i] && fabs(other - own) <= 1e-9 * (own + other)) return false;
        }
    }
    return true;
}

static void check_path(uint64_t round, problem *p)
{
    shoal_rng rng = shoal_rng_start(round, 4712);
    const int allowed = draw(&rng, 1, 40);
    naive_run run = naive_start(&p->data, p->k, p->start);
    bool clear = true;
    while (clear && run.iterations < allowed && !run.converged) {
        naive_step(&run);
        if (p->exact) continue;
        naive_run now = run;
        now.labels = malloc((size_t)p->data.n * sizeof *now.labels);
        naive_labels(&run, now.labels);
        clear = is_clear(&now);
        free(now.labels);
    }
    const shoal_ctx ctx = {.threads = draw(&rng, 1, 3)};
    shoal_kmeans_opts opts = options_to_the_end(p->k, p->start);
    opts.weight = p->weight;
    opts.algorithm = (shoal_kmeans_algorithm)draw(&rng, 0, N_ALGORITHMS - 1);
    opts.max_iter = allowed;
    shoal_kmeans_result result = fit_of(&ctx, &p->matrix.view, &opts, p->what);
    check_result(&p->data, &result, p->what);
    if (clear) {
        int32_t *labels = malloc((size_t)p->data.n * sizeof *labels);
        naive_labels(&run, labels);
        check_labels(result.labels, labels, p->data.n, p->what);
        check_centroids(&p->data, result.centroids, run.centroids, p->k, p->what);
        free(labels);
    }
    naive_run_free(&run);
    shoal_kmeans_result_free(&result);
}

static void check_end(uint64_t round, problem *p)
{
    shoal_rng rng = shoal_rng_start(round, 4713);
    const shoal_ctx ctx = {.threads = draw(&rng, 1, 3)};
    shoal_kmeans_opts opts = options_to_the_end(p->k, p->start);
    opts.weight = p->weight;
    opts.init = (shoal_kmeans_init)draw(&rng, 0, N_INITS - 1);
    opts.algorithm = (shoal_kmeans_algorithm)draw(&rng, 0, N_ALGORITHMS - 1);
    opts.seed = shoal_rng_u64(&rng);
    opts.n_init = draw(&rng, 1, 2);
    shoal_kmeans_result result = fit_of(&ctx, &p->matrix.view, &opts, p->what);
    cr_assert(result.converged, "%s, %s: no end after %d iterations", p->what, init_name(opts.init), result.iterations);
    check_result(&p->data, &result, p->what);
    check_means(&p->data, &result, p->what);
    int used = 0;
    for (int c = 0; c < p->k; c++) used += result.weights[c] > 0;
    const int different = count_different(&p->data, p->k);
    cr_assert_eq(used, different, "%s: %d clusters with rows, %d different rows", p->what, used, different);
    opts.algorithm = (shoal_kmeans_algorithm)draw(&rng, 0, N_ALGORITHMS - 1);
    shoal_kmeans_result again = fit_of(NULL, &p->matrix.view, &opts, p->what);
    check_same(&result, &again, p->what);
    shoal_kmeans_result_free(&again);
    shoal_kmeans_result_free(&result);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

Test(kmeans_random, problems, .timeout = 3600)
{
    const uint64_t first = number_from("SHOAL_TEST_SEED", 1), rounds = number_from("SHOAL_TEST_ROUNDS", 60);
    for (uint64_t round = first; round < first + rounds; round++) {
        problem p;
        make_problem(round, &p);
        check_path(round, &p);
        check_end(round, &p);
        naive_data_free(&p.data);
        matrix_free(&p.matrix);
        free(p.weight);
        free(p.start);
    }
}
