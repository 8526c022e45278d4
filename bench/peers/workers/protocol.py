"""A peer's side of the conversation with shoal-bench.

shoal-bench writes one JSON object a line to standard input and reads the answer, a line too, from standard output, until
it closes standard input:

    {"op": "hello"}                  {"ok": true, "version": "1.2.1"}
    {"op": "prepare", "task": "assign", "params": {"n": …}, "files": {"x": PATH}, "threads": 2}    {"ok": true}
    {"op": "run"}                    {"ok": true, "ms": 12.3}
    {"op": "result", "file": PATH}   {"ok": true}, and the file holds the result of the last run as float64 values
    {"op": "forget"}                 {"ok": true}, and the task's data are let go

What cannot be done is answered with {"ok": false, "why": TEXT}. bench/peers/tasks.h says what each task's result holds.

A worker names its tasks: {"assign": Assign}. Such a class is made with the prepare message (a Job); before(), where it
has one, makes ready for a run, run() alone is timed, result() gives a list of arrays.
"""
import array
import contextlib
import json
import os
import sys
import time

# Libraries that print do not disturb the conversation: their standard output is standard error.
_out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def _say(**answer):
    print(json.dumps(answer), file=_out, flush=True)


class Job:
    """What a task works on."""

    def __init__(self, message):
        self.params = message["params"]
        self.files = message["files"]
        self.threads = message["threads"]

    def integer(self, name):
        return int(self.params[name])

    def rows(self, name, columns, dtype="float32"):
        """A file of columns, one after the other, as a C-contiguous matrix of rows."""
        import numpy as np
        return np.ascontiguousarray(np.fromfile(self.files[name], dtype).reshape(columns, -1).T)

    def columns(self, name, count):
        import numpy as np
        return np.fromfile(self.files[name], np.float64).reshape(count, -1)


@contextlib.contextmanager
def importing():
    """Around the imports of the peer: what is missing is told."""
    try:
        yield
    except ImportError as error:
        sys.stdin.readline()
        _say(ok=False, why=f"{error.name or error} is not installed")
        sys.exit(0)


def _write(path, parts):
    with open(path, "wb") as file:
        for part in parts:
            if hasattr(part, "dtype"):
                import numpy as np
                np.ascontiguousarray(part, np.float64).tofile(file)
            else:
                array.array("d", part).tofile(file)


def _run(task):
    getattr(task, "before", lambda: None)()
    since = time.perf_counter()
    task.run()
    return (time.perf_counter() - since) * 1e3


def serve(version, tasks):
    """Answers until standard input ends."""
    task = None
    for line in sys.stdin:
        message = json.loads(line)
        op = message["op"]
        try:
            answer = {}
            if op == "hello":
                answer = {"version": version}
            elif op == "prepare":
                task = None
                task = tasks[message["task"]](Job(message))
            elif op == "run":
                answer = {"ms": _run(task)}
            elif op == "result":
                _write(message["file"], task.result())
            elif op == "forget":
                task = None
            _say(ok=True, **answer)
        except Exception as error:  # the peer's own trouble is the answer
            _say(ok=False, why=f"{type(error).__name__}: {error}")
