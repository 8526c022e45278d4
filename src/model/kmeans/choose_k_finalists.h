/* Fits of every k to the same rows, and which of them go on over more rows. */
#ifndef SHOAL_MODEL_KMEANS_CHOOSE_K_FINALISTS_H
#define SHOAL_MODEL_KMEANS_CHOOSE_K_FINALISTS_H

#include "model/kmeans/choose_k.h"

enum { SHOAL_MOST_FINALISTS = 8 };

/* The fits of all slots; start it as {0}. */
typedef struct shoal_round {
    const shoal_tiles *tiles;
    int count;                                            /* of models; those of the largest k come first */
    int first[SHOAL_CHOOSE_K_MAX], n[SHOAL_CHOOSE_K_MAX]; /* of each slot */
    shoal_model *models;
} shoal_round;

/* Of a slot's models: those that go on, by rising inertia. */
typedef struct shoal_finalists {
    int n, index[SHOAL_MOST_FINALISTS];
} shoal_finalists;

/* chosen, for every slot: the best of each optimum that may come first on all rows, from which the rows of the round
 * were drawn, but at most `most`. Its inertia is greater than the least by no more than 3 standard errors of the
 * difference. Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_finalists_choose(const shoal_choice *choice, const shoal_round *round, int most,
                                                   shoal_finalists *chosen, shoal_error *err);

#endif
