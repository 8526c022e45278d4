/* Rows of a matrix to their nearest centroids, a stretch of at most SHOAL_TILE_ROWS at a time.
 *
 * Float32 columns are read where they lie; other types, and columns whose centroids are more than 4 times their range
 * away from 0, come as float32 differences to an offset. Scores from these (see `label_f32` in kernels.h) decide a row
 * where their lead exceeds what rounding can do to it; the other rows, and those with values beyond float32, are
 * decided by float64 distances from the values as they are. So labels are those of float64 distances throughout. */
#ifndef SHOAL_MODEL_KMEANS_ASSIGN_ROWS_H
#define SHOAL_MODEL_KMEANS_ASSIGN_ROWS_H

#include <shoal/kmeans.h>

#include "base/error.h"
#include "kernels.h"

/* What all threads read. */
typedef struct shoal_assign_job {
    const shoal_matrix *x;
    int k;
    const double *centroids; /* k x d, units of the matrix */
    const shoal_kmeans_assignment *out;
    const shoal_kernels *kernels;
    /* For scores; packed is NULL where they are of no use: k = 1, k above SHOAL_LABEL_MAX_K, absurd magnitudes. */
    double *offset;            /* d */
    float *packed, *half_norm; /* see kernels.h, of the centroids less the offset */
    double norm;               /* the largest of these */
    double *coordinates;       /* d x k; NULL unless out has distances */
    double *columns; /* d x SHOAL_TILE_ROWS for every SHOAL_TILE_ROWS centroids; NULL unless out has seconds */
} shoal_assign_job;

/* out must outlive the job. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_assign_job_make(const shoal_matrix *x, int k, const double *centroids,
                                                  const shoal_kmeans_assignment *out, shoal_assign_job *job,
                                                  shoal_error *err);
void shoal_assign_job_free(shoal_assign_job *job);

/* What a thread needs. */
typedef struct shoal_assign_worker {
    const float **columns; /* d: where the kernel finds the rows */
    float *narrow;         /* d x SHOAL_TILE_ROWS: those that are not float32 as they lie */
    double *wide;          /* the same for rows that float64 decides */
    int32_t label[SHOAL_TILE_ROWS], second[SHOAL_TILE_ROWS];
    float lead[SHOAL_TILE_ROWS];
    int row[SHOAL_TILE_ROWS]; /* of the stretch, those that float64 decides */
    int32_t found[SHOAL_TILE_ROWS];
    double *position; /* d */
    double best[SHOAL_TILE_ROWS], next[SHOAL_TILE_ROWS];
} shoal_assign_worker;

/* Errors: MEMORY; what was made is freed with shoal_assign_workers_free. */
SHOAL_MUST_USE shoal_status shoal_assign_workers_make(int d, int threads, shoal_assign_worker **workers,
                                                      shoal_error *err);
void shoal_assign_workers_free(int threads, shoal_assign_worker *workers);

/* Assigns rows begin..begin + rows - 1, 1 <= rows <= SHOAL_TILE_ROWS. False where a value is missing, infinite or above
 * SHOAL_VALUE_MAX. */
bool shoal_assign_rows(const shoal_assign_job *job, int64_t begin, int rows, shoal_assign_worker *worker);

#endif
