/* Maximum likelihood in a few bounded variables: L-BFGS from several starts, then Newton's method from the best. */
#ifndef SHOAL_MODEL_OPTIMISE_H
#define SHOAL_MODEL_OPTIMISE_H

#include <stdbool.h>

#include <shoal/context.h>

#include "base/error.h"

enum { SHOAL_OPTIMISE_MAX = 8 };

typedef struct shoal_problem {
    int n;             /* variables, at most SHOAL_OPTIMISE_MAX */
    const char *phase; /* for progress */
    /* The function at theta, its gradient (n) and Hessian (n x n, symmetric): both, or gradient alone, or neither
     * where NULL. It must be smooth within the bounds; a value that is not finite counts as infinite. */
    void (*evaluate)(void *user, const double *theta, double *value, double *gradient, double *hessian);
    void *user;
    void *user_search; /* what `user` is while L-BFGS looks for the best start, or NULL: a sample makes that cheap */
    double lower[SHOAL_OPTIMISE_MAX], upper[SHOAL_OPTIMISE_MAX]; /* equal: held fixed */
    double weight; /* of the function in units of log-likelihood: the number of customers for a mean */
} shoal_problem;

typedef struct shoal_optimum {
    double theta[SHOAL_OPTIMISE_MAX];
    double value;
    double gradient[SHOAL_OPTIMISE_MAX];
    double hessian[SHOAL_OPTIMISE_MAX * SHOAL_OPTIMISE_MAX]; /* n x n */
    bool converged; /* no step is expected to gain 1e-6 of log-likelihood any more */
    int evaluations;
} shoal_optimum;

/* Minimises from each of n_starts points (n values each, moved into the bounds). Errors: MEMORY, INTERRUPTED, INPUT
 * where no start has a finite value. */
SHOAL_MUST_USE shoal_status shoal_minimise(const shoal_ctx *ctx, const shoal_problem *problem, int n_starts,
                                           const double *starts, shoal_optimum *optimum, shoal_error *err);

/* Standard errors of theta at a minimum from the inverse Hessian over the variables with use[i], times 1 / weight;
 * NaN for the others, and for all where the Hessian is not positive definite there. Errors: INPUT (not finite). */
SHOAL_MUST_USE shoal_status shoal_standard_errors(const shoal_problem *problem, const shoal_optimum *optimum,
                                                  const bool *use, double *se, shoal_error *err);

#endif
