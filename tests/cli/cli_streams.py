#!/usr/bin/env python3
"""Standard output and error: documents, progress, closed and full outputs, signals."""
import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time

SHOAL = os.environ["SHOAL"]
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def run(*words, **options):
    return subprocess.run([SHOAL, *words], capture_output=True, stdin=subprocess.DEVNULL, timeout=60, **options)


def make_transactions(path):
    """The CDNOW sample with a header."""
    sample = os.path.join(os.environ["SHOAL_SOURCE"], "datasets", "CDNOW_sample.txt")
    with open(sample, encoding="ascii") as lines, open(path, "w", encoding="ascii") as out:
        out.write("customer,date,amount\n")
        for _, customer, date, _, amount in map(str.split, lines):
            out.write(f"{customer},{date},{amount}\n")


def on_terminal(words, environment):
    """Runs with standard output and error on terminals of their own; gives what appeared on each, and the status."""
    ends = [pty.openpty(), pty.openpty()]
    process = subprocess.Popen([SHOAL, *words], stdin=subprocess.DEVNULL, stdout=ends[0][1], stderr=ends[1][1],
                               env={"PATH": os.environ["PATH"], **environment})
    for _, inner in ends:
        os.close(inner)
    seen = {outer: b"" for outer, _ in ends}
    open_ends = set(seen)
    while open_ends:
        for end in select.select(open_ends, [], [], 30)[0]:
            try:
                data = os.read(end, 65536)
            except OSError:  # the other side is closed
                data = b""
            seen[end] += data
            if not data:
                open_ends.discard(end)
    return seen[ends[0][0]], seen[ends[1][0]], process.wait(timeout=30)


def test_documents(folder):
    store = os.path.join(folder, "s.h5")
    csv = os.path.join(folder, "t.csv")
    done = run("import", csv, "-o", store, "--json")
    check(done.returncode == 0, f"import --json: {done.stderr}")
    document = json.loads(done.stdout)
    check(document["schema"] == "shoal.import/1", "schema of import")
    for words, schema in ((("info",), "info"), (("rfm",), "rfm"), (("clv",), "clv"),
                          (("kmeans", "-k", "3"), "kmeans"), (("assign",), "assign"),
                          (("report", "-o", os.path.join(folder, "r.html")), "report"),
                          (("export", "-o", os.path.join(folder, "e.csv")), "export"),
                          (("export",), "export")):
        done = run(words[0], store, *words[1:], "--json")
        check(done.returncode == 0, f"{words} --json: {done.stderr}")
        check(json.loads(done.stdout)["schema"] == f"shoal.{schema}/1", f"schema of {words}")
    done = run("segment", csv, "-o", os.path.join(folder, "out"), "--json")
    check(done.returncode == 0, f"segment --json: {done.stderr}")
    check(json.loads(done.stdout)["schema"] == "shoal.segment/1", "schema of segment")
    for words in (("info", os.path.join(folder, "none.h5")), ("kmeans", store, "--features", "none"),
                  ("import", os.path.join(folder, "none.csv"), "-o", store)):
        done = run(*words, "--json")
        check(done.returncode in (2, 3, 4), f"{words}: status {done.returncode}")
        check(done.stdout == b"", f"{words}: standard output is not empty on an error")
        check(done.stderr.decode().splitlines()[-1].startswith(f"shoal {words[0]}: "), f"{words}: {done.stderr}")


def test_quiet(folder):
    """Without amounts there is something to note: told, but not where --quiet asks for silence; JSON has it always."""
    csv = os.path.join(folder, "no-amount.csv")
    with open(os.path.join(folder, "t.csv"), encoding="utf-8") as full, open(csv, "w", encoding="utf-8") as out:
        out.writelines(",".join(line.strip().split(",")[:2]) + "\n" for line in full)
    words = ("segment", csv, "-o", os.path.join(folder, "quiet"))
    check(b"note: " in run(*words).stderr, "a note is told")
    check(run(*words, "--quiet").stderr == b"", "--quiet is silent")
    warnings = json.loads(run(*words, "--quiet", "--json").stdout)["warnings"]
    check(len(warnings) > 0, "--quiet keeps the warnings of the document")


def test_progress(folder):
    words = ("import", os.path.join(folder, "t.csv"), "-o", os.path.join(folder, "p.h5"))
    out, err, status = on_terminal(words, {"TERM": "xterm"})
    check(status == 0, "import on a terminal")
    check(b"import [" in err, f"a bar is shown: {err!r}")
    check(err.endswith(b"\r\x1b[K"), f"the bar is erased: {err!r}")
    check(b"\x1b[1m" in out, "headings are bold on a terminal")
    out, err, _ = on_terminal(words, {"TERM": "xterm", "NO_COLOR": "1"})
    check(b"\x1b[" not in out, "NO_COLOR: no bold")
    check(b"import [" in err, "NO_COLOR: a bar has no colour")
    out, err, _ = on_terminal(words, {"TERM": "dumb"})
    check(b"\x1b" not in out + err, "TERM=dumb: no escape sequence")
    _, err, _ = on_terminal((*words, "--quiet"), {"TERM": "xterm"})
    check(err == b"", "--quiet: no bar")
    done = run(*words, env={"TERM": "xterm", "PATH": os.environ["PATH"]})
    check(b"\x1b" not in done.stdout + done.stderr, "not a terminal: no escape sequence")


def test_outputs_that_fail(folder):
    store = os.path.join(folder, "s.h5")
    for words in (("--help",), ("kmeans", "--help"), ("info", store), ("info", store, "--json"), ("export", store),
                  ("--completion", "bash")):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([SHOAL, *words], stdout=full, stderr=subprocess.PIPE, timeout=60)
        check(done.returncode == 4, f"{words} to a full device: status {done.returncode}")
        check(b"standard output" in done.stderr, f"{words} to a full device: {done.stderr}")
        done = subprocess.run(["bash", "-c", '"$0" "$@" >&-', SHOAL, *words], stderr=subprocess.PIPE, timeout=60)
        check(done.returncode == 4, f"{words} to a closed output: status {done.returncode} {done.stderr}")
    for words in (("info", store), ("export", store, "--table", "transactions")):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([SHOAL, *words], stdout=writer, stderr=subprocess.PIPE, timeout=60)
        os.close(writer)
        check(done.returncode == 4 and done.stderr == b"", f"{words} to a pipe without reader: {done.stderr}")


def test_signals(folder):
    """A run that waits for its input stops at the first signal and leaves what was there."""
    target = os.path.join(folder, "signal")
    os.mkdir(target)
    store = os.path.join(target, "old.h5")
    with open(store, "wb") as out:
        out.write(b"old")
    many = 150000  # rows of several blocks: the threads that read them wait, not the one that gets the signal
    for number, rows in ((signal.SIGINT, 1), (signal.SIGTERM, 1), (signal.SIGHUP, 1), (signal.SIGINT, many)):
        process = subprocess.Popen([SHOAL, "import", "-", "-o", store, "--threads", "4"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(b"customer,date,amount\n" + b"a,2024-01-01,1\n" * rows)
        process.stdin.flush()
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(number)
        try:
            status = process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = None
        check(status == 6, f"{number!r}: status {status}")
        check(time.monotonic() - began < 2, f"{number!r}: it took more than 2 s")
        check(b"interrupted" in process.stderr.read(), f"{number!r}: the message")
        check(process.stdout.read() == b"", f"{number!r}: standard output")
        check(os.listdir(target) == ["old.h5"], f"{number!r}: left {os.listdir(target)}")
        with open(store, "rb") as left:
            check(left.read() == b"old", f"{number!r}: the old file changed")
        process.stdin.close()


def main():
    with tempfile.TemporaryDirectory() as folder:
        make_transactions(os.path.join(folder, "t.csv"))
        for test in (test_documents, test_quiet, test_progress, test_outputs_that_fail, test_signals):
            test(folder)
    print("streams: all good" if not failures else f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
