#include "model/kmeans/models.h"

#include <omp.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "model/kmeans/fit.h"
#include "model/kmeans/tiles_copy.h"

enum { T = SHOAL_TILE_ROWS };

/* A thread with all it needs. */
typedef struct fitter {
    shoal_tiles tiles;       /* a copy of `from`, with a tree of its own */
    const shoal_tiles *from; /* of the last task */
    shoal_lloyd lloyd;       /* for these tiles; kept from task to task while shape and k stay */
} fitter;

/* What the threads share. */
typedef struct fitting {
    const shoal_kmeans_opts *opts;
    const shoal_model_task *tasks;
    shoal_model *models;
    int count, done;
    double seed_ms, iterate_ms; /* of all threads together */
    shoal_ctx inner;            /* of the fits of the thread that called */
    int failed;                 /* the first task that failed, or count */
    shoal_status status;
    shoal_error err;
} fitting;

static int64_t tile_bytes(const shoal_tiles *tiles)
{
    const int64_t value = tiles->wide ? (int64_t)sizeof(double) : (int64_t)sizeof(float);
    return tiles->count * T * (tiles->d * value + (tiles->weight == NULL ? 0 : (int64_t)sizeof(double)));
}

bool shoal_models_room(const shoal_ctx *ctx, const shoal_tiles *tiles)
{
    return tile_bytes(tiles) <= SHOAL_MODELS_COPIES / shoal_ctx_threads(ctx);
}

/* As many as pay off, or one where not all may have their copy. */
static int fitters_for(const shoal_ctx *ctx, const shoal_model_task *tasks, int count)
{
    enum { ITERATIONS = 10 }; /* of a fit, at least: for a guess at the work */
    double work = 0;
    for (int i = 0; i < count; i++) {
        if (!shoal_models_room(ctx, tasks[i].tiles)) return 1;
        work += (double)tasks[i].tiles->n * tasks[i].k * tasks[i].tiles->d * ITERATIONS;
    }
    const int useful = shoal_threads_for(ctx, work);
    return useful < count ? useful : count;
}

static void fitter_free(fitter *worker)
{
    shoal_lloyd_free(&worker->lloyd);
    shoal_tiles_free(&worker->tiles);
    worker->from = NULL;
}

/* The fitter ready for the task. */
static shoal_status load(const shoal_ctx *ctx, const shoal_model_task *task, fitter *worker, shoal_error *err)
{
    if (worker->from != task->tiles) {
        if (!shoal_tiles_alike(&worker->tiles, task->tiles)) {
            fitter_free(worker);
            SHOAL_TRY(shoal_tiles_make_like(task->tiles, &worker->tiles, err));
        }
        shoal_tiles_copy(task->tiles, &worker->tiles);
        worker->from = task->tiles;
    }
    if (worker->lloyd.centroids.k == task->k) return SHOAL_OK;
    shoal_lloyd_free(&worker->lloyd);
    return shoal_lloyd_make(ctx, &worker->tiles, task->k, &worker->lloyd, err);
}

static shoal_status start(const shoal_ctx *ctx, const shoal_kmeans_opts *opts, const shoal_model_task *task,
                          shoal_lloyd *lloyd, shoal_error *err)
{
    if (task->centroids == NULL)
        return shoal_kmeans_seed(ctx, lloyd->tiles, opts, task->stream, &lloyd->centroids, err);
    shoal_centroids_set_all(lloyd->tiles, &lloyd->centroids, task->centroids);
    return SHOAL_OK;
}

/* The labels of the centroids and their inertia, tile after tile. */
static double inertia_of(shoal_lloyd *lloyd)
{
    const shoal_tiles *tiles = lloyd->tiles;
    shoal_nearest *nearest = &lloyd->nearest[0];
    double inertia = 0, own[T];
    shoal_centroids_pack(tiles, &lloyd->centroids);
    for (int64_t tile = 0; tile < tiles->count; tile++) {
        const int rows = shoal_tiles_rows(tiles, tile);
        if (lloyd->centroids.k == 1) memset(nearest->label, 0, sizeof nearest->label);
        else (void)shoal_nearest_label(shoal_kernels_get(), tiles, &lloyd->centroids, tile, nearest);
        shoal_nearest_measure(tiles, &lloyd->centroids, tile, nearest, own);
        double sum = 0;
        for (int i = 0; i < rows; i++) sum += own[i] * shoal_tiles_weight(tiles, tile * T + i);
        inertia += sum;
    }
    return inertia;
}

shoal_status shoal_model_keep(const shoal_lloyd *lloyd, double inertia, shoal_model *model, shoal_error *err)
{
    *model = (shoal_model){.k = lloyd->centroids.k,
                           .inertia = inertia,
                           .iterations = lloyd->iterations,
                           .converged = lloyd->converged,
                           .moved = lloyd->moved,
                           .inertia_before = lloyd->inertia_before};
    SHOAL_TRY(shoal_alloc(lloyd->cells, sizeof *model->centroids, &model->centroids, err));
    memcpy(model->centroids, lloyd->centroids.wide, (size_t)lloyd->cells * sizeof *model->centroids);
    return SHOAL_OK;
}

static shoal_status keep_weights(const shoal_lloyd *lloyd, shoal_model *model, shoal_error *err)
{
    SHOAL_TRY(shoal_alloc(model->k, sizeof *model->weights, &model->weights, err));
    for (int c = 0; c < model->k; c++) model->weights[c] = (double)lloyd->weight[c] / lloyd->tiles->weight_grid;
    return SHOAL_OK;
}

static void add_times(fitting *all, double seed_ms, double iterate_ms)
{
#pragma omp critical(shoal_models_times)
    {
        all->seed_ms += seed_ms;
        all->iterate_ms += iterate_ms;
    }
}

static shoal_status fit_one(const shoal_ctx *ctx, fitting *all, int i, const shoal_lloyd_report *report, fitter *worker,
                            shoal_error *err)
{
    const shoal_model_task *task = &all->tasks[i];
    if (shoal_cancelled(ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    const double begun = shoal_clock_ms();
    SHOAL_TRY(load(ctx, task, worker, err));
    SHOAL_TRY(start(ctx, all->opts, task, &worker->lloyd, err));
    const double started = shoal_clock_ms();
    const shoal_lloyd_opts run = {.max_iter = all->opts->max_iter,
                                  .tol = shoal_kmeans_tolerance(task->tiles, all->opts->tol),
                                  .report = *report,
                                  .algorithm = all->opts->algorithm};
    SHOAL_TRY(shoal_lloyd_run(ctx, &run, &worker->lloyd, err));
    SHOAL_TRY(shoal_model_keep(&worker->lloyd, inertia_of(&worker->lloyd), &all->models[i], err));
    SHOAL_TRY(keep_weights(&worker->lloyd, &all->models[i], err));
    add_times(all, started - begun, shoal_clock_ms() - started);
    return SHOAL_OK;
}

static void note_failure(fitting *all, int i, shoal_status status, const shoal_error *err)
{
#pragma omp critical(shoal_models)
    if (i < all->failed) {
#pragma omp atomic write
        all->failed = i;
        all->status = status;
        all->err = *err;
    }
}

static bool going_on(const fitting *all, int i)
{
    int failed;
#pragma omp atomic read
    failed = all->failed;
    return i < failed;
}

static shoal_lloyd_report report_of(const shoal_lloyd_report *whole, const fitting *all, int i)
{
    int done;
#pragma omp atomic read
    done = all->done;
    const double span = whole->span / all->count;
    return (shoal_lloyd_report){.phase = whole->phase,
                                .begin = whole->begin + span * done,
                                .span = span,
                                .restart = i + 1,
                                .n_init = all->count};
}

/* The thread that called tells how its own fits go on. */
static void fit(const shoal_lloyd_report *whole, fitting *all, int i, fitter *worker)
{
    const bool telling = omp_get_thread_num() == 0;
    const shoal_ctx silent = {.threads = all->inner.threads, .cancel = all->inner.cancel};
    const shoal_lloyd_report report = telling ? report_of(whole, all, i) : (shoal_lloyd_report){0};
    shoal_error err = {0};
    const shoal_status status = fit_one(telling ? &all->inner : &silent, all, i, &report, worker, &err);
#pragma omp atomic update
    all->done++;
    if (status < 0) note_failure(all, i, status, &err);
}

shoal_status shoal_models_fit(const shoal_ctx *ctx, const shoal_kmeans_opts *opts, const shoal_model_task *tasks,
                              int count, const shoal_lloyd_report *report, shoal_model *models, shoal_kmeans_time *time,
                              shoal_error *err)
{
    const double begun = shoal_clock_ms();
    fitting all = {.opts = opts, .tasks = tasks, .models = models, .count = count, .failed = count};
    const int threads = fitters_for(ctx, tasks, count);
    if (ctx != NULL) all.inner = *ctx;
    all.inner.notice = NULL;
    all.inner.threads = threads > 1 ? 1 : shoal_ctx_threads(ctx);
    fitter *workers;
    SHOAL_TRY(shoal_alloc_zero(threads, sizeof *workers, &workers, err));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (int i = 0; i < count; i++)
        if (going_on(&all, i)) fit(report, &all, i, &workers[omp_get_thread_num()]);
    for (int t = 0; t < threads; t++) fitter_free(&workers[t]);
    free(workers);
    const double elapsed = shoal_clock_ms() - begun, busy = all.seed_ms + all.iterate_ms;
    time->seed_ms += busy > 0 ? elapsed * all.seed_ms / busy : 0;
    time->iterate_ms += busy > 0 ? elapsed * all.iterate_ms / busy : 0;
    if (all.failed == count) return SHOAL_OK;
    shoal_models_free(count, models);
    return shoal_fail(err, all.status, "%s", all.err.message);
}

void shoal_model_take(const shoal_model *model, shoal_lloyd *lloyd)
{
    shoal_centroids_set_all(lloyd->tiles, &lloyd->centroids, model->centroids);
    lloyd->iterations = model->iterations;
    lloyd->converged = model->converged;
    lloyd->moved = model->moved;
    lloyd->inertia_before = model->inertia_before;
}

void shoal_model_centroids(const shoal_tiles *tiles, const shoal_model *model, shoal_centroids *centroids)
{
    shoal_centroids_set_all(tiles, centroids, model->centroids);
    shoal_centroids_pack(tiles, centroids);
}

void shoal_models_free(int count, shoal_model *models)
{
    for (int i = 0; i < count && models != NULL; i++) {
        free(models[i].centroids);
        free(models[i].weights);
        models[i] = (shoal_model){0};
    }
}

int shoal_models_best(const shoal_model *models, int n)
{
    int best = 0;
    for (int i = 1; i < n; i++)
        if (models[i].inertia < SHOAL_CLEARLY_LESS * models[best].inertia) best = i;
    return best;
}
