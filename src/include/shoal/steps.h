/* The verbs of the command as functions: each reads columns of a store, computes, and writes columns and provenance
 * back. A store is replaced as a whole when a step succeeds and is untouched when it fails.
 *
 * Common fields: `store` is the path of an existing store, changed in place; `name` names the model under /models and
 * the columns under /results. Every run fills a result that report.h turns into JSON. Results are freed by their own
 * function where one is declared; the others are plain structs.
 * Common errors: USAGE, INPUT (not a store, damaged, newer version, no such column), IO, MEMORY, INTERRUPTED. */
#ifndef SHOAL_STEPS_H
#define SHOAL_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/clv.h>
#include <shoal/context.h>
#include <shoal/features.h>
#include <shoal/import.h>
#include <shoal/kmeans.h>
#include <shoal/profile.h>
#include <shoal/rfm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Time spent, by phase, in milliseconds. */
enum { SHOAL_MAX_PHASES = 12 };
typedef struct shoal_times {
    int n;
    struct {
        char phase[24];
        double ms;
    } phases[SHOAL_MAX_PHASES];
} shoal_times;

/* --- import: CSV to a new store ---------------------------------------------------------------------------------- */

typedef struct shoal_import_run {
    shoal_import_report report;
    shoal_times times;
} shoal_import_run;

/* Creates or replaces the store at `store`. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_step_import(const shoal_ctx *ctx, const char *csv,
                                                        const shoal_import_opts *opts, const char *store,
                                                        shoal_import_run *run, shoal_error *err);

/* --- info: what is in a store ------------------------------------------------------------------------------------- */

typedef struct shoal_info_column {
    char group[160]; /* "customers", "transactions", "results/rfm" … */
    char name[64];
    shoal_type type;
    int64_t length, missing;
    double min, max, mean; /* NaN for text and where nothing is there */
    char units[48];
} shoal_info_column;

typedef struct shoal_info_model {
    char name[64], kind[32]; /* kind: "rfm", "clv", "kmeans" */
    char created[32];
} shoal_info_model;

typedef struct shoal_info_run {
    int format_version;
    char uuid[40], created[32], creator[64];
    int64_t customers, transactions, file_bytes;
    bool has_amount;
    double revenue;
    int64_t start, end; /* of the transactions; SHOAL_NO_DATE without any */
    int n_columns, n_models;
    shoal_info_column *columns;
    shoal_info_model *models;
} shoal_info_run;

SHOAL_API SHOAL_MUST_USE shoal_status shoal_step_info(const shoal_ctx *ctx, const char *store, shoal_info_run *run,
                                                      shoal_error *err);
SHOAL_API void shoal_info_run_free(shoal_info_run *run);

/* --- rfm: summary and scores -------------------------------------------------------------------------------------- */

typedef struct shoal_rfm_opts {
    const char *name;           /* default "rfm" */
    shoal_summary_opts summary; /* --as-of sets calibration_end = observation_end */
    int n_scores;               /* 2..100; 0, the default: as the cuts, the map or the model have it, else 5 */
    shoal_rfm_binning binning;
    const char *weights;     /* "2,1,1": of R, F and M in the combined score, at least 0; NULL: all the same */
    const char *cuts[3];     /* "30,90,365": one's own cuts of recency, frequency, money, ascending; or NULL */
    const char *segment_map; /* JSON file of named segments on R x F or R x F x M, see README.md; or NULL */
    const char *model;       /* score by the stored thresholds, weights and map of this RFM model; excludes all of the
                                above but name and summary; or NULL */
    const char *model_store; /* path of the store that holds it; NULL: the same store */
} shoal_rfm_opts;
SHOAL_API shoal_rfm_opts shoal_rfm_opts_default(void);

typedef struct shoal_rfm_run {
    char name[64];
    char model[64];    /* whose thresholds these are; "" where they were learned here */
    int64_t customers; /* scored: with a purchase in the calibration period */
    int64_t as_of;
    shoal_unit unit;
    bool has_amount; /* money was scored */
    int n_scores;
    shoal_rfm_binning binning;
    double weights[3];                           /* of R, F, M; as given */
    shoal_rfm_cuts recency, frequency, monetary; /* of all customers; monetary.n_scores = 0 without amounts */
    /* Nested: cuts of frequency, [r - 1][n_scores - 1], and of money, [(r - 1) n_scores + f - 1][n_scores - 1]; else
     * NULL. */
    double *nested_frequency, *nested_monetary;
    int64_t bins[3][SHOAL_RFM_MAX_SCORES]; /* customers by score 1.. of R, F, M */
    shoal_rfm_map map;
    int n_segments; /* of the map; SHOAL_RFM_SEGMENTS by itself, 0 where n_scores is not 5 */
    struct {
        int64_t customers;
        double revenue;
    } segments[SHOAL_RFM_MAX_SEGMENTS];
    shoal_times times;
} shoal_rfm_run;

/* Writes the summary to /customers (recency_days, frequency, monetary, x, t_x, T, mean_repeat_spend, first_purchase,
 * last_purchase, interpurchase_mean_days, interpurchase_sd_days, n_products, n_channels, return_share, discount_share,
 * holdout_x, holdout_spend, holdout_mean_spend, holdout_T, as far as the data have them) and r, f, m, score (their
 * weighted mean) and segment to /results/NAME. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_step_rfm(const shoal_ctx *ctx, const char *store,
                                                     const shoal_rfm_opts *opts, shoal_rfm_run *run, shoal_error *err);
SHOAL_API void shoal_rfm_run_free(shoal_rfm_run *run);

/* --- clv: BG/NBD and Gamma-Gamma ---------------------------------------------------------------------------------- */

typedef struct shoal_clv_step_opts {
    const char *name;           /* default "clv" */
    shoal_summary_opts summary; /* calibration_end splits off a holdout period */
    double horizon_days;        /* default 365 */
    double discount_rate;       /* per year, default 0.10; periods are months */
} shoal_clv_step_opts;
SHOAL_API shoal_clv_step_opts shoal_clv_step_opts_default(void);

typedef struct shoal_clv_run {
    char name[64];
    int64_t customers; /* with a purchase in the calibration period */
    int64_t calibration_end, observation_end;
    shoal_unit unit;
    shoal_bgnbd_fit purchase;
    bool has_spend; /* Gamma-Gamma was fitted and has a finite mean */
    shoal_gamma_gamma_fit spend;
    bool has_holdout;
    struct {
        double periods; /* length in units */
        double actual, predicted, mae, rmse;
    } holdout;
    double horizon_days, discount_rate;
    struct {
        double expected_purchases, clv, p_alive; /* sums; p_alive: customers expected alive */
    } totals;
    shoal_times times;
} shoal_clv_run;

/* Writes p_alive, expected_purchases, expected_spend and clv to /results/NAME. Without amounts, or without repeat
 * buyers to learn spend from, expected_spend and clv are not written and a notice says so. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_step_clv(const shoal_ctx *ctx, const char *store,
                                                     const shoal_clv_step_opts *opts, shoal_clv_run *run,
                                                     shoal_error *err);

/* --- kmeans ------------------------------------------------------------------------------------------------------- */

typedef struct shoal_kmeans_step_opts {
    const char *name;         /* default "kmeans" */
    const char *clv;          /* the CLV result that default features and names of segments draw on; default "clv" */
    const char *features;     /* "a,b,c": columns of /customers, or of /results as "clv/p_alive"; log1p as "log(a)";
                                 NULL: log(recency_days), log(frequency), log(monetary) and clv/p_alive as far as they
                                 are there, or without these every numeric column of /customers with role "feature" */
    shoal_scale scale;        /* default standard */
    int k_min, k_max;         /* equal: that k; else k is chosen; default 2..10 */
    int n_references;         /* of the gap statistic, 0: without it; default 10 */
    int n_bootstraps;         /* of the stability, 0: without it; default 20 */
    shoal_kmeans_opts kmeans; /* n_clusters, centroids, weight and numbering are set by the step */
    const char *init_file;    /* CSV of k rows with the features' names as header, in the columns' own units; or NULL */
    const char *weight_column; /* or NULL */
    const char *label_order;   /* numbers of the clusters: "size" (largest first), "as-fitted" (as the start had them),
                                  or a feature (centroid's value, largest first); NULL: as-fitted with init_file, else
                                  size */
    const char *align_to;      /* a model of kind kmeans by the same features, whose numbers the clusters get as
                                  shoal_kmeans_align says; excludes label_order; or NULL */
    const char *model_store;   /* path of the store that holds it; NULL: the same store */
} shoal_kmeans_step_opts;
SHOAL_API shoal_kmeans_step_opts shoal_kmeans_step_opts_default(void);

typedef struct shoal_kmeans_run {
    char name[64];
    int64_t n;         /* customers clustered: all features present */
    int64_t n_missing; /* customers left out, label -1 */
    int d, k;
    shoal_scaler *scalers; /* d: features with their scaling */
    shoal_scale scale;
    uint64_t seed;
    int n_init, iterations;
    bool converged;
    double inertia, silhouette;             /* in the scaled space */
    int64_t *sizes;                         /* k */
    char (*names)[SHOAL_SEGMENT_NAME_SIZE]; /* k, as the profile proposes them */
    double *centroids;                      /* k x d, units of the input */
    double *scaled_centroids;               /* k x d, as fitted: labels are exactly those of these */
    shoal_kmeans_algorithm algorithm;
    char algorithm_reason[SHOAL_REASON_SIZE];
    int64_t distinct;           /* rows that the iterations worked on; 0: not known, from an older version */
    double moved, inertia_drop; /* see shoal_kmeans_result; NaN from an older version */
    bool mini_batch;
    char label_order[64];             /* "size", "as-fitted" or a feature; "" where aligned, or from an older version */
    char align_to[64];                /* the older model, or "" */
    shoal_kmeans_alignment alignment; /* matches is NULL where not aligned */
    int n_candidates;                 /* 0 where k was given */
    shoal_choose_k_candidate candidates[SHOAL_CHOOSE_K_MAX];
    int n_reasons;
    char reasons[SHOAL_CHOOSE_K_REASONS][SHOAL_REASON_SIZE];
    int threads;
    char isa[16];
    shoal_times times; /* read, prepare, seed, iterate, write */
} shoal_kmeans_run;

/* Writes to /results/NAME: label (int32), distance to its centroid (float64, in the scaled space), and the same of the
 * second-nearest segment, second and second_distance. -1 and NaN where a feature is missing, and for the second of one
 * segment alone. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_step_kmeans(const shoal_ctx *ctx, const char *store,
                                                        const shoal_kmeans_step_opts *opts, shoal_kmeans_run *run,
                                                        shoal_error *err);
SHOAL_API void shoal_kmeans_run_free(shoal_kmeans_run *run);

/* --- assign: new customers against a stored model ----------------------------------------------------------------- */

typedef struct shoal_assign_opts {
    const char *model_store; /* path of the store that holds the model; NULL: the same store */
    const char *model;       /* its name under /models: kind kmeans or rfm; default "kmeans" */
    const char *name;        /* of the result; default: the model's name */
} shoal_assign_opts;
SHOAL_API shoal_assign_opts shoal_assign_opts_default(void);

/* A customer is on the border of a segment where it is at least so many percent as near to another. */
enum { SHOAL_ASSIGN_BORDER_PERCENT = 90 };

typedef struct shoal_assign_run {
    char name[64], model[64], kind[32];
    int64_t n, n_missing;
    int k;                                  /* segments of the model */
    char (*names)[SHOAL_SEGMENT_NAME_SIZE]; /* k */
    int64_t *sizes;                         /* k */
    /* Models of kind kmeans, distances in the scaled space; else NaN and NULL. */
    double mean_distance;   /* to the own centroid */
    double *mean_distances; /* k: of the customers of a segment; NaN where it has none */
    int64_t *border; /* k: customers whose distance is at least SHOAL_ASSIGN_BORDER_PERCENT of that to the second */
    shoal_times times;
} shoal_assign_run;

/* Writes /results/NAME as the step that made the model does, and keeps a copy of the model under /models/NAME unless it
 * is there already. USAGE where NAME is a model of another kind. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_step_assign(const shoal_ctx *ctx, const char *store,
                                                        const shoal_assign_opts *opts, shoal_assign_run *run,
                                                        shoal_error *err);
SHOAL_API void shoal_assign_run_free(shoal_assign_run *run);

/* --- report ------------------------------------------------------------------------------------------------------- */

typedef struct shoal_report_opts {
    const char *title;                    /* or NULL: "Customer segments" */
    const char *rfm, *clv, *segmentation; /* names of the results to show; default "rfm", "clv", "kmeans" */
} shoal_report_opts;
SHOAL_API shoal_report_opts shoal_report_opts_default(void);

typedef struct shoal_report_run {
    char store[4096], path[4096]; /* read and written */
    int64_t bytes;
    int n_sections;
    char sections[16][48];
    shoal_times times;
} shoal_report_run;

/* Writes one self-contained HTML file with a section for everything the store has results of. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_step_report(const shoal_ctx *ctx, const char *store, const char *html,
                                                        const shoal_report_opts *opts, shoal_report_run *run,
                                                        shoal_error *err);

/* --- export ------------------------------------------------------------------------------------------------------- */

typedef enum shoal_export_format { SHOAL_EXPORT_CSV, SHOAL_EXPORT_JSON } shoal_export_format;

typedef struct shoal_export_opts {
    const char *table; /* "customers", "transactions", "results/rfm", "dictionaries/product" …; default: "customers" */
    const char *columns; /* "a,b,c", or NULL: all */
    shoal_export_format format;
} shoal_export_opts;
SHOAL_API shoal_export_opts shoal_export_opts_default(void);

typedef struct shoal_export_run {
    char table[160];
    int64_t rows;
    int columns;
    shoal_times times;
} shoal_export_run;

/* Writes to output, or to standard output where it is "-". Codes come out as their texts, times as ISO 8601, tables of
 * one row a customer begin with the customer's own key. CSV cells that a spreadsheet would run as a formula (=, +, -, @
 * before text) get an apostrophe before them. JSON: {"schema": "shoal.export/1", "table", "columns": [], "rows": [[]]}.
 */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_step_export(const shoal_ctx *ctx, const char *store, const char *output,
                                                        const shoal_export_opts *opts, shoal_export_run *run,
                                                        shoal_error *err);

/* --- segment: the main job ---------------------------------------------------------------------------------------- */

typedef struct shoal_segment_opts {
    shoal_import_opts import;
    shoal_rfm_opts rfm;
    shoal_clv_step_opts clv;
    shoal_kmeans_step_opts kmeans; /* features NULL: as there */
    const char *title;             /* of the report, or NULL */
} shoal_segment_opts;
SHOAL_API shoal_segment_opts shoal_segment_opts_default(void);

typedef struct shoal_segment_run {
    shoal_import_run import;
    shoal_rfm_run rfm;
    bool has_clv;
    shoal_clv_run clv;
    shoal_kmeans_run kmeans;
    shoal_profile profile;
    int n_warnings;
    char **warnings;
    char output[4096]; /* DIR */
    shoal_times times;
} shoal_segment_run;

/* Reads the CSV and leaves DIR/store.h5, segments.csv, report.html and summary.json; DIR is made where missing. No file
 * is replaced before all four lie complete on the disk; an error before that leaves the old ones as they were. */
SHOAL_API SHOAL_MUST_USE shoal_status shoal_step_segment(const shoal_ctx *ctx, const char *csv,
                                                         const shoal_segment_opts *opts, const char *directory,
                                                         shoal_segment_run *run, shoal_error *err);
SHOAL_API void shoal_segment_run_free(shoal_segment_run *run);

#ifdef __cplusplus
}
#endif
#endif
