/* Many fits at once: each on one thread from its start to its end, so that threads do not wait for one another. */
#ifndef SHOAL_MODEL_KMEANS_MODELS_H
#define SHOAL_MODEL_KMEANS_MODELS_H

#include <shoal/kmeans.h>

#include "model/kmeans/lloyd.h"

/* A fit to make. Nothing of it is owned. */
typedef struct shoal_model_task {
    const shoal_tiles *tiles; /* every thread fits a copy of its own: runs sort rows */
    int k;
    uint64_t stream;         /* of the random numbers that draw the start */
    const double *centroids; /* the start: k x d, shifted coordinates; NULL: drawn */
} shoal_model_task;

/* What came out; start it as {0}. */
typedef struct shoal_model {
    int k;
    double *centroids; /* k x d, shifted coordinates */
    double *weights;   /* k, of the clusters; NULL where shoal_model_keep made it */
    double inertia;    /* of all rows to their nearest of `centroids` */
    int iterations;
    bool converged;
    double moved, inertia_before; /* see shoal_lloyd */
} shoal_model;

/* Whether every thread may have a copy of the tiles. */
enum { SHOAL_MODELS_COPIES = 1 << 28 }; /* bytes of them all */
bool shoal_models_room(const shoal_ctx *ctx, const shoal_tiles *tiles);

/* models[i] from tasks[i], whatever the number of threads; opts gives init, max_iter, tol and seed. Threads take tasks
 * in the order given, so long ones belong first. Without room for copies, one fit after another on all threads. begin
 * and span of `report` frame the progress; its phase may be NULL. time: the time that passed is added, parted as all
 * threads together spent it. Errors: MEMORY, INTERRUPTED. */
SHOAL_MUST_USE shoal_status shoal_models_fit(const shoal_ctx *ctx, const shoal_kmeans_opts *opts,
                                             const shoal_model_task *tasks, int count, const shoal_lloyd_report *report,
                                             shoal_model *models, shoal_kmeans_time *time, shoal_error *err);
/* The run as a model. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_model_keep(const shoal_lloyd *lloyd, double inertia, shoal_model *model,
                                             shoal_error *err);
/* lloyd, of the model's k: as if it had run there; its labels are those of no run. */
void shoal_model_take(const shoal_model *model, shoal_lloyd *lloyd);
/* centroids, of its k: as the model has them, packed. */
void shoal_model_centroids(const shoal_tiles *tiles, const shoal_model *model, shoal_centroids *centroids);
void shoal_models_free(int count, shoal_model *models);

/* Inertias count as equal where rounding can make the difference. */
#define SHOAL_CLEARLY_LESS (1 - 1e-12)
/* The model with the least inertia of n, the first of those that are equal. */
int shoal_models_best(const shoal_model *models, int n);

#endif
