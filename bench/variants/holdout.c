#include "variants/holdout.h"

#include <math.h>

#include "base/memory.h"
#include "base/sum.h"
#include "variants/gini.h"

/* The customers that count, side by side. */
typedef struct outcome {
    int64_t n;
    double *expected, *bought; /* purchases */
    double *worth, *spent;     /* money; NULL where one is not known of all */
} outcome;

static void outcome_free(outcome *o)
{
    free(o->expected);
    free(o->bought);
    free(o->worth);
    free(o->spent);
}

static shoal_status gather(const shoal_summary *s, const double *purchases, const double *spend, outcome *o,
                           shoal_error *err)
{
    bool money = spend != NULL && s->holdout_spend != NULL;
    SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &o->expected, err));
    SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &o->bought, err));
    SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &o->worth, err));
    SHOAL_TRY(shoal_alloc(s->n, sizeof(double), &o->spent, err));
    for (int64_t i = 0; i < s->n; i++) {
        if (isnan(s->T[i])) continue;
        o->expected[o->n] = purchases[i];
        o->bought[o->n] = s->holdout_x[i];
        if (money) {
            o->worth[o->n] = purchases[i] * spend[i];
            o->spent[o->n] = s->holdout_spend[i];
            money = isfinite(o->worth[o->n]);
        }
        o->n++;
    }
    if (!money) {
        free(o->worth);
        free(o->spent);
        o->worth = o->spent = NULL;
    }
    return SHOAL_OK;
}

static void judge_counts(const outcome *o, bench_holdout *holdout)
{
    shoal_sum predicted = {0}, actual = {0}, absolute = {0}, squared = {0};
    for (int64_t i = 0; i < o->n; i++) {
        const double error = o->expected[i] - o->bought[i];
        shoal_sum_add(&predicted, o->expected[i]);
        shoal_sum_add(&actual, o->bought[i]);
        shoal_sum_add(&absolute, fabs(error));
        shoal_sum_add(&squared, error * error);
    }
    const double n = (double)o->n, total = shoal_sum_value(actual);
    if (o->n == 0) return;
    holdout->mae = shoal_sum_value(absolute) / n;
    holdout->rmse = sqrt(shoal_sum_value(squared) / n);
    if (total > 0) holdout->abs_bias = fabs(shoal_sum_value(predicted) - total) / total;
}

shoal_status bench_holdout_judge(const shoal_summary *s, const double *purchases, const double *spend,
                                 bench_holdout *holdout, shoal_error *err)
{
    *holdout = (bench_holdout){NAN, NAN, NAN, NAN, NAN, NAN};
    outcome o = {0};
    shoal_status status;
    SHOAL_TRY_OUT(gather(s, purchases, spend, &o, err));
    judge_counts(&o, holdout);
    SHOAL_TRY_OUT(bench_gini(o.n, o.expected, o.bought, &holdout->gini, &holdout->gini_normalised, err));
    holdout->gini_purchases = holdout->gini;
    if (o.worth != NULL)
        SHOAL_TRY_OUT(bench_gini(o.n, o.worth, o.spent, &holdout->gini, &holdout->gini_normalised, err));
out:
    outcome_free(&o);
    return status;
}
