#!/bin/sh
# Judges specs against trees every night, and prints only what changed since the night before.
#
# usage: nightly.sh STATES REPORTS CHECK-ARGUMENT...
#   STATES   the file that is kept from one night to the next; made where it is not there
#   REPORTS  a folder for check.txt, check.md, check.json, check.xml (JUnit) and check.sarif
#   the rest is what `patchwright check` takes: specs, --tree DIR, --git REPO, --rev REV
#
# A line for cron, which mails what is printed, and so nothing where nothing changed:
#   0 3 * * *  cd ~/specs && git -C ~/linux fetch -q && nightly.sh ~/states.json ~/reports *.toml --git ~/linux --rev origin/master
#
# PATCHWRIGHT names the command, where it is not on the path. Exit status: that of `check`, of what changed alone: 0 nothing,
# or all of it landed, superseded or renders; 1 drifted, partly landed or violated; 2 a spec or a tree cannot be used; 3 unknown.
set -eu

[ $# -ge 3 ] || { echo "usage: nightly.sh STATES REPORTS CHECK-ARGUMENT..." >&2; exit 2; }
states=$1
reports=$2
shift 2
mkdir -p "$reports" "$(dirname "$states")"

# Those of the last night are no news, should this one come to nothing.
rm -f "$reports"/check.*
status=0
"${PATCHWRIGHT:-patchwright}" check "$@" --baseline "$states" \
	--format human="$reports/check.txt" --format markdown="$reports/check.md" --format json="$reports/check.json" \
	--format junit="$reports/check.xml" --format sarif="$reports/check.sarif" || status=$?
# Where it could not report, it has said why.
[ ! -f "$reports/check.txt" ] || sed '/^nothing changed$/d' "$reports/check.txt"
exit "$status"
