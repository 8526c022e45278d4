#!/usr/bin/env python3
"""shoal-bench peers: with workers that are right, wrong, missing, that crash, hang or babble; stopped and gone on with.

Usage: bench_peers.py SHOAL-BENCH
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

BENCH = sys.argv[1]
TASK = "store/load"  # of h5py and cat; a single number, the bytes of the file, is a right result
failures = []

# What a worker does is told by one word per operation in $DEEDS/NAME.json; all log what they are asked.
WORKER = '''
import json, os, sys, time
name = os.path.basename(__file__)
deeds = json.load(open(os.path.join(os.environ["DEEDS"], name + ".json")))
def log(*words):
    with open(os.path.join(os.environ["DEEDS"], "log"), "a") as file:
        print(name, os.getpid(), *words, file=file)
for line in sys.stdin:
    message = json.loads(line)
    op = message["op"]
    log(op, message.get("threads", ""), os.environ["OMP_NUM_THREADS"])
    answer = {"ok": True, "version": "1.0", "ms": 1 + 0.001 * os.getpid() % 0.1}
    deed = deeds.get(op, "right")
    if deed == "crash":
        print("the floor fell in", file=sys.stderr)
        sys.exit(3)
    if deed == "hang":
        time.sleep(600)
    if deed == "refuse":
        answer = {"ok": False, "why": "it is not installed"}
    if deed == "timeless":
        del answer["ms"]
    if op == "prepare":
        store = message["files"]["store"]
    if op == "result":
        import array
        right = [os.path.getsize(store)]
        array.array("d", [1.0] if deed == "wrong" else [1.0, 2.0, 3.0] if deed == "many" else right).tofile(
            open(message["file"], "wb"))
    print("Hello!" if deed == "babble" else "x" * 20000 if deed == "flood" else json.dumps(answer), flush=True)
'''


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


class Run:
    """A run with fake workers. deeds: what h5py's and cat's do; None: there is no such file."""

    def __init__(self, folder, h5py, cat, *words, environment=None, start_only=False):
        self.folder = tempfile.mkdtemp(dir=folder)
        for name, deeds in (("peer_h5py.py", h5py), ("peer_coreutils.py", cat)):
            if deeds is None:
                continue
            with open(os.path.join(self.folder, name), "w", encoding="ascii") as file:
                file.write(WORKER)
            with open(os.path.join(self.folder, name + ".json"), "w", encoding="ascii") as file:
                json.dump(deeds, file)
        self.output = os.path.join(self.folder, "out.jsonl")
        self.environment = {**os.environ, "SHOAL_BENCH_WORKERS": self.folder, "DEEDS": self.folder,
                            "SHOAL_BENCH_PATIENCE": "20", "TMPDIR": self.folder, **(environment or {})}
        self.command = [BENCH, "peers", "--quick", "--budget", "0.01", "--threads", "1", "--filter", TASK,
                        "-o", self.output, *words]
        if not start_only:
            self.go()

    def go(self):
        done = subprocess.run(self.command, env=self.environment, capture_output=True, timeout=120, check=False)
        self.status, self.text = done.returncode, done.stdout.decode() + done.stderr.decode()
        return self

    def records(self):
        with open(self.output, encoding="utf-8") as lines:
            return [record for record in map(json.loads, lines) if record["schema"] == "shoal.bench/1"]

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="ascii") as lines:
            return [line.split() for line in lines]


def test_right(folder):
    run = Run(folder, {}, {})
    check(run.status == 0, f"right results: exit status {run.status}: {run.text}")
    records = run.records()
    check([r["tool"] for r in records] == ["shoal", "h5py", "cat"], f"tools {[r['tool'] for r in records]}")
    check(all(r["kind"] == "peer" and r["name"] == TASK and r["checked"] for r in records), "kind, name, checked")
    check(len({(r["pair"], json.dumps(r["params"]), r["threads"]) for r in records}) == 1, "rows in turn share a pair")
    check(all(len(r["samples_ms"]) >= 5 for r in records), "at least five samples")
    check(len({len(r["samples_ms"]) for r in records}) == 1, "as many samples of each")
    check(records[1]["tool_version"] == "1.0" and records[0]["tool_version"] != "", "versions")
    check("differs" not in run.text and "Did not take part" not in run.text, "nothing to remark")
    runs = [words[0] for words in run.log() if words[2] == "run"]
    samples = runs[2:]  # warm-ups first
    check(samples == ["peer_h5py.py", "peer_coreutils.py"] * (len(samples) // 2), f"in turn: {runs}")
    check(not [f for f in os.listdir(run.folder) if f.startswith("shoal-bench")], "the session's folder is gone")
    return run


def test_continue(run):
    before = run.records()
    os.remove(os.path.join(run.folder, "log"))
    run.go()
    check(run.status == 0 and run.records() == before, "known rows are not measured again")
    check("run" not in [words[2] for words in run.log()], "no worker runs for known rows")
    check(run.text.count(TASK) == 2, f"known rows are shown: {run.text}")


def test_threads(folder):
    run = Run(folder, {}, {}, "--threads", "2")
    asked = {(words[3], words[4]) for words in run.log() if words[2] == "prepare"}
    check(asked == {("2", "2")}, f"threads by message and environment: {asked}")
    check({r["threads"] for r in run.records()} == {2}, "threads in records")


def test_differs(folder):
    for deed, what in (("wrong", "1 bytes of"), ("many", "3 values where")):
        run = Run(folder, {}, {"result": deed})
        check(run.status == 0, f"{deed}: exit status {run.status}: {run.text}")
        checked = {r["tool"]: r["checked"] for r in run.records()}
        check(checked == {"shoal": True, "h5py": True, "cat": False}, f"{deed}: checked {checked}")
        row = [line for line in run.text.splitlines() if " cat " in line]
        check(len(row) == 1 and f"-  differs: {what}" in row[0], f"{deed}: {row}")
        again = run.go()
        check("-  differs" in again.text, f"{deed}: still told of a row that is known: {again.text}")
    run = Run(folder, {"result": "wrong"}, {"result": "wrong"})
    check(not any(r["checked"] for r in run.records()), "shoal is not checked where nobody agrees")


def test_bad_workers(folder):
    cases = [
        ({"run": "crash"}, "it ended (exit status 3): the floor fell in"),
        ({"hello": "crash"}, "it ended (exit status 3): the floor fell in"),
        ({"result": "crash"}, "it ended (exit status 3)"),
        ({"run": "babble"}, "it answered Hello!"),
        ({"prepare": "flood"}, "its answer is too long"),
        ({"run": "timeless"}, "it gives no time"),
        ({"hello": "refuse"}, "it is not installed (./bootstrap bench"),
        ({"prepare": "refuse"}, "it is not installed"),
        (None, "peer_coreutils.py"),
    ]
    for deeds, what in cases:
        run = Run(folder, {}, deeds)
        remarks = run.text.partition("Did not take part:")[2]
        check(run.status == 0, f"{deeds}: exit status {run.status}: {run.text}")
        check("cat: " in remarks and what in remarks, f"{deeds}: told {remarks!r}")
        tools = [r["tool"] for r in run.records() if r["samples_ms"]]
        check(tools == ["shoal", "h5py"], f"{deeds}: the others go on: {tools}")


def test_continue_after_failure(folder):
    for first in ({}, {"run": "crash"}):
        run = Run(folder, first, {"prepare": "refuse"})
        before = run.records()
        check([r["tool"] for r in before if not r["samples_ms"]] == (["h5py"] if first else []) + ["cat"],
              f"rows without samples: {before}")
        os.remove(os.path.join(run.folder, "log"))
        run.go()
        check(run.status == 0 and run.records() == before, "who failed is not measured again")
        check("prepare" not in [words[2] for words in run.log()], "no worker is asked for known rows")
        check("cat: store/load" in run.text and "it failed when it was measured" in run.text, f"told: {run.text}")


def test_hang(folder):
    since = time.monotonic()
    run = Run(folder, {}, {"run": "hang"}, environment={"SHOAL_BENCH_PATIENCE": "2"})
    check("no answer within 2 seconds" in run.text, f"hang: {run.text}")
    check([r["tool"] for r in run.records() if r["samples_ms"]] == ["shoal", "h5py"], "hang: the others go on")
    check(time.monotonic() - since < 60, "hang: ends soon")
    check(not alive(run), "hang: the worker is killed")


def alive(run):
    found = set()
    for words in run.log():
        try:
            os.kill(int(words[1]), 0)
            found.add(words[1])
        except ProcessLookupError:
            pass
    return found


def test_interrupt(folder):
    run = Run(folder, {}, {"run": "hang"}, start_only=True)
    process = subprocess.Popen(run.command, env=run.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    log = os.path.join(run.folder, "log")
    until = time.monotonic() + 60
    while time.monotonic() < until and not (os.path.exists(log) and "coreutils.py" in open(log, encoding="ascii").read()
                                            and any(w[0] == "peer_coreutils.py" and w[2] == "run" for w in run.log())):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    check(process.returncode == 6 and b"interrupted" in errors, f"interrupt: {process.returncode} {errors}")
    check(not alive(run), "interrupt: workers are killed")
    check(not [f for f in os.listdir(run.folder) if f.startswith("shoal-bench")], "interrupt: the folder is gone")


def test_nobody(folder):
    run = Run(folder, None, None)
    check(run.status == 0 and "no peer" in run.text and run.records() == [], f"nobody: {run.text}")
    run = Run(folder, {}, {}, environment={"PYTHON3": "/nonexistent/python3"})
    check(run.status == 0 and "/nonexistent/python3 is not installed" in run.text, f"no python: {run.text}")


def test_usage():
    done = subprocess.run([BENCH, "peers", "--quick", "--filter", "kmeans/nothing"], capture_output=True, timeout=60, check=False)
    check(done.returncode == 2 and b"kmeans/iteration" in done.stderr, f"unknown names: {done}")
    done = subprocess.run([BENCH, "peers", "--list"], capture_output=True, timeout=60, check=False)
    check(done.returncode == 0 and all(word in done.stdout for word in (b"rfm/csv", b"polars", b"scikit-learn")), "list")


def test_real(folder):
    """The workers that come with shoal-bench, of the peers that are here."""
    output = os.path.join(folder, "real.jsonl")
    done = subprocess.run([BENCH, "peers", "--quick", "--budget", "0.01", "--threads", "1", "-o", output, "--filter",
                           "store,rfm/scores,*/predict,*/assign"], capture_output=True, timeout=300, check=False)
    check(done.returncode == 0, f"real workers: {done}")
    with open(output, encoding="utf-8") as lines:
        records = [r for r in map(json.loads, lines) if r["schema"] == "shoal.bench/1"]
    check(all(r["checked"] for r in records), f"real workers agree: {done.stdout.decode()}")
    check({"shoal", "cat"} <= {r["tool"] for r in records}, "cat is everywhere")
    text = done.stdout.decode()
    check("Error" not in text and "it ended" not in text, f"real workers run: {text}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        test_usage()
        test_continue(test_right(folder))
        test_threads(folder)
        test_differs(folder)
        test_bad_workers(folder)
        test_continue_after_failure(folder)
        test_hang(folder)
        test_interrupt(folder)
        test_nobody(folder)
        test_real(folder)
    if failures:
        sys.exit(f"{len(failures)} failed")
    print("ok")


main()
