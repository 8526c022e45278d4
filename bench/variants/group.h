/* Rows that are compared with each other. */
#ifndef BENCH_GROUP_H
#define BENCH_GROUP_H

#include "variants/table.h"

/* The rows of one model; of clv also of one calibration period: another holdout is another task. */
typedef struct bench_group {
    const bench_record *records; /* of the journal */
    int n, n_measured;
    const bench_variant_row **rows; /* measured ones from the best quality on, then failed ones */
    bool *front;                    /* n: no other beats it in time and quality */
    const char *quality;            /* that sorts them: the higher the better */
} bench_group;

/* The group of rows[first]. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_group_make(const bench_record *records, int n, const bench_variant_row *rows,
                                             int first, bench_group *group, shoal_error *err);
void bench_group_free(bench_group *group);
/* Whether an earlier row belongs to the group of rows[at]. */
bool bench_group_was_seen(const bench_variant_row *rows, int at);

/* NULL where the row was not measured. */
const bench_record *bench_group_record(const bench_group *group, int at);
/* NAN where the record has none of that name. */
double bench_quality_of(const bench_record *record, const char *name);

#endif
