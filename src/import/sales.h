/* The transactions that are kept. Each thread drafts the rows of a stretch of the input; the draft is then coded and
 * packed into a batch of narrow columns. At the end the batches become the tables, sorted by customer, then time. */
#ifndef SHOAL_IMPORT_SALES_H
#define SHOAL_IMPORT_SALES_H

#include <pthread.h>

#include "import/coder.h"
#include "import/job.h"
#include "import/pack.h"

/* Numbers of a transaction beside its amount, in the order of the table. */
enum { SHOAL_SALE_QUANTITY, SHOAL_SALE_PRICE, SHOAL_SALE_COST, SHOAL_SALE_DISCOUNT, SHOAL_SALE_NUMBERS };
extern const shoal_role shoal_number_roles[SHOAL_SALE_NUMBERS];
enum { SHOAL_SALE_CODES = 4 };
extern const shoal_role shoal_code_roles[SHOAL_SALE_CODES];

/* The columns of a batch. */
enum {
    SHOAL_SALES_CUSTOMER,
    SHOAL_SALES_TIME,
    SHOAL_SALES_AMOUNT,
    SHOAL_SALES_NUMBER,
    SHOAL_SALES_CODE = SHOAL_SALES_NUMBER + SHOAL_SALE_NUMBERS,
    SHOAL_SALES_COLUMNS = SHOAL_SALES_CODE + SHOAL_SALE_CODES
};

typedef struct shoal_sale {
    int64_t time;
    double amount;                     /* negative for returns and only for them */
    double number[SHOAL_SALE_NUMBERS]; /* NaN where empty */
} shoal_sale;

typedef struct shoal_batch {
    int64_t order, first_row, n; /* batches of ascending order are the rows of the input in theirs */
    shoal_packing packing[SHOAL_SALES_COLUMNS];
    void *data[SHOAL_SALES_COLUMNS]; /* in a slab; NULL where there is no such column */
} shoal_batch;

typedef struct shoal_sales {
    const shoal_job *job;
    bool has_amount;
    bool has[SHOAL_SALES_COLUMNS];
    shoal_coder customer, code[SHOAL_SALE_CODES];
    pthread_mutex_t lock; /* of what follows */
    int64_t n_batches, batches_capacity, n_slabs, slabs_capacity, rows_returned;
    shoal_batch *batches;
    char **slabs;
} shoal_sales;

/* The job's layout must be decided; the job stays the caller's. */
SHOAL_MUST_USE shoal_status shoal_sales_new(const shoal_job *job, bool has_amount, shoal_sales **sales,
                                            shoal_error *err);
/* Leaves out customers with returns but no purchase, sorts, fills the tables and the money and dates of the report. */
SHOAL_MUST_USE shoal_status shoal_sales_finish(shoal_sales *sales, shoal_job *job, shoal_import_data *data,
                                               shoal_import_report *report);
void shoal_sales_free(shoal_sales *sales);

/* Rows of one thread. Texts are borrowed until the rows are taken or cleared. */
typedef struct shoal_draft {
    shoal_sales *sales;
    int64_t n, capacity;
    int64_t *line, *time, *values;
    double *number[1 + SHOAL_SALE_NUMBERS]; /* amount first */
    shoal_field *text[1 + SHOAL_SALE_CODES];
    int32_t *codes;
    shoal_coder_room room[1 + SHOAL_SALE_CODES];
    char *slab; /* with room at its end; owned by the sales */
    size_t slab_used, slab_size;
} shoal_draft;

void shoal_draft_start(shoal_draft *draft, shoal_sales *sales);
/* Keys and categories come from the record. */
SHOAL_MUST_USE shoal_status shoal_draft_push(shoal_draft *draft, shoal_job *job, const shoal_record *record,
                                             const shoal_sale *sale);
static inline void shoal_draft_clear(shoal_draft *draft)
{
    draft->n = 0;
}
/* Makes a batch of the rows and clears the draft. first_row: rows kept of the input before them; the lines of the draft
 * count from first_line. */
SHOAL_MUST_USE shoal_status shoal_draft_take(shoal_draft *draft, shoal_job *job, int64_t order, int64_t first_row,
                                             int64_t first_line);
void shoal_draft_free(shoal_draft *draft);

#endif
