#include "model/kmeans/choose_k_rank.h"

#include <math.h>
#include <stdio.h>

enum { SILHOUETTE, CALINSKI_HARABASZ, DAVIES_BOULDIN, ELBOW, CRITERIA };

static const char *const names[CRITERIA] = {"silhouette", "Calinski–Harabasz index", "Davies–Bouldin index",
                                            "elbow of the inertia"};

/* How far candidate i lies below the chord from one cluster to the largest k, both axes scaled to 0..1. */
static double elbow_depth(double total, const shoal_choose_k_result *result, int i)
{
    const shoal_choose_k_candidate *last = &result->candidates[result->n_candidates - 1];
    const shoal_choose_k_candidate *at = &result->candidates[i];
    if (total <= last->inertia) return 0;
    const double x = (double)(at->k - 1) / (double)(last->k - 1);
    const double y = (at->inertia - last->inertia) / (total - last->inertia);
    return 1 - x - y;
}

/* Higher is better, for every criterion. */
static double score(int criterion, double total, const shoal_choose_k_result *result, int i)
{
    switch (criterion) {
    case SILHOUETTE: return result->candidates[i].silhouette;
    case CALINSKI_HARABASZ: return result->candidates[i].calinski_harabasz;
    case DAVIES_BOULDIN: return -result->candidates[i].davies_bouldin;
    default: return elbow_depth(total, result, i);
    }
}

/* 1 for the best; equal scores share the mean of their ranks. */
static double rank_of(int criterion, double total, const shoal_choose_k_result *result, int i)
{
    const double own = score(criterion, total, result, i);
    double rank = 1;
    for (int other = 0; other < result->n_candidates; other++) {
        const double theirs = score(criterion, total, result, other);
        if (theirs > own) rank += 1;
        else if (other != i && theirs == own) rank += 0.5;
    }
    return rank;
}

static int best_of(int criterion, double total, const shoal_choose_k_result *result)
{
    int best = 0;
    for (int i = 1; i < result->n_candidates; i++)
        if (score(criterion, total, result, i) > score(criterion, total, result, best)) best = i;
    return best;
}

/* "silhouette is best at k = 4 (0.412)": the criteria that vote for the choice, then those that vote otherwise. */
static void give_reasons(double total, int chosen, double mean_rank, shoal_choose_k_result *result)
{
    const shoal_choose_k_candidate *at = &result->candidates[chosen];
    snprintf(result->reasons[0], SHOAL_REASON_SIZE,
             "k = %d has the best mean rank over silhouette, Calinski–Harabasz, Davies–Bouldin and elbow: %.2f of %d",
             at->k, mean_rank, result->n_candidates);
    int best = best_of(SILHOUETTE, total, result);
    snprintf(result->reasons[1], SHOAL_REASON_SIZE, "%s is highest at k = %d (%.3f); k = %d has %.3f",
             names[SILHOUETTE], result->candidates[best].k, result->candidates[best].silhouette, at->k, at->silhouette);
    best = best_of(DAVIES_BOULDIN, total, result);
    const int other = best_of(CALINSKI_HARABASZ, total, result);
    snprintf(result->reasons[2], SHOAL_REASON_SIZE, "%s is lowest at k = %d (%.3f), %s highest at k = %d (%.5g)",
             names[DAVIES_BOULDIN], result->candidates[best].k, result->candidates[best].davies_bouldin,
             names[CALINSKI_HARABASZ], result->candidates[other].k, result->candidates[other].calinski_harabasz);
    best = best_of(ELBOW, total, result);
    snprintf(result->reasons[3], SHOAL_REASON_SIZE, "the %s lies at k = %d, which leaves %.1f%% of the variance",
             names[ELBOW], result->candidates[best].k, 100 * result->candidates[best].inertia / total);
    result->n_reasons = 4;
}

void shoal_choose_k_rank(double total, shoal_choose_k_result *result)
{
    int chosen = 0;
    double least = INFINITY;
    for (int i = 0; i < result->n_candidates; i++) {
        double mean = 0;
        for (int criterion = 0; criterion < CRITERIA; criterion++)
            mean += rank_of(criterion, total, result, i) / CRITERIA;
        if (mean < least) {
            least = mean;
            chosen = i;
        }
    }
    result->k = result->candidates[chosen].k;
    give_reasons(total, chosen, least, result);
}
