#!/usr/bin/env bash
# ./bootstrap names and installs the missing packages alone, with sudo where needed; the system's tools are stand-ins.
set -euo pipefail

work=$(mktemp -d "${TMPDIR:-/tmp}/shoal bootstrap.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/a tree" "$work/bin" "$work/bare"
cp "$SHOAL_SOURCE/bootstrap" "$work/a tree/"

fail() {
    printf 'bootstrap: %s\n' "$*" >&2
    exit 1
}

stand_in() {
    printf '#!/bin/bash\n%s\n' "$2" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}

# a system on which the packages in $work/missing are missing, and unknown to apt before an update
stand_in dpkg-query "grep -qx \"\${!#}\" '$work/missing' || echo -n installed"
stand_in apt-cache "[ -e '$work/updated' ] && echo 'Candidate: 1.0' || echo 'Candidate: (none)'"
stand_in apt-get "echo \"\$DEBIAN_FRONTEND \$*\" >>'$work/calls'
[[ \$* != *update* ]] || touch '$work/updated'
[[ \$* != *install* ]] || : >'$work/missing'"
stand_in sudo "echo sudo >>'$work/calls'; exec \"\$@\""
stand_in id 'echo 1000'

run() {
    : >"$work/calls"
    status=0
    (cd / && PATH=$1 "$work/a tree/bootstrap" "${@:2}") >"$work/output" 2>&1 || status=$?
}

: >"$work/missing"
run "$work/bin:$PATH" install-packages
[ "$status" -eq 0 ] && [ ! -s "$work/calls" ] || fail "nothing missing, yet: $(cat "$work/output" "$work/calls")"

printf '%s\n' libcsv-dev chromium >"$work/missing"
run "$work/bin:$PATH" install-packages
[ "$status" -eq 0 ] || fail "exit status $status: $(cat "$work/output")"
grep -qx 'Installing these Debian packages: libcsv-dev chromium' "$work/output" || fail "says: $(cat "$work/output")"
[ "$(cat "$work/calls")" = "sudo
noninteractive -qq update
sudo
noninteractive -qq install --no-install-recommends -y libcsv-dev chromium" ] || fail "calls: $(cat "$work/calls")"

run "$work/bin:$PATH" install-packages
[ "$status" -eq 0 ] && [ ! -s "$work/calls" ] || fail "the second run installs again: $(cat "$work/calls")"

# neither root nor sudo, then no Debian: only the tools named here are there
for tool in bash dirname basename grep cat printf readlink; do
    ln -s "$(type -P "$tool")" "$work/bare/$tool"
done
echo libcsv-dev >"$work/missing"
cp "$work/bin/"{dpkg-query,apt-cache,apt-get,id} "$work/bare/"
run "$work/bare" install-packages
[ "$status" -eq 1 ] && grep -q 'only root can install' "$work/output" || fail "without sudo: $(cat "$work/output")"
grep -q 'apt-get install --no-install-recommends libcsv-dev' "$work/output" || fail "no way out: $(cat "$work/output")"
rm "$work/bare/"{dpkg-query,apt-get}
run "$work/bare" demo
[ "$status" -eq 1 ] && grep -q 'not Debian' "$work/output" || fail "elsewhere: $(cat "$work/output")"
grep -q 'libhdf5-dev' "$work/output" || fail "the packages are not named: $(cat "$work/output")"

run "$PATH" nonsense
[ "$status" -eq 2 ] || fail "exit status $status for an unknown command"
run "$PATH"
[ "$status" -eq 0 ] && grep -q '^Usage: ./bootstrap' "$work/output" || fail "no help without arguments"
echo ok
