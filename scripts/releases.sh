#!/bin/sh
# Unpacks point releases of kernels, as Debian has them, into the cache of scripts/kernels.sh, each as CACHE/RELEASE. It looks
# in the suites below, with package lists of its own: the machine's are left as they are. A release that the archive has no
# more is said, and is exit status 1; the others are there all the same.
# usage: scripts/releases.sh RELEASE...        (6.12.107)
set -eu

cache=${PATCHWRIGHT_KERNELS:-${XDG_CACHE_HOME:-$HOME/.cache}/patchwright/kernels}
mkdir -p "$cache"
missing=
for release in "$@"; do
	[ -f "$cache/$release/Makefile" ] || missing="$missing $release"
done
[ -n "$missing" ] || exit 0

scratch=$(mktemp -d "$cache/.unpacking.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/parts"
# The archives that the machine uses already.
archives=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
	sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\{0,1\}//p' | awk '$1 ~ /\/debian(-security)?\/?$/ { print $1 }' | sort -u)
for archive in $archives; do
	case $archive in
	*security*) suites='bullseye-security bookworm-security trixie-security' ;;
	*) suites='bullseye bookworm trixie' ;;
	esac
	cat >>"$scratch/parts/suites.sources" <<SOURCES
Types: deb
URIs: $archive
Suites: $suites
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

SOURCES
done
if [ -z "$archives" ]; then
	echo "releases.sh: no Debian archive in /etc/apt" >&2
	exit 2
fi
apt() {
	tool=$1
	shift
	"$tool" -q -o Dir::Etc::sourcelist="$scratch/none" -o Dir::Etc::sourceparts="$scratch/parts" \
		-o Dir::State::Lists="$scratch/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= "$@"
}
apt apt-get -q update >&2

failed=0
for release in $missing; do
	package=linux-source-${release%.*}
	version=$(apt apt-cache madison "$package" | awk -v release="$release" -F ' *[|] *' \
		'index($2, release "-") == 1 { print $2; exit }')
	if [ -z "$version" ]; then
		echo "releases.sh: the archive has no $package of $release" >&2
		failed=1
		continue
	fi
	rm -rf "$scratch/got" && mkdir -p "$scratch/got/tree"
	(cd "$scratch/got" && apt apt-get -o APT::Sandbox::User=root download "$package=$version" >&2) || {
		echo "releases.sh: the archive lists $package $version and does not have it" >&2
		failed=1
		continue
	}
	dpkg -x "$scratch"/got/*.deb "$scratch/got/deb"
	tar -xf "$scratch"/got/deb/usr/src/linux-source-*.tar.xz -C "$scratch/got/tree" --strip-components=1
	# The folder appears under its own name only when it is whole.
	mv "$scratch/got/tree" "$cache/$release"
	echo "$release: $package $version" >&2
done
exit $failed
