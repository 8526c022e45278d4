/* k-means: exact Lloyd iterations from k-means++ or given centroids.
 *
 * Method: Lloyd 1982 (doi:10.1109/TIT.1982.1056489); seeding by Arthur & Vassilvitskii 2007 with
 * 2 + floor(ln k) greedy candidates, as scikit-learn draws them. Rows that bounds on the movement of the centroids
 * prove unchanged are not looked at (after Hamerly 2010, doi:10.1137/1.9781611972801.12, on tiles of rows sorted by
 * that bound). Same bits for any number of threads and any instruction set: labels are those of float64 distances, sums
 * are exact integers (values rounded to 2^-46 of the column's largest), random numbers are counter-based (Philox) and
 * keyed by draw, ties go to the lowest index. A weight w counts as w copies of the row: the same labels where copies
 * lie beside each other, centroids and inertia to about 1e-13. */
#ifndef SHOAL_KMEANS_H
#define SHOAL_KMEANS_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/context.h>
#include <shoal/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum shoal_kmeans_init {
    SHOAL_INIT_KMEANSPP,
    SHOAL_INIT_RANDOM,   /* k rows, drawn without replacement */
    SHOAL_INIT_PARALLEL, /* k-means||: few passes that draw many rows each, then k-means++ among these */
    SHOAL_INIT_SAMPLE,   /* the centroids of a fit to a sample of the rows */
    SHOAL_INIT_GIVEN,    /* opts.centroids */
} shoal_kmeans_init;

enum { SHOAL_REASON_SIZE = 160 }; /* of a sentence that says why */

/* How nearest centroids are found. All give the same bits. */
typedef enum shoal_kmeans_algorithm {
    SHOAL_KMEANS_AUTO,    /* the one that a cost model expects to be fastest */
    SHOAL_KMEANS_LLOYD,   /* every row against every centroid in every iteration */
    SHOAL_KMEANS_BOUNDED, /* rows that bounds prove unchanged are left out */
    SHOAL_KMEANS_TREE,    /* whole nodes of a k-d tree at once */
} shoal_kmeans_algorithm;

/* How clusters are numbered. */
typedef enum shoal_kmeans_numbering {
    SHOAL_NUMBERING_FITTED, /* as the start had them */
    SHOAL_NUMBERING_SIZE,   /* by weight, largest first; then by centroid */
    SHOAL_NUMBERING_COLUMN, /* by the centroid's value in opts.number_column, largest first; then by centroid */
} shoal_kmeans_numbering;

typedef struct shoal_kmeans_opts {
    int n_clusters;          /* 1..n, default 8 */
    shoal_kmeans_init init;  /* default SHOAL_INIT_KMEANSPP */
    const double *centroids; /* SHOAL_INIT_GIVEN: n_clusters x d, row-major, in the units of the matrix */
    int n_init;              /* restarts, the lowest inertia wins (first on ties); default 10; 1 with given centroids */
    int max_iter;            /* default 300 */
    double tol;              /* stop when the summed squared movement of the centroids is at most tol times the mean
                                variance of the columns; default 1e-4; 0: only when no label changes */
    uint64_t seed;           /* default 0 */
    const double *weight;    /* n weights >= 0, or NULL for ones */
    shoal_kmeans_algorithm algorithm; /* default SHOAL_KMEANS_AUTO */
    bool mini_batch;                  /* fit to growing samples, then at most 2 iterations over all rows */
    shoal_kmeans_numbering numbering; /* default SHOAL_NUMBERING_FITTED */
    int number_column;                /* of the matrix, with SHOAL_NUMBERING_COLUMN */
} shoal_kmeans_opts;

SHOAL_API shoal_kmeans_opts shoal_kmeans_opts_default(void);

typedef struct shoal_kmeans_time {
    double prepare_ms, seed_ms, iterate_ms;
} shoal_kmeans_time;

typedef struct shoal_kmeans_result {
    int64_t n;
    int d, k;
    double *centroids; /* k x d, row-major, units of the matrix; freed with the result */
    int32_t *labels;   /* n, the nearest of `centroids`, ties to the lowest index */
    int64_t *sizes;    /* k, rows */
    double *weights;   /* k, summed weights (equal to sizes without weights) */
    double inertia;    /* sum of weight x squared distance to the own centroid, float64 */
    double silhouette; /* simplified (centroid-based): mean of (b - a) / max(a, b) over all rows; NaN for k = 1 */
    int iterations;    /* of the best restart */
    int n_init;        /* restarts that ran */
    bool converged;
    double moved;                     /* share of the weight that changed cluster in the last iteration */
    int64_t distinct;                 /* rows that the iterations worked on: equal rows are merged where that pays */
    shoal_kmeans_algorithm algorithm; /* of the best restart; never SHOAL_KMEANS_AUTO */
    char reason[SHOAL_REASON_SIZE];   /* why this algorithm */
    shoal_kmeans_time time;
} shoal_kmeans_result;

/* Fits x. Returns SHOAL_OK, or SHOAL_NOT_CONVERGED with a usable result.
 * An empty cluster takes the row, of those with weight, farthest from its centroid (lowest row on ties). Fewer distinct
 * rows than k: surplus clusters stay empty with a copy of a used centroid, and a notice says so.
 * Errors: USAGE (k outside 1..n, n_init, max_iter < 1, tol < 0, weights negative, all zero or not finite);
 * INPUT (a missing or infinite value: names column and row; no column); MEMORY; INTERRUPTED.
 * A constant column is legal and changes nothing. O(n k d) an iteration; memory about n (4 or 8 d + 16) bytes. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_kmeans_fit(const shoal_ctx *ctx, const shoal_matrix *x,
                                                       const shoal_kmeans_opts *opts, shoal_kmeans_result *result,
                                                       shoal_error *err);
SHOAL_API void shoal_kmeans_result_free(shoal_kmeans_result *result);

/* Nearest centroid of every row: labels (n) and, where not NULL, Euclidean distance (n).
 * centroids: k x d, row-major. Errors as shoal_kmeans_fit. O(n k d). */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_kmeans_assign(const shoal_ctx *ctx, const shoal_matrix *x, int k,
                                                          const double *centroids, int32_t *labels, double *distance,
                                                          shoal_error *err);

typedef struct shoal_choose_k_candidate {
    int k;
    double inertia;
    double silhouette;        /* simplified, higher is better */
    double calinski_harabasz; /* higher is better; infinite where every row lies on its centroid */
    double davies_bouldin;    /* lower is better */
    double gap;               /* gap statistic, higher is better; NaN where it was not asked for or is not defined */
    double gap_error;         /* its standard error, that of drawing references included */
    double stability;         /* mean adjusted Rand index of refits, 1 is best; NaN where it was not asked for */
} shoal_choose_k_candidate;

enum { SHOAL_CHOOSE_K_MAX = 64, SHOAL_CHOOSE_K_REASONS = 8 };

typedef struct shoal_choose_k_opts {
    int k_min, k_max;         /* default 2..10 */
    int n_references;         /* of the gap statistic; 0: without it, else at least 2; default 10 */
    int n_bootstraps;         /* of the stability; 0: without it; default 20 */
    shoal_kmeans_opts kmeans; /* n_clusters is ignored */
} shoal_choose_k_opts;

SHOAL_API shoal_choose_k_opts shoal_choose_k_opts_default(void);

typedef struct shoal_choose_k_result {
    int n_candidates;
    shoal_choose_k_candidate candidates[SHOAL_CHOOSE_K_MAX];
    int k;                         /* the recommendation */
    double gap_one, gap_one_error; /* the gap statistic of one cluster, as in the candidates */
    int gap_k;                     /* what the gap statistic alone recommends: 1, or a candidate; 0: it was left out */
    int n_reasons;
    char reasons[SHOAL_CHOOSE_K_REASONS][SHOAL_REASON_SIZE]; /* why, a sentence each */
    shoal_kmeans_result best;                                /* the fit with that k */
} shoal_choose_k_result;

/* Fits every k in k_min..k_max and recommends one: each of silhouette, Calinski–Harabasz, Davies–Bouldin, the elbow of
 * the inertia, gap statistic and stability ranks the candidates, the lowest mean rank wins, ties to the smaller k.
 * k_max is lowered to the number of distinct rows, with a notice.
 * Fits: up to 200,000 rows the best of n_init restarts. Above, 3 n_init restarts run on 25,000 rows, one drawn from
 * each of as many equal stretches; at most 8 of them go on over 100,000 rows drawn alike, at most 4 of these over all
 * rows, and the least inertia of all rows wins. Those go on that may be the best: of each optimum one, where its
 * inertia is within 3 standard errors of the least. Inertia, silhouette, Calinski–Harabasz and Davies–Bouldin are of
 * all rows. Gap statistic (Tibshirani, Walther & Hastie 2001, doi:10.1111/1467-9868.00293): how far log(inertia) lies
 * below its mean over n_references matrices of uniform rows in a box along the principal axes of the data, each fitted
 * from one start; the data go on from the candidate's centroids. The smallest k whose gap is not below the next one's
 * less its error is what it recommends and ranks first; one cluster, where no k exceeds its gap by 0.1. Of 10,000 rows,
 * where there are more. Stability (after Hennig 2007, doi:10.1016/j.csda.2006.11.025, and Fang & Wang 2012,
 * doi:10.1016/j.csda.2011.09.003): n_bootstraps bootstrap samples of the same rows are fitted anew, from one start;
 * mean adjusted Rand index (Hubert & Arabie 1985, doi:10.1007/BF01908075) between their labels of these rows and the
 * candidate's. Ranks are by two digits of it. Where rows have weights, both are of rows drawn by weight. Errors as
 * shoal_kmeans_fit; USAGE where not 2 <= k_min <= k_max, more than SHOAL_CHOOSE_K_MAX candidates, given centroids,
 * n_references or n_bootstraps out of 0..1000, or one reference; INPUT where fewer than k_min rows differ.
 */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_choose_k(const shoal_ctx *ctx, const shoal_matrix *x,
                                                     const shoal_choose_k_opts *opts, shoal_choose_k_result *result,
                                                     shoal_error *err);
SHOAL_API void shoal_choose_k_result_free(shoal_choose_k_result *result);

#ifdef __cplusplus
}
#endif
#endif
