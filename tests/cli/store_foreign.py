#!/usr/bin/env python3
"""Stores that h5py wrote: good ones are read, odd ones refused in words, hostile ones do no harm.

usage: store_foreign.py STORE_SAMPLE
"""
import os
import resource
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

SAMPLE = sys.argv[1]
# HDF5 1.10.8 loses memory when it refuses damaged metadata
SUPPRESSIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support/lsan.supp")
os.environ.setdefault("LSAN_OPTIONS", f"suppressions='{SUPPRESSIONS}':print_suppressions=0")
N = 100
FOLDER = None
CASES = []


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))


def dump(path):
    # with sanitizers an address-space limit cannot be kept
    sanitized = b"__asan_init" in open(SAMPLE, "rb").read()
    return subprocess.run([SAMPLE, "dump", path], capture_output=True, text=True, timeout=60,
                          preexec_fn=None if sanitized else limited)


def case(expect, **options):
    """expect: None (accepted) or words of the refusal; options go to h5py.File."""
    def wrap(function):
        CASES.append((function, expect, options))
        return function
    return wrap


def base(h, **attributes):
    h.attrs["format"] = "shoal"
    h.attrs["format_version"] = 1
    for name, value in attributes.items():
        h.attrs[name] = value
    h["customers/spend"] = np.arange(N, dtype="f4")


# --- accepted: (function, lines that the dump must have) ---------------------------------------------------------------

ACCEPTED = {}


def accepted(*lines, **options):
    def wrap(function):
        CASES.append((function, None, options))
        ACCEPTED[function.__name__] = lines
        return function
    return wrap


@accepted("100 customers, 0 transactions", "customers/spend float32[100]")
def minimal(h):
    base(h)


@accepted("customers/spend float32[100]", libver="latest")
def minimal_latest(h):
    base(h)


@accepted("float32[100]", "hash")
def every_filter(h):
    base(h)
    rng = np.random.default_rng(1)
    for i, options in enumerate([dict(compression="gzip"), dict(compression="gzip", shuffle=True),
                                 dict(compression="gzip", shuffle=True, fletcher32=True), dict(shuffle=True),
                                 dict(fletcher32=True), dict(chunks=(7,)), dict(chunks=(7,), fletcher32=True),
                                 dict(chunks=(200,), maxshape=(None,), fletcher32=True, compression="gzip"),
                                 dict(chunks=(33,), maxshape=(None,), shuffle=True, compression=9)]):
        h["customers"].create_dataset(f"c{i}", data=rng.normal(size=N), **options)
    h["customers"].create_dataset("text_like", data=np.arange(N) % 7)


@accepted("customers/be float64[100]", "customers/u1 int16[100]", "customers/u2 int32[100]", "customers/u4 int64[100]",
          "customers/u8 int64[100]", "customers/f2 float32[100]", "customers/bi int32[100]")
def other_widths(h):
    base(h)
    for name, kind in dict(be=">f8", u1="u1", u2="u2", u4="u4", u8="u8", f2="f2", bi=">i4").items():
        h["customers"][name] = (np.arange(N) % 50).astype(kind)


@accepted("keys/external_id text[100] width 4", "'c0' 'c1'", "width 3", "'k\u00e9'")
def variable_texts(h):
    base(h)
    h.create_dataset("keys/external_id", data=[f"c{i}" if i != 5 else "c505" for i in range(N)],
                     dtype=h5py.string_dtype())
    h.create_dataset("dictionaries/region", data=["k\u00e9", ""], dtype=h5py.string_dtype())


@accepted("keys/external_id text[100] width 8", "'c0' 'c1'")
def fixed_ascii_texts(h):
    base(h)
    h["keys/external_id"] = np.array([f"c{i}" for i in range(N)], dtype="S8")


@accepted("valid 1")
def fill_value(h):
    base(h)
    h["customers/visits"] = np.arange(N, dtype="i4") % 3
    h["customers/visits"].attrs["_FillValue"] = np.int32(2)


@accepted("customers/score float64[100]", " nan 1 2")
def float_fill_value(h):
    base(h)
    h["customers/score"] = np.arange(N, dtype="f8")
    h["customers/score"].attrs["_FillValue"] = 0.0


@accepted("300 transactions", "transactions/time int64[300]", "units 'seconds since 1970-01-01'")
def transactions(h):
    base(h)
    h["transactions/customer"] = np.repeat(np.arange(N), 3)
    h["transactions/time"] = np.arange(3 * N)
    h["transactions/time"].attrs["units"] = "seconds since 1970-01-01"


@accepted("customers/sparse int8[100000]")
def a_little_unwritten(h):
    base(h)
    del h["customers/spend"]
    h["customers"].create_dataset("sparse", (100000,), "i1", chunks=(1000,))[0:10] = 1


@accepted("100 customers")
def foreign_extras(h):
    base(h)
    h["notes/matrix"] = np.zeros((3, 4, 1)[:2])
    h["notes/records"] = np.zeros(3, dtype=[("a", "i4"), ("b", "f8")])


@accepted("1000000 customers", "customers/zeros int8[1000000]")
def highly_compressed(h):
    base(h)
    del h["customers/spend"]
    h["customers"].create_dataset("zeros", data=np.zeros(1000000, "i1"), compression="gzip", chunks=(100000,))


# --- refused -----------------------------------------------------------------------------------------------------------

@case("no shoal store")
def no_format(h):
    h["customers/x"] = np.arange(3.0)


@case("no shoal store")
def other_format(h):
    base(h, format="whale")


@case("no shoal store")
def format_is_a_number(h):
    base(h, format=1)


@case("no shoal store")
def format_is_large(h):
    base(h)
    del h.attrs["format"]
    h.attrs.create("format", "shoal" * 10000, dtype="S50000")


@case("format_version")
def no_version(h):
    base(h)
    del h.attrs["format_version"]


@case("format_version")
def version_is_text(h):
    base(h, format_version="1")


@case("format_version")
def version_zero(h):
    base(h, format_version=0)


@case("upgrade shoal")
def newer_version(h):
    base(h, format_version=7)


@case("no group customers")
def no_customers(h):
    base(h)
    del h["customers"]


@case("no group customers")
def customers_is_a_column(h):
    base(h)
    del h["customers"]
    h["customers"] = np.arange(3.0)


@case("no column in customers")
def customers_is_empty(h):
    base(h)
    del h["customers/spend"]


@case("99 values")
def lengths_differ(h):
    base(h)
    h["customers/too_short"] = np.arange(N - 1, dtype="f4")


@case("99 values")
def result_length_differs(h):
    base(h)
    h["results/r/label"] = np.zeros(N - 1, "i4")


@case("99 values")
def transaction_lengths_differ(h):
    base(h)
    h["transactions/customer"] = np.arange(N)
    h["transactions/time"] = np.arange(N - 1)


@case("enum or bool")
def a_bool(h):
    base(h)
    h["customers/flag"] = np.zeros(N, bool)


@case("enum or bool")
def an_enum(h):
    base(h)
    h["customers"].create_dataset("colour", (N,), h5py.enum_dtype({"red": 1, "blue": 2}))


@case("compound")
def a_complex(h):
    base(h)
    h["customers/z"] = np.zeros(N, complex)


@case("variable-length")
def a_ragged(h):
    base(h)
    h["customers"].create_dataset("lists", (N,), h5py.vlen_dtype("i4"))[0] = [1, 2]


@case("a reference")
def a_reference(h):
    base(h)
    h["customers"].create_dataset("r", (N,), h5py.ref_dtype)[0] = h.ref


@case("unusual size")
def a_long_double(h):
    base(h)
    h["customers/x"] = np.zeros(N, "longdouble")


@case("unusual size")
def twelve_bits(h):
    base(h)
    kind = h5py.h5t.STD_I16LE.copy()
    kind.set_precision(12)
    space = h5py.h5s.create_simple((N,))
    h5py.h5d.create(h["customers"].id, b"x", kind, space).write(space, space, np.zeros(N, "i2"))


@case("texts belong into keys")
def text_in_customers(h):
    base(h)
    h["customers/name"] = np.zeros(N, "S4")


@case("numbers elsewhere")
def numbers_in_keys(h):
    base(h)
    h["keys/external_id"] = np.arange(N)


@case("2 dimensions")
def a_matrix(h):
    base(h)
    h["customers/m"] = np.zeros((N, 2))


@case("neither a value")
def three_dimensions(h):
    base(h)
    h["customers/m"] = np.zeros((N, 1, 1))


@case("0 dimensions")
def a_scalar(h):
    base(h)
    h["customers/s"] = 1.0


@case("neither a value")
def null_space(h):
    base(h)
    h["customers/e"] = h5py.Empty("f4")


@case("does not fit int64")
def uint64_too_large(h):
    base(h)
    h["customers/u"] = np.full(N, 2**63, "u8")


@case("_FillValue")
def fill_value_is_text(h):
    base(h)
    h["customers/spend"].attrs["_FillValue"] = "none"


@case("not UTF-8")
def latin1_key(h):
    base(h)
    h["keys/external_id"] = np.array([b"\xe9"] * N)


@case("control characters")
def newline_in_a_name(h):
    base(h)
    h["customers/a\nb"] = np.arange(N, dtype="f4")


@case("63 bytes")
def long_name(h):
    base(h)
    h["customers/" + "x" * 64] = np.arange(N, dtype="f4")


@case("no UTF-8")
def name_is_not_utf8(h):
    base(h)
    space = h5py.h5s.create_simple((N,))
    h5py.h5d.create(h["customers"].id, b"\xff\xfe", h5py.h5t.IEEE_F32LE, space)


@case("soft link")
def soft_link(h):
    base(h)
    h["customers/other"] = h5py.SoftLink("/customers/spend")


@case("soft link")
def dangling_link_at_the_root(h):
    base(h)
    h["models"] = h5py.SoftLink("/nowhere")


@case("external link")
def external_link(h):
    base(h)
    h["customers/passwd"] = h5py.ExternalLink("/etc/passwd", "/")


@case("external link")
def external_group(h):
    base(h)
    h["results"] = h5py.ExternalLink(os.path.join(FOLDER, "minimal.h5"), "/customers")


@case("another file")
def external_storage(h):
    base(h)
    h["customers"].create_dataset("passwd", (N,), "i1", external=[("/etc/passwd", 0, N)])


@case("virtual")
def virtual(h):
    base(h)
    layout = h5py.VirtualLayout((N,), "f4")
    layout[:] = h5py.VirtualSource(os.path.join(FOLDER, "minimal.h5"), "customers/spend", (N,))
    h["customers"].create_virtual_dataset("v", layout)


@case("filter 32000")
def lzf(h):
    base(h)
    h["customers"].create_dataset("x", data=np.arange(N), compression="lzf")


@case("filter 6")
def scale_offset(h):
    base(h)
    h["customers"].create_dataset("x", data=np.arange(N), scaleoffset=True)


@case("more than the file holds")
def absurd_chunked(h):
    base(h)
    del h["customers/spend"]
    h["customers"].create_dataset("x", (2**60,), "f8", chunks=(1000,))


@case("more than the file holds")
def absurd_contiguous(h):
    base(h)
    del h["customers/spend"]
    h["customers"].create_dataset("x", (2**40,), "f8")


@case("more than the file holds")
def absurd_overflow(h):
    base(h)
    del h["customers/spend"]
    h["customers"].create_dataset("x", (2**62 + 1,), "f8", chunks=(2**20,), maxshape=(None,))


@case("more than the file holds")
def absurd_chunk(h):
    base(h)
    del h["customers/spend"]
    h["customers"].create_dataset("x", (10,), "i1", chunks=(2**31,), maxshape=(None,), compression="gzip")


@case("more than the file holds")
def absurd_array(h):
    base(h)
    h["models"] = np.arange(3)
    del h["models"]
    h.create_dataset("models/m/centroids", (2**30, 2**20), "f8", chunks=(1000, 10))


@case("more than the file holds")
def absurd_text_width(h):
    base(h)
    h.create_dataset("keys/external_id", (N,), f"S{2**31 - 1}")


@case("another place")
def group_inside_itself(h):
    base(h)
    h["results/a/loop"] = h["results"] if "results" in h else h.create_group("results")


@case("another place")
def root_inside_itself(h):
    base(h)
    h["models/root"] = h["/"]


@case("another place")
def group_linked_twice(h):
    base(h)
    h.create_group("results/a")
    h["results/b"] = h["results/a"]


@case("too deep")
def deep_groups(h):
    base(h)
    h.create_group("/".join(["models"] + ["g"] * 5000))


@case("too long to give each")
def a_text_pointed_to_often(h):
    n = 50000
    base(h)
    del h["customers/spend"]
    h["customers/x"] = np.zeros(n, "i1")
    d = h.create_dataset("keys/external_id", (n,), h5py.string_dtype())
    d[0] = "x" * 60000
    for i in range(1, n, 1000):
        d[i] = "y"
    offset = d.id.get_offset()
    path = h.filename
    h.close()
    with open(path, "r+b") as f:
        f.seek(offset)
        first = f.read(16)
        f.seek(offset)
        f.write(first * n)


@case("too long to give each")
def one_long_text_among_many(h):
    n = 1000000
    base(h)
    del h["customers/spend"]
    h["customers/x"] = np.zeros(n, "i1")
    d = h.create_dataset("keys/external_id", (n,), h5py.string_dtype())
    d[0] = "x" * 5000000
    d[n - 1] = "y"


@case("checksum")
def flipped_value(h):
    base(h)
    d = h["customers"].create_dataset("x", data=np.arange(N, dtype="f4"), fletcher32=True)
    h.flush()
    at = d.id.get_chunk_info(0).byte_offset
    path = h.filename
    h.close()
    with open(path, "r+b") as f:
        f.seek(at + 40)
        f.write(b"\x55")


@case("damaged")
def bad_deflate(h):
    base(h)
    d = h["customers"].create_dataset("x", data=np.arange(N, dtype="f4"), compression="gzip")
    h.flush()
    at = d.id.get_chunk_info(0).byte_offset
    path = h.filename
    h.close()
    with open(path, "r+b") as f:
        f.seek(at + 10)
        f.write(b"\x55\xaa\x55")


@case("chunk")
def chunk_of_another_size(h):
    base(h)
    d = h["customers"].create_dataset("x", (N,), "f4", chunks=(N,), compression="gzip")
    import zlib
    d.id.write_direct_chunk((0,), zlib.compress(bytes(N * 4 - 1)))


@case("chunk")
def chunk_of_more(h):
    base(h)
    d = h["customers"].create_dataset("x", (N,), "f4", chunks=(N,), compression="gzip")
    import zlib
    d.id.write_direct_chunk((0,), zlib.compress(bytes(1000000)))


def values_agree():
    """What shoal's own path reads is what h5py reads."""
    import re
    path = os.path.join(FOLDER, "every_filter.h5")
    found = dict(re.findall(r"^customers/(\S+) .* hash (\w+)", dump(path).stdout, re.M))
    with h5py.File(path) as h:
        for name, dataset in h["customers"].items():
            value = 0xcbf29ce484222325
            for byte in dataset[:].tobytes():
                value = (value ^ byte) * 0x100000001b3 % 2**64
            assert found[name] == f"{value:016x}", name
    assert len(found) == 11


def main():
    global FOLDER
    failures = 0
    with tempfile.TemporaryDirectory() as FOLDER:
        for function, expect, options in CASES:
            path = os.path.join(FOLDER, function.__name__ + ".h5")
            h = h5py.File(path, "w", **options)
            function(h)
            h.close()
            run = dump(path)
            if expect is None:
                good = run.returncode == 0 and all(line in run.stdout for line in ACCEPTED[function.__name__])
            else:
                good = run.returncode == 3 and expect in run.stderr and run.stderr.count("\n") == 1
            if not good:
                failures += 1
                print(f"{function.__name__}: exit {run.returncode}, expected {expect}\n{run.stdout}{run.stderr}")
        values_agree()
    print(f"{len(CASES)} files, {failures} surprises")
    sys.exit(failures != 0)


main()
