/* k-means: exact Lloyd iterations from k-means++ or given centroids.
 *
 * Method: Lloyd 1982 (doi:10.1109/TIT.1982.1056489); seeding by Arthur & Vassilvitskii 2007 with
 * 2 + floor(ln k) greedy candidates, as scikit-learn draws them. Rows that bounds on the movement of the centroids
 * prove unchanged are not looked at (after Hamerly 2010, doi:10.1137/1.9781611972801.12, on tiles of rows sorted by
 * that bound). Same bits for any number of threads and any instruction set: labels are those of float64 distances, sums
 * are exact integers (values rounded to 2^-46 of the column's largest), random numbers are counter-based (Philox) and
 * keyed by draw, ties go to the lowest index. Equal rows are merged into one with a weight first, where a look at some
 * rows says that this pays: a matter of the data alone. Without weights, a fit from the same centroids has the same
 * labels, centroids and iterations to the bit as over all rows, inertia to about 1e-15; starts are drawn from the
 * merged rows, with the probabilities of their copies. A weight w counts as w copies of the row: the same labels where
 * copies lie beside each other, centroids and inertia to about 1e-13. */
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

/* How clusters are numbered. Labels follow: a row at the same distance from two centroids has the lower of their final
 * numbers. */
typedef enum shoal_kmeans_numbering {
    SHOAL_NUMBERING_FITTED, /* as the start had them */
    SHOAL_NUMBERING_SIZE,   /* by weight, largest first; then by centroid, column after column, lowest first */
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
    bool mini_batch;                  /* fit to growing samples, then at most 2 iterations over all rows; below
                                         4 max(10,000, 64 n_clusters) rows it is the full fit, and a notice says so */
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
    double moved;        /* share of the weight that changed cluster in the last iteration; 1 in a first one */
    double inertia_drop; /* by what share of itself the last iteration lowered the inertia */
    bool mini_batch;     /* iterations, moved and inertia_drop are of those over all rows, after the samples */
    int64_t distinct;    /* rows that the iterations worked on: equal rows are merged where that pays */
    shoal_kmeans_algorithm algorithm; /* of the best restart; never SHOAL_KMEANS_AUTO */
    char reason[SHOAL_REASON_SIZE];   /* why this algorithm */
    shoal_kmeans_time time;
} shoal_kmeans_result;

/* Fits x. Returns SHOAL_OK, or SHOAL_NOT_CONVERGED with a usable result.
 * An empty cluster takes the row, of those with weight, farthest from its centroid (lowest row on ties), clusters of
 * equal rows left aside. Fewer distinct rows than k: surplus clusters stay empty with a copy of a used centroid, and a
 * notice says so.
 * Errors: USAGE (k outside 1..n, n_init, max_iter < 1, tol < 0, weights negative, all zero or not finite);
 * INPUT (a missing or infinite value: names column and row; no column); MEMORY; INTERRUPTED.
 * A constant column is legal and changes nothing. O(n k d) an iteration; memory about n (4 or 8 d + 16) bytes; with
 * result->distinct in place of n, and 4 n bytes, where rows are merged. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_kmeans_fit(const shoal_ctx *ctx, const shoal_matrix *x,
                                                       const shoal_kmeans_opts *opts, shoal_kmeans_result *result,
                                                       shoal_error *err);
SHOAL_API void shoal_kmeans_result_free(shoal_kmeans_result *result);

/* What became of an older model's clusters. Distances are Euclidean, in the units of the matrix. */
typedef struct shoal_kmeans_match {
    int old;         /* the older cluster that is this one, or -1 where it has none */
    double distance; /* to its centroid; NaN where it has none */
    double relative; /* the same over the distance to the nearest other older centroid: below 1 where the match is also
                        the nearest; NaN where there is no other, or no match */
} shoal_kmeans_match;

typedef struct shoal_kmeans_alignment {
    int k, k_old;
    shoal_kmeans_match *matches; /* k; freed with shoal_kmeans_alignment_free */
    double agreement;            /* share of the weight whose nearest older centroid is the match of its own cluster */
    double adjusted_rand;        /* between the clusters and the nearest older centroids; 1: the same partition */
} shoal_kmeans_alignment;

/* Gives the clusters of `result`, a fit of x, the numbers that an older model has for them. old: k_old x d centroids,
 * row-major, in the units of x; weight: as in the fit.
 * Clusters with rows and older ones are matched so that the summed squared distance of matched centroids is least
 * (Kuhn 1955, doi:10.1002/nav.3800020109, by shortest augmenting paths, Jonker & Volgenant 1987,
 * doi:10.1007/BF02278710); min(k, k_old) pairs at most. A matched cluster takes the older number where that is below
 * k; the others take the free numbers, lowest first, in the order they stand in. Centroids, labels, sizes and weights
 * follow, rows at equal distances by the new numbers.
 * The Rand index is Hubert & Arabie's (1985, doi:10.1007/BF01908075), a pair of rows counted by the product of their
 * weights. Errors: as shoal_kmeans_fit; after one the result is as it was. O(n (k + k_old) d + k^3). */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_kmeans_align(const shoal_ctx *ctx, const shoal_matrix *x,
                                                         const double *weight, int k_old, const double *old,
                                                         shoal_kmeans_result *result, shoal_kmeans_alignment *alignment,
                                                         shoal_error *err);
SHOAL_API void shoal_kmeans_alignment_free(shoal_kmeans_alignment *alignment);

/* "auto", "lloyd", "bounded", "tree". */
SHOAL_API const char *shoal_kmeans_algorithm_name(shoal_kmeans_algorithm algorithm);

/* Where each row belongs: arrays of n, owned by the caller; any but labels may be NULL. */
typedef struct shoal_kmeans_assignment {
    int32_t *labels;         /* the nearest centroid, ties to the lowest index */
    double *distance;        /* to it, Euclidean */
    int32_t *second;         /* the nearest of the others, ties to the lowest index; -1 for k = 1 */
    double *second_distance; /* to it, never below distance; NaN for k = 1 */
} shoal_kmeans_assignment;

/* Assigns every row to the nearest of k centroids (k x d, row-major), by float64 distances to the values as they are:
 * the labels that shoal_kmeans_fit gives its own data. Errors as shoal_kmeans_fit; the arrays are undefined then.
 * O(n k d), one pass over the columns; memory about 10 d KB a thread. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_kmeans_assign(const shoal_ctx *ctx, const shoal_matrix *x, int k,
                                                          const double *centroids, const shoal_kmeans_assignment *out,
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
 *
 * Fits: up to 200,000 rows (merged ones, see above) the best of n_init restarts. Above, 3 n_init restarts run on 25,000
 * rows, one drawn from each of as many stretches of equal weight; at most 8 of them go on over 100,000 rows drawn
 * alike, at most 4 of these over all rows, and the least inertia of all rows wins. Those go on that may be the best: of
 * each optimum one, where its inertia is within 3 standard errors of the least. With mini_batch every candidate is such
 * a fit. Inertia, silhouette, Calinski–Harabasz and Davies–Bouldin are of all rows.
 *
 * Gap statistic (Tibshirani, Walther & Hastie 2001, doi:10.1111/1467-9868.00293): how far log(inertia) lies below its
 * mean over n_references matrices of uniform rows in a box along the principal axes of the data, each fitted from one
 * start; the data go on from the candidate's centroids. The smallest k whose gap is not below the next one's less its
 * error is what it recommends and ranks first; one cluster, where no k exceeds its gap by 0.1.
 *
 * Stability (after Hennig 2007, doi:10.1016/j.csda.2006.11.025, and Fang & Wang 2012, doi:10.1016/j.csda.2011.09.003):
 * n_bootstraps bootstrap samples are fitted anew, each from one start; the mean adjusted Rand index (Hubert & Arabie
 * 1985, doi:10.1007/BF01908075) between their labels and the candidate's. Ranks are by two digits of it.
 * Gap and stability are of 10,000 rows, where there are more, drawn by weight; about 2 MB a column.
 *
 * Errors as shoal_kmeans_fit; USAGE where not 2 <= k_min <= k_max, more than SHOAL_CHOOSE_K_MAX candidates, given
 * centroids, n_references or n_bootstraps out of 0..1000, or one reference; INPUT where fewer than k_min rows differ.
 */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_choose_k(const shoal_ctx *ctx, const shoal_matrix *x,
                                                     const shoal_choose_k_opts *opts, shoal_choose_k_result *result,
                                                     shoal_error *err);
SHOAL_API void shoal_choose_k_result_free(shoal_choose_k_result *result);

#ifdef __cplusplus
}
#endif
#endif
