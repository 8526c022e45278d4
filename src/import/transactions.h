/* Records of transactions to sorted columns: the policies of a row, and the tables made of what is kept. */
#ifndef SHOAL_IMPORT_TRANSACTIONS_H
#define SHOAL_IMPORT_TRANSACTIONS_H

#include "import/job.h"

typedef struct shoal_intake shoal_intake;

/* The job's layout must be decided. */
SHOAL_MUST_USE shoal_status shoal_intake_new(shoal_job *job, shoal_intake **intake);
SHOAL_MUST_USE shoal_status shoal_intake_row(shoal_intake *intake, const shoal_record *record);
/* Removes customers with returns only, sorts, and fills the tables and the money and dates of the report. */
SHOAL_MUST_USE shoal_status shoal_intake_finish(shoal_intake *intake, shoal_import_data *data,
                                                shoal_import_report *report);
void shoal_intake_free(shoal_intake *intake);

#endif
