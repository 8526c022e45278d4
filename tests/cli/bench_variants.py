"""shoal-bench variants on a small store: figures as the verbs give them, resuming, failures, Ctrl-C."""
import hashlib
import json
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import shoal_cli
from shoal_cli import close, run, run_json, write

BENCH = os.path.join(os.environ.get("SHOAL_BUILD", ""), "bench", "shoal-bench")
CALIBRATION = "1997-12-31"


def make_store(folder, name="cdnow.h5", rfm=True):
    store = os.path.join(folder, name)
    status, _, err = run("import", os.path.join(shoal_cli.DATASETS, "CDNOW_sample.txt"), "-o", store, "--columns",
                         "_,customer,date,_,amount")
    assert status == 0, err
    if rfm:
        status, _, err = run("rfm", store)
        assert status == 0, err
    return store


def command(*args):
    return [BENCH, "variants", *args, "--quick", "--threads", "1"]


def bench(*args):
    done = subprocess.run(command(*args), capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


def grid(folder, name="grid.json", **sections):
    return write(os.path.join(folder, name), json.dumps({"schema": "shoal.bench.grid/1", **sections}))


def records(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read()
    assert lines.endswith("\n"), "the last line is torn"
    return [record for record in map(json.loads, lines.splitlines()) if record["schema"] == "shoal.bench/1"]


def qualities(record):
    return {name: value["value"] if isinstance(value, dict) else value for name, value in record["quality"].items()}


def figures_are_those_of_the_verbs(folder):
    store, lines = make_store(folder), os.path.join(folder, "v.jsonl")
    path = grid(folder, kmeans={"n_clusters": [4], "scale": ["robust"], "seed": [7]},
                clv={"calibration_end": [CALIBRATION], "unit": ["week", "day"]})
    with open(store, "rb") as file:
        before = hashlib.sha256(file.read()).hexdigest()
    status, out, err = bench(store, "--grid", path, "-o", lines)
    assert status == 0, err
    with open(store, "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == before, "the store was changed"
    kmeans, week, day = records(lines)
    for record in (kmeans, week, day):
        assert record["kind"] == "variant" and record["checked"] and len(record["samples_ms"]) >= 5, record
        assert record["threads"] == 1 and record["params"]["store"] and record["params"]["data"], record
    assert kmeans["params"]["features"] == "log(recency_days),log(frequency),log(monetary)", kmeans["params"]
    assert "silhouette" in out and "calibration to 1997-12-31" in out and "  *" in out, out

    verb = run_json("kmeans", store, "--n-clusters", "4", "--scale", "robust", "--seed", "7")
    got = qualities(kmeans)
    close(got["inertia"], verb["inertia"], 1e-9 * verb["inertia"], "inertia")
    close(got["silhouette"], verb["silhouette"], 1e-9, "silhouette")
    assert 0.5 < got["explained"] < 1 and 0 < got["stability"] <= 1, got

    verb = run_json("clv", store, "--calibration-end", CALIBRATION, "--unit", "week")
    got, same = qualities(week), qualities(day)
    close(got["holdout_mae"], verb["holdout"]["mae"], 1e-6, "mean absolute error")
    close(got["holdout_rmse"], verb["holdout"]["rmse"], 1e-6, "root mean squared error")
    assert 0.3 < got["holdout_gini"] < got["holdout_gini_normalised"] < 1, got
    for name, value in got.items():
        close(same[name], value, 1e-4 * abs(value), f"{name} in days and weeks")


def the_example_is_a_grid(folder):
    status, out, err = bench("--example-grid")
    assert status == 0, err
    store, path = make_store(folder), write(os.path.join(folder, "example.json"), out)
    status, _, err = bench(store, "--grid", path, "--filter", "clv", "-o", os.path.join(folder, "v.jsonl"))
    assert status == 0, err
    assert {record["name"] for record in records(os.path.join(folder, "v.jsonl"))} == {"clv"}
    assert run_default(store) == 0


def run_default(store):
    return bench(store, "--filter", "kmeans", "--budget", "0.01")[0]


def what_is_known_is_not_measured_again(folder):
    store, lines = make_store(folder), os.path.join(folder, "v.jsonl")
    path = grid(folder, kmeans={"n_clusters": [2, 3]})
    assert bench(store, "--grid", path, "-o", lines)[0] == 0
    first = records(lines)
    path = grid(folder, kmeans={"n_clusters": [2, 3, 4]})
    status, out, err = bench(store, "--grid", path, "-o", lines)
    assert status == 0 and "2 variants of this commit and these data were in" in err, err
    assert records(lines)[:2] == first and len(records(lines)) == 3
    assert len([line for line in out.splitlines() if line.lstrip(" *").startswith(("2 ", "3 ", "4 "))]) == 3, out
    # another store, and the same one with other data
    other = make_store(folder, "other.h5")
    assert bench(other, "--grid", path, "-o", lines)[0] == 0
    assert len(records(lines)) == 6
    assert run("rfm", other, "--as-of", "1998-01-31")[0] == 0
    assert bench(other, "--grid", path, "-o", lines)[0] == 0
    assert len(records(lines)) == 9


def what_fails_is_told_and_does_not_end_the_run(folder):
    store, lines = make_store(folder), os.path.join(folder, "v.jsonl")
    path = grid(folder, kmeans={"n_clusters": [99999, 3], "features": [None, "nothing"]},
                clv={"calibration_end": ["1990-01-01", CALIBRATION]})
    status, out, err = bench(store, "--grid", path, "-o", lines)
    assert status == 0, err
    assert len(records(lines)) == 2
    assert "note: 1 variant failed: 99999 clusters for 2357 rows" in err, err
    assert "note: 2 variants failed: the store has no column nothing" in err, err
    assert "1 variant failed: the period to look at ends on 1990-01-01" in err, err
    assert "at most as many clusters as rows" in out, out
    path = grid(folder, kmeans={"n_clusters": [99999], "seed": [1, 2]})
    status, _, err = bench(store, "--grid", path)
    assert status == 2 and "all variants failed; the first: 99999 clusters" in err, (status, err)


def bad_input(folder):
    store = make_store(folder, rfm=False)
    cases = [((store, "--grid", grid(folder, "foo.json", kmeans={"init": ["random", "foo"]})), 3,
              "kmeans.init[1]: 'foo' is not known; known: kmeans++, random"),
             ((store, "--grid", os.path.join(folder, "missing.json")), 4, "missing.json: cannot be read"),
             ((store, "--grid", write(os.path.join(folder, "bad.json"), "{")), 3, "bad.json, line 1"),
             ((store, "--filter", "forest"), 2, "known: kmeans, clv"),
             ((store, "--filter", "clv", "--grid", grid(folder, kmeans={})), 2, "the grid has no such variant"),
             ((os.path.join(folder, "none.h5"),), 4, "none.h5"),
             ((write(os.path.join(folder, "text.h5"), "no store"),), 3, "text.h5"),
             ((store, "--grid", grid(folder, kmeans={})), 3, "run `shoal rfm` first")]
    for args, expected, message in cases:
        status, out, err = bench(*args)
        assert status == expected and message in err, (args, status, out, err)


def interrupted(folder):
    store, lines = make_store(folder), os.path.join(folder, "v.jsonl")
    path = grid(folder, kmeans={"n_clusters": [3, 4], "seed": list(range(6))})
    process = subprocess.Popen(command(store, "--grid", path, "-o", lines), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        if os.path.exists(lines) and open(lines, "rb").read().count(b'"variant"') >= 2:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 6 and "interrupted" in err, (process.returncode, err)
    kept = records(lines)
    assert 2 <= len(kept) < 12 and "silhouette" in out, len(kept)
    assert bench(store, "--grid", path, "-o", lines)[0] == 0
    assert records(lines)[:len(kept)] == kept and len(records(lines)) == 12


if not os.path.exists(BENCH):
    shoal_cli.skip(f"{BENCH} is not built")
shoal_cli.main([figures_are_those_of_the_verbs, the_example_is_a_grid, what_is_known_is_not_measured_again,
                what_fails_is_told_and_does_not_end_the_run, bad_input, interrupted])
