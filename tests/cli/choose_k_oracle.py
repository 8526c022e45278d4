"""The figures of choose-k by other means: the indices by scikit-learn, gap statistic and stability by slow programs of
their own, which draw other numbers and so agree within their errors."""

import json
import os
import subprocess
import sys
import tempfile

try:
    import numpy as np
    from sklearn import metrics
    from sklearn.cluster import KMeans
except ImportError as missing:
    print(f"skipped: {missing}; the Debian package is python3-sklearn")
    sys.exit(77)

SOURCE = os.environ["SHOAL_SOURCE"]
RUN = os.path.join(os.environ["SHOAL_BUILD"], "tests", "kernels", "choose_k_run")
REFERENCES, BOOTSTRAPS = 12, 12
failures = 0


def check(good, text):
    global failures
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} {text}")


def wholesale():
    rows = np.loadtxt(os.path.join(SOURCE, "datasets", "wholesale_customers.csv"), delimiter=",", skiprows=1)
    logs = np.log1p(rows[:, 2:])
    return (logs - logs.mean(axis=0)) / logs.std(axis=0)


def blobs(n, d, k, seed, apart):
    draw = np.random.default_rng(seed)
    return draw.normal(size=(k, d))[draw.integers(0, k, n)] * apart + draw.normal(size=(n, d))


def choose(x, k_min, k_max, folder, references=0, bootstraps=0, tol=0.0):
    kind = "f32" if x.dtype == np.float32 else "f64"
    matrix, labels = os.path.join(folder, "x"), os.path.join(folder, "l")
    np.ascontiguousarray(x.T).tofile(matrix)
    answer = subprocess.run([RUN, matrix, *map(str, (*x.shape, kind, k_min, k_max, 10, references, bootstraps, tol,
                                                     3, 2)), labels], check=True, capture_output=True)
    return json.loads(answer.stdout), np.fromfile(labels, np.int32)


def close(name, ours, theirs):
    off = abs(ours - theirs) / abs(theirs)
    check(off < 1e-8, f"{name}: {ours:.10g}, {theirs:.10g}")


def silhouette(x, labels, k):
    """Simplified: by distances to the means."""
    means = np.array([x[labels == c].mean(axis=0) for c in range(k)])
    distances = np.sqrt(((x[:, None, :] - means[None]) ** 2).sum(axis=2))
    own = distances[np.arange(len(x)), labels]
    distances[np.arange(len(x)), labels] = np.inf
    other = distances.min(axis=1)
    return ((other - own) / np.maximum(own, other)).mean()


def indices(name, x, folder):
    """For each k alone, since labels are those of the recommended one; to the end, where centroids are means."""
    wide = x.astype(np.float64)
    wide -= wide.mean(axis=0)  # scikit-learn's distances lose digits far from 0
    for k in (2, 3, 5, 8):
        answer, labels = choose(x, k, k, folder)
        ours = answer["candidates"][0]
        close(f"{name}, k={k}, Calinski-Harabasz", ours["calinski_harabasz"],
              metrics.calinski_harabasz_score(wide, labels))
        close(f"{name}, k={k}, Davies-Bouldin", ours["davies_bouldin"], metrics.davies_bouldin_score(wide, labels))
        close(f"{name}, k={k}, silhouette", ours["silhouette"], silhouette(wide, labels, k))


def log_inertia(x, k, starts, seed):
    return np.log(KMeans(k, n_init=starts, random_state=seed).fit(x).inertia_)


def slow_gap(x, k, seed):
    """Tibshirani, Walther & Hastie 2001, with references along the principal axes."""
    draw = np.random.default_rng(seed)
    centred = x - x.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    turned = centred @ axes.T
    logs = [log_inertia(draw.uniform(turned.min(axis=0), turned.max(axis=0), size=x.shape) @ axes, k, 1, seed + b)
            for b in range(REFERENCES)]
    return np.mean(logs) - log_inertia(x, k, 5, seed), np.std(logs) * np.sqrt(1 + 1 / REFERENCES)


def slow_stability(x, k, seed):
    """Bootstrap samples fitted anew, all rows labelled by both."""
    draw = np.random.default_rng(seed)
    own = KMeans(k, n_init=5, random_state=seed).fit_predict(x)
    agree = [metrics.adjusted_rand_score(own, KMeans(k, n_init=1, random_state=seed + b)
                                         .fit(x[draw.integers(0, len(x), len(x))]).predict(x))
             for b in range(BOOTSTRAPS)]
    return np.mean(agree), np.std(agree)


def by_chance(name, x, folder):
    answer, _ = choose(x, 2, 5, folder, REFERENCES, BOOTSTRAPS, 1e-4)
    for ours in answer["candidates"]:
        gap, error = slow_gap(x, ours["k"], 100)
        # both are means of REFERENCES draws: their difference deviates by error * sqrt(2 / REFERENCES); 5 of these
        limit = 5 * max(error, ours["gap_error"]) * np.sqrt(2 / REFERENCES) + 1e-3
        check(abs(gap - ours["gap"]) < limit, f"{name}, k={ours['k']}, gap: {ours['gap']:.4f}, {gap:.4f}, {limit:.4f}")
        # of few draws, and now and then a start ends in a worse optimum
        check(0.2 < ours["gap_error"] / error < 5, f"{name}, k={ours['k']}, error: {ours['gap_error']:.4f}, {error:.4f}")
        stability, deviation = slow_stability(x, ours["k"], 100)
        limit = 5 * deviation * np.sqrt(2 / BOOTSTRAPS) + 5e-3
        check(abs(stability - ours["stability"]) < limit,
              f"{name}, k={ours['k']}, stability: {ours['stability']:.4f}, {stability:.4f}, {limit:.4f}")
    one, error = slow_gap(x, 1, 100)
    limit = 5 * error * np.sqrt(2 / REFERENCES) + 1e-3
    check(abs(one - answer["gap_one"]) < limit, f"{name}, one cluster, gap: {answer['gap_one']:.4f}, {one:.4f}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        indices("wholesale", wholesale(), folder)
        indices("blobs 8000x4 float32", blobs(8000, 4, 5, 1, 3).astype(np.float32), folder)
        indices("blobs 3000x2 at 1e5", blobs(3000, 2, 4, 2, 4) + 1e5, folder)
        by_chance("wholesale", wholesale(), folder)
        by_chance("blobs 1500x3", blobs(1500, 3, 4, 3, 6), folder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
