#include "variants/stability.h"

#include <math.h>

#include "base/memory.h"
#include "model/kmeans/adjusted_rand.h"
#include "variants/draw.h"

enum { DRAW_STREAM = 0x57ab };

/* Half of the rows. */
typedef struct half {
    int64_t n;
    int64_t *rows;
    shoal_table table;
    double *weight;  /* n, or NULL */
    int32_t *labels; /* of all rows, by the fit to this half */
} half;

static void half_free(half *h)
{
    free(h->rows);
    free(h->weight);
    free(h->labels);
    shoal_table_free(&h->table);
}

static shoal_status take_half(const shoal_matrix *x, const double *weight, uint64_t draw, half *h, shoal_error *err)
{
    h->n = x->n / 2;
    h->table.n_rows = h->n;
    SHOAL_TRY(shoal_alloc(h->n, sizeof *h->rows, &h->rows, err));
    SHOAL_TRY(shoal_alloc(x->n, sizeof *h->labels, &h->labels, err));
    if (weight != NULL) SHOAL_TRY(shoal_alloc(h->n, sizeof *h->weight, &h->weight, err));
    bench_draw_rows(x->n, h->n, draw, DRAW_STREAM, h->rows);
    for (int j = 0; j < x->d; j++) {
        const float *from = x->columns[j].data;
        void *data;
        SHOAL_TRY(shoal_table_add(&h->table, x->columns[j].name, SHOAL_F32, 0, NULL, NULL, &data, err));
        float *to = data;
        for (int64_t i = 0; i < h->n; i++) to[i] = from[h->rows[i]];
    }
    for (int64_t i = 0; weight != NULL && i < h->n; i++) h->weight[i] = weight[h->rows[i]];
    return SHOAL_OK;
}

/* The adjusted Rand index of refit number `refit`. */
static shoal_status refit_once(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_kmeans_opts *opts,
                               const shoal_kmeans_result *fit, int refit, double *index, shoal_error *err)
{
    half h = {0};
    shoal_kmeans_result again = {0};
    shoal_status status;
    SHOAL_TRY_OUT(take_half(x, opts->weight, (uint64_t)refit, &h, err));
    const shoal_matrix rows = {.n = h.n, .d = x->d, .columns = h.table.columns};
    shoal_kmeans_opts refit_opts = *opts;
    refit_opts.seed = opts->seed + 1 + (uint64_t)refit;
    refit_opts.weight = h.weight;
    SHOAL_TRY_OUT(shoal_kmeans_fit(ctx, &rows, &refit_opts, &again, err));
    const shoal_kmeans_assignment out = {.labels = h.labels};
    SHOAL_TRY_OUT(shoal_kmeans_assign(ctx, x, again.k, again.centroids, &out, err));
    SHOAL_TRY_OUT(shoal_adjusted_rand(x->n, fit->labels, fit->k, h.labels, again.k, NULL, index, err));
out:
    shoal_kmeans_result_free(&again);
    half_free(&h);
    return status;
}

shoal_status bench_stability(const shoal_ctx *ctx, const shoal_matrix *x, const shoal_kmeans_opts *opts,
                             const shoal_kmeans_result *fit, int refits, double *mean, shoal_error *err)
{
    double sum = 0;
    *mean = NAN;
    if (x->n / 2 < fit->k) return SHOAL_OK;
    for (int refit = 0; refit < refits; refit++) {
        double index;
        const shoal_status status = refit_once(ctx, x, opts, fit, refit, &index, err);
        if (status == SHOAL_ERR_USAGE) return SHOAL_OK; /* a half without weight */
        SHOAL_TRY(status);
        sum += index;
    }
    *mean = sum / refits;
    return SHOAL_OK;
}
