"""BG/NBD and Gamma-Gamma against likelihoods, fits and integrals written anew with SciPy.

usage: clv_oracle.py LIBSHOAL.so
"""
import ctypes
import datetime
import math
import os
import sys

try:
    import numpy as np
    from scipy import optimize, stats
    from scipy.special import betainc, betaln, gammaln
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

with open(sys.argv[1], "rb") as library:
    if b"__asan_init" in library.read():
        print("skipped: Python cannot load a library that has the sanitizers")
        sys.exit(77)

SOURCE = os.environ.get("SHOAL_SOURCE", os.path.join(os.path.dirname(__file__), "..", ".."))
WEEK = 7.0


class Params(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in ("r", "alpha", "a", "b")]


class Spend(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in ("p", "q", "gamma")]


class Info(ctypes.Structure):
    _fields_ = [("n", ctypes.c_int64), ("n_distinct", ctypes.c_int64), ("log_likelihood", ctypes.c_double),
                ("converged", ctypes.c_bool), ("boundary", ctypes.c_char * 200), ("starts", ctypes.c_int),
                ("evaluations", ctypes.c_int)]


class Fit(ctypes.Structure):
    _fields_ = [("params", Params), ("se", Params), ("info", Info)]


class SpendFit(ctypes.Structure):
    _fields_ = [("params", Spend), ("se", Spend), ("info", Info), ("correlation", ctypes.c_double),
                ("n_dropped", ctypes.c_int64)]


class Options(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in ("horizon", "period", "discount_rate")]


class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("message", ctypes.c_char * 1024)]


def values(struct):
    return np.array([getattr(struct, name) for name, _ in struct._fields_])


def load(path):
    library = ctypes.CDLL(path)
    d = ctypes.c_double
    for name, arguments in (("shoal_bgnbd_p_alive", [d, d, d]), ("shoal_bgnbd_log_likelihood", [d, d, d]),
                            ("shoal_bgnbd_expected_purchases", [d, d, d, d]), ("shoal_bgnbd_expected_new", [d]),
                            ("shoal_bgnbd_pmf", [d, ctypes.c_int64])):
        function = getattr(library, name)
        function.restype = d
        function.argtypes = [ctypes.POINTER(Params)] + arguments
    library.shoal_gamma_gamma_expected_spend.restype = d
    library.shoal_gamma_gamma_expected_spend.argtypes = [ctypes.POINTER(Spend), d, d]
    return library


def pointer(array):
    kind = ctypes.c_int32 if array.dtype == np.int32 else ctypes.c_double
    return array.ctypes.data_as(ctypes.POINTER(kind))


def cdnow():
    """x, t_x, T and mean repeat spend of the CDNOW sample, calibrated to 1997-09-30, in weeks."""
    end = datetime.date(1997, 9, 30)
    customers = {}
    with open(os.path.join(SOURCE, "datasets", "CDNOW_sample.txt"), encoding="ascii") as file:
        for line in file:
            _, customer, date, _, amount = line.split()
            day = datetime.datetime.strptime(date, "%Y%m%d").date()
            if day <= end:
                days = customers.setdefault(customer, {})
                days[day] = days.get(day, 0.0) + float(amount)
    rows = []
    for days in customers.values():
        first, last = min(days), max(days)
        x = len(days) - 1
        repeat = sum(amount for day, amount in days.items() if day != first)
        rows.append((x, (last - first).days / WEEK, (end - first).days / WEEK, repeat / x if x else math.nan))
    x, t_x, big_t, mean = (np.array(column) for column in zip(*rows))
    return x.astype(np.int32), t_x, big_t, mean


def purchase_loss(theta, x, t_x, big_t):
    """Minus the log-likelihood, in the form of the paper: the sum of the alive and the gone path."""
    r, alpha, a, b = np.exp(theta)
    count = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + big_t)
    with np.errstate(invalid="ignore"):
        gone = np.where(x > 0, betaln(a + 1, b + x - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x), -np.inf)
    return -np.sum(count + np.logaddexp(alive, gone))


def spend_loss(theta, x, mean):
    p, q, gamma = np.exp(theta)
    return -np.sum(gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma) + (p * x - 1) * np.log(mean)
                   + p * x * np.log(x) - (p * x + q) * np.log(gamma + x * mean))


def minimise(loss, start, *data):
    found = optimize.minimize(loss, start, args=data, method="Nelder-Mead",
                              options={"maxiter": 20000, "maxfev": 20000, "xatol": 1e-9, "fatol": 1e-10})
    return optimize.minimize(loss, found.x, args=data, method="Nelder-Mead",
                             options={"maxiter": 20000, "xatol": 1e-10, "fatol": 1e-11})


def standard_errors(loss, theta, *data):
    """From a Hessian of central differences, fourth order, by the logarithms; then by the delta method."""
    n, h = len(theta), 2e-3
    hessian = np.empty((n, n))

    def at(i, j, u, v):
        moved = theta.copy()
        moved[i] += u * h
        moved[j] += v * h
        return loss(moved, *data)

    for i in range(n):
        for j in range(n):
            steps = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
            hessian[i, j] = sum(wu * wv * at(i, j, u, v) for u, wu in steps for v, wv in steps) / h**2
    return np.exp(theta) * np.sqrt(np.diag(np.linalg.inv(hessian)))


def expect(actual, expected, relative, what):
    difference = np.max(np.abs(np.asarray(actual) - expected) / np.abs(expected))
    assert difference <= relative, f"{what}: {actual}, expected {expected}: relative difference {difference:.2g}"
    print(f"ok   {what}: largest relative difference {difference:.2g}")


def check_purchase_fit(library, x, t_x, big_t):
    fit, error = Fit(), Error()
    status = library.shoal_bgnbd_estimate(None, ctypes.c_int64(len(x)), pointer(x), pointer(t_x), pointer(big_t), None,
                                          ctypes.byref(fit), ctypes.byref(error))
    assert status == 0, error.message
    own = minimise(purchase_loss, np.zeros(4), x, t_x, big_t)
    expect(fit.info.log_likelihood, -own.fun, 1e-10, "BG/NBD log-likelihood")
    expect(values(fit.params), np.exp(own.x), 1e-4, "BG/NBD parameters")
    here = np.log(values(fit.params))
    assert fit.info.log_likelihood >= -own.fun - 1e-7, "another optimiser found a better point"
    expect(values(fit.se), standard_errors(purchase_loss, here, x, t_x, big_t), 1e-4, "BG/NBD standard errors")
    return fit.params


def check_spend_fit(library, x, mean):
    fit, error = SpendFit(), Error()
    status = library.shoal_gamma_gamma_estimate(None, ctypes.c_int64(len(x)), pointer(x), pointer(mean), None,
                                                ctypes.byref(fit), ctypes.byref(error))
    assert status == 0, error.message
    used = (x > 0) & (mean > 0)
    own = minimise(spend_loss, np.array([1.0, 1.0, 3.0]), x[used], mean[used])
    expect(fit.info.log_likelihood, -own.fun, 1e-10, "Gamma-Gamma log-likelihood")
    expect(values(fit.params), np.exp(own.x), 1e-4, "Gamma-Gamma parameters")
    here = np.log(values(fit.params))
    expect(values(fit.se), standard_errors(spend_loss, here, x[used], mean[used]), 1e-4, "Gamma-Gamma standard errors")
    expect(fit.correlation, np.corrcoef(x[used], mean[used])[0, 1], 1e-9, "correlation of x and spend")
    return fit.params


def alive_by_integral(p, t, x, big_t):
    """E[(1 - e^(-λ p t)) / p] over Gamma(r+x, α+T) and Beta(a, b+x): the rate integrated by hand, p by Gauss-Legendre
    quadrature of the log-odds v in 400 panels, out to where the density has fallen by e^-45."""
    m, w = p.r + x, t / (p.alpha + big_t)
    edges = np.linspace(-45 / p.a - 10, 45 / (p.b + x) + 10, 401)
    nodes, weights = np.polynomial.legendre.leggauss(24)
    half = (edges[1:] - edges[:-1]) / 2
    v = (edges[1:] + edges[:-1])[:, None] / 2 + half[:, None] * nodes
    log_chance, log_stay = -np.logaddexp(0, -v), -np.logaddexp(0, v)
    chance = np.exp(log_chance)
    dropped = -np.expm1(-m * np.log1p(chance * w)) / chance
    density = np.exp(p.a * log_chance + (p.b + x) * log_stay - betaln(p.a, p.b + x))
    return float(np.sum(dropped * density * weights * half[:, None]))


def check_predictions(library):
    worst = 0
    for r, alpha, a, b in ((.2426, 4.4136, .7929, 2.4259), (1.5, 60, 1.0, 3.0), (.5, 20, 2.5, 1.5), (40, 900, .6, 4)):
        p = Params(r, alpha, a, b)
        for x, t_x, big_t in ((0, 0, 38), (2, 30.43, 38.86), (30, 100, 150), (400, 350, 365), (0, 0, 0)):
            for t in (.01, 1, 39, 365, 5000):
                gone = a / (b + x - 1) * ((alpha + big_t) / (alpha + t_x)) ** (r + x) if x else 0
                expected = alive_by_integral(p, t, x, big_t) / (1 + gone)
                got = library.shoal_bgnbd_expected_purchases(ctypes.byref(p), t, x, t_x, big_t)
                worst = max(worst, abs(got - expected) / expected)
                assert abs(got - expected) <= 1e-8 * expected, (r, alpha, a, b, x, t_x, big_t, t, got, expected)
        for t in (.5, 39, 400):
            q = alpha / (alpha + t)
            for x in (0, 1, 5, 40, 300):
                expected = math.exp(stats.nbinom.logpmf(x, r, q)) * math.exp(betaln(a, b + x) - betaln(a, b))
                if x:
                    expected += math.exp(betaln(a + 1, b + x - 1) - betaln(a, b)) * betainc(x, r, 1 - q)
                got = library.shoal_bgnbd_pmf(ctypes.byref(p), t, x)
                assert abs(got - expected) <= 1e-9 * expected, ("pmf", r, alpha, a, b, t, x, got, expected)
    print(f"ok   expected purchases by quadrature: largest relative difference {worst:.2g}; pmf")


def check_clv(library, p, spend, x, t_x, big_t, mean):
    """Discounted value of the first customers, every period by quadrature."""
    options, n = Options(52, 52 / 12, .008), len(x)
    clv, error = np.empty(n), Error()
    status = library.shoal_clv_predict(None, ctypes.byref(p), ctypes.byref(spend), ctypes.byref(options),
                                       ctypes.c_int64(n), pointer(x), pointer(t_x), pointer(big_t), pointer(mean), None,
                                       None, None, pointer(clv), ctypes.byref(error))
    assert status == 0, error.message
    expected = []
    for i in range(12):
        gone = 0
        if x[i]:
            gone = p.a / (p.b + x[i] - 1) * ((p.alpha + big_t[i]) / (p.alpha + t_x[i])) ** (p.r + x[i])
        until = [0] + [alive_by_integral(p, 52 * (k + 1) / 12, int(x[i]), big_t[i]) / (1 + gone) for k in range(12)]
        purchases = sum((until[k + 1] - until[k]) / 1.008 ** (k + 1) for k in range(12))
        known = x[i] * mean[i] if x[i] else 0
        expected.append(purchases * spend.p * (spend.gamma + known) / (spend.p * x[i] + spend.q - 1))
    expect(clv[:12], np.array(expected), 1e-8, "discounted customer value")


def main():
    library = load(sys.argv[1])
    x, t_x, big_t, mean = cdnow()
    assert len(x) == 2357 and x.sum() == 2457
    purchase = check_purchase_fit(library, x, t_x, big_t)
    spend = check_spend_fit(library, x, mean)
    check_predictions(library)
    check_clv(library, purchase, spend, x, t_x, big_t, mean)


if __name__ == "__main__":
    main()
