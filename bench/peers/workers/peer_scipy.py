"""scipy: maximum likelihood by L-BFGS on a vectorised numpy likelihood with its gradient, in the logarithms of the
parameters, all from 1: how lifetimes does it, for machines where that package is not to be had. It is called "scipy",
not "lifetimes"."""
from protocol import importing, serve

with importing():
    import numpy as np
    import scipy
    from scipy.optimize import minimize
    from scipy.special import gammaln, hyp2f1, psi


def maximise(log_likelihood, n_parameters, n):
    """log_likelihood: of the parameters, its sum over customers and the gradient."""
    def goal(logs):
        parameters = np.exp(logs)
        value, gradient = log_likelihood(*parameters)
        return -value / n, -np.asarray(gradient) * parameters / n

    found = minimize(goal, np.zeros(n_parameters), jac=True, method="L-BFGS-B",
                     options={"ftol": 1e-14, "gtol": 1e-7})
    return np.exp(found.x)


class BetaGeometric:
    def __init__(self, job):
        self.x, self.t_x, self.T = job.columns("history", 3)
        self.repeat = self.x > 0
        self.earlier = np.maximum(self.x, 1) - 1

    def log_likelihood(self, r, alpha, a, b):
        x, repeat, shape = self.x, self.repeat, r + self.x
        log_end, log_last = np.log(alpha + self.T), np.log(alpha + self.t_x)
        alive = -shape * log_end
        gone = np.where(repeat, np.log(a) - np.log(b + self.earlier) - shape * log_last, -np.inf)
        both = np.logaddexp(alive, gone)
        share = np.exp(gone - both)
        value = (gammaln(shape) - gammaln(r) + r * np.log(alpha) + gammaln(a + b) + gammaln(b + x) - gammaln(b)
                 - gammaln(a + b + x) + both).sum()
        both_psi = psi(a + b) - psi(a + b + x)
        return value, (
            (psi(shape) - psi(r) + np.log(alpha) - (1 - share) * log_end - share * log_last).sum(),
            (r / alpha - shape * ((1 - share) / (alpha + self.T) + share / (alpha + self.t_x))).sum(),
            (both_psi + share / a).sum(),
            (both_psi + psi(b + x) - psi(b) - share / (b + self.earlier)).sum())

    def run(self):
        self.parameters = maximise(self.log_likelihood, 4, len(self.x))

    def result(self):
        return [self.parameters]


class GammaGamma:
    def __init__(self, job):
        self.x, self.mean = job.columns("spend", 2)
        self.log_x, self.log_mean = np.log(self.x), np.log(self.mean)

    def log_likelihood(self, p, q, v):
        x, n = self.x, len(self.x)
        shape, log_rate = p * x, np.log(v + x * self.mean)
        value = (gammaln(shape + q) - gammaln(shape) + (shape - 1) * self.log_mean + shape * self.log_x
                 - (shape + q) * log_rate).sum() + n * (q * np.log(v) - gammaln(q))
        total_psi = psi(shape + q)
        return value, (
            (x * (total_psi - psi(shape) + self.log_mean + self.log_x - log_rate)).sum(),
            (total_psi - log_rate).sum() + n * (np.log(v) - psi(q)),
            n * q / v - ((shape + q) / (v + x * self.mean)).sum())

    def run(self):
        self.parameters = maximise(self.log_likelihood, 3, len(self.x))

    def result(self):
        return [self.parameters]


class Predict:
    """P(alive), and purchases expected until the horizon."""

    def __init__(self, job):
        self.x, self.t_x, self.T = job.columns("history", 3)
        self.model = job.columns("model", 1)[0]
        self.horizon = job.params["horizon"]

    def run(self):
        (r, alpha, a, b), x, t = self.model, self.x, self.horizon
        odds = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + self.T) / (alpha + self.t_x)) ** (r + x), 0)
        end = alpha + self.T
        part = hyp2f1(r + x, b + x, a + b + x - 1, t / (end + t)) * (end / (end + t)) ** (r + x)
        self.alive = 1 / (1 + odds)
        self.expected = (a + b + x - 1) / (a - 1) * (1 - part) * self.alive

    def result(self):
        return [self.alive, self.expected]


serve(scipy.__version__, {"clv/bgnbd": BetaGeometric, "clv/gamma-gamma": GammaGamma, "clv/predict": Predict})
