#!/usr/bin/env python3
"""shoal-bench compare and report on files made here: verdicts, exit statuses 0, 1, 2, 3 and 4, pages and tables."""
import html.parser
import json
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from shoal_cli import main, skip, write

BENCH = os.path.join(os.environ["SHOAL_BUILD"], "bench", "shoal-bench")
VOID = {"meta", "link"}


def bench(*args):
    done = subprocess.run([BENCH, *args], capture_output=True, encoding="utf-8", timeout=120)
    return done.returncode, done.stdout, done.stderr


def expect(status, *args, says=None):
    code, out, err = bench(*args)
    assert code == status, f"{args}: ended with {code}, expected {status}\n{out}{err}"
    if status >= 2:
        assert err.startswith("shoal-bench") and err.count("\n") == 1, f"{args}: {err!r}"
    for text in [says] if isinstance(says, str) else says or []:
        assert text in out + err, f"{args}: {text!r} is not in\n{out}{err}"
    return out


def row(name, ms, kind="strong", threads=1, samples=12, seed=0, **fields):
    noise = random.Random(f"{name} {kind} {threads} {seed}")
    return {"schema": "shoal.bench/1", "kind": kind, "name": name, "params": {"n": 1000}, "tool": "shoal",
            "threads": threads, "checked": True, "machine": "one", "date": "2024-05-01T10:00:00Z",
            "samples_ms": [ms * noise.uniform(1, 1.02) for _ in range(samples)], **fields}


def journal(folder, name, rows, end=""):
    return write(os.path.join(folder, name), "".join(json.dumps(r) + "\n" for r in rows) + end)


def equal_runs(folder):
    old = journal(folder, "old", [row(f"row{i}", 10 + i, seed=1) for i in range(50)])
    new = journal(folder, "new", [row(f"row{i}", 10 + i, seed=2) for i in range(50)])
    out = expect(0, "compare", old, new, says="0 slower, 0 faster, 50 no difference of 50 rows")
    assert out.count("no difference\n") == 50


def regression(folder):
    old = journal(folder, "old", [row("rfm", 10), row("kmeans", 100), row("clv", 50), row("gone", 1)])
    new = journal(folder, "new", [row("rfm", 10, seed=1), row("kmeans", 130), row("clv", 30), row("new", 1)])
    out = expect(1, "compare", old, new, says="1 slower, 1 faster, 1 no difference of 3 rows")
    lines = {line.split()[1]: line for line in out.splitlines() if line.startswith("  strong")}
    assert lines["kmeans"].endswith("slower") and lines["clv"].endswith("faster"), out
    assert f"Only in {old}:\n  strong gone," in out and f"Only in {new}:\n  strong new," in out, out
    expect(0, "compare", old, new, "--threshold", "0.5")
    expect(0, "compare", old, new, "--filter", "rfm,clv", says="1 faster, 1 no difference of 2 rows")
    expect(0, "compare", new, old, "--filter", "kmeans", says="1 faster")


def newest_and_torn(folder):
    late = {"date": "2024-06-01T10:00:00Z"}
    old = journal(folder, "old", [row("rfm", 10)])
    new = journal(folder, "new", [row("rfm", 10, seed=1, **late), row("rfm", 99)], end='{"schema": "shoal.be')
    expect(0, "compare", old, new, says=["1 no difference of 1 rows", "torn"])
    _, _, err = bench("compare", old, new, "--quiet")
    assert err == "", err


def other_machine(folder):
    old = journal(folder, "old", [row("rfm", 10)])
    new = journal(folder, "new", [row("rfm", 20, machine="two")])
    expect(1, "compare", old, new, says="not comparable")


def few_samples(folder):
    old = journal(folder, "old", [row(f"row{i}", 10, samples=5) for i in range(20)])
    new = journal(folder, "new", [row(f"row{i}", 20 if i == 3 else 10, samples=5, seed=1) for i in range(20)])
    expect(0, "compare", old, new, says=["1 too few samples", "it takes 8 on", "--budget 0.3,"])
    enough = [journal(folder, f"enough{side}", [row(f"row{i}", 20 if i == 3 and side else 10, samples=8, seed=side)
                                                for i in range(20)]) for side in (0, 1)]
    expect(1, "compare", *enough, says="1 slower")
    expect(1, "compare", old, new, "--filter", "row3", says="1 slower")


def bad_input(folder):
    good = journal(folder, "good", [row("rfm", 10)])
    page = os.path.join(folder, "page.html")
    empty = write(os.path.join(folder, "empty"), "")
    broken = write(os.path.join(folder, "broken"), "{]\n")
    newer = journal(folder, "newer", [row("rfm", 10, schema="shoal.bench/2")])
    other = journal(folder, "other", [row("clv", 10)])
    expect(2, "compare", good, says="NEW")
    expect(2, "compare", good, good, "-o", page, says="-o")
    expect(2, "compare", good, good, "--filter", "kmeans", says=["kmeans", "rfm"])
    expect(2, "report", good, "-o", page, "--filter", "kmeans", says="known: rfm")
    expect(2, "report", good, "-o", "-", says="name a file")
    expect(3, "compare", good, other, says="no row")
    expect(3, "compare", good, empty, says="shoal-bench scaling")
    expect(3, "report", empty, "-o", page, says="shoal-bench scaling")
    expect(3, "report", good, broken, "-o", page, says="broken")
    expect(3, "report", newer, "-o", page, says="newer")
    expect(4, "report", os.path.join(folder, "missing"), "-o", page, says="missing")
    expect(2, "report", good, says="--markdown")
    expect(2, "report", good, "-o", page, "--markdown", page, says="same file")
    before = open(good, encoding="utf-8").read()
    expect(2, "report", good, "-o", good)
    expect(2, "report", good, "--markdown", good)
    assert open(good, encoding="utf-8").read() == before
    assert not os.path.exists(page)
    expect(4, "report", good, "-o", os.path.join(folder, "no folder", "page.html"))


class Page(html.parser.HTMLParser):
    """Tags that close in order, nothing that runs or is fetched."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.text = [], [], [], ""
        self.feed(text)
        assert self.open == [], self.open

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        assert tag not in ("script", "img", "iframe", "object"), tag
        assert not any(name.startswith("on") or name == "src" for name in attrs), attrs
        if "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "section":
            self.ids.append(attrs["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert not any(value is None or "nan" in value or "inf" in value for name, value in attrs
                       if name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width", "height", "points")), attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data


def pages(folder):
    kinds = [row("kmeans", 100 / t, threads=t) for t in (1, 2, 4)]
    kinds += [row("kmeans", 100, "weak", t, params={"n": 1000 * t}) for t in (1, 2)]
    kinds += [row("kmeans", n / 10, "size", params={"n": n}, size_of="n") for n in (1000, 2000)]
    kinds += [row("fit", ms, "peer", tool=tool, pair="fit", quick=True) for tool, ms in (("shoal", 10), ("a|<b>", 30))]
    kinds += [row("kmeans", 10 * k, "variant", params={"k": k}, quality={"gain": {"value": k, "best": "high"}})
              for k in (2, 3, 4)]
    kinds += [row("kmeans", 10, "noise", params={"turn": turn}, pair="noise") for turn in "ab"]
    first, second = journal(folder, "one", kinds[:4]), journal(folder, "two", kinds[4:])
    page, markdown = os.path.join(folder, "page.html"), os.path.join(folder, "page.md")
    expect(0, "report", first, second, "-o", page, "--markdown", markdown)
    parsed = Page(open(page, encoding="utf-8").read())
    assert parsed.ids == ["strong", "weak", "size", "peers", "variants", "noise", "method"], parsed.ids
    assert all(link.startswith("#") or link == "data:," for link in parsed.links), parsed.links
    assert "a|<b>" in parsed.text
    text = open(markdown, encoding="utf-8").read()
    assert "a\\|&lt;b&gt;" in text and text.count("| n=1000 (quick) ") == 2, text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert len(tables) > 20 and all(line.endswith(" |") for line in tables)
    code, out, err = bench("report", first, second, "--markdown", "-")
    assert (code, out, err) == (0, text, "")
    expect(0, "report", first, second, "-o", page, "--filter", "fit")
    assert Page(open(page, encoding="utf-8").read()).ids == ["peers", "method"]


if not os.access(BENCH, os.X_OK):
    skip("shoal-bench is not built")
main([equal_runs, regression, newest_and_torn, other_machine, few_samples, bad_input, pages])
