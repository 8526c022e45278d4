#include <shoal/kmeans.h>

#include <omp.h>

#include "base/threads.h"
#include "model/kmeans/assign_rows.h"
#include "model/kmeans/fit.h"

enum { T = SHOAL_TILE_ROWS };

/* Rows that a thread takes at a time: many, for then the fetching ahead of the kernel rarely ends in vain, but not so
 * many that the last threads at work are few. A multiple of T. */
static int64_t rows_at_once(int64_t n, int threads)
{
    enum { MOST = 128, SHARES = 8 };
    const int64_t tiles = (n + T - 1) / T, share = tiles / ((int64_t)threads * SHARES);
    return T * (share < 1 ? 1 : share > MOST ? MOST : share);
}

/* Assigns all rows; usable: whether all values are. */
static shoal_status assign_all(const shoal_ctx *ctx, const shoal_assign_job *job, bool *usable, shoal_error *err)
{
    const int64_t n = job->x->n;
    const int threads = shoal_threads_for(ctx, (double)n * job->x->d * job->k);
    const int64_t at_once = rows_at_once(n, threads), blocks = (n + at_once - 1) / at_once;
    shoal_assign_worker *workers = NULL;
    int bad = 0;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_assign_workers_make(job->x->d, threads, &workers, err));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) reduction(| : bad) if (threads > 1)
    for (int64_t block = 0; block < blocks; block++) {
        const int64_t end = (block + 1) * at_once < n ? (block + 1) * at_once : n;
        for (int64_t begin = block * at_once; begin < end && !bad && !shoal_cancelled(ctx); begin += T) {
            const int rows = end - begin < T ? (int)(end - begin) : T;
            bad |= !shoal_assign_rows(job, begin, rows, &workers[omp_get_thread_num()]);
        }
    }
    if (shoal_cancelled(ctx)) status = shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    *usable = !bad;
out:
    shoal_assign_workers_free(threads, workers);
    return status;
}

shoal_status shoal_kmeans_assign(const shoal_ctx *ctx, const shoal_matrix *x, int k, const double *centroids,
                                 const shoal_kmeans_assignment *out, shoal_error *err)
{
    if (k < 1) return shoal_fail(err, SHOAL_ERR_USAGE, "%d clusters: at least 1 is needed", k);
    SHOAL_TRY(shoal_kmeans_check_centroids(x, k, centroids, err));
    SHOAL_TRY(shoal_tiles_check_shape(x, err));
    shoal_assign_job job;
    SHOAL_TRY(shoal_assign_job_make(x, k, centroids, out, &job, err));
    bool usable = true;
    shoal_status status = assign_all(ctx, &job, &usable, err);
    shoal_assign_job_free(&job);
    if (status == SHOAL_OK && !usable) status = shoal_tiles_check_values(ctx, x, err); /* says which one is not */
    return status;
}
