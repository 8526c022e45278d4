/* Customer-like matrices with known groups: overlapping groups of which every other column is log-normal, the rest
 * normal, standardised, float32 columns. The same values for the same (n, d, groups, seed) on any number of threads. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include <stdint.h>

#include <shoal/context.h>
#include <shoal/table.h>

/* The named k-means workloads: W1 200k x 3 k 5, W2 1M x 8 k 8, W3 1M x 16 k 16, W4 1M x 16 k 64, W5 5M x 8 k 8,
 * W6 500k x 32 k 256, W7 200k x 64 k 1000. */
typedef struct bench_workload_size {
    const char *name;
    int64_t n;
    int d, k;
} bench_workload_size;
enum { BENCH_N_WORKLOADS = 7 };
extern const bench_workload_size bench_workloads[BENCH_N_WORKLOADS];

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
