/* The command line of shoal-generate. */
#ifndef SHOAL_GENERATE_OPTIONS_H
#define SHOAL_GENERATE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "generate/columns.h"
#include "generate/rows.h"

typedef struct shoal_generate_opts {
    bool help, version, quiet;
    int64_t customers, transactions; /* transactions 0: as many as the segments' own rates give */
    uint64_t seed;
    int64_t first_day;
    int32_t days;
    int segment; /* or SHOAL_EVERY_SEGMENT */
    shoal_row_order order;
    shoal_columns columns;
    int threads;                                          /* 0: all that are allowed */
    const char *output, *attributes, *truth, *parameters; /* paths, "-" standard output, or NULL */
} shoal_generate_opts;

/* Errors: USAGE. */
SHOAL_MUST_USE shoal_status shoal_generate_opts_parse(int argc, char **argv, shoal_generate_opts *opts,
                                                      shoal_error *err);
extern const char *const shoal_generate_help;

#endif
