/* A column that grows by fixed pieces: nothing is copied as it grows, and pieces can be freed one by one. */
#ifndef SHOAL_IMPORT_SERIES_H
#define SHOAL_IMPORT_SERIES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"

enum { SHOAL_PIECE_SHIFT = 16, SHOAL_PIECE_ROWS = 1 << SHOAL_PIECE_SHIFT };

/* Start it as {.size = bytes a value}. */
typedef struct shoal_series {
    size_t size;
    int64_t n, capacity; /* capacity: of pieces */
    char **pieces;
} shoal_series;

SHOAL_MUST_USE shoal_status shoal_series_new_piece(shoal_series *series, shoal_error *err);
void shoal_series_free(shoal_series *series);

static inline shoal_status shoal_series_push(shoal_series *series, const void *value, shoal_error *err)
{
    const int64_t row = series->n & (SHOAL_PIECE_ROWS - 1);
    if (row == 0) SHOAL_TRY(shoal_series_new_piece(series, err));
    memcpy(series->pieces[series->n >> SHOAL_PIECE_SHIFT] + (size_t)row * series->size, value, series->size);
    series->n++;
    return SHOAL_OK;
}

static inline const char *shoal_series_at(const shoal_series *series, int64_t row, size_t size)
{
    return series->pieces[row >> SHOAL_PIECE_SHIFT] + (size_t)(row & (SHOAL_PIECE_ROWS - 1)) * size;
}

static inline int32_t shoal_series_i32(const shoal_series *series, int64_t row)
{
    int32_t value;
    memcpy(&value, shoal_series_at(series, row, sizeof value), sizeof value);
    return value;
}

static inline void shoal_series_set_i32(shoal_series *series, int64_t row, int32_t value)
{
    memcpy(series->pieces[row >> SHOAL_PIECE_SHIFT] + (size_t)(row & (SHOAL_PIECE_ROWS - 1)) * sizeof value, &value,
           sizeof value);
}

static inline int64_t shoal_series_i64(const shoal_series *series, int64_t row)
{
    int64_t value;
    memcpy(&value, shoal_series_at(series, row, sizeof value), sizeof value);
    return value;
}

#endif
