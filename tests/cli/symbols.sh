#!/usr/bin/env bash
# The shared library shows shoal_* alone, all that the headers declare, and carries its SONAME.
set -euo pipefail

library=$(find "$SHOAL_BUILD/src" -maxdepth 1 -name 'libshoal.so.*.*.*' -type f)
[ -n "$library" ] || { echo "symbols: no libshoal.so under $SHOAL_BUILD/src" >&2; exit 1; }

fail() {
    printf 'symbols: %s\n' "$*" >&2
    exit 1
}

exported=$(nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u)
foreign=$(grep -v '^shoal_' <<<"$exported" || true)
[ -z "$foreign" ] || fail "exported without the prefix shoal_: $foreign"

# what follows SHOAL_API in the headers, up to the parenthesis or the end of a declaration
declared=$(cat "$SHOAL_SOURCE"/src/include/shoal/*.h "$SHOAL_SOURCE"/src/include/shoal/version.h.in |
    tr '\n' ' ' | grep -o 'SHOAL_API [^;(]*[(]' | grep -o 'shoal_[a-z0-9_]*(' | tr -d '(' | LC_ALL=C sort -u)
[ -n "$declared" ] || fail "no declaration found in the public headers"
missing=$(LC_ALL=C comm -13 <(printf '%s\n' "$exported") <(printf '%s\n' "$declared"))
[ -z "$missing" ] || fail "declared in a public header but not exported: $missing"
hidden=$(LC_ALL=C comm -23 <(printf '%s\n' "$exported") <(printf '%s\n' "$declared"))
[ -z "$hidden" ] || fail "exported but in no public header: $hidden"

soname=$(readelf -d "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
[ "$soname" = libshoal.so.0 ] || fail "SONAME is \"$soname\", expected libshoal.so.0"
printf 'ok: %d symbols\n' "$(wc -l <<<"$exported")"
