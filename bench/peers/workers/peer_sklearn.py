"""scikit-learn: C-contiguous float32, threads by OMP_NUM_THREADS, everything else as it comes."""
import warnings

from protocol import importing, serve

with importing():
    import numpy as np
    import sklearn
    from sklearn.cluster import KMeans, kmeans_plusplus
    from sklearn.exceptions import ConvergenceWarning

warnings.filterwarnings("ignore", category=ConvergenceWarning)  # the iterations are limited on purpose


class Fit:
    """From given centroids, for so many iterations or until no label changes."""

    def __init__(self, job):
        self.x = job.rows("x", job.integer("d"))
        start = job.columns("start", job.integer("k")).astype(np.float32)
        self.model = KMeans(len(start), init=start, n_init=1, max_iter=job.integer("iterations"), tol=0,
                            algorithm="lloyd")

    def run(self):
        self.model.fit(self.x)

    def result(self):
        return [[self.model.n_iter_], self.model.cluster_centers_, self.model.labels_]


class Seed:
    """Greedy k-means++; each run draws anew."""

    def __init__(self, job):
        self.x = job.rows("x", job.integer("d"))
        self.k, self.draws, self.seed = job.integer("k"), job.integer("draws"), 0

    def run(self):
        self.centroids, _ = kmeans_plusplus(self.x, self.k, random_state=self.seed)
        self.seed += 1

    def result(self):
        return [kmeans_plusplus(self.x, self.k, random_state=seed)[0] for seed in range(self.draws)]


class Assign:
    def __init__(self, job):
        self.x = job.rows("x", job.integer("d"))
        start = job.columns("start", job.integer("k")).astype(np.float32)
        self.model = KMeans(len(start), init=start, n_init=1, max_iter=1).fit(self.x[:len(start)])
        self.model.cluster_centers_ = start

    def run(self):
        self.labels = self.model.predict(self.x)

    def result(self):
        return [self.labels]


class ChooseK:
    """The elbow: a fit for every k, with a part of the restarts where the task says so."""

    def __init__(self, job):
        self.x = job.rows("x", job.integer("d"))
        self.range = range(job.integer("k_min"), job.integer("k_max") + 1)
        self.n_init = round(job.integer("n_init") * job.params.get("part", 1))

    def run(self):
        self.inertia = [KMeans(k, n_init=self.n_init, random_state=0).fit(self.x).inertia_ for k in self.range]

    def result(self):
        return [self.inertia]


serve(sklearn.__version__, {"kmeans/iteration": Fit, "kmeans/converge": Fit, "kmeans/seed": Seed,
                            "kmeans/assign": Assign, "kmeans/choose-k": ChooseK})
