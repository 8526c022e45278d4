"""k-means against scikit-learn's Lloyd from the same start: equal labels, inertia to 1e-6 relative.

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


def fit(x, start, tol, folder):
    kind = "f32" if x.dtype == np.float32 else "f64"
    matrix, centroids, labels = (os.path.join(folder, name) for name in ("x", "c", "l"))
    np.ascontiguousarray(x.T).tofile(matrix)
    np.ascontiguousarray(start, dtype=np.float64).tofile(centroids)
    answer = subprocess.run([RUN, matrix, str(x.shape[0]), str(x.shape[1]), kind, str(len(start)), repr(tol), "1000",
                             labels, centroids], check=True, capture_output=True)
    return json.loads(answer.stdout), np.fromfile(labels, np.int32)


def compare(name, x, k, tol, seed, folder):
    wide = x.astype(np.float64)
    different = np.unique(wide, axis=0)
    start = different[np.random.default_rng(seed).choice(len(different), k, replace=False)]
    theirs = KMeans(k, init=start, n_init=1, tol=tol, max_iter=1000, algorithm="lloyd").fit(wide)
    ours, labels = fit(x, start, tol, folder)
    centroids = np.array(ours["centroids"]).reshape(k, -1)
    distances = np.sort(((wide[:, None, :] - centroids[None]) ** 2).sum(axis=2), axis=1)
    tied = distances[:, 1] - distances[:, 0] <= 1e-9 * distances[:, 1]
    differ = int(((labels != theirs.labels_) & ~tied).sum())
    relative = abs(ours["inertia"] - theirs.inertia_) / theirs.inertia_
    good = differ == 0 and relative < 1e-6 and ours["iterations"] == theirs.n_iter_
    print(f"{'ok  ' if good else 'FAIL'} {name}, k={k}, tol={tol}: {differ} labels differ, inertia {relative:.1e}, "
          f"iterations {ours['iterations']} and {theirs.n_iter_}")
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
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
