#!/usr/bin/env python3
"""Every C file is listed in a CMakeLists.txt, and no text holds leftovers or private paths.

Usage: sources.py [SOURCE]      check a source tree (default: $SHOAL_SOURCE)
       sources.py --self-test   check that every rule can fail
"""
import os
import pathlib
import re
import sys
import tempfile

TOPS = ("src", "kernels", "bench", "datasets", "tests")
LISTED = re.compile(r"[A-Za-z0-9_./-]+\.c\b")
# in pieces, so that this file does not find itself
LEFTOVER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
PRIVATE = re.compile("(?<![A-Za-z0-9_.$}~])/(" + "|".join(("home", "root", "Users", "work")) + ")/[A-Za-z0-9_.-]")
TEXT_SUFFIXES = {".c", ".h", ".in", ".py", ".sh", ".txt", ".cmake", ".md", ".json", ".map", ".supp", ".js", ".css", ""}
SKIPPED = re.compile(r"^(build.*|demo|\.git|\.cache|__pycache__)$")


def own_files(root):
    for folder, folders, files in os.walk(root):
        top = pathlib.Path(folder) == root
        folders[:] = sorted(f for f in folders if f not in ("__pycache__", "node_modules") and not (top and SKIPPED.match(f)))
        for file in sorted(files):
            yield (pathlib.Path(folder) / file).relative_to(root)


def listed_sources(root, path):
    """Files that a CMakeLists.txt names, relative to the tree. Comments do not count."""
    text = re.sub(r"#.*", "", (root / path).read_text(encoding="utf-8"))
    text = text.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "").replace("${PROJECT_SOURCE_DIR}", "")
    return {pathlib.PurePath(os.path.normpath(name[1:] if name[0] == "/" else path.parent / name))
            for name in LISTED.findall(text)}


def check_lists(root, files):
    listed = set()
    for path in files:
        if path.name == "CMakeLists.txt":
            listed |= listed_sources(root, path)
    for path in files:
        if path.suffix == ".c" and path.parts[0] in TOPS and pathlib.PurePath(path) not in listed:
            yield path, 1, "is listed in no CMakeLists.txt"


def is_data(path):
    if path.parts[0] == "datasets" and path.name != "CMakeLists.txt":
        return path.suffix in (".txt", ".csv", ".gz")
    return path.name == "LICENSE" or any(part.startswith("corpus") for part in path.parts)


def check_text(root, files):
    for path in files:
        if is_data(path) or path.suffix not in TEXT_SUFFIXES:
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            yield path, 1, "is not UTF-8"
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if LEFTOVER.search(line):
                yield path, number, f"leftover: {LEFTOVER.search(line).group()}"
            if PRIVATE.search(line):
                yield path, number, f"path of one machine: {PRIVATE.search(line).group()}…"


def check(root):
    files = list(own_files(root))
    return [*check_lists(root, files), *check_text(root, files)], len(files)


def self_test():
    good = {
        "src/base/CMakeLists.txt": "shoal_module(base SOURCES error.c)\n",
        "src/base/error.c": '/* "/tmp/x", $HOME/work/y, ./home/x */\nconst char *t = "n.' + "XX" * 3 + '";\n',
        "build/x/stray.c": "int TO" + "DO;\n",
        "tests/fuzz/corpus_import/bytes": "TO" + "DO",
        "tests/property/CMakeLists.txt": "shoal_test(t SOURCES ${PROJECT_SOURCE_DIR}/tests/support/s.c ../support/u.c)\n",
        "tests/support/s.c": "",
        "tests/support/u.c": "",
    }
    bad = [
        ({"src/base/forgotten.c": ""}, ("src/base/forgotten.c", 1)),
        ({"tests/unit/CMakeLists.txt": "# shoal_test(t SOURCES t.c)\n", "tests/unit/t.c": ""}, ("tests/unit/t.c", 1)),
        ({"datasets/README.md": "TO" + "DO\n"}, ("datasets/README.md", 1)),
        ({"src/base/error.c": "\n/* TO" + "DO: more */\n"}, ("src/base/error.c", 2)),
        ({"src/base/error.c": "/* FIX" + "ME */\n"}, ("src/base/error.c", 1)),
        ({"README.md": "\n\nsee /ho" + "me/someone/shoal\n"}, ("README.md", 3)),
        ({"bootstrap": "cd /ro" + "ot/shoal\n"}, ("bootstrap", 1)),
        ({"src/base/CMakeLists.txt": "# error.c\n"}, ("src/base/error.c", 1)),
    ]

    def findings_in(files):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            return [(pathlib.PurePath(path).as_posix(), line) for path, line, _ in check(root)[0]]

    clean = findings_in(good)
    assert clean == [], f"findings in a clean tree: {clean}"
    for change, expected in bad:
        found = findings_in({**good, **change})
        assert found == [expected], f"{change}: found {found}"
    print(f"ok: {len(bad)} faults that must be found were found")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["SHOAL_SOURCE"])
    findings, files = check(root)
    for path, line, what in findings:
        print(f"{path}:{line}: {what}")
    if findings:
        sys.exit(1)
    print(f"ok: {files} files")


main()
