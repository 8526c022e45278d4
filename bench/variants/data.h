/* What the variants run on: columns of one store, each read once and kept. The store is only read. */
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include "pipeline/steps.h"
#include "record/record.h"

/* Rows for k-means: the customers that lack no feature. */
typedef struct bench_features {
    char asked[BENCH_TEXT_SIZE], weight[BENCH_TEXT_SIZE]; /* as the variant names them; "" the default, none */
    char features[BENCH_TEXT_SIZE]; /* what they are, also where asked is ""; "" where the text would be too long */
    shoal_status status;            /* how reading went */
    shoal_error error;
    shoal_feature_list list;
    double *weights; /* or NULL */
    uint64_t fingerprint;
} bench_features;

typedef struct bench_data {
    const shoal_ctx *ctx;
    shoal_store *store;
    char uuid[40];
    int64_t max_customers;
    int n_features;
    bench_features **features;
    bool tried_transactions;
    shoal_status transactions_status;
    shoal_error transactions_error;
    shoal_loaded_transactions transactions;
    int64_t first_day, last_day; /* of the transactions, as midnight */
    uint64_t transactions_fingerprint;
} bench_data;

/* max_customers: only that many, from the first on. ctx is kept. Errors: those of shoal_store_open. */
SHOAL_MUST_USE shoal_status bench_data_open(const shoal_ctx *ctx, const char *path, int64_t max_customers,
                                            bench_data *data, shoal_error *err);
void bench_data_close(bench_data *data);

/* NULL for the default features, for no weights. Errors: those of shoal_features_read; INPUT for weights; the same
 * again when asked again. */
SHOAL_MUST_USE shoal_status bench_data_features(bench_data *data, const char *features, const char *weight,
                                                const bench_features **found, shoal_error *err);
/* Errors: those of shoal_transactions_load; the same again when asked again. */
SHOAL_MUST_USE shoal_status bench_data_transactions(bench_data *data, shoal_error *err);

#endif
