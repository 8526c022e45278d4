/* A k-means variant: features in memory are scaled and clustered; that is what is timed. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "cases/plain.h"
#include "variants/draw.h"
#include "variants/kmeans_check.h"
#include "variants/silhouette.h"
#include "variants/stability.h"
#include "variants/variant.h"

enum { SILHOUETTE_ROWS = 2000, SILHOUETTE_STREAM = 0x511, REFITS = 5, QUICK_REFITS = 3 };

typedef struct clustering {
    const bench_features *set;
    shoal_scale scale;
    shoal_kmeans_opts opts;
    shoal_scaler *scalers;
    shoal_table scaled;
    shoal_kmeans_result result;
} clustering;

static void discard_result(clustering *c)
{
    shoal_table_free(&c->scaled);
    shoal_kmeans_result_free(&c->result);
}

// NOLINTNEXTLINE(readability-non-const-parameter): it is a bench_run_fn
static shoal_status run_once(void *state, const shoal_ctx *ctx, double *phase_ms, shoal_error *err)
{
    (void)phase_ms;
    clustering *c = state;
    discard_result(c);
    const shoal_matrix raw = bench_matrix_of(&c->set->list.table);
    SHOAL_TRY(shoal_scaler_fit(ctx, &raw, c->scale, c->set->list.log1p, c->scalers, err));
    SHOAL_TRY(shoal_scaler_apply(ctx, &raw, c->scalers, &c->scaled, err));
    const shoal_matrix x = bench_matrix_of(&c->scaled);
    return shoal_kmeans_fit(ctx, &x, &c->opts, &c->result, err);
}

/* Exact silhouette of rows that are the same for every variant of these data. */
static shoal_status sample_silhouette(const clustering *c, double *silhouette, shoal_error *err)
{
    const shoal_matrix x = bench_matrix_of(&c->scaled);
    const int n = x.n < SILHOUETTE_ROWS ? (int)x.n : SILHOUETTE_ROWS;
    int64_t *rows = NULL;
    double *values = NULL;
    int32_t *labels = NULL;
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *rows, &rows, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)n * x.d, sizeof *values, &values, err));
    SHOAL_TRY_OUT(shoal_alloc(n, sizeof *labels, &labels, err));
    bench_draw_rows(x.n, n, 0, SILHOUETTE_STREAM, rows);
    for (int i = 0; i < n; i++) {
        labels[i] = c->result.labels[rows[i]];
        for (int j = 0; j < x.d; j++) values[(int64_t)i * x.d + j] = shoal_column_f64(&x.columns[j], rows[i]);
    }
    SHOAL_TRY_OUT(bench_silhouette(n, x.d, values, labels, c->result.k, silhouette, err));
out:
    free(rows);
    free(values);
    free(labels);
    return status;
}

static shoal_status judge(const bench_variant_run *run, const clustering *c, bench_record *record, shoal_error *err)
{
    const shoal_matrix x = bench_matrix_of(&c->scaled);
    const shoal_kmeans_result *fit = &c->result;
    double exact, davies_bouldin, stability;
    const double total = bench_total_scatter(&x, c->opts.weight);
    SHOAL_TRY(sample_silhouette(c, &exact, err));
    SHOAL_TRY(bench_davies_bouldin(&x, c->opts.weight, fit->labels, fit->k, &davies_bouldin, err));
    SHOAL_TRY(bench_stability(run->ctx, &x, &c->opts, fit, run->quick ? QUICK_REFITS : REFITS, &stability, err));
    bench_quality_add(record, "silhouette", fit->silhouette, false);
    bench_quality_add(record, "silhouette_sample", exact, false);
    bench_quality_add(record, "stability", stability, false);
    bench_quality_add(record, "davies_bouldin", davies_bouldin, true);
    bench_quality_add(record, "explained", fmax(0, 1 - fit->inertia / total), false); /* below 0 by rounding alone */
    bench_quality_add(record, "inertia", fit->inertia, true);
    return SHOAL_OK;
}

static void read_params(const bench_params *params, clustering *c)
{
    c->scale = (shoal_scale)shoal_scale_parse(bench_params_text(params, "scale"));
    c->opts = shoal_kmeans_opts_default();
    c->opts.n_clusters = (int)bench_params_get(params, "n_clusters");
    c->opts.init = strcmp(bench_params_text(params, "init"), "random") == 0 ? SHOAL_INIT_RANDOM : SHOAL_INIT_KMEANSPP;
    c->opts.n_init = (int)bench_params_get(params, "n_init");
    c->opts.max_iter = (int)bench_params_get(params, "max_iter");
    c->opts.tol = bench_params_get(params, "tol");
    c->opts.seed = (uint64_t)bench_params_get(params, "seed");
    c->opts.weight = c->set->weights;
}

shoal_status bench_kmeans_variant(const bench_variant_run *run, bench_record *record, shoal_error *err)
{
    const bench_params *params = &record->params;
    clustering c = {0};
    shoal_status status;
    SHOAL_TRY_OUT(bench_data_features(run->data, bench_params_text(params, "features"),
                                      bench_params_text(params, "weight"), &c.set, err));
    read_params(params, &c);
    SHOAL_TRY_OUT(shoal_alloc_zero(c.set->list.d, sizeof *c.scalers, &c.scalers, err));
    SHOAL_TRY_OUT(bench_variant_sample(run, run_once, &c, record, err));
    const shoal_matrix x = bench_matrix_of(&c.scaled);
    SHOAL_TRY_OUT(bench_kmeans_check(&x, c.opts.weight, &c.result, err));
    record->checked = true;
    SHOAL_TRY_OUT(judge(run, &c, record, err));
out:
    discard_result(&c);
    free(c.scalers);
    return status;
}
