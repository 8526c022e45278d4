#include <float.h>
#include <math.h>

#include "model/kmeans/tree_parts.h"

/* Two centroids a and b, and side(x) = x.(b - a) - (|b|^2 - |a|^2) / 2, which is half of what the squared distance to a
 * exceeds that to b by. With u = 2^-53 and P = sum_j |b_j - a_j| (|x_j| + |a_j| + |b_j|): rounding of w = b - a, of the
 * threshold and of the sum move a side by less than (d + 5) u P, the squared distances that labels are decided by are
 * off by less than (d + 3) u L^2 together, L being a bound on the sum of both distances. More than the sum of both is
 * asked. In float32, w and the threshold rounded, a side is off by less than (d + 3) 2^-24 P; twice as much is asked.
 */

static double product_bound(const shoal_tree_pair *pair, const float *box, int d)
{
    double bound = 0;
    for (int j = 0; j < d; j++) {
        const double most = fmax(fabs((double)box[j]), fabs((double)box[d + j]));
        bound += fabs(pair->across[j]) * (most + fabs(pair->first[j]) + fabs(pair->second[j]));
    }
    return bound * (1 + 1e-9);
}

static double farthest(const float *box, int d, const double *centroid)
{
    double square = 0;
    for (int j = 0; j < d; j++) {
        const double below = centroid[j] - (double)box[j], above = (double)box[d + j] - centroid[j];
        const double most = below > above ? below : above;
        square += most * most;
    }
    return sqrt(square) * (1 + 1e-9);
}

static double distance_bound(const shoal_tree_pair *pair, const float *box, int d)
{
    return farthest(box, d, pair->first) + farthest(box, d, pair->second);
}

void shoal_tree_pair_make(const float *box, int d, const double *centroids, const int32_t list[2],
                          shoal_tree_pair *pair)
{
    double threshold = 0;
    pair->label[0] = list[0];
    pair->label[1] = list[1];
    pair->first = centroids + (int64_t)list[0] * d;
    pair->second = centroids + (int64_t)list[1] * d;
    for (int j = 0; j < d; j++) {
        pair->across[j] = pair->second[j] - pair->first[j];
        pair->narrow_across[j] = (float)pair->across[j];
        threshold += pair->across[j] * (pair->second[j] + pair->first[j]) / 2;
    }
    const double longest = distance_bound(pair, box, d);
    pair->threshold = threshold;
    pair->narrow_threshold = (float)threshold;
    pair->slack = (d + 8) * 0x1p-50 * (product_bound(pair, box, d) + longest * longest) + DBL_MIN;
}

int shoal_tree_pair_side(const shoal_tree_pair *pair, const float *box, int d, double *lead)
{
    const double start = -pair->threshold;
    double least = start, greatest = start;
    for (int j = 0; j < d; j++) {
        const double a = pair->across[j] * (double)box[j], b = pair->across[j] * (double)box[d + j];
        least += a < b ? a : b;
        greatest += a < b ? b : a;
    }
    *lead = least > 0 ? least : -greatest;
    if (!(*lead > pair->slack)) return -1;
    return least > 0 ? 1 : 0;
}

double shoal_tree_pair_gap(const shoal_tree_pair *pair, const float *box, int d, double lead)
{
    const double longest = distance_bound(pair, box, d);
    return 2 * (lead - pair->slack) / longest * (1 - 1e-9) - (d + 8) * 0x1p-49 * longest;
}

double shoal_tree_pair_error(const shoal_tree_pair *pair, const float *box, int d)
{
    const double bound = product_bound(pair, box, d);
    return bound < 1e30 ? 2 * (d + 4) * 0x1p-24 * bound + d * 0x1p-140 : INFINITY;
}
