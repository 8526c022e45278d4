"""faiss: Kmeans on all points (no subsample), from given centroids; labels by a search in the index of the centroids."""
from protocol import importing, serve

with importing():
    import faiss
    import numpy as np


class Fit:
    def __init__(self, job):
        faiss.omp_set_num_threads(job.threads)
        self.x = job.rows("x", job.integer("d"))
        self.start = job.columns("start", job.integer("k")).astype(np.float32)
        self.iterations = job.integer("iterations")

    def before(self):
        k, d = self.start.shape
        self.model = faiss.Kmeans(d, k, niter=self.iterations, nredo=1, spherical=False, min_points_per_centroid=1,
                                  max_points_per_centroid=len(self.x))

    def run(self):
        self.model.train(self.x, init_centroids=self.start)
        self.labels = self.model.assign(self.x)[1]

    def result(self):
        return [[len(self.model.obj)], self.model.centroids, self.labels]


class Assign:
    def __init__(self, job):
        faiss.omp_set_num_threads(job.threads)
        self.x = job.rows("x", job.integer("d"))
        self.index = faiss.IndexFlatL2(job.integer("d"))
        self.index.add(job.columns("start", job.integer("k")).astype(np.float32))

    def run(self):
        self.labels = self.index.search(self.x, 1)[1]

    def result(self):
        return [self.labels]


serve(faiss.__version__, {"kmeans/iteration": Fit, "kmeans/assign": Assign})
