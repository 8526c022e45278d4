/* Equal rows merged into one: against plain loops, and a fit to them against the fit to all rows. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shoal/kmeans.h>

#include "kernels.h"
#include "matrix_support.h"
#include "model/kmeans/data.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/merge.h"
#include "model/kmeans/merge_look.h"
#include "model/kmeans/seed.h"

/* A matrix of any numeric types. */
typedef struct table {
    shoal_matrix view;
    shoal_column columns[8];
} table;

typedef struct plan {
    int64_t n;
    int d;
    shoal_type types[8];
    int levels; /* different values a column */
    double shift;
    bool weighted;
} plan;

static const plan plans[] = {
    {10000, 3, {SHOAL_I8, SHOAL_I8, SHOAL_I8}, 5, 0, false},
    {1024, 1, {SHOAL_F32}, 3, 0, false},
    {70001, 2, {SHOAL_F32, SHOAL_F32}, 4, 0, true},
    {65537, 3, {SHOAL_F64, SHOAL_F64, SHOAL_F64}, 6, 0, false},
    {131333, 5, {SHOAL_I8, SHOAL_I16, SHOAL_F32, SHOAL_I32, SHOAL_F64}, 3, 0, false},
    {20011, 4, {SHOAL_I64, SHOAL_I8, SHOAL_F64, SHOAL_I8}, 3, 0, true},
    {30000, 3, {SHOAL_F32, SHOAL_I8, SHOAL_I16}, 7, 0, false},
    {90001, 3, {SHOAL_F32, SHOAL_F32, SHOAL_F32}, 12, 0, false},
    {9999, 2, {SHOAL_F64, SHOAL_F64}, 9, 1e8, false},
    {9999, 2, {SHOAL_F32, SHOAL_F32}, 9, 4096, false},
};
enum { N_PLANS = sizeof plans / sizeof plans[0] };

static void set(const shoal_column *column, int64_t row, double value)
{
    void *data = (void *)column->data;
    switch (column->type) {
    case SHOAL_F32: ((float *)data)[row] = (float)value; break;
    case SHOAL_F64: ((double *)data)[row] = value; break;
    case SHOAL_I8: ((int8_t *)data)[row] = (int8_t)value; break;
    case SHOAL_I16: ((int16_t *)data)[row] = (int16_t)value; break;
    case SHOAL_I32: ((int32_t *)data)[row] = (int32_t)value; break;
    case SHOAL_I64: ((int64_t *)data)[row] = (int64_t)value; break;
    case SHOAL_TEXT: break;
    }
}

/* Values around 0, which is sometimes -0, skewed towards the low ones; fractions where the type has them, such as make
 * sums round, but not with weights. */
static void table_make(table *t, const plan *p, uint64_t seed)
{
    shoal_rng rng = shoal_rng_start(seed, 0);
    *t = (table){.view = {.n = p->n, .d = p->d}};
    for (int j = 0; j < p->d; j++)
        t->columns[j] = (shoal_column){.name = "score",
                                       .type = p->types[j],
                                       .length = p->n,
                                       .data = malloc((size_t)p->n * shoal_type_size(p->types[j], 0))};
    t->view.columns = t->columns;
    for (int64_t i = 0; i < p->n; i++)
        for (int j = 0; j < p->d; j++) {
            const double u = shoal_rng_uniform(&rng);
            double value = floor(u * u * p->levels) - p->levels / 3;
            if (p->types[j] == SHOAL_F32 || p->types[j] == SHOAL_F64) value *= p->weighted ? 1.375 : 1.1;
            if (value == 0 && shoal_rng_below(&rng, 2) == 0) value = -0.0;
            set(&t->columns[j], i, p->shift == 0 ? value : value + p->shift);
        }
}

static void table_free(table *t)
{
    for (int j = 0; j < t->view.d; j++) free((void *)t->columns[j].data);
}

/* Weights that add up without rounding. */
static double *make_weights(const plan *p)
{
    double *weight = malloc((size_t)p->n * sizeof *weight);
    for (int64_t i = 0; i < p->n; i++) weight[i] = i % 5 == 0 ? 0.0625 : 0.125 + (double)(i % 7);
    return weight;
}

static bool equal_rows(const shoal_matrix *x, int64_t a, int64_t b)
{
    for (int j = 0; j < x->d; j++)
        if (shoal_column_f64(&x->columns[j], a) != shoal_column_f64(&x->columns[j], b)) return false;
    return true;
}

typedef struct plain_row {
    int64_t first, copies;
    long double weight;
} plain_row;

/* Different rows as they come; place: of each row. */
static int64_t merge_plainly(const shoal_matrix *x, const double *weight, plain_row *rows, int64_t *place)
{
    int64_t found = 0;
    for (int64_t i = 0; i < x->n; i++) {
        const double w = weight == NULL ? 1 : weight[i];
        int64_t at = 0;
        while (at < found && !equal_rows(x, rows[at].first, i)) at++;
        if (at == found) rows[found++] = (plain_row){.first = i};
        rows[at].copies++;
        rows[at].weight += (long double)w;
        place[i] = at;
    }
    return found;
}

static void check_plain(const shoal_matrix *x, const double *weight, const shoal_merged *merged)
{
    enum { MOST = 2000 };
    static plain_row rows[MOST];
    int64_t *place = malloc((size_t)x->n * sizeof *place), rank[MOST] = {0};
    memset(rows, 0, sizeof rows);
    const int64_t found = merge_plainly(x, weight, rows, place);
    cr_assert_eq(found, merged->n);
    for (int64_t a = 0; a < found; a++)
        for (int64_t b = 0; b < found; b++) rank[a] += rows[b].first < rows[a].first;
    for (int64_t i = 0; i < x->n; i++) cr_assert_eq(merged->place[i], rank[place[i]], "row %lld", (long long)i);
    for (int64_t at = 0; at < found; at++) {
        cr_assert_eq(merged->first[rank[at]], rows[at].first);
        cr_assert_eq(merged->copies[rank[at]], rows[at].copies);
        cr_assert_eq(merged->weight[rank[at]], (double)rows[at].weight);
    }
    free(place);
}

Test(kmeans_merge, rows_are_those_of_plain_loops)
{
    for (int p = 0; p < N_PLANS; p++) {
        table t;
        table_make(&t, &plans[p], 10 + (uint64_t)p);
        double *weight = plans[p].weighted ? make_weights(&plans[p]) : NULL;
        shoal_merged merged[4];
        for (int run = 0; run < 4; run++) {
            static const int threads[] = {1, 2, 3, 8};
            const shoal_ctx ctx = {.threads = threads[run]};
            cr_assert_eq(shoal_rows_merge(&ctx, &t.view, weight, &merged[run], NULL), SHOAL_OK);
            cr_assert_gt(merged[run].n, 0, "plan %d was not merged", p);
            if (run == 0) check_plain(&t.view, weight, &merged[0]);
            cr_assert_eq(merged[run].n, merged[0].n);
            cr_assert_arr_eq(merged[run].place, merged[0].place, (size_t)t.view.n * sizeof(int32_t));
            cr_assert_arr_eq(merged[run].weight, merged[0].weight, (size_t)merged[0].n * sizeof(double));
        }
        for (int run = 0; run < 4; run++) shoal_merged_free(&merged[run]);
        table_free(&t);
        free(weight);
    }
}

static int64_t merged_rows(const shoal_matrix *x, const double *weight)
{
    shoal_merged merged;
    cr_assert_eq(shoal_rows_merge(NULL, x, weight, &merged, NULL), SHOAL_OK);
    const int64_t n = merged.n;
    cr_assert((n == 0) == (merged.place == NULL));
    shoal_merged_free(&merged);
    return n;
}

/* Column 0 of `n` rows takes `different` values, all equally often, in an order without a pattern. */
static int64_t merged_of(int64_t n, int64_t different)
{
    test_matrix matrix;
    matrix_make(&matrix, n, 2, SHOAL_F64);
    for (int64_t i = 0; i < n; i++) {
        const uint64_t spread = (uint64_t)i * UINT64_C(0x9E3779B97F4A7C15) >> 17;
        matrix_set(&matrix, i, 0, (double)(i < different ? (uint64_t)i : spread % (uint64_t)different));
    }
    const int64_t merged = merged_rows(&matrix.view, NULL);
    matrix_free(&matrix);
    return merged;
}

Test(kmeans_merge, only_where_it_pays)
{
    cr_assert_eq(merged_of(1023, 3), 0);
    cr_assert_eq(merged_of(1024, 3), 3);
    cr_assert_eq(merged_of(40000, 40000), 0);
    cr_assert_eq(merged_of(40000, 10000), 0);
    cr_assert_eq(shoal_merge_limit(200000), 12500);
    cr_assert_eq(merged_of(200000, 9000), 9000); /* tables grow on the way */
    cr_assert_eq(merged_of(2000000, 40000), 40000);
}

/* The look sees few different rows, the whole more than the limit. */
Test(kmeans_merge, gives_up_at_the_limit)
{
    test_matrix matrix;
    enum { N = 150000 };
    matrix_make(&matrix, N, 1, SHOAL_F32);
    const int shares[] = {20, 10}; /* one row in so many is like no other */
    for (int s = 0; s < 2; s++) {
        for (int64_t i = 0; i < N; i++) matrix_set(&matrix, i, 0, i % shares[s] == 0 ? (double)(i / shares[s]) : 1);
        const int64_t different = N / shares[s];
        cr_assert(shoal_merge_look(&matrix.view));
        cr_assert_eq(merged_rows(&matrix.view, NULL), different <= shoal_merge_limit(N) ? different : 0);
    }
    matrix_free(&matrix);
}

Test(kmeans_merge, leaves_bad_input_to_the_tiles)
{
    enum { N = 5000 };
    static double weight[N];
    static uint8_t valid[N];
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (int type = 0; type < 2; type++)
        for (int b = 0; b < 3; b++) {
            test_matrix matrix;
            matrix_make(&matrix, N, 2, type == 0 ? SHOAL_F32 : SHOAL_F64);
            cr_assert_eq(merged_rows(&matrix.view, NULL), 1);
            matrix_set(&matrix, 3001, 0, bad[b]);
            matrix_set(&matrix, 17, 1, bad[b]);
            cr_assert_eq(merged_rows(&matrix.view, NULL), 0);
            shoal_kmeans_opts opts = shoal_kmeans_opts_default();
            shoal_kmeans_result result;
            shoal_error error = {0};
            cr_assert_eq(shoal_kmeans_fit(NULL, &matrix.view, &opts, &result, &error), SHOAL_ERR_INPUT);
            cr_assert(strstr(error.message, "column 'recency': the value in row 3002 of 5000") != NULL, "%s",
                      error.message);
            matrix_free(&matrix);
        }
    table t;
    table_make(&t, &(plan){N, 2, {SHOAL_I8, SHOAL_I16}, 4, 0, false}, 3);
    memset(valid, 1, sizeof valid);
    t.columns[1].valid = valid;
    cr_assert_gt(merged_rows(&t.view, NULL), 1);
    valid[4999] = 0;
    cr_assert_eq(merged_rows(&t.view, NULL), 0);
    valid[4999] = 1;
    const double bad_weights[] = {-1, 0, NAN, INFINITY};
    for (int i = 0; i < N; i++) weight[i] = 1;
    cr_assert_gt(merged_rows(&t.view, weight), 1);
    for (int b = 0; b < 4; b++) {
        weight[4321] = bad_weights[b];
        cr_assert_eq(merged_rows(&t.view, weight), 0);
    }
    weight[4321] = weight[4322] = weight[4323] = SHOAL_WEIGHT_MAX; /* each may be so large, their sum not */
    for (int i = 4321; i < 4324; i++)
        for (int j = 0; j < 2; j++) set(&t.columns[j], i, 1);
    cr_assert_eq(merged_rows(&t.view, weight), 0);
    table_free(&t);
}

/* From the first k rows, the last of which are copies of others where k is large. */
static shoal_kmeans_result run(const shoal_ctx *ctx, const shoal_matrix *x, const double *weight, bool merge, int k,
                               double tol)
{
    shoal_kmeans_result result = {0};
    shoal_kmeans_data data;
    shoal_lloyd lloyd;
    shoal_error err = {0};
    double *start = malloc((size_t)(k * x->d) * sizeof *start);
    for (int at = 0; at < k * x->d; at++) start[at] = shoal_column_f64(&x->columns[at % x->d], at / x->d);
    cr_assert_eq(shoal_kmeans_data_build(ctx, x, weight, merge, &data, &err), SHOAL_OK, "%s", err.message);
    cr_assert_eq(data.place != NULL, merge);
    cr_assert_eq(shoal_lloyd_make(ctx, &data.tiles, k, &lloyd, NULL), SHOAL_OK);
    shoal_seed_given(&data.tiles, start, &lloyd.centroids);
    const shoal_lloyd_opts opts = {.max_iter = 200, .tol = shoal_kmeans_tolerance(&data.tiles, tol)};
    cr_assert_eq(shoal_lloyd_run(ctx, &opts, &lloyd, NULL), SHOAL_OK);
    cr_assert_eq(shoal_kmeans_finish(ctx, &lloyd, &result, NULL), SHOAL_OK);
    shoal_kmeans_data_finish(ctx, &data, &result);
    shoal_lloyd_free(&lloyd);
    shoal_kmeans_data_free(&data);
    free(start);
    return result;
}

static void compare(const shoal_kmeans_result *a, const shoal_kmeans_result *b, const char *what)
{
    cr_assert_eq(a->n, b->n);
    cr_assert_eq(a->iterations, b->iterations, "%s: %d and %d iterations", what, a->iterations, b->iterations);
    cr_assert_arr_eq(a->labels, b->labels, (size_t)a->n * sizeof *a->labels, "%s: labels", what);
    cr_assert_arr_eq(a->sizes, b->sizes, (size_t)a->k * sizeof *a->sizes, "%s: sizes", what);
    cr_assert_arr_eq(a->centroids, b->centroids, (size_t)(a->k * a->d) * sizeof *a->centroids, "%s: centroids", what);
    cr_assert_arr_eq(a->weights, b->weights, (size_t)a->k * sizeof *a->weights, "%s: weights", what);
    cr_assert_float_eq(a->inertia, b->inertia, 1e-12 * (1 + b->inertia), "%s: inertia", what);
    if (a->k > 1) cr_assert_float_eq(a->silhouette, b->silhouette, 1e-12);
    cr_assert_eq(b->distinct, b->n);
    cr_assert_leq(a->distinct, b->n / 16);
}

Test(kmeans_merge, same_fit_as_without)
{
    static const int threads[] = {2, 1, 8};
    for (int p = 0; p < N_PLANS; p++) {
        table t;
        table_make(&t, &plans[p], 40 + (uint64_t)p);
        double *weight = plans[p].weighted ? make_weights(&plans[p]) : NULL;
        const int64_t different = merged_rows(&t.view, weight);
        const int ks[] = {1, 2, 5, 13, (int)different, (int)different + 3};
        for (int i = 0; i < 6; i++) {
            if (ks[i] > 200) continue;
            const shoal_ctx ctx = {.threads = threads[(p + i) % 3]};
            shoal_kmeans_result merged = run(&ctx, &t.view, weight, true, ks[i], i % 2 * 1e-4);
            shoal_kmeans_result all = run(&ctx, &t.view, weight, false, ks[i], i % 2 * 1e-4);
            char what[64];
            snprintf(what, sizeof what, "plan %d, k %d", p, ks[i]);
            cr_assert_eq(merged.distinct, different);
            compare(&merged, &all, what);
            shoal_kmeans_result_free(&merged);
            shoal_kmeans_result_free(&all);
        }
        table_free(&t);
        free(weight);
    }
}

/* So many copies that sums leave 64 bits: 2^20 x 2^46 a row. */
Test(kmeans_merge, sums_wider_than_64_bits)
{
    enum { N = 1 << 20 };
    table t;
    table_make(&t, &(plan){N, 1, {SHOAL_F32}, 4, 0, false}, 8);
    for (int64_t i = 0; i < N; i++) set(&t.columns[0], i, i % 4 == 0 ? -4093.7 : 4095.9);
    shoal_kmeans_result merged = run(NULL, &t.view, NULL, true, 2, 0), all = run(NULL, &t.view, NULL, false, 2, 0);
    compare(&merged, &all, "wide sums");
    cr_assert_eq(merged.distinct, 2);
    cr_assert_float_eq(merged.centroids[1], (double)4095.9F, 1e-9);
    shoal_kmeans_result_free(&merged);
    shoal_kmeans_result_free(&all);
    table_free(&t);
}

static uint64_t hash(uint64_t seed, const void *data, size_t bytes)
{
    const unsigned char *byte = data;
    for (size_t i = 0; i < bytes; i++) seed = (seed ^ byte[i]) * UINT64_C(0x100000001b3);
    return seed;
}

static uint64_t hash_of_choice(int threads)
{
    table t;
    uint64_t all = UINT64_C(0xcbf29ce484222325);
    const shoal_ctx ctx = {.threads = threads};
    for (int p = 0; p < 3; p++) {
        table_make(&t, &plans[p == 0 ? 0 : p + 1], 70);
        double *weight = p == 1 ? make_weights(&plans[2]) : NULL;
        shoal_kmeans_opts opts = shoal_kmeans_opts_default();
        opts.weight = weight;
        shoal_choose_k_result result;
        cr_assert_geq(shoal_choose_k(&ctx, &t.view, &(shoal_choose_k_opts){.k_min = 2, .k_max = 6, .kmeans = opts},
                                     &result, NULL),
                      0);
        cr_assert_lt(result.best.distinct, result.best.n);
        const shoal_kmeans_result *best = &result.best;
        all = hash(all, best->labels, (size_t)best->n * sizeof *best->labels);
        all = hash(all, best->centroids, (size_t)(best->k * best->d) * sizeof *best->centroids);
        all = hash(all, best->weights, (size_t)best->k * sizeof *best->weights);
        all = hash(all, best->sizes, (size_t)best->k * sizeof *best->sizes);
        for (int i = 0; i < result.n_candidates; i++)
            all = hash(all, &result.candidates[i].inertia, 4 * sizeof(double));
        shoal_choose_k_result_free(&result);
        table_free(&t);
        free(weight);
    }
    return all;
}

/* A process of its own, since the instruction set is chosen once a process. */
static uint64_t hash_in_child(int threads, const char *isa)
{
    int ends[2];
    uint64_t answer = 0;
    cr_assert_eq(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        setenv("SHOAL_CPU", isa, 1);
        answer = hash_of_choice(threads);
        if (strcmp(shoal_isa_name(), isa) != 0) answer = 0;
        _exit(write(ends[1], &answer, sizeof answer) == sizeof answer ? 0 : 1);
    }
    cr_assert_eq(read(ends[0], &answer, sizeof answer), (ssize_t)sizeof answer);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    close(ends[0]);
    close(ends[1]);
    return answer;
}

Test(kmeans_merge, same_bits_on_any_number_of_threads_and_instruction_set)
{
    static const int threads[] = {1, 2, 3, 8};
    static const char *const isas[] = {"scalar", "avx2", "avx512"};
    const uint64_t first = hash_in_child(1, "scalar");
    cr_assert_neq(first, 0);
    for (int isa = 0; isa < 3; isa++)
        for (int t = 0; t < 4 && shoal_kernels_for(isas[isa]) != NULL; t++)
            cr_assert_eq(hash_in_child(threads[t], isas[isa]), first, "%s, %d threads", isas[isa], threads[t]);
}

/* Figures of a choice over merged rows, recomputed from all rows. */
Test(kmeans_merge, choice_counts_every_row)
{
    table t;
    table_make(&t, &plans[0], 90);
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    shoal_choose_k_result result;
    cr_assert_geq(
        shoal_choose_k(NULL, &t.view, &(shoal_choose_k_opts){.k_min = 2, .k_max = 5, .kmeans = opts}, &result, NULL),
        0);
    const shoal_kmeans_result *best = &result.best;
    const int d = best->d, k = best->k;
    cr_assert_lt(best->distinct, 126);
    double mean[3] = {0}, inertia = 0, silhouette = 0, between = 0;
    int64_t sizes[8] = {0};
    for (int64_t i = 0; i < best->n; i++) {
        double squares[8] = {0}, own, next = INFINITY;
        for (int c = 0; c < k; c++)
            for (int j = 0; j < d; j++)
                squares[c] += pow(shoal_column_f64(&t.columns[j], i) - best->centroids[c * d + j], 2);
        own = squares[best->labels[i]];
        for (int c = 0; c < k; c++)
            if (c != best->labels[i] && squares[c] < next) next = squares[c];
        cr_assert_leq(own, next);
        inertia += own;
        silhouette += next > 0 ? (sqrt(next) - sqrt(own)) / sqrt(next) : 0;
        sizes[best->labels[i]]++;
        for (int j = 0; j < d; j++) mean[j] += shoal_column_f64(&t.columns[j], i) / (double)best->n;
    }
    for (int c = 0; c < k; c++) {
        cr_assert_eq(best->sizes[c], sizes[c]);
        cr_assert_eq(best->weights[c], (double)sizes[c]);
        for (int j = 0; j < d; j++) between += (double)sizes[c] * pow(best->centroids[c * d + j] - mean[j], 2);
    }
    const shoal_choose_k_candidate *candidate = &result.candidates[k - 2];
    cr_assert_float_eq(candidate->inertia / inertia, 1, 1e-12);
    cr_assert_float_eq(candidate->silhouette, silhouette / (double)best->n, 1e-6);
    const double index = between / (k - 1) / (inertia / (double)(best->n - k));
    cr_assert_float_eq(candidate->calinski_harabasz / index, 1, 1e-10);
    shoal_choose_k_result_free(&result);
    table_free(&t);
}

Test(kmeans_merge, ends_when_cancelled)
{
    table t;
    table_make(&t, &plans[0], 91);
    volatile sig_atomic_t cancel = 1;
    const shoal_ctx ctx = {.threads = 2, .cancel = &cancel};
    shoal_merged merged;
    shoal_error error = {0};
    cr_assert_eq(shoal_rows_merge(&ctx, &t.view, NULL, &merged, &error), SHOAL_ERR_INTERRUPTED);
    cr_assert(merged.place == NULL);
    cr_assert_str_eq(error.message, "interrupted");
    table_free(&t);
}
