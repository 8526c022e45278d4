#!/usr/bin/env bash
# shoal-generate as a command: same bytes, exit statuses, old files intact, no temporary left.
set -euo pipefail

generate=$SHOAL_BUILD/datasets/shoal-generate
work=$(mktemp -d "${TMPDIR:-/tmp}/shoal generate.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    printf 'generate: %s\n' "$*" >&2
    exit 1
}

# expect STATUS TEXT COMMAND…: exit status, and a text in the message
expect() {
    local status=0 wanted=$1 text=$2
    shift 2
    "$@" >stdout 2>stderr || status=$?
    [ "$status" -eq "$wanted" ] || fail "$*: exit status $status, expected $wanted: $(cat stderr)"
    grep -qF -- "$text" stderr || fail "$*: no \"$text\" in: $(cat stderr)"
}

# only the files named lie here
expect_files() {
    local found
    found=$(find . -mindepth 1 ! -name stdout ! -name stderr -printf '%P\n' | LC_ALL=C sort | tr '\n' ' ')
    [ "$found" = "${*:+$* }" ] || fail "files: $found, expected: $*"
}

to_full_disk() {
    "$generate" --customers 20000 -o - >/dev/full
}

"$generate" --help | grep -q '^Examples' || fail "--help shows no examples"
"$generate" --version | grep -q '^shoal-generate [0-9]' || fail "--version"

"$generate" --customers 6000 --threads 1 -o one.csv --truth truth.csv --attributes attributes.csv --parameters p.csv
"$generate" --customers 6000 --threads 2 -o - | cmp - one.csv || fail "other bytes with 2 threads on standard output"
"$generate" --customers 6000 --seed 2 -o - | cmp -s - one.csv && fail "another seed, the same bytes"
for file in truth.csv attributes.csv; do
    [ "$(wc -l <$file)" -eq 6001 ] || fail "$file does not have 6000 rows"
done
[ "$(wc -l <p.csv)" -eq 6 ] || fail "p.csv does not have 5 rows"
[ "$(tail -n +2 one.csv | cut -d, -f2 | LC_ALL=C sort -c 2>&1)" = "" ] || fail "one.csv is not sorted by date"
"$generate" --customers 6000 --sort customer --columns customer_id,date -o - | tail -n +2 | LC_ALL=C sort -c ||
    fail "not sorted by customer, then date"
[ "$(tail -n +2 one.csv | cut -d, -f6 | sort -u | wc -l)" -eq "$(($(wc -l <one.csv) - 1))" ] || fail "orders repeat"
rm -- *.csv

echo old >old.csv
expect 2 "-o FILE" "$generate"
expect 2 "at least once" "$generate" --customers 100 --transactions 99 -o old.csv
expect 4 "nowhere" "$generate" -o nowhere/x.csv
expect 4 "nowhere" "$generate" -o old.csv --truth nowhere/x.csv
expect 4 "No space left" to_full_disk
expect 4 "it is a folder" "$generate" -o .
[ "$(cat old.csv)" = old ] || fail "an error changed the old file"
expect_files old.csv

"$generate" --customers 2000000 --transactions 40000000 -o old.csv 2>stderr &
pid=$!
for _ in $(seq 100); do
    [ -z "$(find . -name '.old.csv.*.tmp' -print -quit)" ] || break
    [ -d "/proc/$pid" ] || break
    sleep 0.1
done
kill -INT "$pid" 2>kill_error || true
rm -f kill_error
status=0
wait "$pid" || status=$?
[ "$status" -eq 6 ] || fail "interrupted: exit status $status, expected 6: $(cat stderr)"
[ "$(cat old.csv)" = old ] || fail "an interrupt changed the old file"
expect_files old.csv
echo ok
