#include "model/kmeans/choose_k_finalists.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

/* A restart whose inertia on the sample is greater than the least by more standard errors of the difference, or by a
 * larger share, does not come first on all rows. */
static const double MOST_ERRORS = 3, MOST_MARGIN = 0.02;
/* Two runs found one optimum where moving each centroid to its counterpart raises the inertia by less than this. */
static const double SAME_OPTIMUM = 1e-3;

/* The centroid of b, not taken yet, that is nearest to a; by squared distance. */
static int counterpart(const double *a, const shoal_model *b, int d, const bool *taken, double *square)
{
    int nearest = -1;
    *square = INFINITY;
    for (int c = 0; c < b->k; c++) {
        double sum = 0;
        if (taken[c]) continue;
        for (int j = 0; j < d; j++) {
            const double off = a[j] - b->centroids[(int64_t)c * d + j];
            sum += off * off;
        }
        if (nearest < 0 || sum < *square) {
            *square = sum;
            nearest = c;
        }
    }
    return nearest;
}

/* taken: k, scratch. Counterparts are paired off greedily: for one optimum they lie far nearer than any other. */
static bool same_optimum(const shoal_model *a, const shoal_model *b, int d, bool *taken)
{
    double raised = 0;
    memset(taken, 0, (size_t)b->k * sizeof *taken);
    for (int c = 0; c < a->k; c++) {
        double square;
        taken[counterpart(a->centroids + (int64_t)c * d, b, d, taken, &square)] = true;
        raised += a->weights[c] * square;
    }
    return raised <= SAME_OPTIMUM * fmin(a->inertia, b->inertia);
}

/* What finalists are chosen with: a thread's. */
typedef struct jury {
    const shoal_tiles *tiles;
    bool *taken, *seen;  /* k; n models */
    double *own, *other; /* tiles->n: squared distances to the nearest centroid, of the best model and another */
    shoal_nearest *nearest;
    shoal_centroids centroids;
} jury;

static void jury_free(jury *j)
{
    free(j->taken);
    free(j->seen);
    free(j->own);
    free(j->other);
    shoal_nearest_free(1, j->nearest);
    shoal_centroids_free(&j->centroids);
}

static shoal_status jury_make(const shoal_tiles *tiles, int k, int n, jury *j, shoal_error *err)
{
    *j = (jury){.tiles = tiles};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(k, sizeof *j->taken, &j->taken, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(n, sizeof *j->seen, &j->seen, err));
    SHOAL_TRY_OUT(shoal_alloc(tiles->n, sizeof *j->own, &j->own, err));
    SHOAL_TRY_OUT(shoal_alloc(tiles->n, sizeof *j->other, &j->other, err));
    SHOAL_TRY_OUT(shoal_nearest_make(tiles, 1, &j->nearest, err));
    SHOAL_TRY_OUT(shoal_centroids_make(tiles, k, &j->centroids, err));
out:
    if (status < 0) jury_free(j);
    return status;
}

static void measure_rows(jury *j, const shoal_model *model, double *distance)
{
    shoal_model_centroids(j->tiles, model, &j->centroids);
    for (int64_t tile = 0; tile < j->tiles->count; tile++) {
        double own[SHOAL_TILE_ROWS];
        (void)shoal_nearest_label(shoal_kernels_get(), j->tiles, &j->centroids, tile, j->nearest);
        shoal_nearest_measure(j->tiles, &j->centroids, tile, j->nearest, own);
        memcpy(distance + tile * SHOAL_TILE_ROWS, own, (size_t)shoal_tiles_rows(j->tiles, tile) * sizeof *distance);
    }
}

/* Whether the model may beat the best one, of which j->own is, on all rows. */
static bool may_win(jury *j, const shoal_model *best, const shoal_model *model)
{
    const double more = model->inertia - best->inertia;
    double squares = 0;
    if (more > MOST_MARGIN * best->inertia) return false;
    measure_rows(j, model, j->other);
    for (int64_t i = 0; i < j->tiles->n; i++) {
        const double off = j->other[i] - j->own[i];
        squares += shoal_tiles_weight(j->tiles, i) * off * off;
    }
    return more <= MOST_ERRORS * sqrt(squares);
}

/* chosen: at most `most` of n models of one k, the best of each optimum that may come first. Gives their number. */
static int choose(jury *j, const shoal_model *models, int n, int most, int *chosen)
{
    const int first = shoal_models_best(models, n);
    int count = 0;
    measure_rows(j, &models[first], j->own);
    while (count < most) {
        int best = count == 0 ? first : -1;
        for (int i = 0; i < n && count > 0; i++)
            if (!j->seen[i] && (best < 0 || models[i].inertia < models[best].inertia)) best = i;
        if (best < 0 || models[best].inertia > models[first].inertia * (1 + MOST_MARGIN)) break;
        for (int i = 0; i < n; i++)
            j->seen[i] = j->seen[i] || i == best || same_optimum(&models[best], &models[i], j->tiles->d, j->taken);
        if (best == first || may_win(j, &models[first], &models[best])) chosen[count++] = best;
    }
    return count;
}

shoal_status shoal_finalists_choose(const shoal_choice *choice, const shoal_round *round, int most,
                                    shoal_finalists *chosen, shoal_error *err)
{
    const int slots = choice->n_candidates, threads = shoal_ctx_threads(choice->ctx);
    shoal_status status = SHOAL_OK;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (int slot = 0; slot < slots; slot++) {
        const int n = round->n[slot];
        shoal_error own = {0};
        jury j;
        const shoal_status made = jury_make(round->tiles, choice->k_min + slot, n, &j, &own);
        if (made == SHOAL_OK) {
            chosen[slot].n = choose(&j, round->models + round->first[slot], n, most, chosen[slot].index);
            jury_free(&j);
        }
#pragma omp critical(shoal_finalists)
        if (made < 0 && status == SHOAL_OK) status = shoal_fail(err, made, "%s", own.message);
    }
    return status;
}
