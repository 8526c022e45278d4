"""k-means against scikit-learn's Lloyd from the same start: equal labels, inertia to 1e-7 relative.

Both are exact methods, so they walk the same path. scikit-learn works in the precision of its input with expanded
squares; it gets the float32 values as float64, so that only the exact distances decide there too. A row may differ only
where its two distances agree to 1e-9, which the test looks up."""

import json
import os
import subprocess
import sys
import tempfile

try:
    import numpy as np
    from sklearn.cluster import KMeans
except ImportError as missing:
    print(f"skipped: {missing}; the Debian package is python3-sklearn")
    sys.exit(77)

SOURCE = os.environ["SHOAL_SOURCE"]
RUN = os.path.join(os.environ["SHOAL_BUILD"], "tests", "kernels", "kmeans_run")


def wholesale():
    rows = np.loadtxt(os.path.join(SOURCE, "datasets", "wholesale_customers.csv"), delimiter=",", skiprows=1)
    return rows[:, 2:]


def cdnow():
    """Frequency, recency, tenure (weeks) and mean spend a customer from the 1/10 sample."""
    rows = np.loadtxt(os.path.join(SOURCE, "datasets", "CDNOW_sample.txt"))
    customers = np.unique(rows[:, 0])
    days = np.array([np.datetime64(f"{int(d) // 10000:04d}-{int(d) // 100 % 100:02d}-{int(d) % 100:02d}")
                     for d in rows[:, 2]]).astype(np.int64)
    out = []
    for customer in customers:
        mine = rows[:, 0] == customer
        when = np.unique(days[mine])
        out.append([len(when) - 1, (when[-1] - when[0]) / 7, (days.max() - when[0]) / 7, rows[mine, 4].mean()])
    return np.array(out)


def standardised(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


def blobs(n, d, k, seed):
    draw = np.random.default_rng(seed)
    return draw.normal(size=(k, d))[draw.integers(0, k, n)] * 2 + draw.normal(size=(n, d))


def customers(n, d, seed):
    """As customers' features are: groups of unequal size, one column with a heavy tail, one of whole numbers."""
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(8, d)) * 2.5
    group = draw.choice(8, n, p=np.arange(1, 9) / 36)
    x = centres[group] + draw.normal(size=(n, d))
    x[:, 0] = np.log1p(np.exp(draw.normal(size=n) * 1.5 + group / 4))
    x[:, -1] = draw.poisson(2 + group % 4)
    return x


def fit(x, start, tol, folder, weight=None):
    kind = "f32" if x.dtype == np.float32 else "f64"
    matrix, centroids, labels = (os.path.join(folder, name) for name in ("x", "c", "l"))
    np.ascontiguousarray(x.T).tofile(matrix)
    np.ascontiguousarray(start, dtype=np.float64).tofile(centroids)
    command = [RUN, matrix, str(x.shape[0]), str(x.shape[1]), kind, str(len(start)), repr(tol), "1000", labels, centroids]
    if weight is not None:
        weight.astype(np.float64).tofile(os.path.join(folder, "w"))
        command.append(os.path.join(folder, "w"))
    answer = subprocess.run(command, check=True, capture_output=True)
    return json.loads(answer.stdout), np.fromfile(labels, np.int32)


def compare(name, x, k, tol, seed, folder, weight=None):
    wide = x.astype(np.float64)
    different = np.unique(wide if weight is None else wide[weight > 0], axis=0)
    start = different[np.random.default_rng(seed).choice(len(different), k, replace=False)]
    theirs = KMeans(k, init=start, n_init=1, tol=tol, max_iter=1000, algorithm="lloyd").fit(wide, sample_weight=weight)
    ours, labels = fit(x, start, tol, folder, weight)
    centroids = np.array(ours["centroids"]).reshape(k, -1)
    squares = np.stack([((wide - centroid) ** 2).sum(axis=1) for centroid in centroids], axis=1)
    nearest = np.partition(squares, 1, axis=1)
    tied = nearest[:, 1] - nearest[:, 0] <= 1e-9 * nearest[:, 1]
    differ = int(((labels != theirs.labels_) & ~tied).sum())
    relative = abs(ours["inertia"] - theirs.inertia_) / theirs.inertia_
    good = differ == 0 and tied.sum() <= len(x) // 1000 and relative < 1e-7 and ours["iterations"] == theirs.n_iter_
    print(f"{'ok  ' if good else 'FAIL'} {name}, k={k}, tol={tol}: {differ} labels differ, {tied.sum()} near-ties, inertia "
          f"{relative:.1e}, iterations {ours['iterations']} and {theirs.n_iter_}")
    return good


def main():
    np.seterr(all="raise")
    cases = [
        ("wholesale standardised", standardised(wholesale())),
        ("wholesale log1p", standardised(np.log1p(wholesale()))),
        ("wholesale log1p float32", standardised(np.log1p(wholesale())).astype(np.float32)),
        ("wholesale raw", wholesale()),
        ("cdnow standardised", standardised(cdnow())),
        ("cdnow log1p float32", standardised(np.log1p(cdnow())).astype(np.float32)),
        ("blobs 2000x3", blobs(2000, 3, 5, 1)),
        ("blobs 20000x8 float32", blobs(20000, 8, 10, 2).astype(np.float32)),
        ("blobs 3000x2 at 1e5", blobs(3000, 2, 4, 3) + 1e5),
    ]
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name, x in cases:
            for k in (2, 5, 8):
                for tol in (0.0, 1e-4):
                    good = compare(name, x, k, tol, 7 * k, folder) and good
        large = [("customers 50000x4", customers(50000, 4, 4), 5, 0.0), ("customers 30000x8", customers(30000, 8, 5), 8, 0.0),
                 ("customers 20000x12", customers(20000, 12, 6), 20, 0.0),
                 ("customers 40000x6 at 1e4", customers(40000, 6, 7) + 1e4, 6, 1e-4)]
        for name, x, k, tol in large:
            draw = np.random.default_rng(k)
            for kind, weight in (("", None), (", whole weights", draw.integers(0, 4, len(x)).astype(np.float64)),
                                 (", weights", draw.gamma(2, size=len(x)))):
                good = compare(name + kind, x, k, tol, 7 * k, folder, weight) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
