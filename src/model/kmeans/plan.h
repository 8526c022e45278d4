/* When rows get sorted.
 *
 * Sorting costs about as much as two or three whole passes over few clusters and pays where, for some iterations to
 * come, fewer tiles would then be looked at than were now: the first time when few rows are in doubt, and again when
 * doubtful rows have spread over many tiles. With sets of centroids (sets.h) rows go by label first, and again once
 * many have changed it. */
#ifndef SHOAL_MODEL_KMEANS_PLAN_H
#define SHOAL_MODEL_KMEANS_PLAN_H

#include "model/kmeans/lloyd.h"

/* Decides, after a pass, whether the next one sorts (lloyd->sorting). Errors: MEMORY. */
SHOAL_MUST_USE shoal_status shoal_lloyd_plan(const shoal_lloyd_pass *pass, shoal_lloyd *lloyd, shoal_error *err);

#endif
