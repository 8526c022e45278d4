#!/bin/bash
# Completion scripts parse and complete, manual pages have no warning, the examples of the help are accepted.
set -u
failures=0
fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
verbs="segment import info rfm clv kmeans assign report export"

# --- completion ---
"$SHOAL" --completion bash >shoal.bash || fail "no script for bash"
bash -n shoal.bash || fail "the script for bash does not parse"
"$SHOAL" --completion zsh >_shoal || fail "no script for zsh"
"$SHOAL" --completion fish >shoal.fish || fail "no script for fish"
if command -v zsh >/dev/null; then zsh -n _shoal || fail "the script for zsh does not parse"; fi
if command -v fish >/dev/null; then fish --no-execute shoal.fish || fail "the script for fish does not parse"; fi
for verb in $verbs; do
    grep -q "^ *$verb)" _shoal || fail "zsh: no $verb"
    grep -q " -a $verb " shoal.fish || fail "fish: no $verb"
done

# What bash offers for the words given, the last of which is being typed.
offers() {
    bash -c '. ./shoal.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shoal; printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}
mkdir folder && touch file.csv
[ "$(offers shoal kme)" = kmeans ] || fail "bash: verb"
[ "$(offers shoal kmeans --n-)" = "$(printf '%s\n' --n-clusters --n-init)" ] || fail "bash: option"
[ "$(offers shoal kmeans s.h5 --scale r)" = robust ] || fail "bash: choice"
[ "$(offers shoal segment file.csv -o fo)" = folder ] || fail "bash: directory"
[ "$(offers shoal segment fil)" = file.csv ] || fail "bash: operand"
[ "$(offers shoal kmeans s.h5 -k a)" = auto ] || fail "bash: word of a letter"

# --- the version, and kernels of OpenBLAS that are older than the CPU ---
old=$(OPENBLAS_CORETYPE=Prescott "$SHOAL" --version)
[ "$(head -n 1 <<<"$old")" = "$("$SHOAL" --version | head -n 1)" ] || fail "--version depends on OpenBLAS: $old"
case $old in
*"with Prescott kernels"*)
    better=$(grep -o 'OPENBLAS_CORETYPE=[A-Za-z]*' <<<"$old") || better=
    if grep -qw avx2 /proc/cpuinfo; then
        [ -n "$better" ] || fail "older kernels are not told of: $old"
        env "$better" "$SHOAL" --version | grep -q OPENBLAS_CORETYPE && fail "$better is told to be old"
    else
        [ -z "$better" ] || fail "$better on a CPU without AVX2"
    fi
    ;;
*) echo "this OpenBLAS has no Prescott kernels: nothing to tell" ;;
esac

# --- manual pages ---
"$SHOAL" --man >shoal.1 || fail "no manual page"
for verb in $verbs; do "$SHOAL" --man "$verb" >"shoal-$verb.1" || fail "no manual page of $verb"; done
if command -v groff >/dev/null; then
    for page in *.1; do
        warnings=$(groff -man -ww -K utf8 -Tutf8 -z "$page" 2>&1)
        [ -z "$warnings" ] || fail "$page: $warnings"
    done
else
    echo "groff is missing: manual pages not checked"
fi
for verb in $verbs; do grep -q "shoal.-$verb" shoal.1 || fail "shoal.1 does not name $verb"; done

# --- examples: whatever they meet here, it is not a wrong command line ---
mkdir bin && ln -s "$SHOAL" bin/shoal
for verb in $verbs; do
    "$SHOAL" "$verb" --help | sed -n '/^Examples:/,$s/^  //p' >examples
    [ -s examples ] || fail "$verb has no example"
    while IFS= read -r example; do
        PATH=$work/bin:$PATH bash -c "$example" </dev/null >/dev/null 2>errors
        [ $? -ne 2 ] || fail "$example: $(head -1 errors)"
    done <examples
done

[ "$failures" -eq 0 ] || exit 1
echo "documents: all good"
