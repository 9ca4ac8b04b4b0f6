#!/usr/bin/env bash
# Runs the fuzz targets of the crates that read kernel C, and ends with a line that counts. Exit status 1: an input broke a promise; it is
# in fuzz/artifacts/TARGET, and `cargo fuzz run -s none TARGET FILE` shows it again.
# usage: scripts/fuzz.sh long RUNS [TARGET...]       go on until all targets together did so many new inputs
#        scripts/fuzz.sh short RUNS [TARGET...]      so many inputs a target, the same ones every time: CI has to fail
#                                                    for a change, never by luck
# Corpora and counts stay in fuzz/corpus, so that a long run goes on where it was stopped; `rm -r fuzz/corpus` starts anew.
set -euo pipefail
cd "$(dirname "$0")/.."

way=${1:?long or short} amount=${2:?runs}
shift 2
targets=("${@:-}")
[ -n "${targets[0]}" ] || targets=(dialect pattern matcher facts)
# New inputs between two notes of the count: what an interrupted run loses at most.
slice=${FUZZ_SLICE:-100000}

scripts/toolchain.sh
command -v c++ >/dev/null 2>&1 || scripts/packages.sh g++
command -v cargo-fuzz >/dev/null 2>&1 || cargo install cargo-fuzz --locked --quiet
# What is built has to be what the lock file says; cargo-fuzz has no such option.
cargo fetch --locked --quiet --manifest-path fuzz/Cargo.toml
fuzz/seed.sh

# Coverage needs no nightly compiler, a sanitizer would, and the code has no unsafe of its own to watch.
build() { cargo fuzz build -s none "$1" >fuzz/corpus/.build.log 2>&1 || { cat fuzz/corpus/.build.log >&2; exit 2; }; }

# run TARGET OPTION...: runs it, adds to `new` the inputs beyond the corpus, shows the figures.
run() {
	local target=$1 log=fuzz/corpus/.$1.log status=0 done_=0 first=0 pace
	shift
	cargo fuzz run -s none "$target" -- -dict=fuzz/c.dict -max_len=256 -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 "$@" >"$log" 2>&1 || status=$?
	done_=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	first=$(sed -n 's/^#\([0-9]*\)\s*INITED.*/\1/p' "$log")
	pace=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
	new=$((${done_:-0} > ${first:-0} ? ${done_:-0} - ${first:-0} : 0))
	printf '%-8s %9s new inputs, %s a second, corpus of %s\n' "$target" "$new" "${pace:-0}" \
		"$(find "fuzz/corpus/$target" -type f | wc -l)"
	[ "$status" = 0 ] || tail -n 40 "$log"
	return "$status"
}

count_of() { cat "fuzz/corpus/.$1.count" 2>/dev/null || echo 0; }

total=0 broken=0 new=0
for target in "${targets[@]}"; do build "$target"; done
for target in "${targets[@]}"; do
	if [ "$way" = short ]; then
		run "$target" -seed=1 -runs="$amount" || broken=$((broken + 1))
		total=$((total + new))
		continue
	fi
	share=$(((amount + ${#targets[@]} - 1) / ${#targets[@]}))
	while [ "$(count_of "$target")" -lt "$share" ]; do
		corpus=$(find "fuzz/corpus/$target" -type f | wc -l)
		left=$((share - $(count_of "$target")))
		status=0
		# The corpus counts as runs too, and so does the empty input.
		run "$target" -runs=$(((left < slice ? left : slice) + corpus + 1)) || status=$?
		echo $(($(count_of "$target") + new)) >"fuzz/corpus/.$target.count"
		[ "$status" = 0 ] || { broken=$((broken + 1)); break; }
	done
	total=$((total + $(count_of "$target")))
done

echo "fuzz: $total inputs, ${#targets[@]} targets, $broken broken"
[ "$broken" = 0 ]
