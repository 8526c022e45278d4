#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "model/kmeans/choose_k_rank.h"

static SHOAL_PRINTF(2, 3) void say(shoal_choose_k_result *result, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(result->reasons[result->n_reasons++], SHOAL_REASON_SIZE, format, args);
    va_end(args);
}

static const shoal_choose_k_candidate *best_of(const shoal_choose_k_result *result, shoal_criterion criterion,
                                               double total)
{
    return &result->candidates[shoal_criterion_best(result, criterion, total)];
}

static void say_rank(int k, double mean_rank, shoal_choose_k_result *result)
{
    const bool gap = shoal_criterion_known(result, SHOAL_CRITERION_GAP);
    const bool stability = shoal_criterion_known(result, SHOAL_CRITERION_STABILITY);
    say(result,
        "k = %d has the best mean rank over silhouette, Calinski–Harabasz, Davies–Bouldin%s elbow%s: %.2f of %d", k,
        gap || stability ? "," : " and",
        gap && stability ? ", gap and stability"
        : gap            ? " and gap"
        : stability      ? " and stability"
                         : "",
        mean_rank, result->n_candidates);
}

static void say_indices(const shoal_choose_k_candidate *at, double total, shoal_choose_k_result *result)
{
    const shoal_choose_k_candidate *best = best_of(result, SHOAL_CRITERION_SILHOUETTE, total);
    say(result, "silhouette is highest at k = %d (%.3f); k = %d has %.3f", best->k, best->silhouette, at->k,
        at->silhouette);
    best = best_of(result, SHOAL_CRITERION_DAVIES_BOULDIN, total);
    const shoal_choose_k_candidate *other = best_of(result, SHOAL_CRITERION_CALINSKI_HARABASZ, total);
    say(result, "Davies–Bouldin index is lowest at k = %d (%.3f), Calinski–Harabasz index highest at k = %d (%.5g)",
        best->k, best->davies_bouldin, other->k, other->calinski_harabasz);
    best = best_of(result, SHOAL_CRITERION_ELBOW, total);
    say(result, "the elbow of the inertia lies at k = %d, which leaves %.1f%% of the variance", best->k,
        100 * best->inertia / total);
}

static void say_gap(shoal_choose_k_result *result)
{
    const shoal_choose_k_candidate *first = &result->candidates[0];
    const shoal_choose_k_candidate *last = &result->candidates[result->n_candidates - 1];
    if (result->gap_k == 1)
        say(result, "the gap statistic prefers a single cluster: its gap is %.3f, that of k = %d %.3f with error %.3f",
            result->gap_one, first->k, first->gap, first->gap_error);
    else if (result->gap_k == last->k)
        say(result, "the gap statistic still grows up to k = %d, where it is %.3f", last->k, last->gap);
    else {
        const shoal_choose_k_candidate *named = &result->candidates[result->gap_k - first->k], *next = named + 1;
        say(result, "the gap statistic names k = %d: its gap is %.3f, that of k = %d %.3f with error %.3f", named->k,
            named->gap, next->k, next->gap, next->gap_error);
    }
}

static void say_stability(const shoal_choose_k_candidate *at, shoal_choose_k_result *result)
{
    say(result, "refits of bootstrap samples agree with k = %d by an adjusted Rand index of %.2f%s", at->k,
        at->stability,
        at->stability < SHOAL_LOW_STABILITY ? ", which is low: other rows would give other clusters" : "");
}

void shoal_choose_k_reasons(double total, int chosen, double mean_rank, shoal_choose_k_result *result)
{
    const shoal_choose_k_candidate *at = &result->candidates[chosen];
    result->n_reasons = 0;
    say_rank(at->k, mean_rank, result);
    say_indices(at, total, result);
    if (shoal_criterion_known(result, SHOAL_CRITERION_GAP)) say_gap(result);
    if (shoal_criterion_known(result, SHOAL_CRITERION_STABILITY)) say_stability(at, result);
    if (result->gap_k == 1 && at->stability < SHOAL_LOW_STABILITY)
        say(result, "neither finds groups: the clusters divide a single crowd, and k is a matter of taste");
}
