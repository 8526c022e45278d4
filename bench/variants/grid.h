/* A grid of models: lists of choices in JSON, and every combination of them.
 *
 *   {"schema": "shoal.bench.grid/1",
 *    "kmeans": {"n_clusters": [3, 5], "scale": ["standard", "robust"]},
 *    "clv": {"unit": ["week"], "calibration_end": ["75%", "2011-09-09", null]}}
 *
 * Combinations come in the order written: the key written last changes first. Keys that are not there have one value,
 * the default. A null, where a key takes it, leaves the choice to shoal. */
#ifndef BENCH_GRID_H
#define BENCH_GRID_H

#include "record/record.h"

enum { BENCH_MAX_VARIANTS = 10000 };

typedef struct bench_variant {
    const char *name;    /* "kmeans" or "clv" */
    bench_params params; /* every key but those that are null, in an order that does not depend on the grid's */
} bench_variant;

typedef struct bench_grid {
    int n;
    bench_variant *variants;
} bench_grid;

/* A small grid of general use, as JSON. */
extern const char bench_example_grid[];

/* Errors: INPUT, naming the source, the path of the key and what is allowed there; MEMORY. */
SHOAL_MUST_USE shoal_status bench_grid_parse(const char *json, const char *source, bench_grid *grid, shoal_error *err);
/* The same from a file. Errors: also IO. */
SHOAL_MUST_USE shoal_status bench_grid_read(const char *path, bench_grid *grid, shoal_error *err);
void bench_grid_free(bench_grid *grid);

#endif
