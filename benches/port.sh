#!/bin/bash
# How well `patchwright port` and its peers carry fixes from one stable kernel to another, measured in one run against what
# the maintainers of the stable kernels did. Prints docs/port.md's tables.
# usage: benches/port.sh [DONOR_BEFORE DONOR_AFTER TARGET_BEFORE TARGET_AFTER [OPTION...]]
#
# The kernels are Debian's point releases, fetched where they are not there (scripts/releases.sh): the archive keeps each
# for some months, and 1.5 GB each. Peers: patch, git and wiggle of Debian; mergiraf of its registry (cargo install
# mergiraf). A peer that is not there is said to be missing, not left out in silence. OPTION is one of crates/port/examples/peers.
set -eu -o pipefail
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
patchwright=$("$top/scripts/build.sh")
"$top/scripts/packages.sh" patch git wiggle universal-ctags diffutils
cache=${PATCHWRIGHT_KERNELS:-${XDG_CACHE_HOME:-$HOME/.cache}/patchwright/kernels}
failed=0

pair() { # DONOR_BEFORE DONOR_AFTER TARGET_BEFORE TARGET_AFTER [OPTION...]
	local trees=("$1" "$2" "$3" "$4")
	"$top/scripts/releases.sh" "${trees[@]}" || { failed=1; return; }
	printf '\n%s to %s (%s), %s\n\n' "$1...$2" "$3" "$4" "$(date -u +%F)"
	(cd "$top" && ${CARGO:-cargo} run --quiet --release --locked -p port --example peers -- \
		"$patchwright" "${trees[@]/#/$cache/}" "${@:5}") || failed=1
}

if [ $# -gt 0 ]; then
	pair "$@"
else
	# Of the same weeks.
	pair 6.12.107 6.12.113 6.1.187 6.1.190
	# Harder: two years of releases lie between.
	pair 6.1.170 6.1.180 5.10.251 5.10.262
fi
exit $failed
