/* Records of transactions to rows: what becomes of each by its values and the policies. */
#ifndef SHOAL_IMPORT_TRANSACTIONS_H
#define SHOAL_IMPORT_TRANSACTIONS_H

#include "import/job.h"
#include "import/sales.h"

/* One thread's. Rows that are kept wait in it until they are taken. */
typedef struct shoal_intake shoal_intake;

bool shoal_intake_has_amount(const shoal_job *job);
/* The job's layout must be decided; rows are counted in the job. */
SHOAL_MUST_USE shoal_status shoal_intake_new(shoal_job *job, shoal_sales *sales, shoal_intake **intake);
SHOAL_MUST_USE shoal_status shoal_intake_row(shoal_intake *intake, const shoal_record *record);
int64_t shoal_intake_rows(const shoal_intake *intake); /* that wait */
/* Forgets the rows that wait. */
void shoal_intake_clear(shoal_intake *intake);
/* Gives the rows that wait to the sales; arguments as of shoal_draft_take. */
SHOAL_MUST_USE shoal_status shoal_intake_take(shoal_intake *intake, int64_t order, int64_t first_row,
                                              int64_t first_line);
void shoal_intake_free(shoal_intake *intake);

#endif
