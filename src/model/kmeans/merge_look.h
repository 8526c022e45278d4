/* Whether merging equal rows may pay. */
#ifndef SHOAL_MODEL_KMEANS_MERGE_LOOK_H
#define SHOAL_MODEL_KMEANS_MERGE_LOOK_H

#include <stdbool.h>

#include <shoal/table.h>

/* The most different rows of n that are worth to be merged. */
int64_t shoal_merge_limit(int64_t n);
/* Whether a sample of the rows lets no more different rows be expected. Their number is estimated after Chao 1987
 * (doi:10.2307/2531532) from how many rows the sample holds once and twice. Columns are read one after the other, only
 * until too many rows differ. O(d). */
bool shoal_merge_look(const shoal_matrix *x);

#endif
