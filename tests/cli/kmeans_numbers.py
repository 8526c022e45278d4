#!/usr/bin/env python3
"""Numbers of segments through the command: rows at exact ties, assign on the stored model, the numbers of an older model
against SciPy's assignment and scikit-learn's Rand index, and models that older versions stored."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from shoal_cli import close, main, read_csv, run, run_json, skip, write

try:
    import h5py
    import numpy as np
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics import adjusted_rand_score
except ImportError as missing:
    skip(f"{missing}; the Debian packages are python3-h5py, python3-scipy and python3-sklearn")


def store_of(folder, name, rows, header):
    csv = os.path.join(folder, name + ".csv")
    lines = [",".join(["id"] + header)] + [",".join([f"c{i}"] + [repr(float(v)) for v in row])
                                           for i, row in enumerate(rows)]
    write(csv, "\n".join(lines) + "\n")
    store = os.path.join(folder, name + ".h5")
    status, _, err = run("import", csv, "--kind", "customers", "--customer", "id", "-o", store)
    assert status == 0, err
    return store


def labels_of(store, result):
    table = os.path.join(os.path.dirname(store), result + ".csv")
    status, _, err = run("export", store, "--table", "results/" + result, "-o", table)
    assert status == 0, err
    return np.array([int(row["label"]) for row in read_csv(table)])


def table_of(store, result):
    with h5py.File(store) as file:
        group = file["results/" + result]
        return group["label"][:], group["distance"][:]


def tied_rows(rows, centroids, label):
    """How many rows have several nearest centroids; the label must be one of them."""
    squared = np.zeros((len(rows), len(centroids)))
    for j in range(rows.shape[1]):
        squared += (rows[:, j, None] - centroids[None, :, j]) ** 2
    nearest = squared <= squared.min(axis=1, keepdims=True)
    assert nearest[np.arange(len(rows)), label].all()
    assert (nearest.argmax(axis=1) == label).all(), "ties go to the lowest number"
    return int((nearest.sum(axis=1) > 1).sum())


def check_ties(store, rows, features, start, options):
    """Fits in every order; the stored model must give the stored labels again. Gives the number of ties."""
    names, tied = features.split(","), 0
    path = write(os.path.join(os.path.dirname(store), "start.csv"),
                 "\n".join([features] + [",".join(map(str, row)) for row in start]) + "\n")
    for order in ("size", "as-fitted", names[-1]):
        document = run_json("kmeans", store, "--features", features, "--init", path, "--label-order", order, *options)
        assert document["label_order"] == order
        label, distance = table_of(store, "kmeans")
        sizes = np.bincount(label, minlength=len(start))
        assert list(sizes) == document["sizes"], (order, sizes, document["sizes"])
        centroids = np.array(document["centroids"])
        if "none" in options:
            tied += tied_rows(rows, centroids, label)
            assert order != "size" or "--sample-weight" in options or (np.diff(sizes) <= 0).all(), sizes
        if order == names[-1]:
            assert (np.diff(centroids[:, -1]) <= 1e-12).all(), centroids
        assert run("assign", store, "--name", "again")[0] == 0
        again, again_distance = table_of(store, "again")
        assert (again == label).all(), f"{(again != label).sum()} labels differ: {start}, {options}, {order}"
        assert (again_distance == distance).all()
    return tied


def ties_follow_the_numbers(folder):
    """Whole numbers around centroids that lie on the grid too: many customers are as far from one as from the next."""
    cells = np.array([(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)] * 4, dtype=np.float64)
    weight = (cells[:, 0] != 3) & (cells[:, 1] != 3)  # those in the middle pull to no side
    grid = store_of(folder, "grid", np.column_stack([cells, weight]), ["m", "f", "r", "w"])
    two, four = [(1, 3, 3), (5, 3, 3)], [(1, 5, 3), (5, 5, 3), (1, 1, 3), (5, 1, 3)]
    weighted = ["--sample-weight", "w", "--tol", "0"]
    assert check_ties(grid, cells, "m,f,r", two, ["--scale", "none", *weighted]) == 3 * 100
    assert check_ties(grid, cells, "m,f,r", four, ["--scale", "none", *weighted]) == 3 * 180
    for scale in ("standard", "minmax", "robust"):
        for start in (two, four, four[:3]):
            check_ties(grid, cells, "m,f,r", start, ["--scale", scale, *weighted])
            check_ties(grid, cells, "m,f,r", start, ["--scale", scale, "--max-iter", "2"])
    line = np.array([-6, -7, -7] + 4 * [5] + 10 * [10] + 5 * [30], dtype=np.float64).repeat(30)[:, None]
    assert check_ties(store_of(folder, "line", line, ["x"]), line, "x", [[0], [10], [30]], ["--scale", "none"]) == 3 * 120


def blobs(draw, centres, n, noise):
    which = draw.integers(0, len(centres), n)
    return centres[which] + noise * draw.normal(size=(n, centres.shape[1]))


def old_labels(document, rows, older):
    """The nearest older centroid of each row, both scaled as the new model scales."""
    def scaled(values):
        out = np.array(values, dtype=np.float64)
        for j, s in enumerate(document["scaling"]):
            column = np.log1p(np.abs(out[:, j])) * np.sign(out[:, j]) if s["log1p"] else out[:, j]
            out[:, j] = (column - s["center"]) / s["scale"]
        return out
    x, then, now = scaled(rows), scaled(older), scaled(document["centroids"])
    squared = ((x[:, None, :] - then[None]) ** 2).sum(axis=2)
    return squared.argmin(axis=1), ((now[:, None, :] - then[None]) ** 2).sum(axis=2)


def check_alignment(document, cost, label, before):
    alignment = document["alignment"]
    old = [cluster["old"] for cluster in alignment["clusters"]]
    k, k_old = cost.shape
    assert alignment["k_old"] == k_old and [c["id"] for c in alignment["clusters"]] == list(range(k))
    matched = [(c, o) for c, o in enumerate(old) if o is not None]
    assert len(matched) == min(k, k_old) and len({o for _, o in matched}) == len(matched)
    ours, theirs = sum(cost[c, o] for c, o in matched), cost[linear_sum_assignment(cost)].sum()
    close(ours, theirs, 1e-9 * (1 + theirs), "cost of the match")
    for c, o in matched:
        cluster = alignment["clusters"][c]
        close(cluster["distance"], cost[c, o] ** 0.5, 1e-6, "distance")
        if k_old > 1:
            close(cluster["relative_distance"], (cost[c, o] / np.delete(cost[c], o).min()) ** 0.5, 1e-5, "relative")
        assert c == o or o >= k, "a matched cluster keeps a number that is free"
    match = np.array([-1 if o is None else o for o in old])
    close(alignment["agreement"], (match[label] == before).mean(), 1e-3, "agreement")
    close(alignment["adjusted_rand"], adjusted_rand_score(before, label), 2e-3, "adjusted Rand index")


def month_after_month(folder):
    draw = np.random.default_rng(8)
    centres = np.array([[1, 1, 40], [9, 2, 400], [2, 9, 100], [8, 8, 900], [5, 5, 200]], dtype=np.float64)
    april = store_of(folder, "april", blobs(draw, centres, 2500, 0.7), ["a", "b", "c"])
    first = run_json("kmeans", april, "--features", "a,b,log(c)", "-k", "5")
    assert first["alignment"] is None and first["label_order"] == "size"
    for k in (5, 3, 7):
        rows = blobs(draw, centres[[0, 0, 0, 1, 2, 3, 3, 4]] * 1.02, 2500, 0.8)
        may = store_of(folder, f"may {k}", rows, ["c", "b", "a"][::-1])
        document = run_json("kmeans", may, "--features", "a,b,log(c)", "-k", str(k), "--seed", "5", "--align-to", "kmeans",
                            "--model-store", april, "--threads", "1")
        assert document["alignment"]["model"] == "kmeans" and document["label_order"] is None
        label = labels_of(may, "kmeans")
        before, cost = old_labels(document, rows, first["centroids"])
        check_alignment(document, cost, label, before)
        if k == 5:
            assert [c["old"] for c in document["alignment"]["clusters"]] == list(range(5))
            assert document["alignment"]["agreement"] > 0.95
            assert document["sizes"] != sorted(document["sizes"], reverse=True), "the order by size tells nothing"
        other = run_json("kmeans", may, "--features", "c,b,a".replace("c", "log(c)"), "-k", str(k), "--align-to",
                         "kmeans", "--model-store", april, "--name", "turned")
        assert [c["id"] for c in other["alignment"]["clusters"]] == list(range(k))
        # the alignment is the model's: assign takes it along, and a fit to itself agrees
        new = run_json("kmeans", may, "--features", "a,b,log(c)", "-k", str(k), "--align-to", "kmeans", "--name", "same",
                       "--seed", "5", "--threads", "2")
        assert new["alignment"]["agreement"] == 1 and new["alignment"]["adjusted_rand"] == 1
        assert new["centroids"] == document["centroids"] and (labels_of(may, "same") == label).all()
    page = os.path.join(folder, "page.html")
    assert run("report", may, "-o", page)[0] == 0
    with open(page, encoding="utf-8") as file:
        assert "numbered as in the model kmeans" in file.read()


def segments_of_two_months(folder):
    draw = np.random.default_rng(2)
    rows = []
    for customer in range(300):
        for _ in range(1 + customer % 3 * draw.integers(1, 6)):
            day = int(draw.integers(1, 29))
            rows.append(f"c{customer},2024-{1 + int(draw.integers(0, 3)):02d}-{day:02d},{5 + customer % 5 * 10}")
    text = "customer_id,date,amount\n" + "\n".join(rows) + "\n"
    more = text + "".join(f"c{i},2024-03-{i % 28 + 1:02d},9\n" for i in range(0, 300, 9))
    first, second = os.path.join(folder, "april"), os.path.join(folder, "may")
    run_json("segment", write(os.path.join(folder, "a.csv"), text), "-o", first, "-k", "4")
    document = run_json("segment", write(os.path.join(folder, "m.csv"), more), "-o", second, "-k", "4", "--align-to",
                        "kmeans", "--model-store", os.path.join(first, "store.h5"))
    alignment = document["segmentation"]["alignment"]
    assert sorted(c["old"] for c in alignment["clusters"]) == [c["id"] for c in alignment["clusters"]]
    assert alignment["agreement"] > 0.8, alignment


def models_of_older_versions(folder):
    draw = np.random.default_rng(4)
    store = store_of(folder, "old", blobs(draw, np.array([[0, 0], [9, 9], [0, 9]], dtype=float), 600, 1), ["a", "b"])
    assert run("kmeans", store, "-k", "3", "--features", "a,b", "--name", "model")[0] == 0
    before = labels_of(store, "model")
    with h5py.File(store, "r+") as file:
        model = file["models/model"]
        for name in ("algorithm", "algorithm_reason", "distinct", "moved", "inertia_drop", "mini_batch", "label_order"):
            del model.attrs[name]
        del model["scaled_centroids"]
    assert run("assign", store, "--model", "model", "--name", "again")[0] == 0
    assert (labels_of(store, "again") == before).all()
    assert run("assign", store, "--model", "again", "--name", "once-more")[0] == 0  # a copy of the model
    document = run_json("kmeans", store, "-k", "3", "--features", "b,a", "--align-to", "model")
    assert document["alignment"]["agreement"] == 1


def samples(folder):
    draw = np.random.default_rng(6)
    store = store_of(folder, "many", blobs(draw, draw.normal(size=(6, 2)) * 4, 45000, 1), ["a", "b"])
    status, _, err = run("kmeans", store, "-k", "6", "--features", "a,b", "--mini-batch")
    assert status == 0 and "mini-batch: " in err and "raise --max-iter" not in err, err
    quick = run_json("kmeans", store, "-k", "6", "--features", "a,b", "--mini-batch")
    full = run_json("kmeans", store, "-k", "6", "--features", "a,b")
    assert quick["mini_batch"] and not full["mini_batch"] and quick["iterations"] <= 2
    assert quick["inertia"] <= full["inertia"] * 1.01
    assert 0 <= quick["moved"] <= 1 and 0 <= quick["inertia_drop"] < 0.05
    status, _, err = run("kmeans", store, "-k", "700", "--features", "a,b", "--mini-batch", "--n-init", "1",
                         "--max-iter", "2")
    assert status == 0 and "too few for samples" in err, err


main([ties_follow_the_numbers, month_after_month, segments_of_two_months, models_of_older_versions, samples])
