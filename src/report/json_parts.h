/* The parts that several documents share: each adds its fields to `object`. */
#ifndef SHOAL_REPORT_JSON_PARTS_H
#define SHOAL_REPORT_JSON_PARTS_H

#include "report/json.h"

/* source, rows, reasons, columns … */
void shoal_json_put_input(shoal_json *json, json_t *object, const shoal_import_report *report);
/* customers, transactions, revenue, period */
void shoal_json_put_totals(shoal_json *json, json_t *object, const shoal_import_report *report);
/* as_of, unit, n_scores, binning, thresholds_of, weights, nested_thresholds (of nested cuts: frequency by R, monetary
 * by R, then F), thresholds (of all customers), scores, segments */
void shoal_json_put_rfm(shoal_json *json, json_t *object, const shoal_rfm_run *run);
/* purchase, spend, holdout, totals */
void shoal_json_put_clv(shoal_json *json, json_t *object, const shoal_clv_run *run);
/* [{k, inertia, silhouette, calinski_harabasz, davies_bouldin}] under key, and reasons[] */
void shoal_json_put_choice(shoal_json *json, json_t *object, const char *key, const shoal_kmeans_run *run);
/* algorithm, algorithm_reason, distinct, mini_batch, moved, inertia_drop, label_order */
void shoal_json_put_course(shoal_json *json, json_t *object, const shoal_kmeans_run *run);
/* {model, k_old, agreement, adjusted_rand, clusters [{id, old, distance, relative_distance}]}, or null */
void shoal_json_put_alignment(shoal_json *json, json_t *object, const char *key, const shoal_kmeans_run *run);

#endif
