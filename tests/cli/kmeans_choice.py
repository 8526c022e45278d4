#!/usr/bin/env python3
"""The choice of k through the command: its figures in documents, stores and reports, and stores from before."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from shoal_cli import DATASETS, main, run, run_json

FEATURES = ("--features", "log(Fresh),log(Milk),log(Grocery)", "--k-max", "5")
CHARTS = 'class="chart index"'


def make_store(folder):
    store = os.path.join(folder, "w.h5")
    status, _, err = run("import", os.path.join(DATASETS, "wholesale_customers.csv"), "--kind", "customers", "-o", store)
    assert status == 0, err
    return store


def report(folder, store):
    page = os.path.join(folder, "r.html")
    status, _, err = run("report", store, "-o", page)
    assert status == 0, err
    with open(page, encoding="utf-8") as file:
        return file.read()


def figures(folder):
    store = make_store(folder)
    document = run_json("kmeans", store, *FEATURES)
    assert [c["k"] for c in document["choice"]] == [2, 3, 4, 5]
    for candidate in document["choice"]:
        assert candidate["gap"] > 0 and 0 < candidate["gap_error"] < 0.1 and 0 < candidate["stability"] <= 1, candidate
    assert any("gap statistic" in r for r in document["reasons"]), document["reasons"]
    assert any("adjusted Rand" in r for r in document["reasons"]), document["reasons"]
    page = report(folder, store)
    assert page.count(CHARTS) == 6 and all(r in page for r in document["reasons"])


def left_out(folder):
    store = make_store(folder)
    document = run_json("kmeans", store, *FEATURES, "--gap-references", "0", "--bootstraps", "0")
    for candidate in document["choice"]:
        assert candidate["gap"] is candidate["gap_error"] is candidate["stability"] is None, candidate
    assert len(document["reasons"]) == 4
    assert report(folder, store).count(CHARTS) == 4


def refused(folder):
    store = make_store(folder)
    for option, value in (("--gap-references", "1"), ("--gap-references", "-1"), ("--bootstraps", "1001")):
        status, out, err = run("kmeans", store, *FEATURES, option, value)
        assert status == 2 and out == "" and value.lstrip("-") in err, err


def five_columns(folder):
    """As stores had them before there were gap and stability; other numbers of columns are no candidates."""
    try:
        import h5py
    except ImportError:
        print("  h5py is missing: older store not tried")
        return
    store = make_store(folder)
    status, _, err = run("kmeans", store, *FEATURES)
    assert status == 0, err
    assert report(folder, store).count(CHARTS) == 6
    for columns, charts in ((5, 4), (6, None)):
        with h5py.File(store, "r+") as file:
            group = file["/models/kmeans"]
            values = group["candidates"][:, :columns] if columns == 5 else [[2.0] * columns] * 4
            del group["candidates"]
            group["candidates"] = values
        if charts is not None:
            assert report(folder, store).count(CHARTS) == charts
            continue
        status, _, err = run("report", store, "-o", os.path.join(folder, "r.html"))
        assert status == 3 and "candidates are damaged" in err, err


main([figures, left_out, refused, five_columns])
