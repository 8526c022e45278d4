#include "model/kmeans/choose_k_rank.h"

#include <math.h>

bool shoal_criterion_known(const shoal_choose_k_result *result, shoal_criterion criterion)
{
    if (criterion == SHOAL_CRITERION_GAP) return result->gap_k > 0;
    return criterion != SHOAL_CRITERION_STABILITY || !isnan(result->candidates[0].stability);
}

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

/* What the rule of the gap statistic names comes before all others. */
static double gap_score(const shoal_choose_k_result *result, int i)
{
    const shoal_choose_k_candidate *at = &result->candidates[i];
    if (at->k == result->gap_k) return INFINITY;
    return isnan(at->gap) ? -INFINITY : at->gap;
}

/* Higher is better, for every criterion. */
static double score(shoal_criterion criterion, double total, const shoal_choose_k_result *result, int i)
{
    const shoal_choose_k_candidate *at = &result->candidates[i];
    switch (criterion) {
    case SHOAL_CRITERION_SILHOUETTE: return at->silhouette;
    case SHOAL_CRITERION_CALINSKI_HARABASZ: return at->calinski_harabasz;
    case SHOAL_CRITERION_DAVIES_BOULDIN: return -at->davies_bouldin;
    case SHOAL_CRITERION_GAP: return gap_score(result, i);
    case SHOAL_CRITERION_STABILITY: return round(100 * at->stability);
    case SHOAL_CRITERION_ELBOW:
    case SHOAL_N_CRITERIA: break;
    }
    return elbow_depth(total, result, i);
}

/* 1 for the best; equal scores share the mean of their ranks. */
static double rank_of(shoal_criterion criterion, double total, const shoal_choose_k_result *result, int i)
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

int shoal_criterion_best(const shoal_choose_k_result *result, shoal_criterion criterion, double total)
{
    int best = 0;
    for (int i = 1; i < result->n_candidates; i++)
        if (score(criterion, total, result, i) > score(criterion, total, result, best)) best = i;
    return best;
}

static double mean_rank(double total, const shoal_choose_k_result *result, int i)
{
    double sum = 0;
    int count = 0;
    for (int criterion = 0; criterion < SHOAL_N_CRITERIA; criterion++) {
        if (!shoal_criterion_known(result, (shoal_criterion)criterion)) continue;
        sum += rank_of((shoal_criterion)criterion, total, result, i);
        count++;
    }
    return sum / count;
}

void shoal_choose_k_rank(double total, shoal_choose_k_result *result)
{
    int chosen = 0;
    double least = INFINITY;
    for (int i = 0; i < result->n_candidates; i++) {
        const double mean = mean_rank(total, result, i);
        if (mean < least) {
            least = mean;
            chosen = i;
        }
    }
    result->k = result->candidates[chosen].k;
    shoal_choose_k_reasons(total, chosen, least, result);
}
