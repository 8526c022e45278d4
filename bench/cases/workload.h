/* Customer-like matrices with known groups: overlapping groups of which every other column is log-normal, the rest
 * normal, standardised, float32 columns. The same values for the same (n, d, groups, seed) on any number of threads. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include <stdint.h>

#include <shoal/context.h>
#include <shoal/table.h>

/* The k-means workloads. */
#define BENCH_W1 "n=200000 d=3 k=5"
#define BENCH_W2 "n=1000000 d=8 k=8"
#define BENCH_W3 "n=1000000 d=16 k=16"
#define BENCH_W4 "n=1000000 d=16 k=64"
#define BENCH_W5 "n=5000000 d=8 k=8"
#define BENCH_W6 "n=500000 d=32 k=256"
#define BENCH_W7 "n=200000 d=64 k=1000"

/* table: empty ({0}); gets d columns "f0", "f1" … of n rows. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_workload_make(const shoal_ctx *ctx, int64_t n, int d, int groups, uint64_t seed,
                                                shoal_table *table, shoal_error *err);
/* The first k rows as centroids, k x d row-major: the common start of all tools. */
void bench_workload_start(const shoal_table *table, int k, double *centroids);

/* A CSV of transactions as shoal-generate writes it, sorted by date: customer_id,date,amount,product,channel.
 * Errors: IO, MEMORY. */
SHOAL_MUST_USE shoal_status bench_transactions_csv(const shoal_ctx *ctx, int64_t customers, int64_t transactions,
                                                   const char *path, shoal_error *err);
/* The same transactions in memory, sorted by customer, then time; freed with free() of each array. */
typedef struct bench_transactions {
    int64_t n, n_customers;
    int64_t *first_row, *time;
    double *amount;
} bench_transactions;
SHOAL_MUST_USE shoal_status bench_transactions_make(const shoal_ctx *ctx, int64_t customers, int64_t transactions,
                                                    bench_transactions *made, shoal_error *err);
void bench_transactions_free(bench_transactions *made);

#endif
