#!/usr/bin/env python3
"""Instruction counts: the committed ones hold, and what changes them is told. Skipped (77) where counts of this build
or machine cannot be compared with the committed ones.

Usage: bench_instructions.py SHOAL_BENCH
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

CASE = "nearest_f32/avx2 d=8 k=8"
INCOMPARABLE = "cannot be compared here"
failures = []


def run(program, *arguments, **environment):
    return subprocess.run([program, "instructions", "--quiet", *map(str, arguments)], capture_output=True, text=True,
                          env={**os.environ, **environment}, check=False)


def expect(what, good, done):
    if good:
        return
    failures.append(what)
    print(f"FAILED: {what}: exit status {done.returncode}\n{done.stdout}{done.stderr}")


def write(path, document):
    path.write_text(json.dumps(document), encoding="utf-8")


def check_verdicts(program, committed, folder):
    """A baseline that is wrong on purpose."""
    path = folder / "counts.json"
    now = committed["counts"][CASE]

    def verdict(change, *arguments):
        document = json.loads(json.dumps(committed))
        change(document)
        write(path, document)
        return run(program, "--baseline", path, *arguments)

    def set_count(value):
        return lambda document: document["counts"].update({CASE: value})

    done = verdict(set_count(int(now / 1.03)), "--filter", CASE)
    expect("3% more fails", done.returncode == 1 and " grew" in done.stdout, done)
    done = verdict(set_count(int(now / 1.01)), "--filter", CASE)
    expect("1% more passes", done.returncode == 0 and " grew" not in done.stdout, done)
    done = verdict(set_count(int(now / 1.01)), "--filter", CASE, "--threshold", "0.005")
    expect("1% more fails at 0.5%", done.returncode == 1, done)
    done = verdict(set_count(int(now * 1.05)), "--filter", CASE)
    expect("5% less is told", done.returncode == 0 and "--update" in done.stdout, done)
    done = verdict(lambda document: document["counts"].pop(CASE), "--filter", CASE)
    expect("a case without a count", done.returncode == 3 and "--update" in done.stderr, done)
    done = verdict(lambda document: document["counts"].update({CASE + " old": 5}), "--filter", CASE)
    expect("a count without a case", done.returncode == 3 and "gone" in done.stdout, done)
    for key in ("compiler", "libc", "build_type", "flags", "valgrind"):
        done = verdict(lambda document, key=key: document.update({key: "other"}), "--filter", CASE)
        expect(f"another {key}", done.returncode == 2 and INCOMPARABLE in done.stderr and key in done.stderr, done)
    path.write_text("{", encoding="utf-8")
    done = run(program, "--baseline", path, "--filter", CASE)
    expect("a broken baseline", done.returncode == 3 and str(path) in done.stderr, done)
    done = run(program, "--baseline", folder / "none.json", "--filter", CASE)
    expect("no baseline", done.returncode == 4 and "--update" in done.stderr, done)


def check_update(program, committed, folder):
    """With --filter the other counts stay, and the order is that of the cases."""
    path = folder / "counts.json"
    document = json.loads(json.dumps(committed))
    document["counts"] = dict(reversed(list(document["counts"].items())))
    document["counts"].update({CASE: 1, "old": 5})
    write(path, document)
    done = run(program, "--baseline", path, "--filter", CASE, "--update")
    written = json.loads(path.read_text(encoding="utf-8"))
    expect("update", done.returncode == 0 and written == committed, done)
    expect("order", list(written["counts"]) == list(committed["counts"]), done)


def check_surroundings(program, committed, folder):
    """Neither the environment's size nor where files lie changes a count."""
    deep = folder / ("long-" * 8)
    deep.mkdir()
    made = deep / "now.json"
    name = "kmeans/iteration,store/read,rfm/score"
    done = run(program, "--filter", name, "-o", made, TMPDIR=str(deep), BIG="x" * 50000,
               GLIBC_TUNABLES="glibc.malloc.perturb=90", SHOAL_CPU="scalar")
    expect("elsewhere", done.returncode == 0 and made.exists(), done)
    if made.exists():
        counts = json.loads(made.read_text(encoding="utf-8"))["counts"]
        off = {n: (committed["counts"][n], c) for n, c in counts.items() if c != committed["counts"][n]}
        expect(f"the same counts elsewhere: {off}", len(counts) == 3 and not off, done)
    expect("nothing left behind", sorted(deep.iterdir()) == [made], done)


def check_usage(program):
    done = run(program, "--filter", "nonsense")
    expect("unknown names list the known ones", done.returncode == 2 and CASE in done.stderr, done)
    done = run(program, "--list")
    expect("list", done.returncode == 0 and CASE in done.stdout.splitlines(), done)
    done = run(program, "--run-case", "nonsense")
    expect("unknown case", done.returncode == 2 and "nonsense" in done.stderr, done)
    done = run(program, PATH="/nowhere")
    expect("no valgrind", done.returncode == 2 and "valgrind" in done.stderr, done)


def main():
    program = sys.argv[1]
    done = run(program)
    if INCOMPARABLE in done.stderr:
        print("skipped:", done.stderr.strip())
        return 77
    print(done.stdout)
    expect("the committed counts hold", done.returncode == 0, done)
    source = pathlib.Path(os.environ["SHOAL_SOURCE"])
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        made = folder / "now.json"
        done = run(program, "--filter", ",".join((CASE, "kmeans/iteration", "store/read", "rfm/score")), "-o", made)
        expect("counts as JSON", made.exists(), done)
        committed = json.loads((source / "bench/instructions/counts.json").read_text(encoding="utf-8"))
        committed["counts"].update(json.loads(made.read_text(encoding="utf-8"))["counts"])
        check_verdicts(program, committed, folder)
        check_update(program, committed, folder)
        check_surroundings(program, committed, folder)
    check_usage(program)
    print("FAILED" if failures else "ok")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
