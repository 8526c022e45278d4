#!/usr/bin/env python3
"""Wrong files: a clear message, the documented exit status, the old output intact, no temporary left."""
import gzip
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from shoal_cli import DATASETS, SHOAL, main, read_csv, run, write

USAGE, INPUT, IO, INTERRUPTED = 2, 3, 4, 6
HEADER = "customer_id,date,amount\n"
GOOD = HEADER + "".join(f"c{i % 7},2024-0{1 + i % 9}-1{i % 8},{i + 1}.50\n" for i in range(60))
OUTPUTS = ["report.html", "segments.csv", "store.h5", "summary.json"]


def segment(folder, content, *args, name="in.csv", expect=0, says=()):
    """Runs the main job over `content`, with an older output in place when it is expected to fail."""
    path = os.path.join(folder, name)
    if content is not None:
        write(path, content)
    out = os.path.join(folder, "out")
    if expect != 0:
        os.makedirs(out, exist_ok=True)
        for old in OUTPUTS:
            write(os.path.join(out, old), "old " + old)
    status, stdout, stderr = run("segment", path, "-o", out, *args)
    assert status == expect, f"status {status}, expected {expect}: {stderr}"
    for words in says:
        assert re.search(words, stderr), f"{words!r} is not in: {stderr}"
    if expect != 0:
        assert stdout == "", stdout
        for old in OUTPUTS:
            with open(os.path.join(out, old), encoding="utf-8") as file:
                assert file.read() == "old " + old, old + " was touched"
    assert sorted(os.listdir(out)) == OUTPUTS, os.listdir(out)
    return stderr


def empty_file(folder):
    segment(folder, "", expect=INPUT, says=["empty"])


def header_only(folder):
    segment(folder, HEADER, expect=INPUT, says=["header|no rows|no data"])


def missing_file(folder):
    segment(folder, None, expect=IO, says=["in.csv", "No such file"])


def no_such_column(folder):
    segment(folder, GOOD, "--customer", "custmer_id", expect=INPUT, says=["custmer_id", "customer_id"])


def bad_number(folder):
    segment(folder, GOOD + "c1,2024-01-01,12x\n", expect=INPUT, says=["line 62", "amount", "12x"])


def bad_date(folder):
    segment(folder, GOOD + "c1,2024-02-30,12\n", expect=INPUT, says=["line 62", "date", "2024-02-30"])
    segment(folder, GOOD + "c1,99999-01-01,12\n", expect=INPUT, says=["line 62", "99999-01-01"])


def infinities(folder):
    for value in ("inf", "1e309", "-1e309", "nan"):
        segment(folder, GOOD + f"c1,2024-02-20,{value}\n", expect=INPUT, says=["line 62", re.escape(value)])


def nul_bytes(folder):
    segment(folder, GOOD.encode() + b"c1,2024-02-20,1\x002\n", expect=INPUT, says=["line 62"])


def byte_order_mark_and_crlf(folder):
    segment(folder, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert len(read_csv(os.path.join(folder, "out", "segments.csv"))) == 7


def ragged_rows(folder):
    segment(folder, GOOD + "c1,2024-02-20\n", expect=INPUT, says=["line 62", "2", "3"])
    segment(folder, GOOD + "c1,2024-02-20\n", "--bad-rows", "skip")


def bad_rows_skip_counts(folder):
    import json
    path = write(os.path.join(folder, "in.csv"), GOOD + "c1,2024-02-20\nc1,2024-02-30,1\nc1,2024-02-20,x\n,2024-02-20,1\n")
    out = os.path.join(folder, "out")
    status, text, err = run("segment", path, "-o", out, "--bad-rows", "skip", "--json")
    assert status == 0, err
    source = json.loads(text)["input"]
    assert source["rows_read"] == 64 and source["rows_kept"] == 60 and source["rows_rejected"] == 4, source
    assert sum(source["rejected_by_reason"].values()) == 4, source


def duplicate_headers(folder):
    segment(folder, GOOD.replace("customer_id,date,amount", "amount,date,amount").replace("\nc", "\n1"), "--customer",
            "amount", expect=INPUT, says=["amount"])


def one_purchase_each(folder):
    rows = HEADER + "".join(f"c{i},2024-01-{i % 28 + 1:02d},{i + 1}\n" for i in range(40))
    err = segment(folder, rows)
    assert "lifetime value" in err, err


def all_customers_alike(folder):
    rows = HEADER + "".join(f"c{i},2024-01-0{d},5\n" for i in range(20) for d in (1, 2))
    segment(folder, rows)


def fewer_customers_than_k(folder):
    rows = HEADER + "a,2024-01-01,5\nb,2024-01-02,7\n"
    segment(folder, rows, "-k", "5", expect=USAGE, says=["5", "2"])
    segment(folder, rows)


def single_customer(folder):
    segment(folder, HEADER + "a,2024-01-01,5\n")


def constant_column(folder):
    rows = HEADER + "".join(f"c{i},2024-01-{i % 9 + 1:02d},5\n" for i in range(30) for _ in range(i % 3 + 1))
    segment(folder, rows)


def truncated_gzip(folder):
    whole = gzip.compress(GOOD.encode() * 50)
    segment(folder, whole[: len(whole) // 2], name="in.csv.gz", expect=INPUT, says=["gzip"])


def not_a_store(folder):
    path = write(os.path.join(folder, "not a store.h5"), "hello")
    for verb in ("info", "rfm", "clv", "kmeans", "assign"):
        status, out, err = run(verb, path)
        assert status == INPUT and out == "" and "not a store.h5" in err, (verb, status, err)
    with open(path, encoding="utf-8") as file:
        assert file.read() == "hello"
    assert os.listdir(folder) == ["not a store.h5"]


def make_store(folder):
    store = os.path.join(folder, "store.h5")
    status, _, err = run("import", write(os.path.join(folder, "in.csv"), GOOD), "-o", store)
    assert status == 0, err
    return store


def truncated_store(folder):
    store = make_store(folder)
    with open(store, "rb") as file:
        whole = file.read()
    for part in (0.1, 0.5, 0.9, 0.999):
        cut = write(os.path.join(folder, "cut.h5"), whole[: int(len(whole) * part)])
        status, out, err = run("rfm", cut)
        assert status == INPUT and out == "" and "cut.h5" in err, (part, status, err)


def newer_store(folder):
    try:
        import h5py
    except ImportError:
        print("  h5py is missing: newer store not tried")
        return
    store = make_store(folder)
    with h5py.File(store, "r+") as file:
        kind = file.attrs["format_version"].dtype
        file.attrs.modify("format_version", kind.type(2))
    status, _, err = run("info", store)
    assert status == INPUT and "version" in err and "2" in err, err


def unwritable_target(folder):
    path = write(os.path.join(folder, "in.csv"), GOOD)
    status, out, err = run("segment", path, "-o", os.path.join(folder, "no", "such", "folder"))
    assert status == IO and out == "" and "no/such/folder" in err, err
    status, out, err = run("segment", path, "-o", "/proc/out")
    assert status == IO and out == "" and "/proc/out" in err, err


def full_disk(folder):
    small = os.path.join(folder, "small")
    os.mkdir(small)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], capture_output=True, check=False)
    if mounted.returncode != 0:
        print("  cannot mount a tmpfs here: full disk not tried")
        return
    try:
        out = os.path.join(small, "out")
        os.mkdir(out)
        for old in OUTPUTS:
            write(os.path.join(out, old), "old " + old)
        status, text, err = run("segment", os.path.join(DATASETS, "CDNOW_master.txt"), "-o", out)
        assert status == IO and text == "", (status, err)
        assert "space" in err, err
        assert sorted(os.listdir(out)) == OUTPUTS, os.listdir(out)
        for old in OUTPUTS:
            with open(os.path.join(out, old), encoding="utf-8") as file:
                assert file.read() == "old " + old
        store = os.path.join(small, "store.h5")
        status, text, err = run("import", os.path.join(DATASETS, "CDNOW_master.txt"), "-o", store)
        assert status == IO and os.listdir(small) == ["out"], (status, err, os.listdir(small))
    finally:
        subprocess.run(["umount", small], check=False)


def full_output(folder):
    store = make_store(folder)
    with open("/dev/full", "wb") as full:
        for args in (["info", store], ["info", store, "--json"], ["export", store, "--table", "transactions"]):
            done = subprocess.run([SHOAL, *args], stdout=full, stderr=subprocess.PIPE, check=False)
            assert done.returncode == IO, (args, done.returncode, done.stderr)


def output_is_no_place(folder):
    store = make_store(folder)
    pipe = os.path.join(folder, "pipe")
    os.mkfifo(pipe)
    status, _, err = run("export", store, "-o", pipe)
    assert status == IO and "pipe" in err, err
    status, _, err = run("export", store, "-o", os.path.join(folder, "nowhere", "x.csv"))
    assert status == IO and "make its folder first" in err, err
    csv_path = os.path.join(folder, "in.csv")
    for args in (["export", store, "-o", store], ["report", store, "-o", store], ["import", csv_path, "-o", csv_path]):
        status, out, err = run(*args)
        assert status == USAGE and out == "" and "cannot be the output" in err, (args, status, err)
    assert run("info", store)[0] == 0 and read_csv(csv_path)
    # a link stays a link, and what it points to is replaced
    link, target = os.path.join(folder, "link.csv"), os.path.join(folder, "target.csv")
    write(target, "old")
    os.symlink("target.csv", link)
    status, _, err = run("export", store, "--table", "transactions", "-o", link)
    assert status == 0 and os.path.islink(link) and len(read_csv(target)) == 60, err


def wrong_centroids(folder):
    store = make_store(folder)
    assert run("rfm", store)[0] == 0
    start = write(os.path.join(folder, "start.csv"), "recency_days,frequency\n10,abc\n200,2\n")
    features = ["--features", "recency_days,frequency"]
    status, _, err = run("kmeans", store, *features, "--init", start)
    assert status == INPUT and "frequency" in err and "numbers" in err, err
    write(start, "recency_days,frequency\n10,3\n200,2\n")
    status, _, err = run("kmeans", store, *features, "--init", start, "-k", "3")
    assert status == USAGE and "2 centroids" in err and "3 clusters" in err, err
    write(start, "recency_days\n10\n")
    status, _, err = run("kmeans", store, *features, "--init", start)
    assert status == INPUT and "no column frequency" in err, err
    status, _, err = run("kmeans", store, "--sample-weight", "log(frequency)")
    assert status == USAGE and "weights" in err, err


def wrong_numbers(folder):
    store = make_store(folder)
    assert run("rfm", store)[0] == 0
    fit = ["kmeans", store, "-k", "2", "--features"]
    status, out, err = run(*fit, "recency_days,log(frequency)", "--label-order", "money")
    assert status == USAGE and out == "", err
    assert "money" in err and "size" in err and "recency_days, frequency" in err, err
    assert run(*fit, "recency_days,frequency", "--name", "april")[0] == 0
    assert run("clv", store)[0] in (0, INPUT)
    status, _, err = run(*fit, "recency_days,frequency", "--align-to", "march")
    assert status == INPUT and '"march"' in err and "april" in err, err
    status, _, err = run(*fit, "recency_days,frequency", "--align-to", "rfm")
    assert status == INPUT and "kind rfm, not kmeans" in err, err
    status, _, err = run(*fit, "recency_days,monetary", "--align-to", "april")
    assert status == USAGE and "than this one; without frequency; with monetary: name" in err, err
    status, _, err = run(*fit, "frequency", "--align-to", "april")
    assert status == USAGE and "than this one; without recency_days: name" in err, err
    status, _, err = run(*fit, "frequency,recency_days", "--align-to", "april", "--label-order", "size")
    assert status == USAGE and "one or the other" in err, err
    status, _, err = run(*fit, "frequency,recency_days", "--align-to", "april", "--model-store", "no-such.h5")
    assert status == IO and "no-such.h5" in err, err
    status, _, err = run(*fit, "frequency,recency_days", "--align-to", "april")
    assert status == 0, err  # the same features in another order
    status, _, err = run("segment", os.path.join(folder, "in.csv"), "-o", folder, "--align-to", "april")
    assert status == USAGE and "--model-store" in err, err


def wrong_date_format(folder):
    segment(folder, GOOD, "--date-format", "%Q", expect=USAGE, says=["%Q", "strptime"])


def interrupt(folder):
    out = os.path.join(folder, "out")
    os.mkdir(out)
    for old in OUTPUTS:
        write(os.path.join(out, old), "old " + old)
    interrupted = 0
    for delay in (0.02, 0.1, 0.25, 0.5):
        process = subprocess.Popen([SHOAL, "segment", os.path.join(DATASETS, "online_retail.csv.gz"), "-o", out],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        since = time.monotonic()
        _, err = process.communicate(timeout=60)
        if process.returncode == 0:
            continue  # it was done before the signal
        interrupted += 1
        assert process.returncode in (INTERRUPTED, -signal.SIGINT), (process.returncode, err)
        assert time.monotonic() - since < 10, "slow to stop"
        assert sorted(os.listdir(out)) == OUTPUTS, os.listdir(out)
        if process.returncode == INTERRUPTED:
            assert b"interrupted" in err, err
            for old in OUTPUTS:
                with open(os.path.join(out, old), "rb") as file:
                    assert file.read(4) == b"old ", old
    assert interrupted > 0


main([empty_file, header_only, missing_file, no_such_column, bad_number, bad_date, infinities, nul_bytes,
      byte_order_mark_and_crlf, ragged_rows, bad_rows_skip_counts, duplicate_headers, one_purchase_each,
      all_customers_alike, fewer_customers_than_k, single_customer, constant_column, truncated_gzip, not_a_store,
      truncated_store, newer_store, unwritable_target, output_is_no_place, wrong_centroids, wrong_numbers,
      wrong_date_format, full_disk, full_output, interrupt])
