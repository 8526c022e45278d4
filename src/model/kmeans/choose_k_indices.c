#include <math.h>

#include "model/kmeans/choose_k.h"
#include "model/kmeans/distance.h"

/* Caliński & Harabasz 1974 (doi:10.1080/03610927408827101) over the clusters with weight. */
static double calinski_harabasz(const shoal_tiles *tiles, const double *centroids, int k, const double *weights,
                                double inertia)
{
    double between = 0;
    int used = 0;
    for (int c = 0; c < k; c++) {
        if (weights[c] == 0) continue;
        between += weights[c] * shoal_squared_distance(centroids + (int64_t)c * tiles->d, tiles->mean, tiles->d);
        used++;
    }
    if (used < 2 || tiles->total_weight <= used) return 0;
    return between / (used - 1) / (inertia / (tiles->total_weight - used));
}

/* Davies & Bouldin 1979 (doi:10.1109/TPAMI.1979.4766909) over the clusters with weight; spread: mean distance. */
static double davies_bouldin(const double *centroids, int k, int d, const double *weights, const double *spread)
{
    double sum = 0;
    int used = 0;
    for (int a = 0; a < k; a++) {
        if (weights[a] == 0) continue;
        double worst = 0;
        for (int b = 0; b < k; b++) {
            if (b == a || weights[b] == 0) continue;
            const double distance =
                sqrt(shoal_squared_distance(centroids + (int64_t)a * d, centroids + (int64_t)b * d, d));
            const double ratio = (spread[a] / weights[a] + spread[b] / weights[b]) / distance;
            if (distance > 0 && ratio > worst) worst = ratio;
        }
        sum += worst;
        used++;
    }
    return sum / used;
}

void shoal_choice_figures(const shoal_tiles *tiles, const shoal_model *model, const shoal_measure *measure,
                          shoal_choose_k_candidate *candidate)
{
    *candidate = (shoal_choose_k_candidate){
        .k = model->k,
        .inertia = measure->inertia,
        .silhouette = measure->silhouette,
        .calinski_harabasz = calinski_harabasz(tiles, model->centroids, model->k, measure->weights, measure->inertia),
        .davies_bouldin = davies_bouldin(model->centroids, model->k, tiles->d, measure->weights, measure->spread),
        .gap = NAN,
        .gap_error = NAN,
        .stability = NAN,
    };
}
