#include <math.h>

#include "base/memory.h"
#include "model/kmeans/tiles.h"

enum { G = SHOAL_ASSIGN_GROUP };

shoal_status shoal_centroids_make(const shoal_tiles *tiles, int k, shoal_centroids *centroids, shoal_error *err)
{
    *centroids = (shoal_centroids){.k = k};
    const int64_t cells = (int64_t)k * tiles->d;
    shoal_status status = shoal_alloc_zero(cells, sizeof *centroids->wide, &centroids->wide, err);
    if (status == SHOAL_OK) status = shoal_alloc_zero(cells, sizeof *centroids->by_column, &centroids->by_column, err);
    if (status == SHOAL_OK && !tiles->wide)
        status = shoal_alloc_zero(cells, sizeof *centroids->narrow, &centroids->narrow, err);
    if (status == SHOAL_OK && !tiles->wide && k >= 2) {
        const int64_t padded = ((int64_t)k + G - 1) / G * G;
        status = shoal_alloc_zero(padded * tiles->d, sizeof *centroids->packed, &centroids->packed, err);
        if (status == SHOAL_OK)
            status = shoal_alloc_zero(padded, sizeof *centroids->half_norm, &centroids->half_norm, err);
    }
    if (status < 0) shoal_centroids_free(centroids);
    return status;
}

void shoal_centroids_free(shoal_centroids *centroids)
{
    free(centroids->wide);
    free(centroids->narrow);
    free(centroids->by_column);
    free(centroids->packed);
    free(centroids->half_norm);
    *centroids = (shoal_centroids){0};
}

void shoal_centroids_set(const shoal_tiles *tiles, shoal_centroids *centroids, int c, const double *position)
{
    for (int j = 0; j < tiles->d; j++) {
        const int64_t at = (int64_t)c * tiles->d + j;
        const double returned = position[j] + tiles->offset[j];
        centroids->wide[at] = returned - tiles->offset[j];
        if (centroids->narrow != NULL) centroids->narrow[at] = (float)centroids->wide[at];
    }
}

void shoal_centroids_set_all(const shoal_tiles *tiles, shoal_centroids *centroids, const double *positions)
{
    for (int c = 0; c < centroids->k; c++) shoal_centroids_set(tiles, centroids, c, positions + (int64_t)c * tiles->d);
}

void shoal_centroids_set_row(const shoal_tiles *tiles, shoal_centroids *centroids, int c, int64_t row)
{
    for (int j = 0; j < tiles->d; j++) {
        const int64_t at = (int64_t)c * tiles->d + j;
        centroids->wide[at] = shoal_tiles_value(tiles, row, j);
        if (centroids->narrow != NULL) centroids->narrow[at] = (float)centroids->wide[at];
    }
}

void shoal_centroids_pack(const shoal_tiles *tiles, shoal_centroids *centroids)
{
    const int d = tiles->d;
    double largest = 0;
    for (int c = 0; c < centroids->k; c++) {
        const double *position = centroids->wide + (int64_t)c * d;
        double square = 0;
        for (int j = 0; j < d; j++) {
            square += position[j] * position[j];
            centroids->by_column[(int64_t)j * centroids->k + c] = position[j];
        }
        largest = square > largest ? square : largest;
        if (centroids->packed == NULL) continue;
        for (int j = 0; j < d; j++)
            centroids->packed[((int64_t)(c / G) * d + j) * G + c % G] = centroids->narrow[(int64_t)c * d + j];
        centroids->half_norm[c] = (float)(square / 2);
    }
    centroids->norm = sqrt(largest) * (1 + 1e-6);
}
