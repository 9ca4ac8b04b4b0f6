#!/bin/bash
# The words that the dialect blanks or turns into keywords on a kernel, against the list that was reviewed
# (docs/oracle/words.md says what to look for). A word that is new has to be looked at before it is taken in:
# `patchwright parse --words --tree TREE` names a place for each.
#
#   tests/kernels/words.sh TREE            compare
#   tests/kernels/words.sh --renew TREE    take what the tree gives for the list
set -u -o pipefail
export LC_ALL=C

top=$(cd "$(dirname "$0")/../.." && pwd)
list=$top/tests/kernels/words-6.12.txt
renew=
[ "${1-}" = --renew ] && renew=1 && shift
[ $# = 1 ] || { echo "usage: $0 [--renew] TREE" >&2; exit 2; }

found=$(mktemp)
trap 'rm -f "$found"' EXIT
"$("$top/scripts/build.sh")" parse --words --tree "$1" |
	awk '{print $2, $3 ($4 == "(unread)" ? " (unread)" : "")}' | sort >"$found"
# 3 says that files were not read cleanly, as some of every kernel are.
status=${PIPESTATUS[0]}
[ "$status" = 0 ] || [ "$status" = 3 ] || exit "$status"
[ -s "$found" ] || { echo "no words"; exit 1; }

if [ -n "$renew" ]; then
	cp "$found" "$list"
elif ! diff -u --label reviewed --label found "$list" "$found"; then
	echo "review the lines above, then: tests/kernels/words.sh --renew TREE"
	exit 1
fi
awk '{rules[$1]++} END {for (rule in rules) print rules[rule], rule}' "$found" | sort -k2
echo "$(wc -l <"$found") words"
