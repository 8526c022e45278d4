#!/usr/bin/env python3
"""One Lloyd iteration against scikit-learn's, from the same start, run in turn, results checked to be equal.

usage: kmeans_sklearn.py BUILD [ROWS [COLUMNS [CLUSTERS [ITERATIONS [REPEATS]]]]]    (1000000 8 8 50 5)

BUILD is a build folder with the tests (it holds tests/kernels/kmeans_run). The data are overlapping groups, half of the
columns log-normal, standardised, float32. Two threads each, or as OMP_NUM_THREADS says. Prints the medians.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

THREADS = os.environ.setdefault("OMP_NUM_THREADS", "2")
import numpy as np  # noqa: E402  (reads OMP_NUM_THREADS when it loads)
from sklearn.cluster import KMeans  # noqa: E402

warnings.filterwarnings("ignore")  # the iterations are limited on purpose


def make_data(n, d, k):
    random = np.random.default_rng(0)
    centres = random.normal(size=(k, d)) * 1.5
    x = centres[random.integers(0, k, n)] + random.normal(size=(n, d))
    x[:, ::2] = np.exp(x[:, ::2] / 2)
    return ((x - x.mean(0)) / x.std(0)).astype(np.float32)


def main(build, n=1000000, d=8, k=8, iterations=50, repeats=5):
    x = make_data(n, d, k)
    start = x[:k].astype(np.float64)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        data, first, labels = (os.path.join(folder, name) for name in ("data", "start", "labels"))
        np.asfortranarray(x).T.tofile(data)
        start.tofile(first)
        for _ in range(repeats):
            command = [os.path.join(build, "tests", "kernels", "kmeans_run"), data, str(n), str(d), "f32", str(k), "0",
                       str(iterations), labels, first]
            run = json.loads(subprocess.check_output(command))
            ours.append(run["iterate_ms"] / run["iterations"])
            peer = KMeans(k, init=start.astype(np.float32), n_init=1, max_iter=iterations, tol=0, algorithm="lloyd")
            since = time.perf_counter()
            peer.fit(x)
            theirs.append((time.perf_counter() - since) * 1e3 / peer.n_iter_)
        different = int((np.fromfile(labels, np.int32) != peer.labels_).sum())
    if abs(run["inertia"] / peer.inertia_ - 1) > 1e-5 or different > n * 1e-5 or run["iterations"] != peer.n_iter_:
        sys.exit(f"results differ: inertia {run['inertia']} and {peer.inertia_}, {different} labels")
    a, b = statistics.median(ours), statistics.median(theirs)
    print(f"{n} x {d} float32, k = {k}, {THREADS} threads, {repeats} repeats in turn, ms an iteration (median, range)")
    print(f"shoal         {a:8.2f}  {min(ours):.2f}..{max(ours):.2f}  ({run['isa']})")
    print(f"scikit-learn  {b:8.2f}  {min(theirs):.2f}..{max(theirs):.2f}")
    print(f"ratio         {b / a:8.2f}  ({different} of {n} labels differ: scikit-learn decides in float32)")


main(sys.argv[1], *map(int, sys.argv[2:]))
