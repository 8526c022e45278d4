/* Which number of clusters the figures recommend. */
#ifndef SHOAL_MODEL_CHOOSE_K_RANK_H
#define SHOAL_MODEL_CHOOSE_K_RANK_H

#include <shoal/kmeans.h>

/* Fills result->k and result->reasons from result->candidates (n_candidates >= 1, rising k).
 * total: squared distances to the mean of all, the inertia of one cluster. */
void shoal_choose_k_rank(double total, shoal_choose_k_result *result);

#endif
