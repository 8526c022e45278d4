/* The hot loops: arrays in, arrays out.
 *
 * Kernels never allocate, log, read files, start threads or fail; the caller validates. Each has a readable scalar
 * reference in scalar/; the versions in avx2/ and avx512/ replace it in the table. Add a kernel: write the reference,
 * its entry here, its check in tests/kernels/, then the fast versions (see CONTRIBUTING.md).
 *
 * Tiles: k-means works on tiles of up to SHOAL_TILE_ROWS rows, feature-major: value of row i, feature j is
 * tile[j * SHOAL_TILE_ROWS + i]. Rows behind the last are zero-padded. */
#ifndef SHOAL_KERNELS_H
#define SHOAL_KERNELS_H

#include <stdint.h>

enum { SHOAL_TILE_ROWS = 256 };

enum { SHOAL_SUM_LANES = 8 };
enum { SHOAL_ASSIGN_BITS = 3, SHOAL_ASSIGN_GROUP = 1 << SHOAL_ASSIGN_BITS };
enum { SHOAL_SOME_ROWS = 32, SHOAL_SOME_SETS = 32 };
enum { SHOAL_MARKS = 6 };
enum { SHOAL_LABEL_ROWS = 32, SHOAL_LABEL_MAX_K = 4096 };

/* Bits that hold the numbers 0..k-1. */
static inline int shoal_label_bits(int k)
{
    int bits = 1;
    while (k > 1 << bits) bits++;
    return bits;
}

/* Bounds on what rounding does to the figures of `assign`. */
typedef struct shoal_assign_error {
    float score, score_norm; /* of a score: score + score_norm |x| */
    float square;            /* of |x|^2 + 2 score, for any row of the tile */
    float gap;               /* taken off the gap at the end */
} shoal_assign_error;

/* What the values of a column in a tile amount to. */
typedef struct shoal_moments {
    double sum, squares; /* squares: of the deviations from the mean, sum / rows */
    float low, high;     /* the least and the largest value; 0 is never -0 */
} shoal_moments;

typedef struct shoal_kernels {
    const char *isa; /* "scalar", "avx2", "avx512" */

    /* Nearest and second-nearest of k centroids for rows 0..rows-1 of a tile.
     * centroids: k x d, row-major, same precision as the tile. label: index of the nearest, ties to the lowest.
     * best, second: squared distances, summed over features in order j = 0..d-1 with one rounding a term
     * (fused multiply-add), so every version gives the same bits; second is +inf where k = 1.
     * Error: relative (d + 2) u of the squared distance, u the unit roundoff. Any n; needs all values finite. */
    void (*nearest_f32)(const float *tile, int rows, int d, const float *centroids, int k, int32_t *label, float *best,
                        float *second);
    void (*nearest_f64)(const double *tile, int rows, int d, const double *centroids, int k, int32_t *label,
                        double *best, double *second);

    /* The nearest of k centroids by scores, and a proof of it. The score of a centroid c is |c|^2 / 2 - x.c, half of
     * what its squared distance to x exceeds |x|^2 by: one fused multiply-add a term where a distance takes two steps.
     * The lowest SHOAL_ASSIGN_BITS bits of a score make room for the centroid's place in its group, so that it travels
     * with the minimum.
     * packed: groups of SHOAL_ASSIGN_GROUP centroids, feature-major within a group: coordinate j of centroid c is
     * packed[(c / G * d + j) * G + c % G]; half_norm: |c|^2 / 2.
     * label: index of the least score. gap: where above 0, a lower bound of the Euclidean distance by which every other
     * centroid is farther than that one; else nothing is proved. Versions differ in rounding, so labels are the same
     * only where a gap is proved. Gives the least gap. Needs rows >= 1, k >= 2 and finite scores. */
    float (*assign_f32)(const float *tile, int rows, int d, const float *packed, const float *half_norm, int k,
                        const shoal_assign_error *error, int32_t *label, float *gap);

    /* The same among some sets of the centroids, for up to SHOAL_SOME_ROWS rows of a tile. Set s holds the centroids
     * s x width and the width - 1 behind it, as far as there are; width is a multiple of SHOAL_ASSIGN_GROUP.
     * sets: the numbers of those to look at, ascending, 1 <= count <= SHOAL_SOME_SETS. Only these centroids are meant
     * by label, by gap and by what is given. set_gap[i]: where the least gap is above 0, a lower bound, over the rows,
     * of how much farther the centroids of sets[i] are than that of the label, which is left out itself (FLT_MAX: it
     * holds no other). SHOAL_SOME_ROWS rows can be read. */
    float (*assign_some_f32)(const float *rows, int n_rows, int d, const float *packed, const float *half_norm, int k,
                             int width, const uint8_t *sets, int count, const shoal_assign_error *error, int32_t *label,
                             float *gap, float *set_gap);

    /* The nearest of k centroids, and the one behind it, for rows that are read straight from d columns.
     * Scores carry their index as those of `assign`, and packed is the same; half_norm is filled up to whole groups
     * with FLT_MAX. label: index of the least score; second: of the next, or NULL where it is not asked for; lead: by
     * how much the next score exceeds the least, with `second` also the third the second, whichever is less.
     * square: the largest |x|^2, NaN or infinite where a value is. Gives the least lead. Versions differ in rounding.
     * Needs whole multiples of SHOAL_LABEL_ROWS rows, 2 <= k <= SHOAL_LABEL_MAX_K; leads and labels of rows that are
     * not finite mean nothing. */
    float (*label_f32)(const float *const *columns, int rows, int d, const float *packed, const float *half_norm, int k,
                       int32_t *label, int32_t *second, float *lead, float *square);

    /* One column's part of the squared distances of rows to the centroid of their label, in float64: sums[i] +=
     * (values[i] - coordinates[label[i]])^2, square and sum rounded each, so every version gives the same bits.
     * coordinates: those of k centroids in the column. */
    void (*square_f32)(const float *values, int rows, const double *coordinates, int k, const int32_t *label,
                       double *sums);
    void (*square_f64)(const double *values, int rows, const double *coordinates, int k, const int32_t *label,
                       double *sums);

    /* What k-means++ asks: sums[t] = sum over all SHOAL_TILE_ROWS rows of weight[i] x min(closest[i], |x_i - p_t|^2)
     * for each of m positions (m x d, row-major). Distances as nearest_f32; terms are added in float64, row i to
     * partial sum i % SHOAL_SUM_LANES by one fused multiply-add, these in order: the same bits in every version.
     * closest holds 0 behind the last row. weight: SHOAL_TILE_ROWS, or NULL for ones. lower: closest first takes the
     * minimum with the first position, so that sums[0] is the sum of closest, and what lies behind the tile in memory
     * is fetched ahead, being the next tile of a walk. Needs m >= 1. */
    void (*closest_f32)(const float *tile, int d, const double *weight, const float *positions, int m, int lower,
                        float *closest, double *sums);

    /* Takes rows of a tile from one sum and adds them to another: value x grid of each feature, rounded to the nearest
     * integer. from: the sum each row is taken from, -1 for none; to likewise; sums: rows of d.
     * Exact, hence the same on every instruction set; |value x grid| < 2^51, and the caller sees to it that no sum
     * overflows. */
    void (*move_f32)(const float *tile, int d, const double *grid, int count, const int32_t *row, const int32_t *from,
                     const int32_t *to, int64_t *sums);

    /* How rows lie to their own centroid and to the next, from squared distances. distance: the root a of own; lead:
     * (b - a) / b with b the root of the larger of own and next, 0 where b is 0. Every version gives the same bits. */
    void (*lead_f64)(const double *own, const float *next, int rows, double *distance, double *lead);
    /* On which side of a hyperplane rows lie: with side_i = sum_j across[j] x_ij - threshold, label[i] becomes
     * labels[side_i > 0]. Gives the least |side_i|. One fused multiply-add a term, from -threshold in order j = 0..d-1,
     * so every version gives the same bits. tile may begin at any row of a tile; nothing behind row rows-1 is touched.
     * Needs 1 <= rows <= SHOAL_TILE_ROWS and finite sides. */
    float (*side_f32)(const float *tile, int rows, int d, const float *across, float threshold, const int32_t labels[2],
                      int32_t *label);

    /* Fills a column of a tile: tile[i] = values[i] - offset, 0 from row `rows` on; adds tile[i]^2, an exact product,
     * to squares[i]. moments: of the rows in the tile; sum and squares are added up in float64, row i to partial sum i
     * % SHOAL_SUM_LANES, these in order, each difference, product and sum rounded: the same bits in every version. The
     * sum is finite where all values and the offset are, else it is not, and all but sum and tile mean nothing then.
     * Behind a full tile, what lies behind the values is fetched ahead, being the next tile of a walk.
     * Needs 1 <= rows <= SHOAL_TILE_ROWS. */
    void (*fill_f32)(const float *values, int rows, float offset, float *tile, double *squares, shoal_moments *moments);

    /* Positions, ascending, of the bytes 0..n-1 that equal one of the marks (some of which may be the same). Gives
     * their number. at: room for n; values behind the last position may be written, those behind at[n - 1] never. Needs
     * n < 2^32. */
    int64_t (*mark_u8)(const char *bytes, int64_t n, const char marks[SHOAL_MARKS], uint32_t *at);
} shoal_kernels;

/* The table for this CPU, or for SHOAL_CPU=scalar|avx2|avx512 where that is set and can run here. Chosen once. */
const shoal_kernels *shoal_kernels_get(void);
/* The table of one instruction set, or NULL where this CPU lacks it. For the check program. */
const shoal_kernels *shoal_kernels_for(const char *isa);

#endif
