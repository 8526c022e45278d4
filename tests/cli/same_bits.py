#!/usr/bin/env python3
"""The same bits for any number of threads and any instruction set, through the main job."""
import hashlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from shoal_cli import DATASETS, main, run

MASTER = [os.path.join(DATASETS, "CDNOW_master.txt")]
SAMPLE = [os.path.join(DATASETS, "CDNOW_sample.txt"), "--columns", "_,customer,date,_,amount"]


def digest(folder, words, threads, env=None):
    """Hashes of what does not carry a time: the CSV, the report and every table of the store."""
    out = os.path.join(folder, f"out {len(words)} {threads} {sorted((env or {}).items())}")
    status, _, err = run("segment", *words, "-o", out, "--threads", str(threads), "--quiet", env=env)
    assert status == 0, err
    parts = {}
    for name in ("segments.csv", "report.html"):
        with open(os.path.join(out, name), "rb") as file:
            parts[name] = hashlib.sha256(file.read()).hexdigest()
    for table in ("customers", "results/rfm", "results/clv", "results/kmeans", "transactions"):
        status, text, err = run("export", os.path.join(out, "store.h5"), "--table", table)
        assert status == 0, err
        parts[table] = hashlib.sha256(text.encode()).hexdigest()
    dump = subprocess.run(["h5dump", "-g", "/models", os.path.join(out, "store.h5")], capture_output=True, check=False)
    if dump.returncode == 0:
        lines = dump.stdout.decode().splitlines()
        skip_next = 0
        kept = []
        for line in lines[1:]:  # the first line names the file
            if 'ATTRIBUTE "created"' in line or 'ATTRIBUTE "isa"' in line:
                skip_next = 12
            if skip_next > 0:
                skip_next -= 1
                continue
            kept.append(line)
        parts["models"] = hashlib.sha256("\n".join(kept).encode()).hexdigest()
    return parts


def threads(folder):
    first = digest(folder, MASTER, 1)
    for n in (2, 3, 8):
        assert digest(folder, MASTER, n) == first, f"{n} threads differ from 1"


def instruction_sets(folder):
    """Documented tolerance: none. Every version of a kernel rounds alike. The slow one chooses k on fewer customers."""
    for words in (MASTER + ["-k", "4"], SAMPLE):
        first = digest(folder, words, 2)
        for isa in ("scalar", "avx2"):
            other = digest(folder, words, 2, {"SHOAL_CPU": isa})
            assert other == first, f"SHOAL_CPU={isa} differs: {[k for k in first if first[k] != other[k]]}"


main([threads, instruction_sets])
