#!/bin/sh
# Builds the command and prints its path, wherever cargo is told to build: CARGO_TARGET_DIR, `build.target-dir` and
# `build.target` of any cargo configuration all move it, so cargo itself is asked.
# usage: scripts/build.sh        PATCHWRIGHT names a command that is built already; then nothing is built.
set -eu

[ -z "${PATCHWRIGHT-}" ] || {
	echo "$PATCHWRIGHT"
	exit 0
}
here=$(cd "$(dirname "$0")" && pwd)
"$here/toolchain.sh"
cd "$here/.."
# On a terminal cargo shows how far it is; in a log only what goes wrong.
[ -t 2 ] && quiet='' || quiet=--quiet
messages=$(${CARGO:-cargo} build --release $quiet --locked --package cli --message-format json-render-diagnostics)
printf '%s\n' "$messages" | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | tail -n 1
