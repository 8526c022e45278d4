"""OpenCV: kmeans takes no centroids, but first labels. Those of the common start are computed before the clock starts,
so OpenCV is spared one of its passes. Its labels are those of the centroids before the last ones; they are left out of
the result, which then is judged by its centroids."""
from protocol import importing, serve

with importing():
    import cv2
    import numpy as np


def nearest(x, centroids):
    labels = np.empty((len(x), 1), np.int32)
    for begin in range(0, len(x), 8192):
        block = x[begin:begin + 8192].astype(np.float64)
        distances = (centroids ** 2).sum(1) - 2 * block @ centroids.T
        labels[begin:begin + 8192, 0] = distances.argmin(1)
    return labels


class Fit:
    def __init__(self, job):
        cv2.setNumThreads(job.threads)
        self.x = job.rows("x", job.integer("d"))
        self.k, self.iterations = job.integer("k"), job.integer("iterations")
        self.first = nearest(self.x, job.columns("start", self.k))

    def before(self):
        self.labels = self.first.copy()

    def run(self):
        stop = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, self.iterations, 0)
        _, _, self.centroids = cv2.kmeans(self.x, self.k, self.labels, stop, 1, cv2.KMEANS_USE_INITIAL_LABELS)

    def result(self):
        return [[self.iterations], self.centroids]


serve(cv2.__version__, {"kmeans/iteration": Fit})
