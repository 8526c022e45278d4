#include "model/optimise.h"

#include <math.h>
#include <nlopt.h>
#include <stdio.h>
#include <string.h>

#include "base/threads.h"
#include "model/linalg.h"

enum { LBFGS_EVALUATIONS = 100, NEWTON_STEPS = 100, HALVINGS = 40 };
_Static_assert((int)SHOAL_OPTIMISE_MAX <= (int)SHOAL_EIGEN_MAX, "the Hessian has to fit");
static const double lbfgs_tolerance = 1e-7; /* relative, of the value: Newton does the rest */
static const double newton_target = 1e-12;  /* expected gain of log-likelihood */
static const double newton_enough = 1e-6;   /* the same where rounding allows no better */
static const double longest_step = 2;       /* of a variable: they are logarithms */

typedef struct search {
    const shoal_ctx *ctx;
    const shoal_problem *problem;
    void *user; /* of the problem, for the phase at hand */
    nlopt_opt lbfgs;
    int evaluations;
    double best_value, best[SHOAL_OPTIMISE_MAX];
} search;

static double evaluate(search *s, const double *theta, double *gradient, double *hessian)
{
    double value;
    s->problem->evaluate(s->user, theta, &value, gradient, hessian);
    char detail[40];
    snprintf(detail, sizeof detail, "evaluation %d", ++s->evaluations);
    shoal_progress(s->ctx, s->problem->phase, -1, detail);
    return isfinite(value) ? value : HUGE_VAL;
}

static double lbfgs_function(unsigned n, const double *theta, double *gradient, void *user)
{
    search *s = user;
    double scratch[SHOAL_OPTIMISE_MAX];
    const double value = evaluate(s, theta, gradient != NULL ? gradient : scratch, NULL);
    if (value < s->best_value) {
        s->best_value = value;
        memcpy(s->best, theta, n * sizeof *theta);
    }
    if (shoal_cancelled(s->ctx)) nlopt_force_stop(s->lbfgs);
    return value;
}

static void clamp(const shoal_problem *p, double *theta)
{
    for (int i = 0; i < p->n; i++) theta[i] = fmin(fmax(theta[i], p->lower[i]), p->upper[i]);
}

/* L-BFGS from each start; the best point of all is kept, whatever NLopt thinks of the ends. */
static shoal_status search_from_starts(search *s, int n_starts, const double *starts, shoal_error *err)
{
    const shoal_problem *p = s->problem;
    s->lbfgs = nlopt_create(NLOPT_LD_LBFGS, (unsigned)p->n);
    if (s->lbfgs == NULL) return shoal_fail_memory(err);
    nlopt_result result = nlopt_set_min_objective(s->lbfgs, lbfgs_function, s);
    if (result >= 0) result = nlopt_set_lower_bounds(s->lbfgs, p->lower);
    if (result >= 0) result = nlopt_set_upper_bounds(s->lbfgs, p->upper);
    if (result >= 0) result = nlopt_set_ftol_rel(s->lbfgs, lbfgs_tolerance);
    if (result >= 0) result = nlopt_set_maxeval(s->lbfgs, LBFGS_EVALUATIONS);
    s->best_value = HUGE_VAL;
    s->user = p->user_search != NULL ? p->user_search : p->user;
    for (int start = 0; start < n_starts && result >= 0 && !shoal_cancelled(s->ctx); start++) {
        double theta[SHOAL_OPTIMISE_MAX], value;
        memcpy(theta, starts + (size_t)start * (size_t)p->n, (size_t)p->n * sizeof *theta);
        clamp(p, theta);
        result = nlopt_optimize(s->lbfgs, theta, &value);
        /* rounding and line searches that give up are no failure: the points on the way count */
        if (result != NLOPT_OUT_OF_MEMORY) result = NLOPT_SUCCESS;
    }
    nlopt_destroy(s->lbfgs);
    if (shoal_cancelled(s->ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
    if (result < 0) return shoal_fail_memory(err);
    if (!isfinite(s->best_value))
        return shoal_fail(err, SHOAL_ERR_INPUT,
                          "%s: no starting point has a finite likelihood; look for extreme times or amounts", p->phase);
    return SHOAL_OK;
}

/* Those that no bound holds back. */
static int free_variables(const shoal_problem *p, const shoal_optimum *at, int *index)
{
    int m = 0;
    for (int i = 0; i < p->n; i++) {
        const bool held_low = at->theta[i] <= p->lower[i] && at->gradient[i] >= 0;
        const bool held_high = at->theta[i] >= p->upper[i] && at->gradient[i] <= 0;
        if (!held_low && !held_high) index[m++] = i;
    }
    return m;
}

typedef struct step {
    double move[SHOAL_OPTIMISE_MAX]; /* of all variables; 0 where held */
    double slope;                    /* gradient along the move, <= 0 */
    double gain;                     /* expected, in units of log-likelihood */
    bool convex;
} step;

static void take_submatrix(int n, const double *matrix, int m, const int *index, double *sub)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < m; j++) sub[i * m + j] = matrix[index[i] * n + index[j]];
}

/* Newton's step with the absolute values of the eigenvalues: always downhill. */
static shoal_status newton_step(const shoal_problem *p, const shoal_optimum *at, step *s, shoal_error *err)
{
    int index[SHOAL_OPTIMISE_MAX];
    double vectors[SHOAL_OPTIMISE_MAX * SHOAL_OPTIMISE_MAX], values[SHOAL_OPTIMISE_MAX];
    const int m = free_variables(p, at, index);
    *s = (step){.convex = true};
    if (m == 0) return SHOAL_OK;
    take_submatrix(p->n, at->hessian, m, index, vectors);
    SHOAL_TRY(shoal_symmetric_eigen(m, vectors, values, err));
    const double largest = fmax(fabs(values[0]), fabs(values[m - 1]));
    const double smallest = fmax(largest * 1e-14, 1e-300);
    for (int k = 0; k < m; k++) {
        double along = 0;
        for (int i = 0; i < m; i++) along += vectors[k * m + i] * at->gradient[index[i]];
        const double curvature = fmax(fabs(values[k]), smallest);
        for (int i = 0; i < m; i++) s->move[index[i]] -= along / curvature * vectors[k * m + i];
        s->gain += 0.5 * along * along / curvature * p->weight;
        if (values[k] < -smallest) s->convex = false;
    }
    double longest = 0;
    for (int i = 0; i < p->n; i++) longest = fmax(longest, fabs(s->move[i]));
    const double shrink = longest > longest_step ? longest_step / longest : 1;
    for (int i = 0; i < p->n; i++) {
        s->move[i] *= shrink;
        s->slope += s->move[i] * at->gradient[i];
    }
    return SHOAL_OK;
}

/* Halves the move until it descends. false: it never does, at the precision of the function. */
static bool descend(search *s, const step *move, shoal_optimum *at)
{
    const shoal_problem *p = s->problem;
    const double rounding = 4 * 0x1p-52 * fabs(at->value);
    for (int halving = 0; halving < HALVINGS; halving++) {
        const double length = ldexp(1, -halving);
        shoal_optimum trial = {0};
        for (int i = 0; i < p->n; i++) trial.theta[i] = at->theta[i] + length * move->move[i];
        clamp(p, trial.theta);
        trial.value = evaluate(s, trial.theta, trial.gradient, trial.hessian);
        if (trial.value <= at->value + 1e-4 * length * move->slope + rounding) {
            bool moved = false;
            for (int i = 0; i < p->n; i++) moved = moved || trial.theta[i] != at->theta[i];
            *at = trial;
            return moved;
        }
        if (-length * move->slope < rounding) break;
    }
    return false;
}

static shoal_status polish(search *s, shoal_optimum *at, shoal_error *err)
{
    s->user = s->problem->user;
    at->value = evaluate(s, at->theta, at->gradient, at->hessian);
    for (int i = 0; i < NEWTON_STEPS; i++) {
        if (shoal_cancelled(s->ctx)) return shoal_fail(err, SHOAL_ERR_INTERRUPTED, "interrupted");
        step move;
        SHOAL_TRY(newton_step(s->problem, at, &move, err));
        at->converged = move.convex && move.gain <= newton_enough;
        if (move.convex && move.gain <= newton_target) break;
        if (!descend(s, &move, at)) break;
    }
    return SHOAL_OK;
}

shoal_status shoal_minimise(const shoal_ctx *ctx, const shoal_problem *problem, int n_starts, const double *starts,
                            shoal_optimum *optimum, shoal_error *err)
{
    search s = {.ctx = ctx, .problem = problem};
    shoal_optimum at = {0};
    SHOAL_TRY(search_from_starts(&s, n_starts, starts, err));
    memcpy(at.theta, s.best, sizeof at.theta);
    SHOAL_TRY(polish(&s, &at, err));
    at.evaluations = s.evaluations;
    *optimum = at;
    return SHOAL_OK;
}

shoal_status shoal_standard_errors(const shoal_problem *problem, const shoal_optimum *optimum, const bool *use,
                                   double *se, shoal_error *err)
{
    int index[SHOAL_OPTIMISE_MAX], m = 0;
    double vectors[SHOAL_OPTIMISE_MAX * SHOAL_OPTIMISE_MAX], values[SHOAL_OPTIMISE_MAX];
    for (int i = 0; i < problem->n; i++) {
        se[i] = NAN;
        if (use[i]) index[m++] = i;
    }
    if (m == 0) return SHOAL_OK;
    take_submatrix(problem->n, optimum->hessian, m, index, vectors);
    SHOAL_TRY(shoal_symmetric_eigen(m, vectors, values, err));
    if (!(values[0] > 0)) return SHOAL_OK;
    for (int i = 0; i < m; i++) {
        double variance = 0;
        for (int k = 0; k < m; k++) variance += vectors[k * m + i] * vectors[k * m + i] / values[k];
        se[index[i]] = sqrt(variance / problem->weight);
    }
    return SHOAL_OK;
}
