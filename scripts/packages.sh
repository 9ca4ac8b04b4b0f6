#!/bin/sh
# Installs the Debian packages that a target needs, and only those that are missing.
# usage: scripts/packages.sh PACKAGE...
set -eu

command -v dpkg-query >/dev/null 2>&1 || {
	echo "not a Debian system, nothing is installed; needed here: $*" >&2
	exit 0
}

missing=
for package in "$@"; do
	dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then sudo=; else sudo=sudo; fi
echo "installing:$missing" >&2
$sudo apt-get update -qq >&2
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $missing >/dev/null
