/* The variants of one model on the screen, the best first, with stars on the front of time against quality. */
#ifndef BENCH_VARIANTS_TABLE_H
#define BENCH_VARIANTS_TABLE_H

#include "session.h"
#include "variants/grid.h"

typedef enum bench_row_state { BENCH_ROW_OPEN, BENCH_ROW_DONE, BENCH_ROW_KNOWN, BENCH_ROW_FAILED } bench_row_state;

/* A variant and what became of it. */
typedef struct bench_variant_row {
    const bench_variant *variant;
    bench_row_state state; /* known: measured by an earlier run */
    int record;            /* done, known: its place in the journal's book */
    shoal_status status;   /* failed: why */
    char message[256];
} bench_variant_row;

/* A table for every group of rows that have the same model and, for clv, the same calibration period; what fails the
 * comparison within a group is told below it. Rows that are open are left out. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status bench_variants_show(const bench_session *session, int n, const bench_variant_row *rows,
                                                shoal_error *err);

#endif
