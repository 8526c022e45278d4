#!/usr/bin/env python3
"""The generator's store holds what `shoal import` makes of the generator's CSV."""
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

GENERATE = pathlib.Path(os.environ["SHOAL_BUILD"]) / "datasets" / "shoal-generate"
SHOAL = os.environ["SHOAL"]
# where the rows came from differs, and so do the moment and the name of the store
PROVENANCE = {"uuid", "created", "source", "delimiter"}


def items(path):
    """Every dataset and attribute of a store by name."""
    found = {}
    with h5py.File(path) as file:
        def add(name, thing):
            for key, value in thing.attrs.items():
                if key not in PROVENANCE and not key.startswith("REFERENCE_") and key != "DIMENSION_LIST":
                    found[f"{name}@{key}"] = numpy.asarray(value)
            if isinstance(thing, h5py.Dataset):
                found[name] = thing[()]
        add("", file)
        file.visititems(add)
    return found


def compare(work, options):
    csv, imported, direct = work / "x.csv", work / "imported.h5", work / "direct.h5"
    subprocess.run([GENERATE, "-q", *options, "-o", csv], check=True)
    subprocess.run([GENERATE, "-q", *options, "-o", direct], check=True)
    subprocess.run([SHOAL, "import", csv, "-o", imported, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    expected, found = items(imported), items(direct)
    assert expected.keys() == found.keys(), f"{options}: differ in {sorted(expected.keys() ^ found.keys())}"
    for name, value in expected.items():
        assert value.dtype == found[name].dtype, f"{options}: {name}: {value.dtype} and {found[name].dtype}"
        assert numpy.array_equal(value, found[name]), f"{options}: {name} differs"
    rows = sum(1 for _ in open(csv, encoding="ascii")) - 1
    assert len(found["transactions/customer"]) == rows > 1000


def main():
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        compare(work, ["--customers", "3000"])
        compare(work, ["--customers", "3000", "--sort", "customer", "--seed", "5"])
        compare(work, ["--customers", "3000", "--columns", "product,date,customer_id"])
    print("ok")


main()
