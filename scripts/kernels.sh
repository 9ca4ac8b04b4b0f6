#!/bin/sh
# Unpacks Debian's kernel sources once into a cache, and prints the cache's path.
# The trees there are read-only to everything that Patchwright does; delete the folder to start afresh.
# usage: scripts/kernels.sh
set -eu

here=$(dirname "$0")
cache=${PATCHWRIGHT_KERNELS:-${XDG_CACHE_HOME:-$HOME/.cache}/patchwright/kernels}
mkdir -p "$cache"

for version in 6.1 6.12; do
	tree=$cache/linux-$version
	[ -f "$tree/Makefile" ] && continue
	"$here/packages.sh" "linux-source-$version" xz-utils
	scratch=$(mktemp -d "$cache/.unpacking.XXXXXX")
	tar -xf "/usr/src/linux-source-$version.tar.xz" -C "$scratch"
	# The folder appears under its own name only when it is whole.
	mv "$scratch"/linux-source-"$version" "$tree"
	rmdir "$scratch"
done

[ -f "$cache/linux-source-7.2/Makefile" ] ||
	echo "no 7.2 in $cache/linux-source-7.2: its checks are skipped; $here/newest.sh unpacks Debian's" >&2
[ -f "$cache/linux-5.8.1/Makefile" ] ||
	echo "no plain 5.8.1 in $cache/linux-5.8.1 (Debian has none): its checks are skipped;" \
		"git worktree add $cache/linux-5.8.1 v5.8.1 in a stable tree provides it" >&2
echo "$cache"
