/* Segment maps that people write. */
#ifndef SHOAL_REPORT_RFM_MAP_READ_H
#define SHOAL_REPORT_RFM_MAP_READ_H

#include <shoal/rfm.h>

/* Reads {"n_scores": 5, "segments": [{"name": "Best", "r": [4, 5], "f": 5, "m": [1, 5]}, ...]}: scores as one number or
 * as the first and the last, all where a letter is left out; a segment of several parts is there several times.
 * *n_scores: as wanted, or 0 to take the file's, or 5 where it has none. map is to be freed. Errors: INPUT (line of
 * what is no JSON, unknown words, and as shoal_rfm_map_make), USAGE where the file has another number of scores, IO,
 * MEMORY; messages begin with the path. */
SHOAL_MUST_USE shoal_status shoal_rfm_map_read(const char *path, int *n_scores, shoal_rfm_map *map, shoal_error *err);

#endif
