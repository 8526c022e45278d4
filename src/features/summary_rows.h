/* The rows of customers into the columns of a summary. */
#ifndef SHOAL_FEATURES_SUMMARY_ROWS_H
#define SHOAL_FEATURES_SUMMARY_ROWS_H

#include <shoal/rfm.h>

/* What one thread notes of the codes that a customer has had. */
typedef struct shoal_seen {
    int32_t *product, *channel; /* by code: number of the last customer with it; NULL where t has none */
    int32_t customer;           /* number of the present customer, from 1 */
} shoal_seen;

/* Errors: MEMORY. A {0} is fine to free. */
SHOAL_MUST_USE shoal_status shoal_seen_make(const shoal_transactions *t, shoal_seen *seen, shoal_error *err);
void shoal_seen_free(shoal_seen *seen);

/* Fills row c of every column of s that is there, from periods that are settled. Returns the first of the customer's
 * rows whose amount is not finite, or -1. */
int64_t shoal_summary_customer(const shoal_transactions *t, const shoal_summary *s, int64_t c, shoal_seen *seen);

#endif
