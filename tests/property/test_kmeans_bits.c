/* The same bits for any number of threads, any instruction set and every repetition. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernels.h"
#include "kmeans_check.h"
#include "kmeans_data.h"

typedef struct shape {
    data_kind kind;
    int n, d, k;
    shoal_type type;
    bool weighted;
} shape;

/* Rows around whole tiles (256), blocks (4096) and chunks (8192); then enough work for many threads. */
static const shape shapes[] = {
    {DATA_BLOBS, 255, 3, 4, SHOAL_F32, false},    {DATA_HEAVY, 256, 2, 5, SHOAL_F64, true},
    {DATA_UNIFORM, 257, 5, 3, SHOAL_F32, true},   {DATA_GRID, 4095, 3, 7, SHOAL_F32, false},
    {DATA_BLOBS, 4096, 2, 6, SHOAL_F64, false},   {DATA_HEAVY, 4097, 4, 8, SHOAL_F32, true},
    {DATA_NESTED, 8191, 3, 9, SHOAL_F32, true},   {DATA_UNIFORM, 8192, 1, 12, SHOAL_F64, false},
    {DATA_BLOBS, 8193, 2, 3, SHOAL_F32, true},    {DATA_NESTED, 16384, 2, 7, SHOAL_F32, false},
    {DATA_BLOBS, 16385, 3, 4, SHOAL_F64, true},   {DATA_BLOBS, 32769, 6, 16, SHOAL_F32, false},
    {DATA_GRID, 25000, 4, 12, SHOAL_F32, true},   {DATA_UNIFORM, 12000, 9, 30, SHOAL_F64, true},
    {DATA_UNIFORM, 3000, 70, 9, SHOAL_F32, true}, {DATA_BLOBS, 50000, 16, 20, SHOAL_F32, false},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

/* FNV-1a over all that a fit answers. */
static uint64_t hash(uint64_t seed, const void *data, size_t bytes)
{
    const unsigned char *byte = data;
    for (size_t i = 0; i < bytes; i++) seed = (seed ^ byte[i]) * UINT64_C(0x100000001b3);
    return seed;
}

static uint64_t hash_of_fit(int s, int threads, int repetition)
{
    const shape *at = &shapes[s];
    const shoal_ctx ctx = {.threads = threads};
    test_matrix matrix;
    data_make(&matrix, at->kind, at->n, at->d, at->type, 41 + (uint64_t)s);
    double *weight = at->weighted ? data_weights(at->n, 42) : NULL;
    shoal_kmeans_opts opts = options_to_the_end(at->k, NULL);
    opts.init = (shoal_kmeans_init)(s % SHOAL_INIT_GIVEN);
    opts.algorithm = (shoal_kmeans_algorithm)(s / 2 % N_ALGORITHMS);
    opts.weight = weight;
    opts.n_init = 1 + repetition;
    opts.max_iter = 10; /* long enough for rows to be sorted */
    shoal_kmeans_result result = fit_of(&ctx, &matrix.view, &opts, "bits");
    uint64_t all = hash(UINT64_C(0xcbf29ce484222325), result.labels, (size_t)result.n * sizeof *result.labels);
    all = hash(all, result.centroids, (size_t)(result.k * result.d) * sizeof *result.centroids);
    all = hash(all, result.sizes, (size_t)result.k * sizeof *result.sizes);
    all = hash(all, result.weights, (size_t)result.k * sizeof *result.weights);
    all = hash(all, &result.inertia, sizeof result.inertia);
    all = hash(all, &result.silhouette, sizeof result.silhouette);
    all = hash(all, &result.iterations, sizeof result.iterations);
    shoal_kmeans_result_free(&result);
    matrix_free(&matrix);
    free(weight);
    return all;
}

/* hashes: N_SHAPES, of a process of its own, since the instruction set is chosen once a process. */
static void hashes_in_child(int threads, const char *isa, uint64_t hashes[N_SHAPES])
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        setenv("SHOAL_CPU", isa, 1);
        if (strcmp(shoal_isa_name(), isa) != 0) _exit(1);
        for (int s = 0; s < N_SHAPES; s++) hashes[s] = hash_of_fit(s, threads, s % 2);
        const ssize_t bytes = N_SHAPES * sizeof *hashes;
        _exit(write(ends[1], hashes, (size_t)bytes) == bytes ? 0 : 1);
    }
    close(ends[1]);
    cr_assert_eq(read(ends[0], hashes, N_SHAPES * sizeof *hashes), (ssize_t)(N_SHAPES * sizeof *hashes),
                 "%s, %d threads gave no result", isa, threads);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    close(ends[0]);
}

Test(kmeans_bits, any_number_of_threads_and_instruction_set, .timeout = 250)
{
    static const int threads[] = {1, 2, 3, 7, 16};
    static const char *const isas[] = {"avx2", "avx512"};
    uint64_t first[N_SHAPES], other[N_SHAPES];
    hashes_in_child(3, "scalar", first); /* slow: once */
    for (int isa = 0; isa < 2; isa++) {
        if (shoal_kernels_for(isas[isa]) == NULL) continue;
        for (int t = 0; t < 5; t++) {
            hashes_in_child(threads[t], isas[isa], other);
            for (int s = 0; s < N_SHAPES; s++)
                cr_assert_eq(first[s], other[s], "shape %d: %s, %d threads", s, isas[isa], threads[t]);
        }
    }
}

Test(kmeans_bits, every_repetition, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s += 5) {
        const uint64_t first = hash_of_fit(s, 2, 1);
        for (int time = 0; time < 2; time++) cr_assert_eq(hash_of_fit(s, 2, 1), first, "shape %d", s);
    }
}

/* All that follows from the data alone is the same, whatever finds the nearest centroids. */
Test(kmeans_bits, every_algorithm, .timeout = 250)
{
    for (int s = 0; s < N_SHAPES; s++) {
        const shape *at = &shapes[s];
        test_matrix matrix;
        data_make(&matrix, at->kind, at->n, at->d, at->type, 43);
        double *weight = at->weighted ? data_weights(at->n, 44) : NULL;
        shoal_kmeans_opts opts = options_to_the_end(at->k, NULL);
        opts.weight = weight;
        opts.init = (shoal_kmeans_init)(s % SHOAL_INIT_GIVEN);
        opts.max_iter = 10;
        opts.algorithm = SHOAL_KMEANS_LLOYD;
        shoal_kmeans_result plain = fit_of(NULL, &matrix.view, &opts, "lloyd");
        for (int algorithm = 0; algorithm < N_ALGORITHMS; algorithm++) {
            if (algorithm == SHOAL_KMEANS_LLOYD) continue;
            char what[64];
            snprintf(what, sizeof what, "shape %d, %s", s, algorithm_name(algorithm));
            opts.algorithm = (shoal_kmeans_algorithm)algorithm;
            shoal_kmeans_result result = fit_of(NULL, &matrix.view, &opts, what);
            check_same(&plain, &result, what);
            shoal_kmeans_result_free(&result);
        }
        shoal_kmeans_result_free(&plain);
        matrix_free(&matrix);
        free(weight);
    }
}

/* Assignment, and the choice of k on it. */
Test(kmeans_bits, assign_and_choose_k, .timeout = 250)
{
    enum { N = 30000, D = 3, K = 6 };
    test_matrix matrix;
    data_make(&matrix, DATA_BLOBS, N, D, SHOAL_F32, 45);
    naive_data data = naive_read(&matrix.view, NULL);
    double *start = first_rows(&data, K), *distance[2];
    int32_t *labels[2];
    shoal_choose_k_result choice[2];
    shoal_kmeans_opts opts = options_to_the_end(K, NULL);
    opts.max_iter = 20;
    for (int at = 0; at < 2; at++) {
        const shoal_ctx ctx = {.threads = 1 + 2 * at};
        labels[at] = malloc(N * sizeof(int32_t));
        distance[at] = malloc(N * sizeof(double));
        const shoal_kmeans_assignment out = {.labels = labels[at], .distance = distance[at]};
        cr_assert_eq(shoal_kmeans_assign(&ctx, &matrix.view, K, start, &out, NULL), SHOAL_OK);
        cr_assert_geq(shoal_choose_k(&ctx, &matrix.view,
                                     &(shoal_choose_k_opts){
                                         .k_min = 2, .k_max = 7, .n_references = 3, .n_bootstraps = 3, .kmeans = opts},
                                     &choice[at], NULL),
                      0);
    }
    check_labels(labels[0], labels[1], N, "assign");
    cr_assert_eq(memcmp(distance[0], distance[1], N * sizeof(double)), 0);
    cr_assert_eq(choice[0].k, choice[1].k);
    cr_assert_eq(memcmp(choice[0].candidates, choice[1].candidates, 6 * sizeof choice[0].candidates[0]), 0);
    check_same(&choice[0].best, &choice[1].best, "choose k");
    for (int64_t i = 0; i < N; i++) {
        cr_assert_eq(labels[0][i], naive_nearest(&data, i, start, K), "row %ld", (long)i);
        const double exact = (double)sqrtl(naive_exact_distance(&data, i, start + labels[0][i] * D));
        cr_assert(fabs(distance[0][i] - exact) <= 1e-14 * exact, "row %ld", (long)i);
    }
    for (int at = 0; at < 2; at++) {
        shoal_choose_k_result_free(&choice[at]);
        free(labels[at]);
        free(distance[at]);
    }
    naive_data_free(&data);
    matrix_free(&matrix);
    free(start);
}
