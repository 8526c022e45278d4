/* The report step: what a store holds, as one HTML file. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "pipeline/steps.h"

shoal_report_opts shoal_report_opts_default(void)
{
    return (shoal_report_opts){.rfm = "rfm", .clv = "clv", .segmentation = "kmeans"};
}

/* Everything that the content points to. */
typedef struct gathered {
    bool has_import, has_rfm, has_clv, has_distribution, has_kmeans;
    shoal_import_report import;
    shoal_rfm_run rfm;
    shoal_rfm_grid grid;
    shoal_clv_run clv;
    shoal_distribution distribution;
    shoal_kmeans_run kmeans;
    shoal_profile profile;
    shoal_top_product *top;
    shoal_table scores, value, labels, products;
} gathered;

static void gathered_free(gathered *g)
{
    shoal_rfm_run_free(&g->rfm);
    shoal_rfm_grid_free(&g->grid);
    shoal_kmeans_run_free(&g->kmeans);
    shoal_profile_free(&g->profile);
    free(g->top);
    shoal_table_free(&g->scores);
    shoal_table_free(&g->value);
    shoal_table_free(&g->labels);
    shoal_table_free(&g->products);
}

/* Whether the store has a result of that name. */
static bool has_result(shoal_store *store, const char *name)
{
    char group[SHOAL_GROUP_SIZE];
    return name != NULL && shoal_result_group(name, group, NULL) >= 0 && shoal_store_has(store, group);
}

static shoal_status gather_rfm(const shoal_ctx *ctx, shoal_store *store, const char *name, gathered *g,
                               shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    shoal_table money = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_result_group(name, group, err));
    SHOAL_TRY_OUT(shoal_rfm_load(store, name, &g->rfm, err));
    SHOAL_TRY_OUT(shoal_store_read(ctx, store, group, "r", SHOAL_I8, &g->scores, err));
    SHOAL_TRY_OUT(shoal_store_read(ctx, store, group, "f", SHOAL_I8, &g->scores, err));
    if (g->rfm.has_amount) {
        SHOAL_TRY_OUT(shoal_store_read(ctx, store, group, "m", SHOAL_I8, &g->scores, err));
        SHOAL_TRY_OUT(shoal_store_read(ctx, store, "customers", "monetary", SHOAL_F64, &money, err));
    }
    const shoal_column *monetary = money.n_columns > 0 ? &money.columns[0] : NULL;
    const int8_t *const score[3] = {g->scores.columns[0].data, g->scores.columns[1].data,
                                    g->scores.n_columns > 2 ? g->scores.columns[2].data : NULL};
    shoal_rfm_count(score, g->scores.n_rows, monetary, &g->rfm);
    SHOAL_TRY_OUT(shoal_rfm_grid_run(ctx, g->scores.n_rows, g->rfm.n_scores, g->scores.columns[0].data,
                                     g->scores.columns[1].data, monetary, &g->grid, err));
    g->has_rfm = true;
out:
    shoal_table_free(&money);
    return status;
}

static shoal_status gather_clv(const shoal_ctx *ctx, shoal_store *store, const char *name, gathered *g,
                               shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_result_group(name, group, err));
    SHOAL_TRY(shoal_clv_load(store, name, &g->clv, err));
    g->has_clv = true;
    if (!g->clv.has_spend) return SHOAL_OK;
    SHOAL_TRY(shoal_store_read(ctx, store, group, "clv", SHOAL_F64, &g->value, err));
    const double *clv = g->value.columns[0].data;
    for (int64_t i = 0; i < g->value.n_rows; i++) {
        if (isnan(clv[i])) continue;
        g->has_distribution = true;
        return shoal_distribution_run(ctx, &g->value.columns[0], &g->distribution, err);
    }
    return SHOAL_OK; /* nobody has a value: nothing to show */
}

static shoal_status gather_products(const shoal_ctx *ctx, shoal_store *store, const int32_t *labels, int n_segments,
                                    gathered *g, shoal_error *err)
{
    if (!shoal_store_has(store, "transactions/product") || !shoal_store_has(store, "dictionaries/product"))
        return SHOAL_OK;
    shoal_loaded_transactions loaded = {0};
    shoal_table codes = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_transactions_load(ctx, store, &loaded, err));
    SHOAL_TRY_OUT(shoal_store_read(ctx, store, "transactions", "product", SHOAL_I32, &codes, err));
    SHOAL_TRY_OUT(shoal_store_read_native(ctx, store, "dictionaries", "product", &g->products, err));
    SHOAL_TRY_OUT(shoal_alloc((int64_t)n_segments * SHOAL_TOP_PRODUCTS, sizeof *g->top, &g->top, err));
    SHOAL_TRY_OUT(shoal_top_products_run(ctx, &loaded.view, codes.columns[0].data, (int32_t)g->products.n_rows, labels,
                                         n_segments, g->top, err));
out:
    shoal_loaded_transactions_free(&loaded);
    shoal_table_free(&codes);
    return status;
}

static shoal_status gather_segments(const shoal_ctx *ctx, shoal_store *store, const shoal_report_opts *opts,
                                    gathered *g, shoal_error *err)
{
    char group[SHOAL_GROUP_SIZE];
    SHOAL_TRY(shoal_result_group(opts->segmentation, group, err));
    SHOAL_TRY(shoal_kmeans_load(store, opts->segmentation, &g->kmeans, err));
    g->has_kmeans = true;
    SHOAL_TRY(shoal_store_read(ctx, store, group, "label", SHOAL_I32, &g->labels, err));
    const int32_t *labels = g->labels.columns[0].data;
    for (int64_t i = 0; i < g->labels.n_rows; i++)
        if (labels[i] < -1 || labels[i] >= g->kmeans.k)
            return shoal_fail(err, SHOAL_ERR_INPUT, "%s/label: customer %lld is in segment %d, the model has %d", group,
                              (long long)i, labels[i], g->kmeans.k);
    SHOAL_TRY(shoal_profile_on_store(ctx, store, labels, g->kmeans.k, g->has_clv ? opts->clv : NULL, g->kmeans.scalers,
                                     g->kmeans.d, &g->profile, err));
    for (int s = 0; s < g->kmeans.k; s++)
        memcpy(g->profile.segments[s].name, g->kmeans.names[s], sizeof g->profile.segments[s].name);
    return gather_products(ctx, store, labels, g->kmeans.k, g, err);
}

shoal_status shoal_report_from_store(const shoal_ctx *ctx, shoal_store *store, const shoal_report_opts *opts,
                                     int n_warnings, char *const *warnings, char **html, shoal_report_run *run,
                                     shoal_error *err)
{
    *html = NULL;
    gathered g = {0};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_import_report_load(store, &g.has_import, &g.import, err));
    if (has_result(store, opts->rfm)) SHOAL_TRY_OUT(gather_rfm(ctx, store, opts->rfm, &g, err));
    if (has_result(store, opts->clv)) SHOAL_TRY_OUT(gather_clv(ctx, store, opts->clv, &g, err));
    if (has_result(store, opts->segmentation)) SHOAL_TRY_OUT(gather_segments(ctx, store, opts, &g, err));
    if (!g.has_rfm && !g.has_clv && !g.has_kmeans) {
        status = shoal_fail(err, SHOAL_ERR_INPUT,
                            "the store has no results named %s, %s or %s to report: run `shoal rfm`, `shoal clv` or "
                            "`shoal kmeans` first",
                            opts->rfm, opts->clv, opts->segmentation);
        goto out;
    }
    const shoal_report_content content = {.title = opts->title != NULL ? opts->title : "Customer segments",
                                          .import = g.has_import ? &g.import : NULL,
                                          .rfm = g.has_rfm ? &g.rfm : NULL,
                                          .rfm_grid = g.has_rfm ? &g.grid : NULL,
                                          .clv = g.has_clv ? &g.clv : NULL,
                                          .clv_distribution = g.has_distribution ? &g.distribution : NULL,
                                          .kmeans = g.has_kmeans ? &g.kmeans : NULL,
                                          .profile = g.has_kmeans ? &g.profile : NULL,
                                          .top_products = g.top,
                                          .product_names = g.top != NULL ? &g.products.columns[0] : NULL,
                                          .n_warnings = n_warnings,
                                          .warnings = warnings};
    *html = shoal_report_html(&content, &run->n_sections, run->sections);
    if (*html == NULL) status = shoal_fail_memory(err);
out:
    gathered_free(&g);
    return status;
}

shoal_status shoal_step_report(const shoal_ctx *ctx, const char *path, const char *html_path,
                               const shoal_report_opts *opts, shoal_report_run *run, shoal_error *err)
{
    *run = (shoal_report_run){0};
    shoal_store *store = NULL;
    char *html = NULL;
    shoal_status status;
    double since = shoal_clock_ms();
    SHOAL_TRY_OUT(shoal_check_distinct(path, html_path, err));
    SHOAL_TRY_OUT(shoal_store_open(path, SHOAL_STORE_READ, &store, err));
    SHOAL_TRY_OUT(shoal_report_from_store(ctx, store, opts, 0, NULL, &html, run, err));
    since = shoal_times_add(&run->times, "gather", since);
    const size_t length = html != NULL ? strlen(html) : 0;
    SHOAL_TRY_OUT(shoal_file_write(html_path, html, length, err));
    shoal_text_copy(run->store, sizeof run->store, path);
    shoal_text_copy(run->path, sizeof run->path, html_path);
    run->bytes = (int64_t)length;
    shoal_times_add(&run->times, "write", since);
out:
    shoal_store_close(store);
    shoal_string_free(html);
    if (status < 0) *run = (shoal_report_run){0};
    return status;
}
