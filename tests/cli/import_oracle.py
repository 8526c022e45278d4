#!/usr/bin/env python3
"""Online Retail read once more by Python's csv and decimal modules: totals, reasons and the sums of every customer must
be those of the import, under both policies.  usage: import_oracle.py IMPORT_DUMP ONLINE_RETAIL.csv.gz"""
import calendar
import collections
import csv
import decimal
import functools
import gzip
import io
import re
import subprocess
import sys
import time


@functools.lru_cache(maxsize=None)
def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S"))


def read_rows(path):
    with io.TextIOWrapper(gzip.open(path), encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        header = next(reader)
        columns = [header.index(c) for c in ("CustomerID", "InvoiceNo", "InvoiceDate", "Quantity", "UnitPrice")]
        return [tuple(row[c] for c in columns) for row in reader]


def apply_policy(rows, drop):
    reasons = collections.Counter()
    customers = {}
    n = 0
    for key, order, date, quantity, price in rows:
        n += 1
        key = key.strip()
        if key == "":
            reasons["missing_customer"] += 1
            continue
        key = re.fullmatch(r"(\d+)(?:\.0)?", key).group(1)
        price = decimal.Decimal(price)
        quantity = decimal.Decimal(quantity)
        amount = price * quantity
        cancelled = re.match(r"C\d", order) is not None
        returned = cancelled or quantity < 0 or amount < 0
        if returned and drop:
            reasons["cancelled" if cancelled else "return"] += 1
            continue
        if price <= 0:
            reasons["no_price"] += 1
            continue
        customers.setdefault(key, []).append((seconds(date), -abs(amount) if returned else amount, returned))
    kept = {}
    for key, rows in customers.items():
        if all(returned for _, _, returned in rows):
            reasons["return_without_purchase"] += len(rows)
        else:
            kept[key] = rows
    return n, reasons, kept


def check(dump, path, rows, drop):
    n, reasons, customers = apply_policy(rows, drop)
    run = subprocess.run([dump, "--customers"] + (["--drop"] if drop else []) + [path], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"import_dump failed: {run.stderr}")
    lines = [line.split() for line in run.stdout.splitlines()]
    head = {line[0]: line[1] for line in lines if line[0] not in ("reason", "customer", "column", "notice")}
    found_reasons = {line[1]: int(line[2]) for line in lines if line[0] == "reason"}
    found = [(line[1], *map(int, line[2:])) for line in lines if line[0] == "customer"]
    expected = [
        (
            key,
            len(rows),
            int(sum(amount for _, amount, _ in rows) * 1000),
            min(when for when, _, _ in rows),
            max(when for when, _, _ in rows),
        )
        for key, rows in customers.items()  # in the order of the first kept row
    ]
    total = sum((amount for rows in customers.values() for _, amount, _ in rows), decimal.Decimal(0))
    assert int(head["read"]) == n, (head, n)
    assert found_reasons == dict(reasons), (found_reasons, reasons)
    assert int(head["kept"]) == sum(len(rows) for rows in customers.values())
    assert int(head["customers"]) == len(customers)
    assert head["revenue"] == f"{total:.2f}", (head["revenue"], total)
    if not drop:  # customers are numbered by their first kept row, whatever was left out before it
        assert int(head["returned"]) == sum(returned for rows in customers.values() for _, _, returned in rows)
    assert len(found) == len(expected)
    for a, b in zip(found, expected):
        assert a == b, (a, b)
    print("drop" if drop else "net", n, "rows,", len(expected), "customers, revenue", total, dict(reasons))


if __name__ == "__main__":
    all_rows = read_rows(sys.argv[2])
    for policy in (True, False):
        check(sys.argv[1], sys.argv[2], all_rows, drop=policy)
