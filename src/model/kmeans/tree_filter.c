#include <float.h>
#include <math.h>

#include "model/kmeans/tree_parts.h"

/* Box [m - h, m + h], centroid b that is nearest to m, another one c. For a point m + e of the box
 *     |x - c|^2 - |x - b|^2 = |m - c|^2 - |m - b|^2 + 2 e.(b - c) >= C - B - 2 sum_j h_j |b_j - c_j| =: lead.
 * With u = 2^-53 and H = |h|^2: the computed lead is off by less than (d + 6) u (C + B + 2 S), S <= H + (C + B) / 2
 * being that sum; squared distances as labels are decided by are off by (d + 3) u of themselves, and below
 * 2 (C + H) and 2 (B + H). Both together stay below (d + 8) 2^-51 (C + B + 2 H); eight times that is asked. Where the
 * lead is larger, it is one of distances divided by their sum, which is at most sqrt(C) + sqrt(B) + 2 sqrt(H). */
typedef struct filter_box {
    double reach; /* H */
    double slack; /* relative */
} filter_box;

static filter_box place_box(const float *box, int d, double *middle, double *half)
{
    double reach = 0;
    for (int j = 0; j < d; j++) {
        const double low = (double)box[j], high = (double)box[d + j], centre = (low + high) / 2;
        const double more = high - centre > centre - low ? high - centre : centre - low;
        middle[j] = centre;
        half[j] = more * (1 + 0x1p-50);
        reach += half[j] * half[j];
    }
    return (filter_box){.reach = reach, .slack = (d + 8) * 0x1p-48};
}

/* Squared distances to the middle; gives the place of the least in the list. */
static inline __attribute__((always_inline)) int nearest_to(const double *middle, const int d, const double *centroids,
                                                            const int32_t *from, int count, double *square)
{
    int nearest = 0;
    for (int i = 0; i < count; i++) {
        const double *centroid = centroids + (int64_t)from[i] * d;
        double sum = 0;
        for (int j = 0; j < d; j++) sum += (middle[j] - centroid[j]) * (middle[j] - centroid[j]);
        square[i] = sum;
        if (sum < square[nearest]) nearest = i;
    }
    return nearest;
}

/* By how much the lead must shrink, as a distance; longest: a bound on the sum of both distances. */
static double margin_of(double lead, double longest, int d)
{
    return lead / longest * (1 - 1e-9) - (d + 8) * 0x1p-49 * longest;
}

static inline __attribute__((always_inline)) int keep(const filter_box *box, const double *half, const int d,
                                                      const double *centroids, const int32_t *from, int count,
                                                      int nearest, const double *square, int32_t *to, double *margin)
{
    const double *best = centroids + (int64_t)from[nearest] * d;
    const double least = square[nearest], distance = sqrt(least) + 2 * sqrt(box->reach);
    int kept = 0;
    for (int i = 0; i < count; i++) {
        const double *centroid = centroids + (int64_t)from[i] * d;
        double across = 0;
        for (int j = 0; j < d; j++) across += half[j] * fabs(best[j] - centroid[j]);
        const double lead = square[i] - least - 2 * across;
        const double wrong = box->slack * (square[i] + least + 2 * box->reach) + DBL_MIN;
        if (lead > wrong) *margin = fmin(*margin, margin_of(lead - wrong, distance + sqrt(square[i]), d));
        else to[kept++] = from[i];
    }
    return kept;
}

static inline __attribute__((always_inline)) int filter(const float *box, const int d, const double *centroids,
                                                        const int32_t *from, int count, int32_t *to, double *margin,
                                                        const shoal_tree_filter_scratch *scratch)
{
    const filter_box placed = place_box(box, d, scratch->middle, scratch->half);
    const int nearest = nearest_to(scratch->middle, d, centroids, from, count, scratch->square);
    return keep(&placed, scratch->half, d, centroids, from, count, nearest, scratch->square, to, margin);
}

int shoal_tree_filter(const float *box, int d, const double *centroids, const int32_t *from, int count, int32_t *to,
                      double *margin, const shoal_tree_filter_scratch *scratch)
{
    switch (d) {
    case 1: return filter(box, 1, centroids, from, count, to, margin, scratch);
    case 2: return filter(box, 2, centroids, from, count, to, margin, scratch);
    case 3: return filter(box, 3, centroids, from, count, to, margin, scratch);
    case 4: return filter(box, 4, centroids, from, count, to, margin, scratch);
    default: return filter(box, d, centroids, from, count, to, margin, scratch);
    }
}
