/* The customer summary as columns of a store. */
#include "base/memory.h"
#include "pipeline/steps.h"

/* Columns of a holdout must not outlive the summary that had one. */
static const char *const of_holdout[] = {"customers/holdout_x", "customers/holdout_spend",
                                         "customers/holdout_mean_spend", "customers/holdout_T"};

/* Nothing where the summary has no such column. */
static shoal_status write_column(shoal_store *store, const char *name, shoal_type type, int64_t n, const void *data,
                                 const char *units, const char *long_name, shoal_error *err)
{
    if (data == NULL) return SHOAL_OK;
    const shoal_column column = {
        .name = name, .type = type, .length = n, .data = data, .units = units, .long_name = long_name};
    return shoal_store_write(store, "customers", &column, "feature", err);
}

/* Purchase dates are missing where the customer has none. */
static shoal_status write_date(shoal_store *store, const char *name, int64_t n, const int64_t *time,
                               const char *long_name, shoal_error *err)
{
    uint8_t *valid;
    SHOAL_TRY(shoal_alloc(n, 1, &valid, err));
    for (int64_t i = 0; i < n; i++) valid[i] = time[i] != SHOAL_NO_DATE;
    const shoal_column column = {.name = name,
                                 .type = SHOAL_I64,
                                 .length = n,
                                 .data = time,
                                 .valid = valid,
                                 .units = "seconds since 1970-01-01",
                                 .long_name = long_name};
    const shoal_status status = shoal_store_write(store, "customers", &column, "date", err);
    free(valid);
    return status;
}

shoal_status shoal_rfm_summary_write(shoal_store *store, const shoal_summary *s, shoal_error *err)
{
    const char *unit = shoal_unit_name(s->unit);
    const int64_t n = s->n;
    const struct {
        const char *name;
        shoal_type type;
        const void *data;
        const char *units, *long_name;
    } columns[] = {
        {"recency_days", SHOAL_F64, s->recency_days, "day", "days from the last purchase to the end of the period"},
        {"frequency", SHOAL_I32, s->frequency, "1", "days with a purchase"},
        {"monetary", SHOAL_F64, s->monetary, NULL, "money spent in all, returns deducted"},
        {"x", SHOAL_I32, s->x, "1", "repeat purchases"},
        {"t_x", SHOAL_F64, s->t_x, unit, "time from first to last purchase"},
        {"T", SHOAL_F64, s->T, unit, "time from first purchase to the end of the period"},
        {"mean_repeat_spend", SHOAL_F64, s->mean_repeat_spend, NULL, "mean money of a repeat purchase"},
        {"interpurchase_mean_days", SHOAL_F64, s->interpurchase_mean_days, "day", "mean days between purchases"},
        {"interpurchase_sd_days", SHOAL_F64, s->interpurchase_sd_days, "day",
         "standard deviation of the days between purchases"},
        {"n_products", SHOAL_I32, s->n_products, "1", "different products bought"},
        {"n_channels", SHOAL_I32, s->n_channels, "1", "different channels bought through"},
        {"return_share", SHOAL_F64, s->return_share, "1", "money returned by money of purchases"},
        {"discount_share", SHOAL_F64, s->discount_share, "1", "share of the money of purchases spent at a discount"},
        {"holdout_x", SHOAL_I32, s->holdout_x, "1", "purchases in the holdout period"},
        {"holdout_spend", SHOAL_F64, s->holdout_spend, NULL, "money in the holdout period"},
        {"holdout_mean_spend", SHOAL_F64, s->holdout_mean_spend, NULL,
         "mean money of a purchase in the holdout period"},
        {"holdout_T", SHOAL_F64, s->holdout_T, unit, "length of the holdout period"},
    };
    for (size_t i = 0; i < sizeof of_holdout / sizeof of_holdout[0]; i++)
        SHOAL_TRY(shoal_store_remove(store, of_holdout[i], err));
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        SHOAL_TRY(write_column(store, columns[i].name, columns[i].type, n, columns[i].data, columns[i].units,
                               columns[i].long_name, err));
    SHOAL_TRY(write_date(store, "first_purchase", n, s->first_purchase, "day of the first purchase", err));
    return write_date(store, "last_purchase", n, s->last_purchase, "day of the last purchase", err);
}
