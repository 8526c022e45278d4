#include <shoal/rfm.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { NONE = -1, MOST_NAMED = 8 };

static int64_t cell_index(const shoal_rfm_map *map, int r, int f, int m)
{
    const int64_t index = (int64_t)(r - 1) * map->n_scores + (f - 1);
    return map->uses_m ? index * map->n_scores + (m - 1) : index;
}

static int64_t n_cells(const shoal_rfm_map *map)
{
    const int64_t n = map->n_scores;
    return map->uses_m ? n * n * n : n * n;
}

/* "R2 F3", or "R2 F3 M1". */
static void name_cell(const shoal_rfm_map *map, int64_t cell, shoal_text *text)
{
    const int n = map->n_scores;
    const int64_t rf = map->uses_m ? cell / n : cell;
    shoal_text_addf(text, "%sR%d F%d", text->length > 0 ? ", " : "", (int)(rf / n) + 1, (int)(rf % n) + 1);
    if (map->uses_m) shoal_text_addf(text, " M%d", (int)(cell % n) + 1);
}

static const char *end_of_list(int64_t more, char *buffer, size_t size)
{
    buffer[0] = '\0';
    if (more > 0) snprintf(buffer, size, " and %lld more", (long long)more);
    return buffer;
}

static shoal_status check_box(const shoal_rfm_map *map, const shoal_rfm_box *box, shoal_error *err)
{
    for (int v = 0; v < 3; v++)
        if (box->low[v] < 1 || box->high[v] > map->n_scores || box->low[v] > box->high[v])
            return shoal_fail(err, SHOAL_ERR_INPUT, "segment \"%s\": %c from %d to %d; scores go from 1 to %d",
                              map->names[box->segment], "RFM"[v], box -> low[v], box -> high[v], map -> n_scores);
    return SHOAL_OK;
}

/* The cells that two boxes share. */
static shoal_status refuse_overlap(const shoal_rfm_map *map, const shoal_rfm_box *a, const shoal_rfm_box *b,
                                   shoal_error *err)
{
    shoal_text cells = {0};
    int64_t count = 0;
    char more[40];
    for (int64_t c = 0; c < n_cells(map); c++) {
        const int n = map->n_scores, m = map->uses_m ? (int)(c % n) + 1 : 1;
        const int64_t rf = map->uses_m ? c / n : c;
        const int at[3] = {(int)(rf / n) + 1, (int)(rf % n) + 1, m};
        bool both = true;
        for (int v = 0; v < 3; v++)
            both = both && at[v] >= a->low[v] && at[v] <= a->high[v] && at[v] >= b->low[v] && at[v] <= b->high[v];
        if (both && count++ < MOST_NAMED) name_cell(map, c, &cells);
    }
    shoal_fail(err, SHOAL_ERR_INPUT, "segments \"%s\" and \"%s\" overlap in %s%s: each cell belongs to one",
               map->names[a->segment], map->names[b->segment], cells.failed ? "some cells" : cells.data,
               end_of_list(count - MOST_NAMED, more, sizeof more));
    shoal_text_free(&cells);
    return SHOAL_ERR_INPUT;
}

static shoal_status check_overlaps(const shoal_rfm_map *map, const shoal_rfm_box *boxes, int n, shoal_error *err)
{
    for (int j = 1; j < n; j++)
        for (int i = 0; i < j; i++) {
            bool both = true;
            for (int v = 0; v < 3; v++)
                both = both && boxes[i].low[v] <= boxes[j].high[v] && boxes[j].low[v] <= boxes[i].high[v];
            if (both) return refuse_overlap(map, &boxes[i], &boxes[j], err);
        }
    return SHOAL_OK;
}

static void cover(const shoal_rfm_map *map, const shoal_rfm_box *box)
{
    const int last_m = map->uses_m ? box->high[2] : box->low[2];
    for (int r = box->low[0]; r <= box->high[0]; r++)
        for (int f = box->low[1]; f <= box->high[1]; f++)
            for (int m = box->low[2]; m <= last_m; m++) map->cell[cell_index(map, r, f, m)] = (int8_t)box->segment;
}

static shoal_status check_gaps(const shoal_rfm_map *map, shoal_error *err)
{
    shoal_text cells = {0};
    int64_t count = 0;
    char more[40];
    for (int64_t c = 0; c < n_cells(map); c++)
        if (map->cell[c] == NONE && count++ < MOST_NAMED) name_cell(map, c, &cells);
    if (count == 0) return SHOAL_OK;
    shoal_fail(err, SHOAL_ERR_INPUT, "no segment holds %s%s: every cell needs one",
               cells.failed ? "some cells" : cells.data, end_of_list(count - MOST_NAMED, more, sizeof more));
    shoal_text_free(&cells);
    return SHOAL_ERR_INPUT;
}

shoal_status shoal_rfm_map_make(int n_scores, bool uses_m, int n_segments, char (*names)[SHOAL_RFM_NAME_SIZE],
                                const shoal_rfm_box *boxes, int n_boxes, shoal_rfm_map *map, shoal_error *err)
{
    shoal_rfm_map made = {.n_scores = n_scores, .n_segments = n_segments, .uses_m = uses_m};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc(n_segments, sizeof *names, &made.names, err));
    memcpy(made.names, names, (size_t)n_segments * sizeof *names);
    SHOAL_TRY_OUT(shoal_alloc(n_cells(&made), 1, &made.cell, err));
    memset(made.cell, NONE, (size_t)n_cells(&made));
    for (int i = 0; i < n_boxes; i++) SHOAL_TRY_OUT(check_box(&made, &boxes[i], err));
    SHOAL_TRY_OUT(check_overlaps(&made, boxes, n_boxes, err));
    for (int i = 0; i < n_boxes; i++) cover(&made, &boxes[i]);
    SHOAL_TRY_OUT(check_gaps(&made, err));
out:
    if (status < 0) shoal_rfm_map_free(&made);
    else *map = made;
    return status;
}

const char *shoal_rfm_map_name(const shoal_rfm_map *map, int segment)
{
    if (map->cell == NULL) return shoal_rfm_segment_name(segment);
    return segment >= 0 && segment < map->n_segments ? map->names[segment] : NULL;
}

int shoal_rfm_map_segment(const shoal_rfm_map *map, int r, int f, int m)
{
    if (map->cell == NULL) return shoal_rfm_segment(r, f);
    const int n = map->n_scores;
    if (r < 1 || r > n || f < 1 || f > n || (map->uses_m && (m < 1 || m > n))) return -1;
    return map->cell[cell_index(map, r, f, m)];
}

void shoal_rfm_map_free(shoal_rfm_map *map)
{
    free(map->names);
    free(map->cell);
    *map = (shoal_rfm_map){0};
}
