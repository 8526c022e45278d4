/* Records of customers to an attribute table: numeric columns become features, the others categories. */
#ifndef SHOAL_IMPORT_CUSTOMERS_H
#define SHOAL_IMPORT_CUSTOMERS_H

#include "import/job.h"

typedef struct shoal_attributes shoal_attributes;

/* The job's layout must be decided. Errors: INPUT for columns of the same name. */
SHOAL_MUST_USE shoal_status shoal_attributes_new(shoal_job *job, shoal_attributes **attributes);
SHOAL_MUST_USE shoal_status shoal_attributes_row(shoal_attributes *attributes, const shoal_record *record);
SHOAL_MUST_USE shoal_status shoal_attributes_finish(shoal_attributes *attributes, shoal_import_data *data,
                                                    shoal_import_report *report);
void shoal_attributes_free(shoal_attributes *attributes);

#endif
