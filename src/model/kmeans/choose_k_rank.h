/* Which number of clusters the figures recommend. */
#ifndef SHOAL_MODEL_CHOOSE_K_RANK_H
#define SHOAL_MODEL_CHOOSE_K_RANK_H

#include <shoal/kmeans.h>

typedef enum shoal_criterion {
    SHOAL_CRITERION_SILHOUETTE,
    SHOAL_CRITERION_CALINSKI_HARABASZ,
    SHOAL_CRITERION_DAVIES_BOULDIN,
    SHOAL_CRITERION_ELBOW,
    SHOAL_CRITERION_GAP,
    SHOAL_CRITERION_STABILITY,
    SHOAL_N_CRITERIA
} shoal_criterion;

/* Stability below this is called low. */
#define SHOAL_LOW_STABILITY 0.6

/* Whether the figures have it. */
bool shoal_criterion_known(const shoal_choose_k_result *result, shoal_criterion criterion);
/* The best candidate by one criterion, the first on ties. total: as below. */
int shoal_criterion_best(const shoal_choose_k_result *result, shoal_criterion criterion, double total);

/* Fills result->k and result->reasons from gap_k, gap_one and candidates (n_candidates >= 1, rising k).
 * total: squared distances to the mean of all, the inertia of one cluster. */
void shoal_choose_k_rank(double total, shoal_choose_k_result *result);

/* The reasons for candidate `chosen`, whose mean rank is given. */
void shoal_choose_k_reasons(double total, int chosen, double mean_rank, shoal_choose_k_result *result);

#endif
