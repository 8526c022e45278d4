/* From transactions to the customer summary of the RFM and CLV literature, RFM scores and named segments.
 *
 * A purchase is a calendar day (UTC) on which the customer bought something: a day with at least one row whose amount
 * is not negative (every row where there are no amounts). Rows with a negative amount are returns: they lower the
 * money of the customer and never make or undo a purchase. */
#ifndef SHOAL_RFM_H
#define SHOAL_RFM_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/context.h>
#include <shoal/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum shoal_unit { SHOAL_DAY, SHOAL_WEEK, SHOAL_MONTH } shoal_unit;

SHOAL_API double shoal_unit_days(shoal_unit unit); /* 1, 7, 365.25 / 12 */
SHOAL_API const char *shoal_unit_name(shoal_unit unit);
SHOAL_API int shoal_unit_parse(const char *name); /* -1 where unknown */

#define SHOAL_NO_DATE INT64_MIN

typedef struct shoal_summary_opts {
    int64_t calibration_end; /* last day (any second of it) of the calibration period; SHOAL_NO_DATE: all data */
    int64_t
        observation_end; /* last day of the holdout period, or of the data without one; SHOAL_NO_DATE: the last row's */
    shoal_unit unit;     /* of t_x and T; default day */
} shoal_summary_opts;

SHOAL_API shoal_summary_opts shoal_summary_opts_default(void);

/* One row a customer. Recency (days from the last purchase to the end of calibration) and t_x (first to last purchase)
 * are different things. Arrays of length n, freed with the summary. A customer without a purchase in the calibration
 * period has frequency 0, x 0, no products and channels, and NaN in everything else but money. Columns before the
 * holdout's look at the calibration period alone. */
typedef struct shoal_summary {
    int64_t n;
    int64_t calibration_end, observation_end; /* as used: midnight (UTC) that begins the day */
    shoal_unit unit;
    bool has_amount;  /* else monetary, mean_repeat_spend, return_share, holdout_spend, holdout_mean_spend are NULL */
    bool has_holdout; /* else the columns of the holdout are NULL */
    double *recency_days;
    int32_t *frequency;              /* purchase days, x + 1 */
    double *monetary;                /* sum of all amounts, returns included */
    int32_t *x;                      /* repeat purchase days */
    double *t_x;                     /* first to last purchase, in units */
    double *T;                       /* first purchase to calibration end, in units */
    double *mean_repeat_spend;       /* money on later days than the first purchase's / x; NaN where x = 0 */
    int64_t *first_purchase;         /* midnight UTC, seconds since 1970-01-01; SHOAL_NO_DATE where none */
    int64_t *last_purchase;          /* the same */
    double *interpurchase_mean_days; /* days between one purchase day and the next; NaN where x = 0 */
    double *interpurchase_sd_days;   /* their standard deviation (divisor x - 1); NaN where x < 2 */
    double *return_share;            /* money of the returns / money of the purchases; NaN where that is 0 */
    double *discount_share; /* money (rows, without amounts) of purchases at a discount / of all purchases; NaN where
                               that is 0; NULL where there are no discounts */
    int32_t *n_products;    /* different ones in the rows of purchases; NULL where there are no products */
    int32_t *n_channels;    /* the same of channels */
    int32_t *holdout_x;     /* purchase days after calibration_end, up to observation_end */
    double *holdout_spend;  /* all money of that period */
    double *holdout_mean_spend; /* holdout_spend / holdout_x; NaN where holdout_x = 0 */
    double *holdout_T;          /* length of the period in units, the same for all */
} shoal_summary;

/* One pass over sorted transactions; parallel over customers. Errors: USAGE where calibration_end lies before the
 * first row or after observation_end; INPUT where there are no rows or an amount is not finite; MEMORY; INTERRUPTED.
 * O(n) time, about 150 bytes a customer, and 4 bytes a thread for each product and channel. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_summary_run(const shoal_ctx *ctx, const shoal_transactions *t,
                                                        const shoal_summary_opts *opts, shoal_summary *result,
                                                        shoal_error *err);
SHOAL_API void shoal_summary_free(shoal_summary *summary);

/* --- scores ------------------------------------------------------------------------------------------------------ */

enum { SHOAL_RFM_MAX_SCORES = 100 };

/* Thresholds of one variable. With n scores there are n - 1 cuts, ascending; cut j (from 1) is the value of rank
 * ceil(j m / n) among the m values that are not missing. A value's bin is 1 + the number of cuts below it, so equal
 * values share a bin and a value equal to a cut belongs to the lower one. */
typedef struct shoal_rfm_cuts {
    int n_scores;
    double cut[SHOAL_RFM_MAX_SCORES - 1];
} shoal_rfm_cuts;

/* Learns quantile cuts from a column (numeric; missing values are left out). Errors: USAGE where n_scores is outside
 * 2..100; INPUT where every value is missing. O(n) expected. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_rfm_cuts_fit(const shoal_ctx *ctx, const shoal_column *column, int n_scores,
                                                         shoal_rfm_cuts *cuts, shoal_error *err);
/* Scores 1 (worst) .. n_scores (best); 0 where the value is missing. low_is_best: for recency. */
SHOAL_API void shoal_rfm_score(const shoal_ctx *ctx, const shoal_column *column, const shoal_rfm_cuts *cuts,
                               bool low_is_best, int8_t *score);

/* Independent: each variable is cut over all customers. Nested: frequency is cut among the customers of each recency
 * score, money among those of each recency and frequency score, so that every cell is split into parts of equal size.
 * Source: Hughes, Strategic Database Marketing, 1994. */
typedef enum shoal_rfm_binning { SHOAL_RFM_INDEPENDENT, SHOAL_RFM_NESTED } shoal_rfm_binning;
SHOAL_API const char *shoal_rfm_binning_name(shoal_rfm_binning binning); /* "independent", "nested" */
SHOAL_API int shoal_rfm_binning_parse(const char *name);                 /* -1 where unknown */

/* Learns cuts within cells. cell: of each row, 0 .. n_cells - 1, or -1 to leave it out; cuts: n_cells x (n_scores - 1),
 * filled. A cell without values takes those of `all`. Errors: MEMORY, INTERRUPTED. O(n) expected. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_rfm_nested_fit(const shoal_ctx *ctx, const shoal_column *column,
                                                           const int32_t *cell, int64_t n_cells,
                                                           const shoal_rfm_cuts *all, double *cuts, shoal_error *err);
/* Scores 1 .. n_scores, high is best; 0 where the value is missing or the row is in no cell. */
SHOAL_API void shoal_rfm_nested_score(const shoal_ctx *ctx, const shoal_column *column, const int32_t *cell,
                                      int n_scores, const double *cuts, int8_t *score);

/* Named segments on the 5 x 5 grid of R and F: ten, disjoint and complete. */
enum { SHOAL_RFM_SEGMENTS = 10 };
SHOAL_API const char *shoal_rfm_segment_name(int segment); /* 0..9, "Champions" …; NULL outside */
/* Segment of scores r, f in 1..5; -1 outside. */
SHOAL_API int shoal_rfm_segment(int r, int f);

/* Segments of one's own. */
enum { SHOAL_RFM_MAX_SEGMENTS = 100, SHOAL_RFM_NAME_SIZE = 64 };

/* All cells with low[v] <= score of v <= high[v] for R, F, M. */
typedef struct shoal_rfm_box {
    int segment; /* 0 .. n_segments - 1 */
    int low[3], high[3];
} shoal_rfm_box;

/* {0} stands for the ten segments of 5 scores. */
typedef struct shoal_rfm_map {
    int n_scores, n_segments;
    bool uses_m;                        /* cells of R x F x M; else of R x F */
    char (*names)[SHOAL_RFM_NAME_SIZE]; /* n_segments */
    int8_t *cell; /* [((r - 1) n + f - 1) n + m - 1], without uses_m [(r - 1) n + f - 1]: segment */
} shoal_rfm_map;

/* Covers the cells with boxes; names are copied. map is to be freed. Errors: INPUT where a box leaves the grid, cells
 * belong to two boxes or to none, each with the cells' names; MEMORY. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_rfm_map_make(int n_scores, bool uses_m, int n_segments,
                                                         char (*names)[SHOAL_RFM_NAME_SIZE], const shoal_rfm_box *boxes,
                                                         int n_boxes, shoal_rfm_map *map, shoal_error *err);
SHOAL_API const char *shoal_rfm_map_name(const shoal_rfm_map *map, int segment);
/* -1 where a score that counts is outside 1 .. n_scores; m is looked at where map->uses_m. */
SHOAL_API int shoal_rfm_map_segment(const shoal_rfm_map *map, int r, int f, int m);
SHOAL_API void shoal_rfm_map_free(shoal_rfm_map *map);

#ifdef __cplusplus
}
#endif
#endif
