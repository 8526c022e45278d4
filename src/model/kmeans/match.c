#include <math.h>

#include "base/memory.h"
#include "model/kmeans/align.h"

enum { NONE = -1 };

/* The state: prices whose reduced costs cost - row_price - column_price never fall below 0 and are 0 on matched pairs.
 */
typedef struct assignment {
    int rows, columns;
    const double *cost;
    double *row_price, *column_price;
    int *row_of;      /* columns: the row matched to it, or NONE */
    double *distance; /* columns: of the shortest path from the new row, by reduced costs */
    int *from;        /* columns: the column before it on that path, or NONE at its start */
    bool *reached;    /* columns: the path is final */
} assignment;

/* Lowers the distances of columns over the row whose column was reached last (NONE: the new row). */
static void extend_paths(assignment *s, int row, int column, double length)
{
    for (int j = 0; j < s->columns; j++) {
        if (s->reached[j]) continue;
        const double reduced = s->cost[(int64_t)row * s->columns + j] - s->row_price[row] - s->column_price[j];
        if (length + reduced < s->distance[j]) {
            s->distance[j] = length + reduced;
            s->from[j] = column;
        }
    }
}

static int nearest_column(const assignment *s)
{
    int nearest = NONE;
    for (int j = 0; j < s->columns; j++)
        if (!s->reached[j] && (nearest == NONE || s->distance[j] < s->distance[nearest])) nearest = j;
    return nearest;
}

/* Matches one more row. */
static void add_row(assignment *s, int added)
{
    int column = NONE, row = added;
    double length = 0;
    for (int j = 0; j < s->columns; j++) {
        s->distance[j] = INFINITY;
        s->reached[j] = false;
    }
    while (row != NONE) {
        extend_paths(s, row, column, length);
        column = nearest_column(s);
        s->reached[column] = true;
        length = s->distance[column];
        row = s->row_of[column];
    }
    s->row_price[added] += length;
    for (int j = 0; j < s->columns; j++) {
        if (!s->reached[j] || j == column) continue;
        s->column_price[j] += s->distance[j] - length;
        s->row_price[s->row_of[j]] += length - s->distance[j];
    }
    while (s->from[column] != NONE) {
        s->row_of[column] = s->row_of[s->from[column]];
        column = s->from[column];
    }
    s->row_of[column] = added;
}

static void assignment_free(assignment *s)
{
    free(s->row_price);
    free(s->column_price);
    free(s->row_of);
    free(s->distance);
    free(s->from);
    free(s->reached);
}

shoal_status shoal_least_cost_match(int rows, int columns, const double *cost, int *column_of, shoal_error *err)
{
    assignment s = {.rows = rows, .columns = columns, .cost = cost};
    shoal_status status;
    SHOAL_TRY_OUT(shoal_alloc_zero(rows, sizeof *s.row_price, &s.row_price, err));
    SHOAL_TRY_OUT(shoal_alloc_zero(columns, sizeof *s.column_price, &s.column_price, err));
    SHOAL_TRY_OUT(shoal_alloc(columns, sizeof *s.row_of, &s.row_of, err));
    SHOAL_TRY_OUT(shoal_alloc(columns, sizeof *s.distance, &s.distance, err));
    SHOAL_TRY_OUT(shoal_alloc(columns, sizeof *s.from, &s.from, err));
    SHOAL_TRY_OUT(shoal_alloc(columns, sizeof *s.reached, &s.reached, err));
    for (int j = 0; j < columns; j++) s.row_of[j] = NONE;
    for (int i = 0; i < rows; i++) add_row(&s, i);
    for (int j = 0; j < columns; j++)
        if (s.row_of[j] != NONE) column_of[s.row_of[j]] = j;
out:
    assignment_free(&s);
    return status;
}
