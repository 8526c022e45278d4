/* Fails each allocation of k-means in turn, and cancels at each place that looks: the status says so, nothing is given
 * out, and every block is freed. The linker sends the calls of shoal's own code through the __wrap_ functions. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shoal/kmeans.h>

#include "base/threads.h"
#include "kmeans_data.h"

static atomic_long calls, live, looks;
static long fail_at, cancel_at; /* 0: never */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);
bool __wrap_shoal_cancelled(const shoal_ctx *ctx);

static bool fails(void)
{
    return atomic_fetch_add(&calls, 1) + 1 == fail_at;
}

void *__wrap_malloc(size_t size)
{
    if (fails()) return NULL;
    live++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    if (fails()) return NULL;
    live++;
    return __real_calloc(count, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    if (fails()) return NULL;
    live++;
    return __real_aligned_alloc(alignment, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (fails()) return NULL;
    live += memory == NULL;
    return __real_realloc(memory, size);
}

void __wrap_free(void *memory)
{
    live -= memory != NULL;
    __real_free(memory);
}

/* Once cancelled, for good. */
bool __wrap_shoal_cancelled(const shoal_ctx *ctx)
{
    (void)ctx;
    const long at = atomic_fetch_add(&looks, 1) + 1;
    return cancel_at > 0 && at >= cancel_at;
}

/* Enough rows, and so near each other, that the engine sorts them (three chunks), and far starts that leave clusters
 * empty. */
enum { N = 17000, D = 2, K = 5, FEW = 900 };

typedef struct memory_task {
    const char *name;
    shoal_status (*call)(const struct memory_task *task, bool *gave);
    test_matrix *matrix;
    shoal_kmeans_opts opts;
} memory_task;

static shoal_status call_fit(const memory_task *task, bool *gave)
{
    const shoal_ctx ctx = {.threads = 2};
    shoal_kmeans_result result;
    const shoal_status status = shoal_kmeans_fit(&ctx, &task->matrix->view, &task->opts, &result, NULL);
    *gave = result.labels != NULL || result.centroids != NULL || result.sizes != NULL || result.weights != NULL;
    shoal_kmeans_result_free(&result);
    return status;
}

static shoal_status call_choose_k(const memory_task *task, bool *gave)
{
    const shoal_ctx ctx = {.threads = 2};
    shoal_choose_k_result result;
    const shoal_status status = shoal_choose_k(
        &ctx, &task->matrix->view, &(shoal_choose_k_opts){.k_min = 4, .k_max = 5, .kmeans = task->opts}, &result, NULL);
    *gave = result.best.labels != NULL || result.best.centroids != NULL;
    shoal_choose_k_result_free(&result);
    return status;
}

static int32_t assigned[N];
static double distances[N];

static shoal_status call_assign(const memory_task *task, bool *gave)
{
    const shoal_ctx ctx = {.threads = 2};
    assigned[0] = assigned[N - 1] = -1;
    const shoal_status status =
        shoal_kmeans_assign(&ctx, &task->matrix->view, K, task->opts.centroids,
                            &(shoal_kmeans_assignment){.labels = assigned, .distance = distances}, NULL);
    *gave = status >= 0;
    return status;
}

static int fail(const memory_task *task, const char *what, long at, shoal_status status, bool gave)
{
    fprintf(stderr, "%s: %s %ld: status %d, %s result, %ld blocks left\n", task->name, what, at, status,
            gave ? "a" : "no", (long)live);
    return 1;
}

static int check_memory(const memory_task *task)
{
    for (fail_at = 1;; fail_at++) {
        bool gave;
        calls = live = 0;
        const shoal_status status = task->call(task, &gave);
        if (status >= 0) {
            const long made = calls;
            if (live != 0 || made >= fail_at || !gave) return fail(task, "unnoticed allocation", fail_at, status, gave);
            printf("%s: %ld allocations failed in turn\n", task->name, fail_at - 1);
            fail_at = 0;
            return 0;
        }
        if (status != SHOAL_ERR_MEMORY || live != 0 || gave) return fail(task, "allocation", fail_at, status, gave);
    }
}

/* At every one of the first looks, then at ever fewer up to the last. */
static int check_cancellation(const memory_task *task)
{
    bool gave;
    live = looks = 0;
    if (task->call(task, &gave) < 0) return fail(task, "first call", 0, SHOAL_OK, gave);
    const long all = looks;
    int tried = 0;
    for (long at = 1; at <= all; at += 1 + at / 12, tried++) {
        live = looks = 0;
        cancel_at = at;
        const shoal_status status = task->call(task, &gave);
        cancel_at = 0;
        if (status >= 0 && looks < at) continue; /* threads shared the rows in another way and looked less often */
        if (status != SHOAL_ERR_INTERRUPTED || live != 0 || gave) return fail(task, "look", at, status, gave);
    }
    printf("%s: cancelled at %d of %ld looks\n", task->name, tried, all);
    return 0;
}

static int check(const char *name, shoal_status (*call)(const memory_task *, bool *), test_matrix *matrix,
                 const shoal_kmeans_opts *opts)
{
    const memory_task task = {.name = name, .call = call, .matrix = matrix, .opts = *opts};
    bool gave;
    if (call(&task, &gave) < 0 || !gave) return fail(&task, "first call", 0, SHOAL_OK, gave);
    return check_memory(&task) | check_cancellation(&task);
}

static int check_matrix(test_matrix *matrix, const double *weight, const char *kind)
{
    static const char *const names[] = {"k-means++", "random", "k-means||", "sample", "given"};
    double start[K * D];
    for (int at = 0; at < K * D; at++) start[at] = at < 2 * D ? matrix_get(matrix, at / D, at % D) : 1e3 * at;
    shoal_kmeans_opts opts = shoal_kmeans_opts_default();
    opts.n_clusters = K;
    opts.n_init = matrix->view.n == FEW ? 2 : 1;
    opts.tol = 0;
    opts.max_iter = 12;
    opts.weight = weight;
    opts.centroids = start;
    int failed = 0;
    for (int init = 0; init <= SHOAL_INIT_GIVEN; init++)
        for (int algorithm = init == 0 || init == SHOAL_INIT_GIVEN ? SHOAL_KMEANS_LLOYD : SHOAL_KMEANS_TREE;
             algorithm <= SHOAL_KMEANS_TREE; algorithm++) {
            char name[96];
            snprintf(name, sizeof name, "fit of %s, %s, algorithm %d", kind, names[init], algorithm);
            opts.init = (shoal_kmeans_init)init;
            opts.algorithm = (shoal_kmeans_algorithm)algorithm;
            failed |= check(name, call_fit, matrix, &opts);
        }
    opts.algorithm = SHOAL_KMEANS_AUTO;
    failed |= check("assign", call_assign, matrix, &opts);
    opts.init = SHOAL_INIT_KMEANSPP;
    opts.n_init = 1;
    return failed | check("choose k", call_choose_k, matrix, &opts);
}

int main(void)
{
    int failed = 0;
    for (int type = SHOAL_F32; type <= SHOAL_F64; type++) {
        test_matrix many, few;
        data_make(&many, DATA_BLOBS, N, D, (shoal_type)type, 96);
        data_make(&few, DATA_GRID, FEW, D, (shoal_type)type, 97);
        double *weight = data_weights(N, 98);
        failed |= check_matrix(&many, type == SHOAL_F32 ? NULL : weight, type == SHOAL_F32 ? "many" : "many wide");
        failed |= check_matrix(&few, type == SHOAL_F32 ? weight : NULL, type == SHOAL_F32 ? "few" : "few wide");
        free(weight);
        matrix_free(&many);
        matrix_free(&few);
    }
    return failed;
}
