#!/usr/bin/env python3
"""shoal-bench scaling: rows as the schema says, nothing measured twice, an interrupted run continues where it stopped.

Usage: bench_scaling.py SHOAL_BENCH
"""
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

BENCH = sys.argv[1]
CORES = len(os.sched_getaffinity(0))


def run(folder, *args, expect=0):
    done = subprocess.run([BENCH, "scaling", "--quick", *args], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "TMPDIR": folder})
    assert done.returncode == expect, f"{args}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def rows(path):
    with open(path) as file:
        lines = [json.loads(line) for line in file]
    return [line for line in lines if line["schema"] == "shoal.bench/1"]


def key(row):
    return json.dumps([row[name] for name in ("kind", "name", "params", "threads", "size_of")])


def check_row(row):
    assert row["checked"] is True, row
    assert len(row["samples_ms"]) >= 5, row
    # written to the nanosecond, and the median of two may lie between
    assert abs(row["median_ms"] - statistics.median(row["samples_ms"])) <= 0.6e-6 + 1e-9 * row["median_ms"], row
    assert row["oversubscribed"] == (row["threads"] > CORES), row
    assert row["quick"] is True and row["tool"] == "shoal", row


def test_bad_filter(folder):
    done = run(folder, "--filter", "assign,kmeens", expect=2)
    assert "kmeens" in done.stderr and "kmeans" in done.stderr and "rfm/cuts" in done.stderr, done.stderr
    assert done.stdout == "", done.stdout


def test_list(folder):
    path = os.path.join(folder, "list.jsonl")
    listed = run(folder, "--list", "-o", path).stdout
    assert not os.path.exists(path), "--list wrote a file"
    for name in ("import", "kmeans", "clv_predict", "segment", "prepare, seed, iterate"):
        assert name in listed, listed


def test_rows(folder):
    path = os.path.join(folder, "rows.jsonl")
    over = 2 * CORES + 1
    args = ("--filter", "assign,rfm/cuts", "--threads", f"1,{over}", "--budget", "0.01", "-o", path)
    out = run(folder, *args).stdout
    assert out.startswith("Machine ") and "FMA float32" in out and "commit" in out, out
    found = rows(path)
    for row in found:
        check_row(row)
    assert len({key(row) for row in found}) == len(found), "a row stands there twice"
    names = {(row["kind"], row["name"], row["threads"], row["size_of"]) for row in found}
    for name in ("assign", "rfm/cuts"):
        for kind in ("strong", "weak"):
            assert {(kind, name, 1, None), (kind, name, over, None)} <= names, (kind, name, names)
    assert {("size", "assign", 1, varied) for varied in "ndk"} <= names, names
    assert ("strong", "rfm", 1, None) not in names and ("strong", "rfm/summary", 1, None) not in names, names
    sizes = {row["params"]["n"] for row in found if row["size_of"] == "n"}
    assert len(sizes) == 3 and max(sizes) == 4 * min(sizes), sizes
    weak = {row["threads"]: row["params"]["n"] for row in found if row["kind"] == "weak" and row["name"] == "assign"}
    assert weak[over] == over * weak[1], weak
    noise = [row for row in found if row["kind"] == "noise"]
    assert len(noise) == 2 and noise[0]["pair"] == noise[1]["pair"] and noise[0]["name"] == "rfm", noise
    assign = next(row for row in found if row["name"] == "assign" and row["kind"] == "strong")
    n, d, k = (assign["params"][name] for name in "ndk")
    assert assign["flops"] == 2 * n * d * k and assign["bytes"] == n * (4 * d + 4), assign
    assert assign["floor_ms"] > 0 and assign["limit"] and assign["percent_of_limit"] > 0, assign
    for text in ("Noise:", "Strong scaling", "Weak scaling", "Size scaling", "oversubscribed", "exponent"):
        assert text in out, f"{text}\n{out}"
    with open(path, "rb") as file:
        before = file.read()
    assert "Size scaling" in run(folder, *args).stdout
    with open(path, "rb") as file:
        assert file.read() == before, "rows that were there were measured again"


def test_interrupted(folder):
    path = os.path.join(folder, "stopped.jsonl")
    args = ("--filter", "rfm", "--threads", "1", "--budget", "0.05", "-o", path)
    child = subprocess.Popen([BENCH, "scaling", "--quick", *args], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             text=True, env={**os.environ, "TMPDIR": folder})
    until = time.monotonic() + 120
    while not (os.path.exists(path) and open(path).read().count('"kind"') >= 3) and time.monotonic() < until:
        time.sleep(0.005)
    child.send_signal(signal.SIGINT)
    message = child.communicate(timeout=60)[1]
    assert child.returncode in (6, 0), f"exit {child.returncode}\n{message}"
    stopped = rows(path)
    assert len(stopped) >= 3, "nothing was kept"
    if child.returncode == 6:
        assert "interrupted" in message, message
    run(folder, *args)
    finished = rows(path)
    assert finished[:len(stopped)] == stopped, "what was measured before is gone"
    assert len({key(row) for row in finished}) == len(finished), "a row was measured twice"
    names = {row["name"] for row in finished}
    assert names == {"rfm", "rfm/summary", "rfm/cuts", "rfm/score"}, names


with tempfile.TemporaryDirectory() as top:
    for test in (test_bad_filter, test_list, test_rows, test_interrupted):
        scratch = os.path.join(top, test.__name__)
        os.mkdir(scratch)
        test(scratch)
        left = [name for name in os.listdir(scratch) if not name.endswith(".jsonl")]
        assert left == [], f"{test.__name__} left {left}"
print("ok")
