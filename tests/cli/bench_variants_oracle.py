"""Figures of quality of shoal-bench variants against scikit-learn, SciPy and NumPy.

usage: bench_variants_oracle.py BENCH_QUALITY_RUN
"""
import subprocess
import sys

try:
    import numpy as np
    from scipy.stats import rankdata
    from sklearn import metrics
except ImportError as missing:
    print(f"skipped: {missing}; the Debian package is python3-sklearn")
    sys.exit(77)

PROGRAM = sys.argv[1]
rng = np.random.default_rng(20)
compared = 0


def figures(what, head, rows):
    lines = [" ".join(map(str, head))] + [" ".join(repr(float(value)) for value in row) for row in rows]
    done = subprocess.run([PROGRAM, what], input="\n".join(lines), capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def close(actual, expected, what):
    global compared
    assert np.isclose(actual, expected, rtol=1e-9, atol=1e-12, equal_nan=True), f"{what}: {actual}, expected {expected}"
    compared += 1


def adjusted_rand():
    for n, k_a, k_b, noise in [(2, 1, 1, 1), (50, 3, 4, 1), (1000, 5, 5, 0.2), (1000, 5, 5, 0), (5000, 40, 7, 0.5),
                               (300, 300, 300, 0.3), (20000, 2, 2, 0.01)]:
        a = rng.integers(k_a, size=n)
        b = np.where(rng.random(n) < noise, rng.integers(k_b, size=n), a % k_b)
        close(figures("rand", (n, k_a, k_b), zip(a, b))[0], metrics.adjusted_rand_score(a, b), f"ARI of {n} rows")


def concentration(rank_by, values):
    """The area between the diagonal and the concentration curve, by the trapezoids of groups of equal rank."""
    ranks = rankdata(-rank_by, method="dense")
    mass = np.bincount(ranks)[1:] / len(values)
    money = np.bincount(ranks, weights=values)[1:] / values.sum()
    return 2 * np.trapz(np.r_[0, money.cumsum()], np.r_[0, mass.cumsum()]) - 1


def gini():
    for n, levels in [(5, 3), (1000, 10 ** 9), (1000, 7), (3000, 1)]:
        actual = rng.gamma(0.3, 100, size=n)
        predicted = np.floor(rng.random(n) * levels) + (actual if levels > 100 else 0)
        raw, normalised = figures("gini", (n,), zip(predicted, actual))
        close(raw, concentration(predicted, actual), f"Gini of {n} rows on {levels} levels")
        close(normalised, raw / concentration(actual, actual), "normalised Gini")
    bought = rng.integers(2, size=2000)
    score = np.round(bought + rng.normal(size=2000), 1)
    normalised = figures("gini", (2000,), zip(score, bought))[1]
    close(normalised, 2 * metrics.roc_auc_score(bought, score) - 1, "normalised Gini of 0/1 and AUC")


def clusters():
    for n, d, k, spread in [(6, 1, 2, 1), (400, 3, 4, 2), (2000, 8, 8, 4), (500, 2, 40, 1)]:
        labels = rng.integers(k, size=n)
        labels[:2] = 0, 1
        if k == 40:
            labels[labels > 35] = 0
            labels[0] = 39  # alone
        rows = np.float64(np.float32(rng.normal(size=(n, d)) + spread * rng.normal(size=(k, d))[labels]))
        silhouette, davies_bouldin, scatter = figures("clusters", (n, d, k), np.c_[labels, rows])
        close(silhouette, metrics.silhouette_score(rows, labels), f"silhouette of {n} rows in {k} clusters")
        close(davies_bouldin, metrics.davies_bouldin_score(rows, labels), "Davies-Bouldin")
        close(scatter, ((rows - rows.mean(axis=0)) ** 2).sum(), "scatter")


adjusted_rand()
gini()
clusters()
print(f"ok: {compared} figures agree")
