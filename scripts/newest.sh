#!/bin/sh
# Unpacks a kernel that only a newer suite of Debian has into the cache of scripts/kernels.sh, and prints the tree's path. It
# uses package lists of its own: the machine's are left as they are.
# usage: scripts/newest.sh [PACKAGE [SUITE]]        (linux-source-7.2 of trixie-backports)
set -eu

package=${1:-linux-source-7.2} suite=${2:-trixie-backports}
cache=${PATCHWRIGHT_KERNELS:-${XDG_CACHE_HOME:-$HOME/.cache}/patchwright/kernels}
tree=$cache/$package
if [ -f "$tree/Makefile" ]; then
	echo "$tree"
	exit 0
fi

# The archive that the machine uses already.
archive=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
	sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\{0,1\}//p' |
	awk '$1 ~ /debian/ && $1 !~ /security/ { print $1; exit }')
if [ -z "$archive" ]; then
	echo "newest.sh: no Debian archive in /etc/apt" >&2
	exit 2
fi

mkdir -p "$cache"
scratch=$(mktemp -d "$cache/.unpacking.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/parts" "$scratch/tree"
cat >"$scratch/parts/suite.sources" <<SOURCES
Types: deb
URIs: $archive
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
apt() {
	apt-get -qq -o Dir::Etc::sourcelist="$scratch/none" -o Dir::Etc::sourceparts="$scratch/parts" \
		-o Dir::State::Lists="$scratch/lists" "$@" >&2
}
apt update
(cd "$scratch" && apt download "$package") || {
	echo "newest.sh: $suite has no $package" >&2
	exit 2
}
dpkg -x "$scratch"/*.deb "$scratch/deb"
tar -xf "$scratch"/deb/usr/src/linux-source-*.tar.xz -C "$scratch/tree" --strip-components=1
# The folder appears under its own name only when it is whole.
mv "$scratch/tree" "$tree"
echo "$tree"
