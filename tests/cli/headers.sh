#!/usr/bin/env bash
# Every header compiles alone: internal ones as GNU C17, public ones as strict C17 and as C++ too.
set -euo pipefail

cd "$SHOAL_SOURCE"
internal=(-std=c17 -D_GNU_SOURCE -fopenmp -I src/include -I "$SHOAL_BUILD/include" -I src -I kernels -I datasets
    -I bench -I tests/support)
read -r -a libraries <<<"$(pkg-config --cflags hdf5-serial jansson nlopt lapacke openblas)"
public=(-I src/include -I "$SHOAL_BUILD/include" -Wall -Wextra -Wpedantic -Werror -fsyntax-only)
failed=0 count=0

# alone HEADER COMPILER FLAGS…
alone() {
    local header=$1
    shift
    count=$((count + 1))
    printf '#include "%s"\n#include "%s"\nextern int shoal_nothing;\n' "$header" "$header" | "$@" - || {
        printf 'headers: %s does not compile alone with: %s\n' "$header" "$*" >&2
        failed=1
    }
}

folders=()
for folder in src kernels bench datasets tests; do
    [ ! -d "$folder" ] || folders+=("$folder")
done
while IFS= read -r -d '' header; do
    case $header in
    src/include/shoal/*)
        alone "shoal/${header##*/}" cc -std=c17 "${public[@]}" -x c
        ! command -v c++ >/dev/null || alone "shoal/${header##*/}" c++ -std=c++11 "${public[@]}" -x c++
        ;;
    kernels/avx512/*)
        alone "$PWD/$header" cc "${internal[@]}" -mavx512f -Wall -Wextra -Werror -Wno-unused-function -fsyntax-only -x c
        ;;
    *)
        alone "$PWD/$header" cc "${internal[@]}" "${libraries[@]}" -Wall -Wextra -Werror -Wno-unused-function \
            -fsyntax-only -x c
        ;;
    esac
done < <(find "${folders[@]}" -name '*.h' -print0 | sort -z)

[ "$count" -gt 0 ] || { echo "headers: none found" >&2; exit 1; }
[ "$failed" -eq 0 ] || exit 1
echo "ok: $count compilations"
