#!/usr/bin/env python3
"""Single bits flipped all over a store and truncations: each is noticed, or changes nothing that can be read. In a store
that h5py wrote, which has no checksums, they at least crash nothing.

usage: store_damage.py STORE_SAMPLE [FLIPS [TRUNCATIONS]]
"""
import concurrent.futures
import os
import random
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
except ImportError:
    h5py = None

SAMPLE = sys.argv[1]
# HDF5 1.10.8 loses memory when it refuses damaged metadata
SUPPRESSIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support/lsan.supp")
os.environ.setdefault("LSAN_OPTIONS", f"suppressions='{SUPPRESSIONS}':print_suppressions=0")
FLIPS = int(sys.argv[2]) if len(sys.argv) > 2 else 300
TRUNCATIONS = int(sys.argv[3]) if len(sys.argv) > 3 else 100


def dump(path):
    return subprocess.run([SAMPLE, "dump", path], capture_output=True, timeout=60)


def judge(folder, name, data, reference):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(data)
    run = dump(path)
    os.unlink(path)
    if run.returncode == 0:
        return "harmless" if run.stdout == reference else f"SILENT {name}"
    if run.returncode in (3, 4) and run.stderr.count(b"\n") == 1:
        return "noticed"
    return f"EXIT {run.returncode} {name} {run.stderr!r}"


def foreign_store(path, libver):
    with h5py.File(path, "w", libver=libver) as h:
        h.attrs["format"] = "shoal"
        h.attrs["format_version"] = 1
        h["customers/a"] = np.arange(100.0)
        h["customers"].create_dataset("c", data=np.arange(100), chunks=(10,), compression="gzip")
        h.create_dataset("keys/external_id", data=[f"c{i}" for i in range(100)], dtype=h5py.string_dtype())


def flips_of_foreign(folder, libver):
    path = os.path.join(folder, "foreign.h5")
    foreign_store(path, libver)
    with open(path, "rb") as f:
        whole = f.read()
    draw = random.Random(7)
    trials = []
    for _ in range(FLIPS // 3):
        bit = draw.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        trials.append((f"foreign-bit{bit}", bytes(damaged)))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda t: judge(folder, *t, b""), trials))
    # without checksums another value may come out, but no crash
    return [r for r in results if r.startswith("EXIT")]


def main():
    draw = random.Random(20110212)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "store.h5")
        subprocess.run([SAMPLE, "write", path, "200"], check=True)
        with open(path, "rb") as f:
            whole = f.read()
        reference = dump(path).stdout
        trials = []
        for _ in range(FLIPS):
            bit = draw.randrange(len(whole) * 8)
            damaged = bytearray(whole)
            damaged[bit // 8] ^= 1 << bit % 8
            trials.append((f"bit{bit}", bytes(damaged)))
        for _ in range(TRUNCATIONS):
            length = draw.randrange(len(whole))
            trials.append((f"cut{length}", whole[:length]))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda t: judge(folder, *t, reference), trials))
        foreign = [] if h5py is None else flips_of_foreign(folder, "earliest") + flips_of_foreign(folder, "latest")
    bad = foreign + [r for r in results if r not in ("harmless", "noticed")]
    cut_unnoticed = sum(r == "harmless" for r in results[FLIPS:])
    print(f"{FLIPS} flips: {results[:FLIPS].count('noticed')} noticed, {results[:FLIPS].count('harmless')} changed "
          f"nothing; {TRUNCATIONS} truncations: {results[FLIPS:].count('noticed')} noticed")
    print("\n".join(bad))
    # a test that notices nothing tests nothing
    sys.exit(bool(bad) or cut_unnoticed != 0 or results[:FLIPS].count("noticed") < FLIPS // 4)


main()
