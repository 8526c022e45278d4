#include "model/kmeans/assign_rows.h"

#include <math.h>
#include <string.h>

#include "model/kmeans/values.h"

enum { T = SHOAL_TILE_ROWS };
_Static_assert(T % SHOAL_LABEL_ROWS == 0, "a stretch that is filled up fits");

static bool reads_as_it_is(const shoal_column *column)
{
    return column->type == SHOAL_F32 && column->valid == NULL;
}

/* Where the kernel finds the rows; filled up with zeros to whole multiples of SHOAL_LABEL_ROWS. */
static void point_at(const shoal_assign_job *job, int64_t begin, int rows, shoal_assign_worker *worker)
{
    double values[T];
    for (int j = 0; j < job->x->d; j++) {
        const shoal_column *column = &job->x->columns[j];
        if (reads_as_it_is(column) && job->offset[j] == 0 && rows % SHOAL_LABEL_ROWS == 0) {
            worker->columns[j] = (const float *)column->data + begin;
            continue;
        }
        float *narrow = worker->narrow + (int64_t)j * T;
        shoal_values_read(column, begin, rows, values);
        for (int i = 0; i < rows; i++) narrow[i] = (float)(values[i] - job->offset[j]);
        for (int i = rows; i % SHOAL_LABEL_ROWS != 0; i++) narrow[i] = 0;
        worker->columns[j] = narrow;
    }
}

/* How far apart scores must lie to prove that float64 distances fall in the same order.
 *
 * With u = 2^-24, x and c without their offset, |x| <= N and |c| <= C, a score is at most M = C^2 / 2 + N C. It is off
 * by less than (d + 4) u M, for the chain of d fused multiply-adds and the one rounding each of half norm, coordinate
 * and value; the index in its low bits moves it by 2^bits 2u M. Squared float64 distances, twice a score, are off by
 * (d + 4) 2^-53 (N + C)^2. The last term is for gradual underflow. */
static double doubt(const shoal_assign_job *job, double square)
{
    const double u = 0x1p-24, c = job->norm, d = job->x->d;
    const double n = sqrt(square) * (1 + (d + 8) * u) + d * 0x1p-70;
    const double relative = 1.01 * ((d + 8) * u + 1.01 * ldexp(2 * u, shoal_label_bits(job->k)));
    return 2 * (relative * (c * c / 2 + n * c) + (d + 8) * 0x1p-53 * (n + c) * (n + c) + d * 0x1p-140);
}

/* Labels by scores. Lists the rows that they leave open in worker->row and gives their number. */
static int score(const shoal_assign_job *job, int64_t begin, int rows, shoal_assign_worker *worker)
{
    const double largest_square = 1e30; /* scores stay far from overflow */
    const int filled = (rows + SHOAL_LABEL_ROWS - 1) / SHOAL_LABEL_ROWS * SHOAL_LABEL_ROWS;
    float square;
    point_at(job, begin, rows, worker);
    const float least =
        job->kernels->label_f32(worker->columns, filled, job->x->d, job->packed, job->half_norm, job->k, worker->label,
                                job->columns != NULL ? worker->second : NULL, worker->lead, &square);
    const bool sane = (double)square <= largest_square;
    const double needed = sane ? doubt(job, (double)square) : INFINITY;
    if ((double)least > needed) return 0;
    int open = 0;
    for (int i = 0; i < rows; i++)
        if (!sane || !((double)worker->lead[i] > needed)) worker->row[open++] = i;
    return open;
}

/* Nearest and second-nearest centroid of one row, with centroids as the rows of tiles: the same bits. */
static void settle_row(const shoal_assign_job *job, const double *position, shoal_assign_worker *worker, int i)
{
    const int d = job->x->d;
    double best = INFINITY, next = INFINITY;
    int32_t label = 0, second = 0;
    for (int first = 0; first < job->k; first += T) {
        const int count = job->k - first < T ? job->k - first : T;
        job->kernels->nearest_f64(job->columns + (int64_t)first * d, count, d, position, 1, worker->found, worker->best,
                                  worker->next);
        for (int c = 0; c < count; c++) {
            const double square = worker->best[c];
            if (square < best) {
                next = best;
                second = label;
                best = square;
                label = first + c;
            } else if (square < next) {
                next = square;
                second = first + c;
            }
        }
    }
    worker->label[i] = label;
    worker->second[i] = second;
}

/* Decides the first `open` rows of worker->row in float64. */
static bool settle(const shoal_assign_job *job, int64_t begin, int rows, int open, shoal_assign_worker *worker)
{
    const int d = job->x->d;
    double values[T];
    for (int j = 0; j < d; j++) {
        shoal_values_read(&job->x->columns[j], begin, rows, values);
        for (int i = 0; i < open; i++) worker->wide[j * T + i] = values[worker->row[i]];
        if (!shoal_values_usable(worker->wide + (int64_t)j * T, open)) return false;
    }
    if (job->columns == NULL) {
        job->kernels->nearest_f64(worker->wide, open, d, job->centroids, job->k, worker->found, worker->best,
                                  worker->next);
        for (int i = 0; i < open; i++) worker->label[worker->row[i]] = worker->found[i];
        return true;
    }
    for (int i = 0; i < open; i++) {
        for (int j = 0; j < d; j++) worker->position[j] = worker->wide[j * T + i];
        settle_row(job, worker->position, worker, worker->row[i]);
    }
    return true;
}

/* Adds a column's part of the squared distances of the rows to their labels' centroids. */
static void add_squares(const shoal_assign_job *job, int64_t begin, int rows, int j, const int32_t *label, double *sums)
{
    const shoal_column *column = &job->x->columns[j];
    const double *coordinates = job->coordinates + (int64_t)j * job->k;
    if (reads_as_it_is(column)) {
        job->kernels->square_f32((const float *)column->data + begin, rows, coordinates, job->k, label, sums);
        return;
    }
    double values[T];
    shoal_values_read(column, begin, rows, values);
    job->kernels->square_f64(values, rows, coordinates, job->k, label, sums);
}

/* Squared distances of the rows to their labels' centroids (best) and to their seconds' (next), in float64. */
static void measure(const shoal_assign_job *job, int64_t begin, int rows, bool both, shoal_assign_worker *worker)
{
    for (int i = 0; i < rows; i++) worker->best[i] = worker->next[i] = 0;
    for (int j = 0; j < job->x->d; j++) {
        add_squares(job, begin, rows, j, worker->label, worker->best);
        if (both) add_squares(job, begin, rows, j, worker->second, worker->next);
    }
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void write_out(const shoal_assign_job *job, int64_t begin, int rows, shoal_assign_worker *worker)
{
    const shoal_kmeans_assignment *out = job->out;
    const bool alone = job->k == 1;
    memcpy(out->labels + begin, worker->label, (size_t)rows * sizeof *out->labels);
    if (out->second != NULL)
        for (int i = 0; i < rows; i++) out->second[begin + i] = alone ? -1 : worker->second[i];
    if (job->coordinates == NULL) return;
    measure(job, begin, rows, out->second_distance != NULL && !alone, worker);
    if (out->distance != NULL)
        for (int i = 0; i < rows; i++) out->distance[begin + i] = sqrt(worker->best[i]);
    if (out->second_distance != NULL)
        for (int i = 0; i < rows; i++)
            out->second_distance[begin + i] = alone ? (double)NAN : sqrt(larger(worker->next[i], worker->best[i]));
}

bool shoal_assign_rows(const shoal_assign_job *job, int64_t begin, int rows, shoal_assign_worker *worker)
{
    int open = rows;
    if (job->packed != NULL) open = score(job, begin, rows, worker);
    else
        for (int i = 0; i < rows; i++) worker->row[i] = i;
    if (open > 0 && !settle(job, begin, rows, open, worker)) return false;
    write_out(job, begin, rows, worker);
    return true;
}
