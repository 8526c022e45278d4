#include "import/series.h"

#include "base/memory.h"

shoal_status shoal_series_new_piece(shoal_series *series, shoal_error *err)
{
    const int64_t pieces = series->n >> SHOAL_PIECE_SHIFT;
    SHOAL_TRY(shoal_grow(&series->pieces, &series->capacity, pieces, pieces + 1, sizeof *series->pieces, err));
    return shoal_alloc(SHOAL_PIECE_ROWS, series->size, &series->pieces[pieces], err);
}

void shoal_series_free(shoal_series *series)
{
    const int64_t pieces = (series->n + SHOAL_PIECE_ROWS - 1) >> SHOAL_PIECE_SHIFT;
    for (int64_t i = 0; i < pieces; i++) free(series->pieces[i]);
    free(series->pieces);
    *series = (shoal_series){.size = series->size};
}
