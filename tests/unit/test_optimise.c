#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>

#include "model/linalg.h"
#include "model/optimise.h"

/* Rosenbrock's valley: minimum 0 at (1, 1). */
static void rosenbrock(void *user, const double *t, double *value, double *gradient, double *hessian)
{
    (void)user;
    const double u = t[1] - t[0] * t[0], v = 1 - t[0];
    *value = 100 * u * u + v * v;
    if (gradient == NULL) return;
    gradient[0] = -400 * t[0] * u - 2 * v;
    gradient[1] = 200 * u;
    if (hessian == NULL) return;
    hessian[0] = 1200 * t[0] * t[0] - 400 * t[1] + 2;
    hessian[1] = hessian[2] = -400 * t[0];
    hessian[3] = 200;
}

static shoal_problem valley(double low, double high)
{
    return (shoal_problem){
        .n = 2, .phase = "valley", .evaluate = rosenbrock, .weight = 50, .lower = {low, -10}, .upper = {high, 10}};
}

Test(optimise, finds_a_minimum_inside)
{
    const shoal_problem problem = valley(-10, 10);
    const double starts[] = {-1.2, 1, 5, 5};
    shoal_optimum at;
    shoal_error err = {0};
    cr_assert_eq(shoal_minimise(NULL, &problem, 2, starts, &at, &err), SHOAL_OK, "%s", err.message);
    cr_assert(at.converged && at.evaluations > 4);
    cr_assert_float_eq(at.theta[0], 1, 1e-8);
    cr_assert_float_eq(at.theta[1], 1, 1e-8);
    /* the inverse of [[802, -400], [-400, 200]] has the diagonal (1/2, 2.005) */
    double se[2];
    cr_assert_eq(shoal_standard_errors(&problem, &at, (const bool[]){true, true}, se, &err), SHOAL_OK);
    cr_assert_float_eq(se[0], sqrt(0.5 / 50), 1e-6);
    cr_assert_float_eq(se[1], sqrt(2.005 / 50), 1e-6);
    cr_assert_eq(shoal_standard_errors(&problem, &at, (const bool[]){true, false}, se, &err), SHOAL_OK);
    cr_assert_float_eq(se[0], sqrt(1.0 / 802 / 50), 1e-7);
    cr_assert(isnan(se[1]));
}

Test(optimise, stops_at_a_bound_and_holds_what_is_fixed)
{
    const double start[] = {-1, -1};
    shoal_optimum at;
    shoal_error err = {0};
    shoal_problem problem = valley(-10, 0.5);
    cr_assert_eq(shoal_minimise(NULL, &problem, 1, start, &at, &err), SHOAL_OK, "%s", err.message);
    cr_assert(at.converged && at.theta[0] == 0.5);
    cr_assert_float_eq(at.theta[1], 0.25, 1e-9);
    problem = valley(2, 2);
    cr_assert_eq(shoal_minimise(NULL, &problem, 1, start, &at, &err), SHOAL_OK, "%s", err.message);
    cr_assert(at.converged && at.theta[0] == 2);
    cr_assert_float_eq(at.theta[1], 4, 1e-9);
}

static void nowhere(void *user, const double *t, double *value, double *gradient, double *hessian)
{
    rosenbrock(user, t, value, gradient, hessian);
    *value = NAN;
}

Test(optimise, refuses_what_is_nowhere_finite)
{
    shoal_problem problem = valley(-10, 10);
    problem.evaluate = nowhere;
    shoal_optimum at;
    shoal_error err = {0};
    cr_assert_eq(shoal_minimise(NULL, &problem, 1, (const double[]){0, 0}, &at, &err), SHOAL_ERR_INPUT);
}

Test(linalg, eigen)
{
    double a[] = {2, 1, 1, 2}, values[2];
    shoal_error err = {0};
    const int threads = omp_get_max_threads();
    cr_assert_eq(shoal_symmetric_eigen(2, a, values, &err), SHOAL_OK);
    cr_assert_float_eq(values[0], 1, 1e-15);
    cr_assert_float_eq(values[1], 3, 1e-15);
    cr_assert_float_eq(fabs(a[0]), sqrt(0.5), 1e-15);
    cr_assert_float_eq(a[0], -a[1], 1e-15, "the first row belongs to the first value");
    cr_assert_float_eq(a[2], a[3], 1e-15);
    cr_assert_eq(omp_get_max_threads(), threads, "the caller's setting is left alone");
    double broken[] = {2, NAN, NAN, 2};
    cr_assert_eq(shoal_symmetric_eigen(2, broken, values, &err), SHOAL_ERR_INPUT);
}
