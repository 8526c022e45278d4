/* The steps on an open store: what the public steps do between opening and committing.
 *
 * A step that the main job and a verb share is written once here, on a store open for update; the public function in
 * the same file opens the store, calls it and commits. Models are saved and loaded as the run structs of
 * <shoal/steps.h>, so that a report shows the same whether it is written with the run or from the store later. */
#ifndef SHOAL_PIPELINE_STEPS_H
#define SHOAL_PIPELINE_STEPS_H

#include <stdio.h>

#include <shoal/report.h>
#include <shoal/steps.h>

#include "base/clock.h"
#include "store/store.h"

/* --- shared by all steps ------------------------------------------------------------------------------------------ */

/* Appends a phase that began at `since` (shoal_clock_ms) and returns the present moment. */
double shoal_times_add(shoal_times *times, const char *phase, double since);

/* Runs body on the store at path, open for update, and commits. */
typedef shoal_status (*shoal_store_body)(const shoal_ctx *ctx, shoal_store *store, const void *opts, void *run,
                                         shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_store_update(const shoal_ctx *ctx, const char *path, shoal_store_body body,
                                               const void *opts, void *run, shoal_times *times, shoal_error *err);

/* "models/NAME" and "results/NAME", after checking that the name is fit for one: letters, digits, '-', '_', '.'. */
enum { SHOAL_GROUP_SIZE = 160 };
SHOAL_MUST_USE shoal_status shoal_model_group(const char *name, char *group, shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_result_group(const char *name, char *group, shoal_error *err);

/* Sorted transactions of a store; owns their memory. */
typedef struct shoal_loaded_transactions {
    shoal_transactions view;
    shoal_table table;   /* customer, time, and amount where there is one */
    shoal_table details; /* discount, product, channel where they were asked for */
    int64_t *first_row;
} shoal_loaded_transactions;
/* Errors: INPUT where the store has no transactions, or they are not sorted by customer, then time. */
SHOAL_MUST_USE shoal_status shoal_transactions_load(const shoal_ctx *ctx, shoal_store *store,
                                                    shoal_loaded_transactions *loaded, shoal_error *err);
/* Adds discounts, and the codes of products and channels that have a dictionary, to the view. */
SHOAL_MUST_USE shoal_status shoal_transactions_load_details(const shoal_ctx *ctx, shoal_store *store,
                                                            shoal_loaded_transactions *loaded, shoal_error *err);
void shoal_loaded_transactions_free(shoal_loaded_transactions *loaded);

/* A number that depends on every byte of the columns: what a model was fitted to. */
uint64_t shoal_fingerprint(const shoal_ctx *ctx, const shoal_column *columns, int n_columns);

/* Attributes that every model carries: kind, created, software_version, and the fingerprint of its data.
 * Clears what an older model of that name left. */
SHOAL_MUST_USE shoal_status shoal_model_begin(shoal_store *store, const char *group, const char *kind,
                                              uint64_t fingerprint, shoal_error *err);
/* Of the data that a model was fitted to; 0 where it does not say. */
SHOAL_MUST_USE shoal_status shoal_model_fingerprint(shoal_store *store, const char *name, uint64_t *fingerprint,
                                                    shoal_error *err);
/* INPUT where there is no model of that name and kind; the message lists the models there are. */
SHOAL_MUST_USE shoal_status shoal_model_require(shoal_store *store, const char *name, const char *kind, char *group,
                                                shoal_error *err);

/* --- import ------------------------------------------------------------------------------------------------------- */

/* Writes what was read to a new store. */
SHOAL_MUST_USE shoal_status shoal_import_save(const shoal_ctx *ctx, shoal_store *store, const shoal_import_data *data,
                                              const shoal_import_report *report, shoal_error *err);
/* *found is false where the store was not made by import. */
SHOAL_MUST_USE shoal_status shoal_import_report_load(shoal_store *store, bool *found, shoal_import_report *report,
                                                     shoal_error *err);

/* --- rfm, clv, kmeans --------------------------------------------------------------------------------------------- */

SHOAL_MUST_USE shoal_status shoal_rfm_on_store(const shoal_ctx *ctx, shoal_store *store, const void *opts, void *run,
                                               shoal_error *err);
/* Writes the columns of a summary to /customers. */
SHOAL_MUST_USE shoal_status shoal_rfm_summary_write(shoal_store *store, const shoal_summary *summary, shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_rfm_save(shoal_store *store, const shoal_rfm_run *run, uint64_t fingerprint,
                                           shoal_error *err);
/* *run is to be freed. */
SHOAL_MUST_USE shoal_status shoal_rfm_load(shoal_store *store, const char *name, shoal_rfm_run *run, shoal_error *err);

/* Columns of the customers who bought; monetary is NULL where there is no money. */
typedef struct shoal_rfm_input {
    const shoal_column *recency, *frequency, *monetary;
} shoal_rfm_input;
/* Number of scores, weights, map and binning by opts. Errors: USAGE, INPUT (the map), IO, MEMORY. */
SHOAL_MUST_USE shoal_status shoal_rfm_settle(const shoal_rfm_opts *opts, shoal_rfm_run *run, shoal_error *err);
/* Learns the thresholds that opts does not give. Errors: USAGE, INPUT where nobody bought anything, MEMORY. */
SHOAL_MUST_USE shoal_status shoal_rfm_learn(const shoal_ctx *ctx, const shoal_rfm_opts *opts,
                                            const shoal_rfm_input *input, shoal_rfm_run *run, shoal_error *err);
/* Arrays of n for r, f and m (only with money), filled by the thresholds in run: 0 where a customer has no recency. To
 * be freed one by one, also on an error. */
SHOAL_MUST_USE shoal_status shoal_rfm_rate(const shoal_ctx *ctx, const shoal_rfm_input *input, const shoal_rfm_run *run,
                                           int8_t *score[3], shoal_error *err);
/* The cell of each row for nested cuts of f (f NULL) or m: -1 where a score is 0. */
void shoal_rfm_cells(const shoal_ctx *ctx, int64_t n, int n_scores, const int8_t *r, const int8_t *f, int32_t *cell);
/* Fills run's counts (customers, bins, segments) from scores r, f and m (or NULL) of n customers; monetary may be NULL.
 */
void shoal_rfm_count(const int8_t *const score[3], int64_t n, const shoal_column *monetary, shoal_rfm_run *run);
/* Scores by the thresholds in run, fills run's counts and writes r, f, m, score and segment to /results. */
SHOAL_MUST_USE shoal_status shoal_rfm_score_and_write(const shoal_ctx *ctx, shoal_store *store, const char *name,
                                                      const shoal_rfm_input *input, shoal_rfm_run *run,
                                                      shoal_error *err);

SHOAL_MUST_USE shoal_status shoal_clv_on_store(const shoal_ctx *ctx, shoal_store *store, const void *opts, void *run,
                                               shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_clv_save(shoal_store *store, const shoal_clv_run *run, uint64_t fingerprint,
                                           shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_clv_load(shoal_store *store, const char *name, shoal_clv_run *run, shoal_error *err);

SHOAL_MUST_USE shoal_status shoal_kmeans_on_store(const shoal_ctx *ctx, shoal_store *store, const void *opts, void *run,
                                                  shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_kmeans_save(shoal_store *store, const shoal_kmeans_run *run, uint64_t fingerprint,
                                              shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_kmeans_load(shoal_store *store, const char *name, shoal_kmeans_run *run,
                                              shoal_error *err);
/* Arrays of n for all that shoal_kmeans_assign can tell. Errors: MEMORY; what was made is freed with _free. */
SHOAL_MUST_USE shoal_status shoal_assignment_make(int64_t n, shoal_kmeans_assignment *out, shoal_error *err);
void shoal_assignment_free(shoal_kmeans_assignment *assignment);
/* Row rows[i] of out (n_all) takes what `from` (n) has for i; the others get -1 and NaN. As shoal_assignment_make. */
SHOAL_MUST_USE shoal_status shoal_assignment_spread(const shoal_kmeans_assignment *from, const int64_t *rows, int64_t n,
                                                    int64_t n_all, shoal_kmeans_assignment *out, shoal_error *err);
/* Writes label and second (-1 = left out; their flags are names), distance and second_distance (NaN there), all of n
 * customers. */
SHOAL_MUST_USE shoal_status shoal_labels_write(shoal_store *store, const char *group, int64_t n,
                                               const shoal_kmeans_assignment *assignment, int k,
                                               char (*names)[SHOAL_SEGMENT_NAME_SIZE], shoal_error *err);

/* --- features by name --------------------------------------------------------------------------------------------- */

/* Columns that "a,log(b),clv/p_alive" names, read from the store. */
typedef struct shoal_feature_list {
    int d;
    bool *log1p;      /* d */
    char (*path)[64]; /* d: "a", "clv/p_alive" */
    shoal_table table;
} shoal_feature_list;
/* features NULL: log(recency_days), log(frequency), log(monetary) and CLV/p_alive (of the result clv, or NULL) as far
 * as they are there and tell something, or without these every numeric column of /customers with role "feature".
 * Errors: USAGE for a name that is no column, with the nearest names; INPUT for text. */
SHOAL_MUST_USE shoal_status shoal_features_read(const shoal_ctx *ctx, shoal_store *store, const char *features,
                                                const char *clv, shoal_feature_list *list, shoal_error *err);
/* The same columns by the scalers of a stored model. */
SHOAL_MUST_USE shoal_status shoal_features_read_model(const shoal_ctx *ctx, shoal_store *store,
                                                      const shoal_scaler *scalers, int d, shoal_feature_list *list,
                                                      shoal_error *err);
void shoal_feature_list_free(shoal_feature_list *list);
/* Rows in which no column's value is missing, in order (INPUT where one is infinite); and the table with those rows
 * alone. */
SHOAL_MUST_USE shoal_status shoal_complete_rows(const shoal_table *table, int64_t **rows, int64_t *n_rows,
                                                shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_table_gather(shoal_table *table, const int64_t *rows, int64_t n_rows,
                                               shoal_error *err);

/* --- numbers of clusters -------------------------------------------------------------------------------------------
 */

/* What opts->label_order, or its default, asks of a fit of these features; order: the word for it, "" with align_to.
 * Errors: USAGE. */
enum { SHOAL_LABEL_ORDER_SIZE = 64 };
SHOAL_MUST_USE shoal_status shoal_label_order_parse(const shoal_kmeans_step_opts *opts, const shoal_feature_list *list,
                                                    shoal_kmeans_opts *kmeans, char order[SHOAL_LABEL_ORDER_SIZE],
                                                    shoal_error *err);
/* Centroids (k_old x d, malloc'ed) of the model opts->align_to by the scalers of `run`, from opts->model_store or
 * `store`. Errors: INPUT (no such model, of another kind), USAGE (other features), IO, MEMORY. */
SHOAL_MUST_USE shoal_status shoal_older_model_load(shoal_store *store, const shoal_kmeans_step_opts *opts,
                                                   const shoal_kmeans_run *run, int *k_old, double **centroids,
                                                   shoal_error *err);
/* run->align_to and run->alignment, where there is one, to a model's group and back. */
SHOAL_MUST_USE shoal_status shoal_alignment_save(shoal_store *store, const char *group, const shoal_kmeans_run *run,
                                                 shoal_error *err);
SHOAL_MUST_USE shoal_status shoal_alignment_load(shoal_store *store, const char *group, shoal_kmeans_run *run,
                                                 shoal_error *err);

/* --- profile, report, export -------------------------------------------------------------------------------------- */

/* Profile of labels over what the store knows of its customers (recency, frequency, money, P(alive), CLV), or over
 * the features of the model (d scalers) where it knows none of these. clv: name of the CLV result, or NULL. */
SHOAL_MUST_USE shoal_status shoal_profile_on_store(const shoal_ctx *ctx, shoal_store *store, const int32_t *labels,
                                                   int n_segments, const char *clv, const shoal_scaler *scalers, int d,
                                                   shoal_profile *profile, shoal_error *err);

SHOAL_MUST_USE shoal_status shoal_report_from_store(const shoal_ctx *ctx, shoal_store *store,
                                                    const shoal_report_opts *opts, int n_warnings,
                                                    char *const *warnings, char **html, shoal_report_run *run,
                                                    shoal_error *err);

/* One row a customer, as documented for segments.csv. */
SHOAL_MUST_USE shoal_status shoal_segments_csv_write(const shoal_ctx *ctx, shoal_store *store,
                                                     const shoal_segment_run *run, FILE *out, shoal_error *err);

/* --- notices ------------------------------------------------------------------------------------------------------ */

/* A context that keeps every notice and passes it on. */
typedef struct shoal_notice_list {
    const shoal_ctx *outer;
    int n;
    char **messages; /* n malloc'ed strings; a message that found no memory is passed on but not kept */
} shoal_notice_list;
shoal_ctx shoal_notice_list_context(shoal_notice_list *list, const shoal_ctx *outer);
void shoal_notice_list_free(shoal_notice_list *list);

#endif
