#!/usr/bin/env python3
"""Other programs read what shoal stores, and shoal reads what h5py stores.

usage: store_readers.py STORE_SAMPLE
"""
import os
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
    import pandas as pd
    import tables
    import xarray
    import netCDF4  # noqa: F401  an engine of xarray
    import h5netcdf  # noqa: F401  likewise
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

SAMPLE = sys.argv[1]


def sample(*arguments, expect=0, env=None):
    run = subprocess.run([SAMPLE, *map(str, arguments)], capture_output=True, text=True, timeout=60,
                         env={**os.environ, **(env or {})})
    assert run.returncode == expect, (arguments, run.returncode, run.stderr)
    return run.stdout if expect == 0 else run.stderr


def one_line_of_pandas(f):
    frame = pd.DataFrame({k: v[:] for k, v in h5py.File(f)["customers"].items()})
    assert list(frame) == ["customer_id", "monetary", "recency_days", "region"], list(frame)
    assert frame.shape == (1000, 4)
    assert (frame.customer_id == np.arange(1000)).all()
    assert np.isnan(frame.monetary[3]) and frame.monetary[2] == 1.0


def h5py_reads_everything(f):
    with h5py.File(f) as h:
        assert h.attrs["format"] == b"shoal" and h.attrs["format_version"] == 1
        assert h.attrs["Conventions"] == b"CF-1.10"
        assert h["keys/external_id"][7].decode() == "k\u00e9y-7"
        assert h["dictionaries/region"][2].decode() == "\u00d6st, rest"
        assert h["customers/monetary"].fletcher32 and h["transactions/amount"].fletcher32
        assert h["customers/monetary"].dims[0][0].name == "/customers/customer_id"
        assert h["models/kmeans/centroids"][:].tolist() == [[1, 2], [3, 4], [5, 6]]


def xarray_reads(f):
    for engine in ("netcdf4", "h5netcdf"):
        with xarray.open_dataset(f, group="customers", engine=engine) as d:
            assert dict(d.sizes) == {"customer_id": 1000}, engine
            assert set(d.variables) == {"customer_id", "monetary", "recency_days", "region"}, engine
            assert "customer_id" in d.indexes, engine
            days = d.recency_days.values
            assert days.dtype == np.float64 and days[0] == 1000 and np.isnan(days[4]), (engine, days[:5])
            assert d.region.attrs["flag_meanings"] == "north_west south \u00d6st__rest", engine
            assert list(d.region.attrs["flag_values"]) == [0, 1, 2], engine
            assert d.monetary.attrs["units"] == "EUR", engine
        with xarray.open_dataset(f, group="results/kmeans", engine=engine) as d:
            assert dict(d.sizes) == {"customer_id": 1000}, engine
            assert d.label.values[:4].tolist() == [0, 1, 2, 0], engine
    with xarray.open_dataset(f, group="transactions", engine="netcdf4") as d:
        assert str(d.time.values[0])[:10] == "1997-01-01", d.time.values[0]


def ncdump_reads(f):
    run = subprocess.run(["ncdump", "-h", f], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "float monetary(customer_id)" in run.stdout and "customer_id = 1000" in run.stdout
    # values of numbers only: netCDF 4.9 crashes on fixed-length texts of some widths
    numbers = "/customers/monetary,/customers/recency_days,/results/kmeans/label,/transactions/time"
    run = subprocess.run(["ncdump", "-v", numbers, f], capture_output=True, text=True)
    assert run.returncode == 0 and "1000, 999, 998, 997, _, 995" in run.stdout, run


def pytables_reads(f):
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the attribute DIMENSION_LIST, which it does not know
        with tables.open_file(f) as t:
            found = {n._v_pathname: n[:] for n in t.walk_nodes("/", "Array")}
    assert found["/customers/monetary"][1] == 0.5
    assert found["/customers/customer_id"][999] == 999
    assert found["/results/kmeans/label"].shape == (1000,)


def updates_are_read(f):
    sample("update", f)
    one_line_of_pandas(f)
    xarray_reads(f)
    pytables_reads(f)
    with xarray.open_dataset(f, group="results/again", engine="h5netcdf") as d:
        assert d.score.shape == (1000,)


def many_columns(folder):
    """Past 4,085 columns, where old-format attributes run out of room."""
    f = os.path.join(folder, "wide.h5")
    sample("grow", f, 3, 4200)
    with h5py.File(f) as h:
        assert h["customers/c4199"].dims[0][0].name == "/customers/customer_id"
    run = subprocess.run(["ncdump", "-h", f], capture_output=True, text=True)
    assert run.returncode == 0 and "double c4199(customer_id)" in run.stdout


def several_readers(f):
    runs = [subprocess.Popen([SAMPLE, "dump", f], stdout=subprocess.PIPE) for _ in range(4)]
    texts = {run.communicate()[0] for run in runs}
    assert len(texts) == 1 and all(run.returncode == 0 for run in runs)


def a_writer_elsewhere(f):
    with h5py.File(f, "r+"):
        message = sample("dump", f, expect=4)
        assert "HDF5_USE_FILE_LOCKING" in message, message
        sample("dump", f, env={"HDF5_USE_FILE_LOCKING": "FALSE"})
    with h5py.File(f, "r"):
        sample("dump", f)


def empty_store(folder):
    f = os.path.join(folder, "empty.h5")
    sample("write", f, 0)
    assert "0 customers, 0 transactions" in sample("dump", f)
    with h5py.File(f) as h:
        assert h["customers/monetary"].shape == (0,)
    assert subprocess.run(["ncdump", "-h", f], capture_output=True).returncode == 0


def main():
    with tempfile.TemporaryDirectory() as folder:
        f = os.path.join(folder, "store.h5")
        sample("write", f)
        one_line_of_pandas(f)
        h5py_reads_everything(f)
        xarray_reads(f)
        ncdump_reads(f)
        pytables_reads(f)
        updates_are_read(f)
        many_columns(folder)
        several_readers(f)
        a_writer_elsewhere(f)
        empty_store(folder)
    print("all readers agree")


main()
