#include "model/kmeans/moves.h"

#include <math.h>
#include <string.h>

/* 65536 values below 2^46 stay below 2^62 in an int64. */
enum { T = SHOAL_TILE_ROWS, STRIDE = 32, MOST_MOVES = 65536 };

/* Moves a row from cluster `from` (-1: none) to cluster `to`. */
static void move_row(const shoal_tiles *tiles, int64_t row, int from, int to, shoal_lloyd_worker *worker)
{
    int64_t *into = worker->sum + (int64_t)to * tiles->d;
    int64_t *out = from < 0 ? NULL : worker->sum + (int64_t)from * tiles->d;
    for (int j = 0; j < tiles->d; j++) {
        const int64_t value = llrint(shoal_tiles_value(tiles, row, j) * tiles->grid[j]);
        into[j] += value;
        if (out != NULL) out[j] -= value;
    }
}

/* The same for a row with a weight, with it in steps of the grid. */
static shoal_wide_int move_weighted(const shoal_tiles *tiles, int64_t row, int from, int to, shoal_lloyd_worker *worker)
{
    const double weight = tiles->weight[row];
    const shoal_wide_int steps = shoal_tiles_steps(tiles, row);
    shoal_wide_int *into = worker->total + (int64_t)to * tiles->d;
    shoal_wide_int *out = from < 0 ? NULL : worker->total + (int64_t)from * tiles->d;
    for (int j = 0; j < tiles->d; j++) {
        const double value = shoal_tiles_value(tiles, row, j);
        const shoal_wide_int share =
            tiles->copies ? llrint(value * tiles->grid[j]) * steps : (shoal_wide_int)(weight * value * tiles->grid[j]);
        into[j] += share;
        if (out != NULL) out[j] -= share;
    }
    worker->total_weight[to] += steps;
    if (from >= 0) worker->total_weight[from] -= steps;
    return steps;
}

/* Whether any of STRIDE labels differs; without branches, since mostly none does. */
static bool any_differs(const int32_t *a, const int32_t *b)
{
    int32_t differ = 0;
    for (int i = 0; i < STRIDE; i++) differ |= a[i] ^ b[i];
    return differ != 0;
}

/* The rows whose label differs from the one they had in `labels`, with both labels. */
static int list_moves(const int32_t *labels, const int32_t *label, int rows, shoal_lloyd_moves *moves)
{
    int count = 0;
    for (int begin = 0; begin < rows; begin += STRIDE) {
        const int end = begin + STRIDE < rows ? begin + STRIDE : rows;
        if (end == begin + STRIDE && !any_differs(labels + begin, label + begin)) continue;
        for (int i = begin; i < end; i++) {
            moves->row[count] = i;
            moves->from[count] = labels[i];
            moves->to[count] = label[i];
            count += labels[i] != label[i];
        }
    }
    return count;
}

static void flush(int k, int64_t cells, shoal_lloyd_worker *worker)
{
    for (int64_t at = 0; at < cells; at++) worker->total[at] += worker->sum[at];
    for (int c = 0; c < k; c++) worker->total_weight[c] += worker->weight[c];
    memset(worker->sum, 0, (size_t)cells * sizeof *worker->sum);
    memset(worker->weight, 0, (size_t)k * sizeof *worker->weight);
    worker->pending = 0;
}

/* Makes room for so many rows in the sums. */
static void begin_moves(const shoal_lloyd *lloyd, int64_t rows, shoal_lloyd_worker *worker)
{
    if (worker->pending + rows > MOST_MOVES) flush(lloyd->centroids.k, lloyd->cells, worker);
    worker->pending += rows;
    worker->changed += rows;
}

void shoal_lloyd_move_sum(const shoal_lloyd *lloyd, const int64_t *sum, int64_t rows, int from, int to,
                          shoal_lloyd_worker *worker)
{
    const int d = lloyd->tiles->d;
    begin_moves(lloyd, rows, worker);
    int64_t *into = worker->sum + (int64_t)to * d, *out = from < 0 ? NULL : worker->sum + (int64_t)from * d;
    for (int j = 0; j < d; j++) into[j] += sum[j];
    for (int j = 0; j < d && out != NULL; j++) out[j] -= sum[j];
    worker->weight[to] += rows;
    if (from >= 0) worker->weight[from] -= rows;
    worker->moved += rows;
}

/* Books the rows of a tile, from row `begin` of all, that change to these labels. */
static void move_in_tile(const shoal_lloyd *lloyd, int64_t begin, int rows, const int32_t *label,
                         shoal_lloyd_worker *worker)
{
    const shoal_tiles *tiles = lloyd->tiles;
    const int64_t tile = begin / T;
    shoal_lloyd_moves *moves = &worker->moves;
    if (memcmp(lloyd->labels + begin, label, (size_t)rows * sizeof *label) == 0) return;
    const int count = list_moves(lloyd->labels + begin, label, rows, moves);
    begin_moves(lloyd, count, worker);
    for (int i = 0; i < count; i++) moves->row[i] += (int32_t)(begin % T);
    for (int i = 0; i < count; i++) lloyd->labels[tile * T + moves->row[i]] = moves->to[i];
    if (tiles->weight != NULL) {
        for (int i = 0; i < count; i++)
            worker->moved += move_weighted(tiles, tile * T + moves->row[i], moves->from[i], moves->to[i], worker);
        return;
    }
    for (int i = 0; i < count; i++) {
        if (moves->from[i] >= 0) worker->weight[moves->from[i]]--;
        worker->weight[moves->to[i]]++;
    }
    worker->moved += count;
    if (!tiles->wide)
        shoal_kernels_get()->move_f32(tiles->narrow_data + tile * tiles->d * T, tiles->d, tiles->grid, count,
                                      moves->row, moves->from, moves->to, worker->sum);
    else
        for (int i = 0; i < count; i++) move_row(tiles, tile * T + moves->row[i], moves->from[i], moves->to[i], worker);
}

void shoal_lloyd_move_rows(const shoal_lloyd *lloyd, int64_t begin, int rows, const int32_t *label,
                           shoal_lloyd_worker *worker)
{
    while (rows > 0) {
        const int left = (int)(T - begin % T), part = rows < left ? rows : left;
        move_in_tile(lloyd, begin, part, label, worker);
        begin += part;
        label += part;
        rows -= part;
    }
}

void shoal_lloyd_take_moves(shoal_lloyd *lloyd, shoal_lloyd_worker *worker)
{
    const int k = lloyd->centroids.k;
    flush(k, lloyd->cells, worker);
    for (int64_t at = 0; at < lloyd->cells; at++) lloyd->sum[at] += worker->total[at];
    for (int c = 0; c < k; c++) lloyd->weight[c] += worker->total_weight[c];
    memset(worker->total, 0, (size_t)lloyd->cells * sizeof *worker->total);
    memset(worker->total_weight, 0, (size_t)k * sizeof *worker->total_weight);
}
