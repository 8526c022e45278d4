/* Which algorithm finds nearest centroids. All give the same bits, so that only time is at stake. */
#ifndef SHOAL_MODEL_KMEANS_ALGORITHM_H
#define SHOAL_MODEL_KMEANS_ALGORITHM_H

#include <shoal/kmeans.h>

#include "model/kmeans/tiles.h"

/* What runs over these tiles where `asked` is asked for; never SHOAL_KMEANS_AUTO. Depends on the data alone, not on
 * threads or the CPU. Trees hold no weights: weighted rows go by bounds instead. */
shoal_kmeans_algorithm shoal_algorithm_for(const shoal_tiles *tiles, int k, shoal_kmeans_algorithm asked);
/* Notes in the result of a fit with k = result->k what ran and why. */
void shoal_algorithm_note(const shoal_tiles *tiles, shoal_kmeans_algorithm asked, shoal_kmeans_result *result);

#endif
