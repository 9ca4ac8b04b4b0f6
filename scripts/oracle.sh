#!/bin/sh
# Compares what is read in Linux 6.12 with what universal-ctags, Coccinelle and (where it is installed, by
# `npm install -g @ast-grep/cli`) ast-grep read there, and writes docs/oracle. With --check: only the folders below,
# nothing is written, and a row of theirs that docs/oracle does not have is shown and is a failure.
# ORACLE_CACHE names a folder to keep Coccinelle's answers to the patterns in: they take it a quarter of an hour.
# usage: scripts/oracle.sh [--check]
set -eu

cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
scripts/packages.sh universal-ctags coccinelle
tree=$(scripts/kernels.sh)/linux-6.12
if [ "${1:-}" = --check ]; then
	tables='--check --under drivers/pci --under drivers/vfio'
	patterns='--check --under drivers/vfio'
else
	tables='' patterns=''
	command -v ast-grep >/dev/null || {
		echo 'no ast-grep: docs/oracle/patterns.md has a column of it (npm install -g @ast-grep/cli)' >&2
		exit 2
	}
fi

failed=0
# shellcheck disable=SC2086 # lists of words
for table in functions calls; do
	$cargo run --quiet --release --locked -p query --example oracle -- \
		$table "$tree" $tables --out docs/oracle/$table.md || failed=1
done
# shellcheck disable=SC2086 # lists of words
$cargo run --quiet --release --locked -p audit --example patterns -- \
	"$tree" $patterns ${ORACLE_CACHE:+--cache "$ORACLE_CACHE"} --out docs/oracle/patterns.md || failed=1
exit $failed
