/* Who is in a segment: size, money, every variable against all customers, a proposed name; and how value is spread. */
#ifndef SHOAL_PROFILE_H
#define SHOAL_PROFILE_H

#include <stdint.h>

#include <shoal/context.h>
#include <shoal/table.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SHOAL_SEGMENT_NAME_SIZE = 64 };

typedef struct shoal_profile_segment {
    char name[SHOAL_SEGMENT_NAME_SIZE]; /* unique within the profile */
    int64_t customers;
    double revenue; /* sums; 0 where there is no such column */
    double clv;
} shoal_profile_segment;

/* n_variables columns against n_segments segments. Means leave missing values out; NaN where nothing is left. */
typedef struct shoal_profile {
    int n_segments, n_variables;
    shoal_profile_segment *segments;
    char (*variables)[64];
    double *mean;         /* n_segments x n_variables */
    double *overall_mean; /* n_variables */
    double *overall_std;  /* n_variables, divisor n */
    int64_t customers;    /* the base line: sums of the segments */
    double revenue, clv;
} shoal_profile;

/* labels: 0..n_segments-1, or -1 for a customer in no segment (left out). revenue, clv: columns or NULL.
 * Sums are in row order of fixed blocks, so the same for any number of threads, and segment sums of cents add up
 * exactly to the base line. Names are numbered ("Segment 1") until shoal_profile_name. Errors: MEMORY, INTERRUPTED.
 * O(n (n_variables + 2)). */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_profile_run(const shoal_ctx *ctx, const shoal_matrix *variables,
                                                        const int32_t *labels, int n_segments,
                                                        const shoal_column *revenue, const shoal_column *clv,
                                                        shoal_profile *profile, shoal_error *err);
/* Proposes names of at most 40 bytes from activity (recency_days, p_alive), frequency and money against the average, by
 * the variables' names: unique, and independent of the segments' order but for segments that are equal. */
SHOAL_API void shoal_profile_name(shoal_profile *profile);
SHOAL_API void shoal_profile_free(shoal_profile *profile);

/* How unevenly a value is spread over customers. gini, lorenz and top_share are NaN where the total is not positive. */
enum { SHOAL_LORENZ_POINTS = 101, SHOAL_HISTOGRAM_BINS = 40 };
typedef struct shoal_distribution {
    int64_t n; /* values that are not missing */
    double total, mean, median, max;
    double gini;                               /* half the relative mean difference: 0 equal .. 1 - 1/n one owns all */
    double lorenz[SHOAL_LORENZ_POINTS];        /* share of the total that the poorest i percent hold */
    double top_share[3];                       /* share of the total held by the best 1%, 10%, 20% */
    double bin_edge[SHOAL_HISTOGRAM_BINS + 1]; /* linear, up to the 99th percentile; the last bin takes what is above */
    int64_t bin[SHOAL_HISTOGRAM_BINS];
} shoal_distribution;
/* Errors: INPUT where every value is missing or one is infinite (names the row); MEMORY; INTERRUPTED. O(n). */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_distribution_run(const shoal_ctx *ctx, const shoal_column *value,
                                                             shoal_distribution *distribution, shoal_error *err);

/* The R x F grid of an RFM scoring: cell [(r - 1) * n + (f - 1)]. */
typedef struct shoal_rfm_grid {
    int n_scores;
    int64_t *customers;
    double *revenue;
} shoal_rfm_grid;
/* r, f: scores 1..n_scores, 0 = missing (left out). revenue may be NULL. Errors: MEMORY, INTERRUPTED. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_rfm_grid_run(const shoal_ctx *ctx, int64_t n, int n_scores, const int8_t *r,
                                                         const int8_t *f, const shoal_column *revenue,
                                                         shoal_rfm_grid *grid, shoal_error *err);
SHOAL_API void shoal_rfm_grid_free(shoal_rfm_grid *grid);

/* The products that stand out in a segment: largest revenue (rows where there are no amounts) first. */
enum { SHOAL_TOP_PRODUCTS = 5 };
typedef struct shoal_top_product {
    int32_t product; /* code, -1 where the segment has fewer */
    double revenue;
    double share; /* of the segment's revenue */
    double index; /* 100 x share in the segment / share among all */
} shoal_top_product;
/* product: i32 codes of length t->n; top: n_segments x SHOAL_TOP_PRODUCTS. Ties to the lower code; products
 * without positive revenue are left out. Errors: MEMORY, INTERRUPTED. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_top_products_run(const shoal_ctx *ctx, const shoal_transactions *t,
                                                             const int32_t *product, int32_t n_products,
                                                             const int32_t *labels, int n_segments,
                                                             shoal_top_product *top, shoal_error *err);

#ifdef __cplusplus
}
#endif
#endif
