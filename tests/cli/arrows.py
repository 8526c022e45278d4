#!/usr/bin/env python3
"""Who may include whom: fails where an include runs against the arrows of the design.

Usage: arrows.py [SOURCE]      check a source tree (default: $SHOAL_SOURCE)
       arrows.py --self-test   check that every rule can fail
"""
import os
import pathlib
import re
import sys
import tempfile

# folder -> folders whose internal headers it may include, itself apart
ARROWS = {
    "base": set(),
    "kernels": {"base"},
    "store": {"base"},
    "import": {"base", "kernels"},
    "features": {"base", "kernels"},
    "model": {"base", "kernels"},
    "segment": {"base", "features", "model"},
    "report": {"base", "segment"},
    "pipeline": {"base", "store", "import", "features", "model", "segment", "report"},
    "cli": set(),
    "include": set(),
    "generate": {"base", "store", "pipeline"},
    "bench": {"base", "kernels", "store", "import", "features", "model", "segment", "report", "pipeline", "cli",
              "generate"},
}

# public header -> the folder that stands behind it
PUBLIC = {
    "status": "base", "context": "base", "table": "base", "version": "base",
    "import": "import", "features": "features", "rfm": "features", "kmeans": "model", "clv": "model",
    "profile": "segment", "report": "report", "steps": "pipeline", "shoal": "pipeline",
}
# Those who see every public header: the outer layers, the headers themselves, and the report, whose documents show
# what the steps gave.
ALL_PUBLIC = {"pipeline", "cli", "include", "generate", "bench", "report"}

# third-party header -> where it is confined to (folders, or paths within the tree)
THIRD_PARTY = {
    "hdf5.h": {"store"}, "hdf5_hl.h": {"store"},
    "csv.h": {"tests"},
    "zlib.h": {"import", "store"},
    "jansson.h": {"report", "bench"},
    "nlopt.h": {"model"}, "lapacke.h": {"model"}, "cblas.h": {"model", "kernels/blas", "bench"},
    # kernels start no threads, and the command leaves them to the library
    "omp.h": {"base", "store", "import", "features", "model", "segment", "report", "pipeline", "generate", "bench"},
    "immintrin.h": {"kernels", "bench"}, "cpuid.h": {"kernels"},
    "hwloc.h": {"bench"}, "linux/perf_event.h": {"bench"}, "malloc.h": {"bench"},
    "gnu/libc-version.h": {"bench"},
}

C_AND_POSIX = set("""
assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h setjmp.h signal.h
stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h tgmath.h threads.h
time.h uchar.h wchar.h wctype.h
dirent.h dlfcn.h fcntl.h fnmatch.h ftw.h getopt.h glob.h iconv.h langinfo.h libgen.h poll.h pthread.h sched.h spawn.h
strings.h
termios.h unistd.h sys/file.h sys/ioctl.h sys/mman.h sys/prctl.h sys/random.h sys/resource.h sys/stat.h sys/statvfs.h
sys/syscall.h sys/sysinfo.h sys/time.h sys/types.h sys/uio.h sys/utsname.h sys/vfs.h sys/wait.h
""".split())

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')


def folder_of(path):
    """The folder of the design that a file (relative to the tree) belongs to, or None."""
    parts = path.parts
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    if parts[0] in ("kernels", "bench"):
        return parts[0]
    if parts[0] == "datasets" and len(parts) > 2:
        return parts[1]
    return None


def resolve(root, path, name):
    """A quoted include as a path relative to the tree, or None where no such file is ours."""
    for base in (path.parent, pathlib.Path("src"), pathlib.Path("kernels"), pathlib.Path("datasets"),
                 pathlib.Path("bench")):
        target = pathlib.Path(os.path.normpath(base / name))
        if (root / target).is_file():
            return target
    return None


def confined(path, folder, places):
    return folder in places or any("/" in p and path.as_posix().startswith(p + "/") for p in places)


def judge(root, path, folder, angled, quoted):
    """What is wrong with an include, or None."""
    if quoted:
        target = resolve(root, path, quoted)
        if target is None:
            return f'"{quoted}" is no header of this tree; use <> for headers from outside'
        other = folder_of(target)
        if other == "include":
            return f'"{quoted}" is public; include it as <shoal/…>'
        if other == folder or other in ARROWS[folder]:
            return None
        return f"{folder} may not include {other} (\"{quoted}\")"
    if angled.startswith("shoal/"):
        module = PUBLIC.get(angled[len("shoal/"):-len(".h")])
        if module is None:
            return f"<{angled}> is not among the public headers that arrows.py knows"
        allowed = {folder, "base"} | ARROWS[folder]
        if folder == "kernels":
            return f"kernels take arrays; they may not include <{angled}>"
        if folder in ALL_PUBLIC or module in allowed:
            return None
        return f"{folder} may not include {module} (<{angled}>)"
    if angled in THIRD_PARTY:
        if confined(path, folder, THIRD_PARTY[angled]):
            return None
        return f"<{angled}> is confined to {', '.join(sorted(THIRD_PARTY[angled]))}"
    if angled in C_AND_POSIX:
        return None
    return f"<{angled}> is not among the headers that arrows.py knows"


def check(root):
    """Findings as (file, line, what) and the number of includes looked at."""
    findings, includes = [], 0
    for top in ("src", "kernels", "bench", "datasets"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".c", ".h") and not file.name.endswith(".h.in"):
                continue
            path = file.relative_to(root)
            folder = folder_of(path)
            if folder not in ARROWS:
                findings.append((path, 1, "lies in no folder that the design knows"))
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if match is None:
                    continue
                includes += 1
                what = judge(root, path, folder, *match.groups())
                if what is not None:
                    findings.append((path, number, what))
    return findings, includes


def self_test():
    good = {
        "src/base/error.h": "#include <shoal/status.h>\n",
        "src/include/shoal/status.h": "#include <stddef.h>\n",
        "src/store/store.h": '#include <shoal/table.h>\n#include "base/error.h"\n',
        "src/store/file.c": '#include <hdf5.h>\n#include "store/store.h"\n',
        "src/model/fit.h": '#include "kernels.h"\n',
        "src/model/fit.c": '#include <lapacke.h>\n#include <omp.h>\n#include "fit.h"\n',
        "src/pipeline/run.c": '#include "store/store.h"\n#include "model/fit.h"\n#include <shoal/steps.h>\n',
        "src/cli/options.h": "",
        "src/cli/main.c": '#include <shoal/shoal.h>\n#include "cli/options.h"\n',
        "src/report/json.c": '#include <jansson.h>\n#include <shoal/steps.h>\n',
        "kernels/kernels.h": "#include <stdint.h>\n",
        "kernels/avx2/sum.c": '#include <immintrin.h>\n#include "kernels.h"\n',
        "kernels/blas/product.c": "#include <cblas.h>\n",
        "datasets/generate/main.c": '#include "base/error.h"\n',
    }
    bad = [  # file, include that must be found
        ("src/base/up.c", '#include "store/store.h"'),
        ("src/base/up.c", "#include <shoal/kmeans.h>"),
        ("src/base/up.c", "#include <jansson.h>"),
        ("src/model/up.c", '#include "store/store.h"'),
        ("src/model/up.c", "#include <hdf5.h>"),
        ("src/model/up.c", "  #  include <shoal/steps.h>"),
        ("src/store/up.c", '#include "model/fit.h"'),
        ("src/store/up.c", '#include "kernels.h"'),
        ("src/store/up.c", "#include <shoal/clv.h>"),
        ("src/segment/up.c", '#include "store/store.h"'),
        ("src/report/up.c", '#include "pipeline/run.h"'),
        ("src/report/up.c", '#include "model/fit.h"'),
        ("src/cli/up.c", '#include "base/error.h"'),
        ("src/cli/up.c", "#include <omp.h>"),
        ("src/pipeline/up.c", "#include <hdf5.h>"),
        ("src/pipeline/up.c", '#include "cli/options.h"'),
        ("src/import/up.c", "#include <nlopt.h>"),
        ("src/include/shoal/up.h", '#include "base/error.h"'),
        ("kernels/up.c", '#include "model/fit.h"'),
        ("kernels/up.c", "#include <shoal/status.h>"),
        ("kernels/up.c", "#include <omp.h>"),
        ("kernels/scalar/up.c", "#include <cblas.h>"),
        ("src/features/up.c", "#include <boost/hash.h>"),
        ("src/features/up.c", '#include "features/missing.h"'),
        ("src/features/up.c", '#include "../store/store.h"'),
        ("src/other/up.c", "#include <stdio.h>"),
        ("datasets/generate/up.c", '#include "model/fit.h"'),
    ]

    def findings_in(files):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            return [(path.as_posix(), line) for path, line, _ in check(root)[0]]

    clean = findings_in(good)
    assert clean == [], f"findings in a clean tree: {clean}"
    for path, include in bad:
        line = 1 if path.startswith("src/other/") else 3
        found = findings_in({**good, path: f"/* one */\n/* two */\n{include}\n"})
        assert found == [(path, line)], f"{path}: {include}: found {found}"
    print(f"ok: {len(bad)} includes that must be found were found")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["SHOAL_SOURCE"])
    findings, includes = check(root)
    for path, line, what in findings:
        print(f"{path}:{line}: {what}")
    if includes == 0:
        sys.exit(f"arrows.py: no include found under {root}")
    if findings:
        sys.exit(1)
    print(f"ok: {includes} includes")


main()
