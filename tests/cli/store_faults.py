#!/usr/bin/env python3
"""A full disk and failing system calls while a store is written: exit 4, the old file intact, no temporary left.

usage: store_faults.py STORE_SAMPLE
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

SAMPLE = sys.argv[1]
SANITIZED = b"__asan_init" in open(SAMPLE, "rb").read()


def run(*arguments, prefix=()):
    return subprocess.run([*prefix, SAMPLE, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def full_disk(folder):
    disk = os.path.join(folder, "disk")
    os.mkdir(disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode != 0:
        print("full disk: left out, mounting a tmpfs is not permitted")
        return
    try:
        path = os.path.join(disk, "store.h5")
        failed = run("grow", path, 100000, 5)
        assert failed.returncode == 4 and "No space left" in failed.stderr, failed
        assert os.listdir(disk) == [], os.listdir(disk)
        assert run("write", path, 1000).returncode == 0
        before = digest(path)
        for n in (10000, 50000, 100000, 500000):
            failed = run("grow", path, n, 20)
            assert failed.returncode == 4 and "No space left" in failed.stderr, failed
            assert os.listdir(disk) == ["store.h5"] and digest(path) == before
        # the copy, or what is added to it, finds no room
        for left in (0, 4, 40, 130, 150):
            size = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize - left * 1024
            with open(os.path.join(disk, "filler"), "wb") as f:
                f.write(bytes(max(size, 0)))
            tried = run("update", path)
            assert tried.returncode in (0, 4), tried
            if tried.returncode == 4:
                assert "No space left" in tried.stderr, tried
                assert digest(path) == before
            before = digest(path)
            assert sorted(os.listdir(disk)) == ["filler", "store.h5"]
            os.unlink(os.path.join(disk, "filler"))
        print("full disk: fine")
    finally:
        subprocess.run(["umount", disk])


def count(path, command, call):
    log = path + ".strace"
    assert run(*command, prefix=("strace", "-f", "-o", log, "-e", f"trace={call}")).returncode == 0
    with open(log) as f:
        n = len(re.findall(rf"\b{call}\(", f.read()))
    os.unlink(log)
    return n


def failing_calls(folder):
    if shutil.which("strace") is None or SANITIZED or \
            subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        print("failing system calls: left out, strace is missing or not permitted")
        return
    place = os.path.join(folder, "place")
    os.mkdir(place)
    path = os.path.join(place, "store.h5")
    trials = 0
    for command in (("write", path, 300), ("update", path)):
        for call, codes in (("pwrite64", ("ENOSPC", "EIO")), ("fsync", ("EIO",)), ("rename", ("EACCES",)),
                            ("ftruncate", ("EIO",)), ("copy_file_range", ("ENOSPC",)), ("fchmod", ("EPERM",))):
            assert run("write", path, 1000).returncode == 0
            n = count(os.path.join(folder, "log"), command, call)
            assert run("write", path, 1000).returncode == 0
            before = digest(path)
            for code in codes:
                for when in range(1, n + 1):
                    for tail in ("", "+"):  # this call, or all from this one
                        inject = ("strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:error={code}:when={when}{tail}")
                        tried = run(*command, prefix=inject)
                        trials += 1
                        what = (command[0], call, code, when, tail, tried)
                        if tried.returncode == 0 and call == "fchmod":  # a file system without modes is no obstacle
                            assert run("write", path, 1000).returncode == 0
                            before = digest(path)
                            continue
                        last = call == "fsync" and when == n  # of the folder, after the rename: old or new
                        assert tried.returncode == 4, what
                        assert tried.stderr.count("\n") == 1, what
                        assert os.listdir(place) == ["store.h5"], what
                        if last and digest(path) != before:
                            assert run("dump", path).returncode == 0, what
                            assert run("write", path, 1000).returncode == 0
                            before = digest(path)
                        assert digest(path) == before, what
    assert trials > 50, trials
    print(f"failing system calls: {trials} fine")


def read_errors(folder):
    if shutil.which("strace") is None or SANITIZED or \
            subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        return
    path = os.path.join(folder, "read.h5")
    assert run("write", path, 1000).returncode == 0
    for call in ("pread64", "preadv"):
        n = count(os.path.join(folder, "log"), ("dump", path), call)
        # the first pread64 calls are the loader's
        for when in sorted({*range(1, n + 1, max(1, n // 20)), n}):
            inject = ("strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:error=EIO:when={when}")
            tried = run("dump", path, prefix=inject)
            assert tried.returncode in (0, 4, 127), (call, when, tried)
            if tried.returncode == 4:
                assert "Input/output error" in tried.stderr, (call, when, tried)
    print("read errors: fine")


def main():
    with tempfile.TemporaryDirectory() as folder:
        full_disk(folder)
        failing_calls(folder)
        read_errors(folder)


main()
