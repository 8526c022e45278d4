/* What the columns of an input are: their names and roles. */
#ifndef SHOAL_IMPORT_LAYOUT_H
#define SHOAL_IMPORT_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include <shoal/import.h>

#include "import/record.h"

/* Start it as {0}. */
typedef struct shoal_layout {
    bool header;                 /* the first record is one */
    int64_t n_columns;           /* 0: not known yet */
    char **names;                /* of the columns, UTF-8; NULL without a header or names from opts->columns */
    int64_t role[SHOAL_N_ROLES]; /* the column of each role, or -1 */
    uint8_t *left_out;           /* by "_" in opts->columns; NULL: none */
    uint8_t *wanted;             /* n_columns + 1, for the grammar */
} shoal_layout;

/* Decides from the first record; needs all of its fields. name: of the input, for messages. Errors: INPUT (a column
 * that is not there, with the nearest names; roles not recognised; no header and no opts->columns), USAGE, MEMORY. */
SHOAL_MUST_USE shoal_status shoal_layout_decide(shoal_layout *layout, const char *name, const shoal_import_opts *opts,
                                                const shoal_record *first, shoal_error *err);
/* The field of a role; empty where no column has it. */
static inline shoal_field shoal_layout_field(const shoal_layout *layout, const shoal_record *record, shoal_role role)
{
    const int64_t column = layout->role[role];
    return column >= 0 ? record->fields[column] : (shoal_field){"", 0};
}
/* Rows may end with one delimiter more than the header: an empty field after the last. */
bool shoal_layout_extra_is_empty(const shoal_layout *layout, const shoal_record *record);
/* Fills `column` of the report. */
void shoal_layout_fill_report(const shoal_layout *layout, shoal_import_report *report);
void shoal_layout_free(shoal_layout *layout);

#endif
