/* The engine against naive Lloyd iterations from the same start, iteration by iteration and to the end. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "kmeans_check.h"
#include "kmeans_data.h"

typedef struct shape {
    data_kind kind;
    int n, d, k;
    shoal_type type;
    bool weighted;
} shape;

/* From one tile to several chunks, from one column to 100, k below and above the groups that kernels work on. */
static const shape shapes[] = {
    {DATA_UNIFORM, 60, 1, 4, SHOAL_F64, false},     {DATA_BLOBS, 255, 2, 7, SHOAL_F32, false},
    {DATA_NESTED, 1000, 3, 12, SHOAL_F32, true},    {DATA_HEAVY, 4097, 4, 8, SHOAL_F32, false},
    {DATA_GRID, 4000, 3, 11, SHOAL_F32, true},      {DATA_GRID, 5000, 2, 7, SHOAL_I16, false},
    {DATA_BLOBS, 8193, 3, 5, SHOAL_F64, false},     {DATA_HEAVY, 3000, 5, 6, SHOAL_F64, true},
    {DATA_UNIFORM, 1500, 100, 5, SHOAL_F32, false}, {DATA_UNIFORM, 900, 3, 300, SHOAL_F32, false},
    {DATA_BLOBS, 17000, 2, 6, SHOAL_F32, false},    {DATA_BLOBS, 16400, 4, 4, SHOAL_F64, true},
    {DATA_NESTED, 17000, 8, 9, SHOAL_F32, true},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

typedef struct problem {
    test_matrix matrix;
    double *weight, *start;
    naive_data data;
    char what[96];
} problem;

static void make_problem(int s, problem *p)
{
    const shape *at = &shapes[s];
    data_make(&p->matrix, at->kind, at->n, at->d, at->type, 900 + (uint64_t)s);
    p->weight = at->weighted ? data_weights(at->n, 900 + (uint64_t)s) : NULL;
    p->data = naive_read(&p->matrix.view, p->weight);
    p->start = first_rows(&p->data, at->k);
}

static void name_problem(int s, int algorithm, int max_iter, problem *p)
{
    snprintf(p->what, sizeof p->what, "shape %d, n %d, d %d, k %d, %s, max_iter %d", s, shapes[s].n, shapes[s].d,
             shapes[s].k, algorithm_name(algorithm), max_iter);
}

static void free_problem(problem *p)
{
    naive_data_free(&p->data);
    matrix_free(&p->matrix);
    free(p->weight);
    free(p->start);
}

Test(kmeans_naive, same_labels_iterations_and_means_at_convergence, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++) {
        problem p;
        make_problem(s, &p);
        naive_run run = naive_start(&p.data, shapes[s].k, p.start);
        naive_iterate(&run, 3000);
        for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
            name_problem(s, algorithm, 3000, &p);
            shoal_kmeans_opts opts = options_to_the_end(shapes[s].k, p.start);
            opts.weight = p.weight;
            opts.algorithm = algorithm;
            shoal_kmeans_result result = fit_of(NULL, &p.matrix.view, &opts, p.what);
            cr_assert(result.converged && run.converged, "%s", p.what);
            cr_assert_eq(result.iterations, run.iterations, "%s: %d iterations, naive %d", p.what, result.iterations,
                         run.iterations);
            check_labels(result.labels, run.labels, p.data.n, p.what);
            if (algorithm == SHOAL_KMEANS_AUTO) check_result(&p.data, &result, p.what);
            check_means(&p.data, &result, p.what);
            shoal_kmeans_result_free(&result);
        }
        naive_run_free(&run);
        free_problem(&p);
    }
}

/* One iteration allowed, two, three …: each result is that of as many naive iterations, and inertia never rises. */
Test(kmeans_naive, same_path_and_inertia_never_rises, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++) {
        problem p;
        make_problem(s, &p);
        naive_run run = naive_start(&p.data, shapes[s].k, p.start);
        int32_t *labels = malloc((size_t)p.data.n * sizeof *labels);
        double last[N_ALGORITHMS];
        for (int a = 0; a < N_ALGORITHMS; a++) last[a] = INFINITY;
        for (int allowed = 1; allowed <= 8 && !run.converged; allowed++) {
            naive_step(&run);
            naive_labels(&run, labels);
            for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
                name_problem(s, algorithm, allowed, &p);
                shoal_kmeans_opts opts = options_to_the_end(shapes[s].k, p.start);
                opts.weight = p.weight;
                opts.algorithm = algorithm;
                opts.max_iter = allowed;
                shoal_kmeans_result result = fit_of(NULL, &p.matrix.view, &opts, p.what);
                cr_assert(result.iterations == allowed && result.converged == run.converged, "%s", p.what);
                check_labels(result.labels, labels, p.data.n, p.what);
                check_centroids(&p.data, result.centroids, run.centroids, shapes[s].k, p.what);
                cr_assert_leq(result.inertia, last[algorithm] * (1 + 1e-14), "%s", p.what);
                last[algorithm] = result.inertia;
                shoal_kmeans_result_free(&result);
            }
        }
        free(labels);
        naive_run_free(&run);
        free_problem(&p);
    }
}

/* Whatever the start, the end is a fixed point: nearest centroids that are means. */
Test(kmeans_naive, every_start_ends_in_a_fixed_point, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++) {
        problem p;
        make_problem(s, &p);
        for (int init = 0; init < N_INITS; init++) {
            snprintf(p.what, sizeof p.what, "shape %d, %s", s, init_name(init));
            shoal_kmeans_opts opts = options_to_the_end(shapes[s].k, p.start);
            opts.init = init;
            opts.weight = p.weight;
            opts.n_init = 2;
            opts.algorithm = s % N_ALGORITHMS;
            shoal_kmeans_result result = fit_of(NULL, &p.matrix.view, &opts, p.what);
            cr_assert(result.converged, "%s", p.what);
            check_result(&p.data, &result, p.what);
            check_means(&p.data, &result, p.what);
            naive_run again = naive_start(&p.data, shapes[s].k, result.centroids);
            naive_step(&again);
            check_labels(again.labels, result.labels, p.data.n, p.what);
            naive_run_free(&again);
            shoal_kmeans_result_free(&result);
        }
        free_problem(&p);
    }
}
