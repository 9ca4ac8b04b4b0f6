#!/bin/bash
# Speed and memory, as ratios against ripgrep in the same run, on Debian's 6.12 source with a warm page cache.
# usage: benches/run.sh [quick]       quick: ripgrep and Patchwright alone, with the limits that CI holds us to
#
# Peers: ripgrep (text), weggli, Coccinelle and ast-grep (syntax). Debian has the first and the third; the others
# come from their registries with `cargo install weggli` and `npm install -g @ast-grep/cli`. A peer that is not
# there is said to be missing, not left out in silence.
set -u -o pipefail
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
patchwright=$("$top/scripts/build.sh") || exit 2
"$top/scripts/packages.sh" ripgrep hyperfine jq time coccinelle || exit 2
tree=$("$top/scripts/kernels.sh")/linux-6.12 || exit 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
spec=$top/specs/detached-vf/v2.toml
failed=0

find "$tree" -type f -name '*.[ch]' -print0 | xargs -0 cat | wc -c >"$scratch/bytes" # warms the cache
printf 'Linux 6.12, %.2f GB of .c and .h, %s cores\n\n' "$(awk '{print $1 / 1e9}' "$scratch/bytes")" "$(nproc)"
printf '%-34s %9s %9s %9s %7s\n' command median 'times rg' 'MiB peak' found

median() { # RUNS COMMAND
	hyperfine --warmup 1 --runs "$1" --ignore-failure --export-json "$scratch/h.json" "$2" >/dev/null 2>&1
	jq -r '.results[0].median' "$scratch/h.json"
}

row() { # NAME RUNS LIMIT COUNT COMMAND
	local seconds peak ratio
	seconds=$(median "$2" "$5")
	peak=$(command time -f %M sh -c "$5" 2>&1 >/dev/null | tail -n 1 | awk '{printf "%.0f", $1 / 1024}')
	[ "$1" = 'rg -c is_virtfn' ] && base=$seconds
	ratio=$(awk -v a="$seconds" -v b="$base" 'BEGIN {printf "%.2f", a / b}')
	printf '%-34s %8.2fs %8.2fx %9s %7s\n' "$1" "$seconds" "$ratio" "$peak" "$(sh -c "$4" 2>/dev/null)"
	if [ "$3" != - ] && awk -v r="$ratio" -v l="$3" 'BEGIN {exit !(r > l)}'; then
		echo "  FAILED: more than $3 times ripgrep"
		failed=$((failed + 1))
	fi
}

rg="rg -c is_virtfn $tree"
audit="$patchwright audit '\$D->is_virtfn' --tree $tree"
row 'rg -c is_virtfn' 10 - "rg --no-filename is_virtfn $tree | wc -l" "$rg"
row 'patchwright audit' 10 1.3 "$audit --json | jq '.uses | length'" "$audit"
row 'patchwright locate (cold)' 10 1.5 "$patchwright locate $spec --tree $tree --json | jq '.changes | length'" \
	"$patchwright locate $spec --tree $tree"
row 'patchwright render + verify' 10 3 "ls $scratch/out/*/000[1-9]*.patch | wc -l" \
	"$patchwright render $spec --tree $tree --out $scratch/out && $patchwright verify $spec --tree $tree --out $scratch/out"

if [ "${1-}" != quick ]; then
	if command -v weggli >/dev/null; then
		row 'weggli' 3 - "weggli '{_->is_virtfn;}' $tree 2>/dev/null | grep -c is_virtfn" "weggli '{_->is_virtfn;}' $tree"
	else
		echo 'weggli: missing (cargo install weggli)'
	fi
	printf '@@ struct pci_dev *D; @@\n* D->is_virtfn\n' >"$scratch/uses.cocci"
	row 'spatch (typed)' 2 - \
		"spatch --sp-file $scratch/uses.cocci --dir $tree --use-gitgrep --very-quiet 2>/dev/null | grep -c '^-[^-]'" \
		"spatch --sp-file $scratch/uses.cocci --dir $tree --very-quiet -j $(nproc)"
	if command -v ast-grep >/dev/null; then
		row 'ast-grep' 1 - "ast-grep run -l c -p '\$D->is_virtfn' --json=stream $tree | wc -l" \
			"ast-grep run -l c -p '\$D->is_virtfn' $tree"
	else
		echo 'ast-grep: missing (npm install -g @ast-grep/cli)'
	fi
fi

checks=3
echo
echo "$((checks - failed)) passed, $failed failed"
[ "$failed" = 0 ]
