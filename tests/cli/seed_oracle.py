"""Seeds against scikit-learn's kmeans_plusplus: the inertia of many draws has the same distribution.

Each pair of samples must agree in the Kolmogorov-Smirnov statistic and in the mean, both at a level that chance alone
misses about once in a thousand runs; draws are keyed by fixed seeds, so the answer is always the same one. With one
candidate a centroid in place of 2 + floor(ln k) the means lie tens of standard errors apart."""

import os
import subprocess
import sys
import tempfile

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # small matrices: more threads only wait for each other
try:
    import numpy as np
    from sklearn.cluster import kmeans_plusplus
except ImportError as missing:
    print(f"skipped: {missing}; the Debian package is python3-sklearn")
    sys.exit(77)

RUN = os.path.join(os.environ["SHOAL_BUILD"], "tests", "kernels", "seed_run")
DRAWS = 100
KS_LIMIT = 1.95 * (2 / DRAWS) ** 0.5  # p = 0.001
ERRORS_LIMIT = 3.3                    # standard errors; p = 0.001
PARALLEL_FACTOR = 1.0                 # of the mean inertia of k-means++, for k-means||


def blobs(n, d, k, seed):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(k, d))[draw.integers(0, k, n)] * 2 + draw.normal(size=(n, d))
    return x.astype(np.float32)


def inertia(x, centroids):
    distances = (x ** 2).sum(axis=1)[:, None] - 2 * x @ centroids.T + (centroids ** 2).sum(axis=1)
    return distances.min(axis=1).clip(0).sum()


def ours(x, k, how, folder, weights=None):
    matrix = os.path.join(folder, "x")
    np.ascontiguousarray(x.T).tofile(matrix)
    command = [RUN, matrix, str(x.shape[0]), str(x.shape[1]), str(k), how, str(DRAWS)]
    if weights is not None:
        command.append(os.path.join(folder, "w"))
        weights.astype(np.float64).tofile(command[-1])
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return np.array([float(line) for line in answer.stdout.split()])


def theirs(x, k):
    wide = x.astype(np.float64)
    return np.array([inertia(wide, kmeans_plusplus(wide, k, random_state=draw)[0]) for draw in range(DRAWS)])


def far_apart(a, b):
    both = np.sort(np.concatenate([a, b]))
    steps = [np.searchsorted(np.sort(side), both, side="right") / len(side) for side in (a, b)]
    errors = abs(a.mean() - b.mean()) / (a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)) ** 0.5
    return np.abs(steps[0] - steps[1]).max(), errors


def same(name, a, b):
    distance, errors = far_apart(a, b)
    good = distance <= KS_LIMIT and errors <= ERRORS_LIMIT
    print(f"{'ok  ' if good else 'FAIL'} {name}: means {a.mean():.6g} and {b.mean():.6g}, {errors:.2f} standard errors, "
          f"Kolmogorov-Smirnov {distance:.3f} of {KS_LIMIT:.3f}")
    return good


def check(n, d, k, folder):
    x = blobs(n, d, k, n + d + k)
    name = f"{n} x {d}, k = {k}"
    plain = ours(x, k, "plusplus", folder)
    reference = theirs(x, k)
    good = same(f"k-means++ {name}", plain, reference)
    weights = np.random.default_rng(k).integers(0, 4, n)
    copies = np.repeat(x, weights, axis=0)
    good = same(f"weighted k-means++ {name}", ours(x, k, "plusplus", folder, weights), theirs(copies, k)) and good
    good = same(f"weighted k-means|| {name}", ours(x, k, "parallel", folder, weights),
                ours(copies, k, "parallel", folder)) and good
    parallel, random = ours(x, k, "parallel", folder).mean(), ours(x, k, "random", folder).mean()
    within = parallel <= PARALLEL_FACTOR * reference.mean() < random
    print(f"{'ok  ' if within else 'FAIL'} k-means|| {name}: {parallel / reference.mean():.3f} of k-means++ "
          f"(at most {PARALLEL_FACTOR}), random rows {random / reference.mean():.3f}")
    return good and within


def main():
    np.seterr(all="raise")
    with tempfile.TemporaryDirectory() as folder:
        results = [check(*shape, folder) for shape in ((2000, 3, 5), (3000, 8, 12), (2000, 2, 40))]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
