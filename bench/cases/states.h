/* What the cases keep between prepare, run and check; the tests spoil it to see the checks fail. */
#ifndef BENCH_STATES_H
#define BENCH_STATES_H

#include <shoal/steps.h>

#include "cases/case.h"
#include "cases/histories.h"
#include "cases/verdict.h"
#include "cases/workload.h"
#include "generate/rows.h"
#include "model/kmeans/lloyd.h"

extern const bench_case bench_case_import, bench_case_store_load, bench_case_file_read, bench_case_rfm,
    bench_case_kmeans, bench_case_kmeans_w5, bench_case_kmeans_w7, bench_case_kmeans_dense_w1,
    bench_case_kmeans_dense_w2, bench_case_kmeans_dense_w3, bench_case_kmeans_dense_w4, bench_case_kmeans_dense_w5,
    bench_case_kmeans_dense_w6, bench_case_kmeans_dense_w7, bench_case_assign, bench_case_assign_all,
    bench_case_choose_k, bench_case_kmeans_scores, bench_case_fit_purchases, bench_case_fit_spend, bench_case_predict,
    bench_case_profile, bench_case_segment;

enum { BENCH_N_SCORES = 5, BENCH_RFM_PARTS = 3 };

typedef struct bench_import_state {
    char *folder, *csv, *store;
    shoal_population population; /* the truth: */
    shoal_rows rows;             /* sorted by customer */
    int64_t *first_row;          /* of each customer, and the end */
    shoal_import_run run;
} bench_import_state;

typedef struct bench_store_state {
    char *folder, *path;
    shoal_table truth;
    shoal_table read;   /* store_load */
    int64_t read_bytes; /* file_read */
} bench_store_state;

typedef struct bench_rfm_state {
    bench_transactions made;
    shoal_transactions transactions; /* the same, as a view */
    shoal_summary summary;
    shoal_rfm_cuts cuts[BENCH_RFM_PARTS]; /* recency, frequency, monetary */
    int8_t *score[BENCH_RFM_PARTS];
    bench_verdict verdict;
} bench_rfm_state;

typedef struct bench_kmeans_state {
    shoal_table x;
    int k, iterations;
    shoal_kmeans_result result;
    bench_verdict verdict;
} bench_kmeans_state;

typedef struct bench_dense_state {
    shoal_table x;
    int k, iterations, threads; /* threads: that lloyd was made for */
    double *start;              /* k x d */
    shoal_tiles tiles;
    shoal_lloyd lloyd;
    bench_verdict verdict;
} bench_dense_state;

typedef struct bench_assign_state {
    shoal_table x;
    int k;
    double *centroids;
    shoal_kmeans_assignment out; /* all but labels NULL in the case that asks for labels alone */
    bench_verdict verdict;
} bench_assign_state;

typedef struct bench_choose_k_state {
    shoal_table x;
    int k_max;
    shoal_choose_k_result result;
    bench_verdict verdict;
} bench_choose_k_state;

/* Both fits. */
typedef struct bench_fit_state {
    bench_histories histories;
    shoal_status status; /* of the fit */
    shoal_bgnbd_fit purchase;
    shoal_gamma_gamma_fit spend;
    bench_verdict verdict;
} bench_fit_state;

typedef struct bench_predict_state {
    bench_histories histories;
    double *p_alive, *purchases, *spend, *clv;
    bench_verdict verdict;
} bench_predict_state;

typedef struct bench_profile_state {
    shoal_table x;
    int k;
    int32_t *labels;
    double *revenue, *clv;
    shoal_profile profile;
    bench_verdict verdict;
} bench_profile_state;

typedef struct bench_segment_state {
    char *folder, *csv, *output;
    int64_t customers, transactions, cents;
    shoal_segment_run run;
    bench_verdict verdict; /* of segments.csv */
} bench_segment_state;

/* A parameter that must be there, as a whole number of at least 1. */
int64_t bench_params_count(const bench_params *params, const char *name);
/* transactions / per_customer, at least 1. */
int64_t bench_customers_of(const bench_params *params);

#endif
