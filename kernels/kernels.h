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
} shoal_kernels;

/* The table for this CPU, or for SHOAL_CPU=scalar|avx2|avx512 where that is set and can run here. Chosen once. */
const shoal_kernels *shoal_kernels_get(void);
/* The table of one instruction set, or NULL where this CPU lacks it. For the check program. */
const shoal_kernels *shoal_kernels_for(const char *isa);

#endif
