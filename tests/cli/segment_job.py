#!/usr/bin/env python3
"""The main job over many kinds of input, and the verbs on its store: what comes out is what went in, counted by other
means (csv, decimal), and the report opens in a browser without running anything."""
import csv
import datetime
import decimal
import gzip
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from shoal_cli import DATASETS, close, main, read_csv, run, run_json, write

MASTER = os.path.join(DATASETS, "CDNOW_master.txt")
COLUMNS = ["customer", "segment", "segment_name", "r", "f", "m", "rfm_segment", "p_alive", "expected_purchases", "clv"]


def rows_of(path, delimiter=","):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file, delimiter=delimiter))


def segment(folder, path, *args):
    out = os.path.join(folder, "out")
    document = run_json("segment", path, "-o", out, *args)
    with open(os.path.join(out, "summary.json"), encoding="utf-8") as file:
        summary = json.load(file)
    assert {**document, "time_ms": 0} == {**summary, "time_ms": 0}, "--json and summary.json differ"
    return out, summary


def cdnow_master(folder):
    out, summary = segment(folder, MASTER)
    with open(MASTER, encoding="ascii") as file:
        lines = [line.split() for line in file.read().splitlines()[1:] if line.strip()]
    revenue = sum(decimal.Decimal(line[3]) for line in lines)
    assert summary["schema"] == "shoal.segment/1"
    assert summary["input"]["rows_read"] == len(lines) == summary["transactions"]
    assert summary["customers"] == len({line[0] for line in lines}) == 23570
    close(summary["revenue"], float(revenue), 0.001, "revenue")
    segments = summary["segmentation"]["segments"]
    assert summary["segmentation"]["k"] == len(segments) and 2 <= len(segments) <= 10
    assert [c["k"] for c in summary["segmentation"]["choice"]] == list(range(2, 11))
    assert sum(s["customers"] for s in segments) == 23570
    close(sum(s["revenue"] for s in segments), float(revenue), 0.005, "revenue over the segments")
    close(sum(s["clv"] for s in segments), summary["clv"]["totals"]["clv"], 0.05, "CLV over the segments")
    assert len({s["name"] for s in segments}) == len(segments), "names are not unique"
    customers = read_csv(os.path.join(out, "segments.csv"))
    assert list(customers[0]) == COLUMNS, list(customers[0])
    assert len(customers) == 23570 and len({c["customer"] for c in customers}) == 23570
    for s in segments:
        mine = [c for c in customers if c["segment"] == str(s["id"])]
        assert len(mine) == s["customers"] and {c["segment_name"] for c in mine} == {s["name"]}
    # recency and frequency of every customer, counted again
    days = {}
    for line in lines:
        days.setdefault(line[0], set()).add(line[1])
    exported = os.path.join(folder, "customers.csv")
    assert run("export", os.path.join(out, "store.h5"), "-o", exported)[0] == 0
    last = datetime.date(1998, 6, 30)
    for c in read_csv(exported):
        mine = days[c["customer"]]
        newest = datetime.datetime.strptime(max(mine), "%Y%m%d").date()
        assert int(c["frequency"]) == len(mine) and float(c["recency_days"]) == (last - newest).days, c


def kinds_of_input(folder):
    rows = [["client_id", "order_date", "total"]] + [
        [f"k{i % 13}", f"2024-0{1 + i % 9}-1{i % 8}", f"{i % 7 + 1}.25"] for i in range(200)]
    expected = None
    for name, delimiter, packed, newline in (("a.csv", ",", False, "\n"), ("b.csv", ";", False, "\r\n"),
                                             ("c.tsv", "\t", True, "\n"), ("d.txt", "|", False, "\r"),
                                             ("e.txt", "   ", True, "\n")):
        content = "".join(delimiter.join(row) + newline for row in rows).encode()
        path = write(os.path.join(folder, name), gzip.compress(content) if packed else content)
        out, _ = segment(folder, path)
        with open(os.path.join(out, "segments.csv"), "rb") as file:
            text = file.read()
        expected = expected or text
        assert text == expected, name + " differs"
    plain = os.path.join(folder, "a.csv")
    with open(plain, "rb") as file:
        out = os.path.join(folder, "out stdin")
        status, _, err = run("segment", "-", "-o", out, stdin=file.read())
    assert status == 0, err
    with open(os.path.join(out, "segments.csv"), "rb") as file:
        assert file.read() == expected
    body = "".join(",".join(["x", *row[::-1]]) + "\n" for row in rows[1:])
    path = write(os.path.join(folder, "no header.csv"), body)
    out, _ = segment(folder, path, "--columns", "_,amount,date,customer")
    with open(os.path.join(out, "segments.csv"), "rb") as file:
        assert file.read() == expected


def without_amounts(folder):
    path = write(os.path.join(folder, "in.csv"), "user,date\n" + "".join(
        f"u{i % 9},2024-0{1 + i % 9}-1{i % 8}\n" for i in range(100)))
    out, summary = segment(folder, path)
    assert any("amount" in w for w in summary["warnings"]), summary["warnings"]
    assert summary["revenue"] is None
    assert "m" not in read_csv(os.path.join(out, "segments.csv"))[0]


def retail_policies(folder):
    path = os.path.join(DATASETS, "online_retail.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))
    with_customer = [r for r in rows if r["CustomerID"]]
    sold = [r for r in with_customer if decimal.Decimal(r["UnitPrice"]) > 0]
    _, net = segment(folder, path)
    assert net["input"]["returns"] == "net"
    assert net["input"]["rejected_by_reason"]["missing_customer"] == len(rows) - len(with_customer) == 135080
    bought = {r["CustomerID"] for r in sold if int(r["Quantity"]) > 0}
    assert net["customers"] == len(bought)
    money = sum(decimal.Decimal(r["UnitPrice"]) * int(r["Quantity"]) for r in sold if r["CustomerID"] in bought)
    close(net["revenue"], float(money), 0.005, "revenue net of returns")
    status, _, err = run("segment", path, "-o", os.path.join(folder, "error"), "--returns", "error")
    assert status == 3 and "line 143" in err, err  # the first cancelled line of the file
    assert not os.path.exists(os.path.join(folder, "error")), "the folder of a failed job was left behind"


def verbs_on_the_store(folder):
    store = os.path.join(folder, "store.h5")
    sample = os.path.join(DATASETS, "CDNOW_sample.txt")
    imported = run_json("import", sample, "--columns", "_,customer,date,_,amount", "-o", store)
    assert imported["schema"] == "shoal.import/1"
    rfm = run_json("rfm", store)
    assert rfm["schema"] == "shoal.rfm/1" and sum(s["customers"] for s in rfm["segments"]) == 2357
    run_json("clv", store)
    kmeans = run_json("kmeans", store, "-k", "4", "--seed", "7")
    assert kmeans["schema"] == "shoal.kmeans/1" and kmeans["k"] == 4 and sum(kmeans["sizes"]) == 2357
    labels = read_csv(export(folder, store, "results/kmeans"))
    assigned = run_json("assign", store, "--model", "kmeans", "--name", "again")
    assert assigned["schema"] == "shoal.assign/1"
    again = read_csv(export(folder, store, "results/again"))
    for column in ("label", "second"):
        assert [r[column] for r in labels] == [r[column] for r in again], "the model's own customers moved"
    for column in ("distance", "second_distance"):
        for own, new in zip(labels, again):
            close(float(new[column]), float(own[column]), 1e-9, column)
    assert all(r["second"] != r["label"] and r["second"] in ("0", "1", "2", "3") for r in again)
    for s in assigned["segments"]:
        mine = [r for r in again if r["label"] == str(s["id"])]
        far = [float(r["distance"]) for r in mine]
        close(s["mean_distance"], sum(far) / len(far), 1e-9, "mean distance of a segment")
        border = sum(10 * float(r["distance"]) >= 9 * float(r["second_distance"]) for r in mine)
        close(s["share_border"], border / len(mine), 1e-12, "share on the border")
    # the same centroids as a start are a fixed point
    start = os.path.join(folder, "start.csv")
    with open(start, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["recency_days", "frequency"])
        writer.writerows([[10, 9], [300, 2], [500, 1]])
    given = run_json("kmeans", store, "--features", "recency_days,log(frequency)", "--init", start, "--name", "given")
    assert given["k"] == 3 and given["features"] == ["recency_days", "frequency"], given
    # customers of another store by this model: the model comes along, and the report shows its names
    other = os.path.join(folder, "other.h5")
    run_json("import", MASTER, "-o", other)
    run_json("rfm", other)
    run_json("clv", other)
    moved = run_json("assign", other, "--model-store", store, "--model", "kmeans")
    assert sum(s["customers"] for s in moved["segments"]) == 23570
    assert {s["name"] for s in moved["segments"]} == {s["name"] for s in assigned["segments"]}
    page = os.path.join(folder, "other.html")
    run_json("report", other, "-o", page)
    with open(page, encoding="utf-8") as file:
        text = file.read()
    for s in moved["segments"]:
        assert s["name"].replace("'", "&#39;") in text, s
    status, _, err = run("assign", other, "--model-store", store, "--model", "kmeans", "--name", "rfm")
    assert status == 2 and "of kind rfm" in err, err
    page = os.path.join(folder, "page.html")
    assert run_json("report", store, "-o", page)["schema"] == "shoal.report/1"
    info = run_json("info", store)
    assert info["schema"] == "shoal.info/1"
    table = run_json("export", store, "--table", "results/rfm")
    assert table["schema"] == "shoal.export/1" and len(table["rows"]) == 2357
    for verb in ("rfm", "kmeans"):
        status, out, err = run(verb, store, "--name", "../x")
        assert status == 2 and out == "", (verb, err)


def export(folder, store, table):
    path = os.path.join(folder, table.replace("/", " ") + ".csv")
    status, _, err = run("export", store, "--table", table, "-o", path)
    assert status == 0, err
    return path


def hostile_names(folder):
    """A browser opens the report of products, keys and titles that would be scripts."""
    evil = ["<script>window.hacked=1</script>", '"><img src=x onerror="window.hacked=1">', "=cmd|' /C calc'!A0",
            "\x1b[2Jred", "</svg><script>window.hacked=1</script>", "{{7*7}}"]
    path = os.path.join(folder, "in.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "date", "amount", "product"])
        for i in range(300):
            writer.writerow([f"{evil[i % 6]}{i % 31}", f"2024-0{1 + i % 9}-1{i % 8}", i % 17 + 1, evil[i * 7 % 5]])
    out, _ = segment(folder, path, "--title", "<script>window.hacked=1</script>")
    status, text, _ = run("segment", path, "-o", out)
    assert status == 0 and "\x1b" not in text, "control characters of the data reach the terminal"
    for row in read_csv(os.path.join(out, "segments.csv")):
        assert row["customer"][0] not in "=+-@", row
    page = os.path.join(out, "report.html")
    with open(page, encoding="utf-8") as file:
        assert "<script" not in file.read().lower()
    browser = os.path.join(os.path.dirname(__file__), "report_browser.py")
    done = subprocess.run([sys.executable, browser, page], capture_output=True, check=False, timeout=200)
    if done.returncode == 77:
        print("  " + done.stdout.decode().strip())
        return
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


main([cdnow_master, kinds_of_input, without_amounts, retail_policies, verbs_on_the_store, hostile_names])
