"""lifetimes: its fitters as its documentation calls them, without a penalty."""
import warnings

from protocol import importing, serve

with importing():
    import lifetimes
    import numpy as np
    import pandas as pd

warnings.filterwarnings("ignore")  # old pandas idioms in the package


class BetaGeometric:
    def __init__(self, job):
        self.frequency, self.recency, self.T = job.columns("history", 3)

    def run(self):
        self.model = lifetimes.BetaGeoFitter(penalizer_coef=0.0)
        self.model.fit(self.frequency, self.recency, self.T)

    def result(self):
        return [[float(self.model.params_[name]) for name in ("r", "alpha", "a", "b")]]


class GammaGamma:
    def __init__(self, job):
        self.frequency, self.mean = job.columns("spend", 2)

    def run(self):
        self.model = lifetimes.GammaGammaFitter(penalizer_coef=0.0)
        self.model.fit(self.frequency, self.mean)

    def result(self):
        return [[float(self.model.params_[name]) for name in ("p", "q", "v")]]


class Predict:
    def __init__(self, job):
        self.history = job.columns("history", 3)
        self.horizon = job.params["horizon"]
        self.model = lifetimes.BetaGeoFitter(penalizer_coef=0.0)
        self.model.params_ = pd.Series(job.columns("model", 1)[0], index=["r", "alpha", "a", "b"])

    def run(self):
        self.alive = self.model.conditional_probability_alive(*self.history)
        self.expected = self.model.conditional_expected_number_of_purchases_up_to_time(self.horizon, *self.history)

    def result(self):
        return [np.asarray(self.alive), np.asarray(self.expected)]


serve(lifetimes.__version__, {"clv/bgnbd": BetaGeometric, "clv/gamma-gamma": GammaGamma, "clv/predict": Predict})
