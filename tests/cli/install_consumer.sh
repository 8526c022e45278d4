#!/usr/bin/env bash
# Installs into a folder with a space in its name and builds a program against it both ways.
set -euo pipefail

work=$(mktemp -d "${TMPDIR:-/tmp}/shoal install.XXXXXX")
trap 'rm -rf "$work"' EXIT
prefix="$work/the prefix"
consumer="$SHOAL_SOURCE/tests/support/consumer"

fail() {
    printf 'install_consumer: %s\n' "$*" >&2
    exit 1
}

# -0.5994739 is the log-likelihood of one customer with r .25, alpha 4, a .8, b 2.5, x 0, T 40: (4/44)^.25
expect_output() {
    local output
    output=$("$@") || fail "$* failed: $output"
    [[ $output =~ ^[0-9]+\.[0-9]+\.[0-9]+\ -0\.5995$ ]] || fail "$* printed: $output"
}

if grep -q '^SHOAL_SANITIZE:[A-Z]*=.' "$SHOAL_BUILD/CMakeCache.txt"; then
    echo "skipped: a program without the sanitizers cannot load a library that has them"
    exit 77
fi

cmake --install "$SHOAL_BUILD" --prefix "$prefix" >"$work/install.log" || fail "cmake --install: $(cat "$work/install.log")"

# the prefix serves from wherever it lies
moved="$work/moved here"
mv "$prefix" "$moved"

cmake -S "$consumer" -B "$work/build" -DCMAKE_PREFIX_PATH="$moved" >"$work/configure.log" 2>&1 ||
    fail "find_package: $(cat "$work/configure.log")"
cmake --build "$work/build" >"$work/build.log" 2>&1 || fail "build: $(cat "$work/build.log")"
expect_output "$work/build/consumer"

pc=$(find "$moved" -name shoal.pc)
libdir=$(dirname "$(dirname "$pc")")
flags=$(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs shoal)
eval "cc -std=c17 -Wall -Werror -o \"$work/consumer\" \"$consumer/main.c\" $flags"
expect_output env LD_LIBRARY_PATH="$libdir" "$work/consumer"
[ "$(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --modversion shoal)" = "$("$moved/bin/shoal" --version | grep -o '[0-9.]*$')" ] ||
    fail "shoal.pc and shoal --version differ"

# every header that is installed is one of ours, and all of ours are
diff <(cd "$moved/include/shoal" && ls) \
    <( (cd "$SHOAL_SOURCE/src/include/shoal" && ls ./*.h && echo ./version.h) | sed 's|^\./||' | LC_ALL=C sort) ||
    fail "installed headers differ from src/include/shoal"
echo "ok"
