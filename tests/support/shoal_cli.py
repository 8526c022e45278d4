"""What the CLI tests share: running the command, a place to work, small checks that count."""
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback

SHOAL = os.environ.get("SHOAL", "shoal")
SOURCE = os.environ.get("SHOAL_SOURCE", os.path.join(os.path.dirname(__file__), "..", ".."))
DATASETS = os.path.join(SOURCE, "datasets")


def is_sanitized(program):
    """Built with the address sanitizer, which finds on one run of a path what there is to find: no need to repeat it."""
    path = shutil.which(program)
    if path is None:
        return False
    with open(path, "rb") as file:
        return b"__asan_init" in file.read()


SANITIZED = is_sanitized(SHOAL)


def skip(message):
    print("skipped:", message)
    sys.exit(77)


def run(*args, stdin=None, env=None, cwd=None, timeout=300):
    """Runs shoal and returns (status, stdout, stderr) with bytes as text."""
    environment = dict(os.environ, **(env or {}))
    done = subprocess.run([SHOAL, *args], input=stdin, capture_output=True, env=environment, cwd=cwd, timeout=timeout)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def run_json(*args, **kwargs):
    status, out, err = run(*args, "--json", **kwargs)
    assert status == 0, f"shoal {' '.join(args)} ended with {status}: {err}"
    return json.loads(out)


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path, content):
    mode = "wb" if isinstance(content, bytes) else "w"
    with open(path, mode, **({} if mode == "wb" else {"encoding": "utf-8", "newline": ""})) as file:
        file.write(content)
    return path


def close(actual, expected, tolerance, what):
    assert abs(actual - expected) <= tolerance, f"{what}: {actual!r}, expected {expected!r} within {tolerance}"


def main(tests):
    """Runs every function in a folder of its own, that is removed afterwards; ends non-zero when one failed."""
    failed = 0
    for test in tests:
        folder = tempfile.mkdtemp(prefix="shoal test ")
        try:
            test(folder)
            print("ok  ", test.__name__)
        except Exception:
            failed += 1
            print("FAIL", test.__name__)
            traceback.print_exc()
        finally:
            subprocess.run(["chmod", "-R", "u+w", folder], check=False)
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
