#!/usr/bin/env python3
"""A column of more than 2^31 rows, small in the file because it is compressed.

usage: store_large.py STORE_SAMPLE
"""
import os
import re
import subprocess
import sys
import tempfile
import zlib

try:
    import h5py
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

SAMPLE = sys.argv[1]
CHUNK = 1 << 26
ROWS = (1 << 31) + 5
PRIME = 0x100000001b3
NEEDED_KB = 6 << 20

with open("/proc/meminfo") as f:
    available = int(re.search(r"MemAvailable:\s+(\d+)", f.read())[1])
if available < NEEDED_KB:
    print(f"skipped: needs {NEEDED_KB >> 20} GiB of free memory")
    sys.exit(77)

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "large.h5")
    with h5py.File(path, "w") as h:
        h.attrs["format"] = "shoal"
        h.attrs["format_version"] = 1
        d = h.create_dataset("customers/x", (ROWS,), "i1", chunks=(CHUNK,), compression=1)
        zeros = zlib.compress(bytes(CHUNK), 1)
        for first in range(0, ROWS - CHUNK, CHUNK):
            d.id.write_direct_chunk((first,), zeros)
        last = bytes([1, 2, 3, 4, 5])
        assert ROWS % CHUNK == len(last)
        d.id.write_direct_chunk((ROWS - len(last),), zlib.compress(last + bytes(CHUNK - len(last)), 1))
    run = subprocess.run([SAMPLE, "dump", path], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    value = 0xcbf29ce484222325 * pow(PRIME, ROWS - len(last), 2**64) % 2**64  # zeros only multiply
    for byte in last:
        value = (value ^ byte) * PRIME % 2**64
    assert f"{ROWS} customers" in run.stdout, run.stdout
    assert f"hash {value:016x}" in run.stdout, run.stdout
print("2^31 + 5 rows: fine")
