#include <float.h>
#include <math.h>

#include "base/memory.h"
#include "model/kmeans/assign_rows.h"

enum { T = SHOAL_TILE_ROWS, G = SHOAL_ASSIGN_GROUP };

/* The middle of the centroids of each column that lies far from 0, else 0. */
static void choose_offsets(shoal_assign_job *job)
{
    const int d = job->x->d;
    for (int j = 0; j < d; j++) {
        double low = job->centroids[j], high = low;
        for (int c = 1; c < job->k; c++) {
            low = fmin(low, job->centroids[(int64_t)c * d + j]);
            high = fmax(high, job->centroids[(int64_t)c * d + j]);
        }
        const double middle = low / 2 + high / 2;
        job->offset[j] = fabs(middle) > 4 * (high - low) ? middle : 0;
    }
}

/* The largest norm of the centroids, an upper bound. */
static double largest_norm(const shoal_assign_job *job)
{
    const int d = job->x->d;
    double largest = 0;
    for (int c = 0; c < job->k; c++) {
        double square = 0;
        for (int j = 0; j < d; j++) {
            const double value = job->centroids[(int64_t)c * d + j] - job->offset[j];
            square += value * value;
        }
        largest = fmax(largest, square);
    }
    return sqrt(largest) * (1 + 1e-6);
}

static shoal_status pack(shoal_assign_job *job, shoal_error *err)
{
    const int64_t d = job->x->d, padded = ((int64_t)job->k + G - 1) / G * G;
    SHOAL_TRY(shoal_alloc_zero(padded * d, sizeof *job->packed, &job->packed, err));
    SHOAL_TRY(shoal_alloc(padded, sizeof *job->half_norm, &job->half_norm, err));
    for (int64_t c = 0; c < padded; c++) {
        double square = 0;
        for (int64_t j = 0; j < d && c < job->k; j++) {
            const double value = job->centroids[c * d + j] - job->offset[j];
            job->packed[(c / G * d + j) * G + c % G] = (float)value;
            square += value * value;
        }
        job->half_norm[c] = c < job->k ? (float)(square / 2) : FLT_MAX;
    }
    return SHOAL_OK;
}

static shoal_status transpose(shoal_assign_job *job, shoal_error *err)
{
    const int64_t d = job->x->d, k = job->k;
    SHOAL_TRY(shoal_alloc(d * k, sizeof *job->coordinates, &job->coordinates, err));
    for (int64_t c = 0; c < k; c++)
        for (int64_t j = 0; j < d; j++) job->coordinates[j * k + c] = job->centroids[c * d + j];
    return SHOAL_OK;
}

/* The centroids as rows of tiles. */
static shoal_status lay_out(shoal_assign_job *job, shoal_error *err)
{
    const int d = job->x->d;
    const int64_t tiles = ((int64_t)job->k + T - 1) / T;
    SHOAL_TRY(shoal_alloc_zero(tiles * d, T * sizeof *job->columns, &job->columns, err));
    for (int c = 0; c < job->k; c++)
        for (int j = 0; j < d; j++)
            job->columns[((int64_t)(c / T) * d + j) * T + c % T] = job->centroids[(int64_t)c * d + j];
    return SHOAL_OK;
}

shoal_status shoal_assign_job_make(const shoal_matrix *x, int k, const double *centroids,
                                   const shoal_kmeans_assignment *out, shoal_assign_job *job, shoal_error *err)
{
    const double largest = 1e15, smallest = 1e-12; /* scores stay far from overflow and underflow */
    *job = (shoal_assign_job){.x = x, .k = k, .centroids = centroids, .out = out, .kernels = shoal_kernels_get()};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(x->d, sizeof *job->offset, &job->offset, err));
    choose_offsets(job);
    job->norm = largest_norm(job);
    if (k >= 2 && k <= SHOAL_LABEL_MAX_K && job->norm > smallest && job->norm < largest) SHOAL_TRY_OUT(pack(job, err));
    if (out->distance != NULL || out->second_distance != NULL) SHOAL_TRY_OUT(transpose(job, err));
    if (k >= 2 && (out->second != NULL || out->second_distance != NULL)) SHOAL_TRY_OUT(lay_out(job, err));
out:
    if (status < 0) shoal_assign_job_free(job);
    return status;
}

void shoal_assign_job_free(shoal_assign_job *job)
{
    free(job->offset);
    free(job->packed);
    free(job->half_norm);
    free(job->coordinates);
    free(job->columns);
    *job = (shoal_assign_job){0};
}

static shoal_status make_worker(int d, shoal_assign_worker *worker, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(d, sizeof *worker->columns, &worker->columns, err));
    SHOAL_TRY(shoal_alloc(d, T * sizeof *worker->narrow, &worker->narrow, err));
    SHOAL_TRY(shoal_alloc_zero(d, T * sizeof *worker->wide, &worker->wide, err));
    return shoal_alloc(d, sizeof *worker->position, &worker->position, err);
}

shoal_status shoal_assign_workers_make(int d, int threads, shoal_assign_worker **workers, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc_zero(threads, sizeof **workers, workers, err));
    for (int t = 0; t < threads; t++) SHOAL_TRY(make_worker(d, &(*workers)[t], err));
    return SHOAL_OK;
}

void shoal_assign_workers_free(int threads, shoal_assign_worker *workers)
{
    for (int t = 0; t < threads && workers != NULL; t++) {
        free((void *)workers[t].columns);
        free(workers[t].narrow);
        free(workers[t].wide);
        free(workers[t].position);
    }
    free(workers);
}
