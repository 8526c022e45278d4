#include <shoal/profile.h>

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/text.h"
#include "segment/group_sum.h"

static shoal_status allocate(const shoal_matrix *variables, int n_segments, shoal_profile *profile, shoal_error *err)
{
    const int64_t cells = (int64_t)n_segments * variables->d;
    profile->n_segments = n_segments;
    profile->n_variables = variables->d;
    SHOAL_TRY(shoal_alloc_zero(n_segments, sizeof *profile->segments, &profile->segments, err));
    SHOAL_TRY(shoal_alloc_zero(variables->d, sizeof *profile->variables, &profile->variables, err));
    SHOAL_TRY(shoal_alloc(cells, sizeof *profile->mean, &profile->mean, err));
    SHOAL_TRY(shoal_alloc(variables->d, sizeof *profile->overall_mean, &profile->overall_mean, err));
    return shoal_alloc(variables->d, sizeof *profile->overall_std, &profile->overall_std, err);
}

static double ratio(double sum, int64_t count)
{
    return count > 0 ? sum / (double)count : NAN;
}

static shoal_status profile_variable(const shoal_ctx *ctx, const shoal_matrix *variables, int v, const int32_t *labels,
                                     shoal_sum *sums, int64_t *counts, shoal_profile *profile, shoal_error *err)
{
    const shoal_column *column = &variables->columns[v];
    const int k = profile->n_segments;
    shoal_text_copy(profile->variables[v], sizeof profile->variables[v], column->name);
    SHOAL_TRY(shoal_group_sum(ctx, variables->n, labels, k, column, NULL, sums, counts, err));
    shoal_sum all = {0};
    int64_t n = 0;
    for (int s = 0; s < k; s++) {
        profile->mean[(int64_t)s * variables->d + v] = ratio(shoal_sum_value(sums[s]), counts[s]);
        shoal_sum_merge(&all, sums[s]);
        n += counts[s];
    }
    const double mean = ratio(shoal_sum_value(all), n);
    SHOAL_TRY(shoal_group_sum(ctx, variables->n, labels, k, column, &mean, sums, NULL, err));
    shoal_sum squares = {0};
    for (int s = 0; s < k; s++) shoal_sum_merge(&squares, sums[s]);
    profile->overall_mean[v] = mean;
    profile->overall_std[v] = sqrt(ratio(shoal_sum_value(squares), n));
    return SHOAL_OK;
}

/* Sums of a column by segment, and the base line as the sum of the segments' figures. */
static shoal_status add_money(const shoal_ctx *ctx, const shoal_column *column, const int32_t *labels, int64_t n,
                              shoal_sum *sums, shoal_profile *profile, double *(*field)(shoal_profile_segment *),
                              double *total, shoal_error *err)
{
    if (column == NULL) return SHOAL_OK;
    SHOAL_TRY(shoal_group_sum(ctx, n, labels, profile->n_segments, column, NULL, sums, NULL, err));
    shoal_sum all = {0};
    for (int s = 0; s < profile->n_segments; s++) {
        const double value = shoal_sum_value(sums[s]);
        *field(&profile->segments[s]) = value;
        shoal_sum_add(&all, value);
    }
    *total = shoal_sum_value(all);
    return SHOAL_OK;
}

static double *revenue_of(shoal_profile_segment *segment)
{
    return &segment->revenue;
}

static double *clv_of(shoal_profile_segment *segment)
{
    return &segment->clv;
}

static shoal_status count_customers(const shoal_ctx *ctx, int64_t n, const int32_t *labels, int64_t *counts,
                                    shoal_profile *profile, shoal_error *err)
{
    SHOAL_TRY(shoal_group_sum(ctx, n, labels, profile->n_segments, NULL, NULL, NULL, counts, err));
    for (int s = 0; s < profile->n_segments; s++) {
        shoal_profile_segment *segment = &profile->segments[s];
        snprintf(segment->name, sizeof segment->name, "Segment %d", s + 1);
        segment->customers = counts[s];
        profile->customers += counts[s];
    }
    return SHOAL_OK;
}

shoal_status shoal_profile_run(const shoal_ctx *ctx, const shoal_matrix *variables, const int32_t *labels,
                               int n_segments, const shoal_column *revenue, const shoal_column *clv,
                               shoal_profile *profile, shoal_error *err)
{
    shoal_status status;
    shoal_profile made = {0};
    shoal_sum *sums = NULL;
    int64_t *counts = NULL;
    SHOAL_TRY_OUT(allocate(variables, n_segments, &made, err));
    SHOAL_TRY_OUT(shoal_alloc(n_segments, sizeof *sums, &sums, err));
    SHOAL_TRY_OUT(shoal_alloc(n_segments, sizeof *counts, &counts, err));
    SHOAL_TRY_OUT(count_customers(ctx, variables->n, labels, counts, &made, err));
    SHOAL_TRY_OUT(add_money(ctx, revenue, labels, variables->n, sums, &made, revenue_of, &made.revenue, err));
    SHOAL_TRY_OUT(add_money(ctx, clv, labels, variables->n, sums, &made, clv_of, &made.clv, err));
    for (int v = 0; v < variables->d; v++)
        SHOAL_TRY_OUT(profile_variable(ctx, variables, v, labels, sums, counts, &made, err));
out:
    free(sums);
    free(counts);
    if (status < 0) shoal_profile_free(&made);
    else *profile = made;
    return status;
}

void shoal_profile_free(shoal_profile *profile)
{
    if (profile == NULL) return;
    free(profile->segments);
    free(profile->variables);
    free(profile->mean);
    free(profile->overall_mean);
    free(profile->overall_std);
    *profile = (shoal_profile){0};
}
