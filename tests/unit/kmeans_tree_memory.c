/* Fails each allocation of a fit by the tree in turn: the status is MEMORY, nothing leaks. The linker sends the calls
 * of shoal's own code through the __wrap_ functions. */
#include <stdio.h>
#include <stdlib.h>

#include <shoal/kmeans.h>

#include "matrix_support.h"

static long calls, fail_at, live;

void *__real_malloc(size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);

static void *counted(void *memory)
{
    live += memory != NULL;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return ++calls == fail_at ? NULL : counted(__real_malloc(size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return ++calls == fail_at ? NULL : counted(__real_aligned_alloc(alignment, size));
}

void __wrap_free(void *memory)
{
    live -= memory != NULL;
    __real_free(memory);
}

/* Gives 0 where all is well. */
static int check(const char *what, const shoal_matrix *x, const shoal_kmeans_opts *opts)
{
    const shoal_ctx ctx = {.threads = 2};
    const long before = live;
    for (fail_at = 1;; fail_at++) {
        shoal_kmeans_result result;
        shoal_error err = {0};
        calls = 0;
        const shoal_status status = shoal_kmeans_fit(&ctx, x, opts, &result, &err);
        const long made = calls;
        if (status >= 0) shoal_kmeans_result_free(&result);
        if (live != before || (status < 0 && status != SHOAL_ERR_MEMORY) || (status >= 0 && made >= fail_at)) {
            fprintf(stderr, "%s: allocation %ld of %ld: status %d (%s), %ld blocks left\n", what, fail_at, made, status,
                    err.message, live - before);
            return 1;
        }
        if (status >= 0) {
            printf("%s: %ld allocations failed in turn\n", what, fail_at - 1);
            return 0;
        }
    }
}

int main(void)
{
    enum { N = 3000, D = 2, K = 4 };
    double start[K * D] = {0, 0, 1, 1, 1e6, 1e6, -1, 2}; /* the third gets no row */
    double weight[N];
    int failed = 0;
    for (int i = 0; i < N; i++) weight[i] = 1 + i % 3;
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = K;
    opts.init = SHOAL_INIT_GIVEN;
    opts.centroids = start;
    opts.max_iter = 5;
    opts.algorithm = SHOAL_KMEANS_TREE;
    for (int wide = 0; wide < 2; wide++) {
        test_matrix matrix;
        fail_at = 0;
        matrix_blobs(&matrix, N, D, wide ? SHOAL_F64 : SHOAL_F32, 3, 2, 1);
        opts.weight = wide ? weight : NULL;
        failed |= check(wide ? "float64, weights" : "float32", &matrix.view, &opts);
        matrix_free(&matrix);
    }
    return failed;
}
