#!/usr/bin/env python3
"""Killed, or refused by the system, at every point where it touches the disk: the old files or the new ones, never a part.

strace counts the system calls of a whole run, then makes the i-th of each kind deliver SIGKILL, or fail. By default a
sample of i is tried, --all tries every one."""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from shoal_cli import SHOAL, main, run, skip, write

ALL = "--all" in sys.argv
SPARE = 3
SAMPLE = 6
OUTPUTS = ["report.html", "segments.csv", "store.h5", "summary.json"]
ROWS = "customer_id,date,amount,product\n" + "".join(
    f"c{i % 11},2024-0{1 + i % 9}-1{i % 8},{i % 17 + 1}.50,p{i % 5}\n" for i in range(120))

if shutil.which("strace") is None:
    skip("strace is missing")
probe = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
if probe.returncode != 0:
    skip("strace may not trace here: " + probe.stderr.decode(errors="replace").strip())


def traced(out, source, *strace):
    return subprocess.run(["strace", "-f", "-qq", "-o", os.path.join(out, "..", "trace"), *strace, SHOAL, "segment", source,
                           "-o", out, "--threads", "1", "--quiet"], capture_output=True, check=False,
                          env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))


def prepare(folder):
    source = write(os.path.join(folder, "in.csv"), ROWS)
    out = os.path.join(folder, "out")
    os.mkdir(out)
    done = traced(out, source, "-e", "trace=desc,file")
    assert done.returncode == 0, done.stderr
    counts = {}
    with open(os.path.join(folder, "trace"), encoding="utf-8", errors="replace") as trace:
        for line in trace:
            call = re.match(r"\d+ +(\w+)\(", line)
            if call:
                counts[call.group(1)] = counts.get(call.group(1), 0) + 1
    return source, out, counts


def lay_old(out):
    for name in os.listdir(out):
        os.unlink(os.path.join(out, name))
    for name in OUTPUTS:
        write(os.path.join(out, name), "old " + name)


def state(out):
    """Each output is wholly old or wholly new."""
    states = []
    for name in OUTPUTS:
        with open(os.path.join(out, name), "rb") as file:
            content = file.read()
        if content == ("old " + name).encode():
            states.append("old")
            continue
        states.append("new")
        if name == "store.h5":
            status, _, err = run("info", os.path.join(out, name))
            assert status == 0, f"half a store: {err}"
        elif name == "report.html":
            assert content.rstrip().endswith(b"</html>"), "half a report"
        elif name == "segments.csv":
            assert content.count(b"\n") == 12, "half a CSV"
        else:
            assert content.rstrip().endswith(b"}"), "half a summary"
    return states


def points(count):
    if ALL or count <= SAMPLE:
        return range(1, count + 1)
    return sorted({1 + i * (count - 1) // (SAMPLE - 1) for i in range(SAMPLE)})


def killed(folder):
    source, out, counts = prepare(folder)
    tried = 0
    for call in ("openat", "write", "pwrite64", "fsync", "rename", "close", "ftruncate", "chmod", "fchmod"):
        for when in points(counts.get(call, 0)):
            lay_old(out)
            done = traced(out, source, "-e", f"inject={call}:signal=KILL:when={when}")
            states = state(out)
            if done.returncode == 0:  # what libraries read for themselves varies by a few calls from run to run
                assert when > counts[call] - SPARE and set(states) == {"new"}, f"{call} {when} was not reached"
                continue
            tried += 1
    print(f"  killed at {tried} points")
    assert tried > 20


def refused(folder):
    source, out, counts = prepare(folder)
    tried = 0
    for call, error in (("write", "ENOSPC"), ("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fsync", "EIO"),
                        ("rename", "EACCES"), ("ftruncate", "EIO")):
        for when in points(counts.get(call, 0)):
            lay_old(out)
            done = traced(out, source, "-e", f"inject={call}:error={error}:when={when}")
            states = state(out)
            left = sorted(set(os.listdir(out)) - set(OUTPUTS))
            assert left == [], f"{call} {when} {error} left {left}"
            if done.returncode == 0:  # a write to the terminal, or one that was made up for
                assert states == ["new"] * 4, (call, when, error, states)
                continue
            assert done.returncode == 4, (call, when, error, done.returncode, done.stderr)
            assert done.stderr.startswith(b"shoal"), (call, when, error, done.stderr)
            if states == ["new"] * 4 and b"standard output" in done.stderr:
                continue  # the files stand, only the table for people was refused
            if call != "rename":
                assert states == ["old"] * 4 or call == "fsync", (call, when, error, states, done.stderr)
            tried += 1
    print(f"  refused at {tried} points")
    assert tried > 5


main([killed, refused])
