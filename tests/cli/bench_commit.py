#!/usr/bin/env python3
"""bench/commit.cmake: which commit is written, and that a build that changes nothing rewrites nothing.

Usage: bench_commit.py CMAKE
"""
import os
import re
import re
import shutil
import subprocess
import sys
import tempfile

SCRIPT = os.path.join(os.environ["SHOAL_SOURCE"], "bench", "commit.cmake")


def written(cmake, source, output, git):
    subprocess.run([cmake, f"-DSOURCE={source}", f"-DOUTPUT={output}", f"-DGIT={git}", "-P", SCRIPT], check=True)
    with open(output, encoding="utf-8") as file:
        return re.search(r'bench_commit\[\] = "(.*)";', file.read()).group(1)


def main():
    cmake, git = sys.argv[1], shutil.which("git")
    if git is None:
        print("git is missing")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        tree, output = os.path.join(folder, "a tree"), os.path.join(folder, "commit.c")
        file = os.path.join(tree, "file")
        os.environ["GIT_CEILING_DIRECTORIES"] = folder
        os.mkdir(tree)

        def run(*args):
            me = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
            return subprocess.run([git, "-C", tree, *me, *args], check=True, capture_output=True, text=True).stdout

        assert written(cmake, tree, output, git) == "-", "no checkout"
        run("init", "--quiet")
        assert written(cmake, tree, output, git) == "-", "no commit yet"
        with open(file, "w", encoding="utf-8") as out:
            out.write("one\n")
        run("add", "file")
        run("commit", "--quiet", "-m", "one")
        head = run("rev-parse", "--short=12", "HEAD").strip()
        assert written(cmake, tree, output, git) == head
        assert written(cmake, tree, output, "") == "-", "no git"
        assert written(cmake, tree, output, git) == head

        os.utime(output, (1, 1))
        with open(os.path.join(tree, "untracked"), "w", encoding="utf-8"):
            pass
        assert written(cmake, tree, output, git) == head
        assert os.stat(output).st_mtime == 1, "rewritten although nothing changed"
        with open(file, "a", encoding="utf-8") as out:
            out.write("two\n")
        changed = written(cmake, tree, output, git)
        assert re.fullmatch(head + r"-dirty\.[0-9a-f]{8}", changed), changed
        with open(file, "a", encoding="utf-8") as out:
            out.write("three\n")
        assert written(cmake, tree, output, git) not in (head, changed), "another change goes by the same name"
    print("ok")
    return 0


sys.exit(main())
