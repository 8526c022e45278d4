#include "model/kmeans/seed.h"

void shoal_seed_given(const shoal_tiles *tiles, const double *given, shoal_centroids *centroids)
{
    for (int c = 0; c < centroids->k; c++)
        for (int j = 0; j < tiles->d; j++) {
            const int64_t at = (int64_t)c * tiles->d + j;
            centroids->wide[at] = given[at] - tiles->offset[j];
            if (centroids->narrow != NULL) centroids->narrow[at] = (float)centroids->wide[at];
        }
}
