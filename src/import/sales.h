/* The transactions that are kept, as growing columns, and the tables made of them at the end. */
#ifndef SHOAL_IMPORT_SALES_H
#define SHOAL_IMPORT_SALES_H

#include "import/job.h"

/* Numbers of a transaction beside its amount, in the order of the table. */
enum { SHOAL_SALE_QUANTITY, SHOAL_SALE_PRICE, SHOAL_SALE_COST, SHOAL_SALE_DISCOUNT, SHOAL_SALE_NUMBERS };
extern const shoal_role shoal_number_roles[SHOAL_SALE_NUMBERS];

typedef struct shoal_sale {
    int64_t time;
    double amount;                     /* negative for returns and only for them */
    double number[SHOAL_SALE_NUMBERS]; /* NaN where empty */
} shoal_sale;

typedef struct shoal_sales shoal_sales;

SHOAL_MUST_USE shoal_status shoal_sales_new(shoal_job *job, bool has_amount, shoal_sales **sales);
/* Keys and categories come from the record. */
SHOAL_MUST_USE shoal_status shoal_sales_push(shoal_sales *sales, const shoal_record *record, const shoal_sale *sale);
/* Leaves out customers with returns but no purchase, sorts, fills the tables and the money and dates of the report. */
SHOAL_MUST_USE shoal_status shoal_sales_finish(shoal_sales *sales, shoal_import_data *data,
                                               shoal_import_report *report);
void shoal_sales_free(shoal_sales *sales);

#endif
