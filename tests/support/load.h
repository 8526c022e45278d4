/* The bundled data as transactions, read by a parser of the tests' own. */
#ifndef SHOAL_TESTS_LOAD_H
#define SHOAL_TESTS_LOAD_H

#include <shoal/table.h>

typedef struct loaded {
    int64_t n, n_customers;
    int64_t *customer_key; /* n_customers: the customer's number in the file */
    int64_t *first_row, *time;
    double *amount;
    shoal_transactions view;
} loaded;

/* CDNOW_sample.txt (5 columns; customers by the number within the sample) or CDNOW_master.txt (4 and a header). */
loaded load_cdnow(const char *path, int n_columns);
/* online_retail.csv.gz: rows with a customer, an invoice that is not 'C…', and positive quantity and price. */
loaded load_online_retail(const char *path);
void loaded_free(loaded *data);

#endif
