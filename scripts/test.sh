#!/bin/bash
# Runs every test that needs no real kernel, and counts over all test programs: cargo counts each on its own.
# usage: scripts/test.sh [CARGO TEST ARGUMENT...]
set -u -o pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"${CARGO:-cargo}" test --workspace --locked --no-fail-fast "$@" >"$log"
status=$?

# What failed, in the runner's own words; what was skipped, with the reason that the test gives.
[ "$status" -eq 0 ] || cat "$log"
grep -E '^test .* \.\.\. ignored' "$log" | sed 's/^test /skipped: /; s/ \.\.\. ignored,\{0,1\}//'
awk '/^test result:/ { passed += $4; failed += $6; ignored += $8 }
	END { printf "%d passed, %d failed, %d skipped\n", passed, failed, ignored }' "$log"
exit "$status"
