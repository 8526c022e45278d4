#include "variants/pareto.h"

#include <math.h>
#include <stdlib.h>

static bool is_known(const bench_point *point)
{
    return !isnan(point->ms) && !isnan(point->quality);
}

static int by_time(const void *a, const void *b)
{
    const bench_point *left = a, *right = b;
    const bool left_known = is_known(left), right_known = is_known(right);
    if (left_known != right_known) return left_known ? -1 : 1;
    if (left_known && left->ms != right->ms) return left->ms < right->ms ? -1 : 1;
    if (left_known && left->quality != right->quality) return left->quality > right->quality ? -1 : 1;
    return (left->index > right->index) - (left->index < right->index);
}

void bench_pareto(int n, bench_point *points)
{
    if (n == 0) return;
    qsort(points, (size_t)n, sizeof *points, by_time);
    const bench_point *best = NULL; /* of those before: the best quality, at the shortest time */
    for (int i = 0; i < n; i++) {
        bench_point *point = &points[i];
        const bool better = best == NULL || point->quality > best->quality;
        const bool equal = best != NULL && point->quality == best->quality && point->ms == best->ms;
        point->front = is_known(point) && (better || equal);
        if (point->front && better) best = point;
    }
}
