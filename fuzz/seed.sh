#!/usr/bin/env bash
# Makes the seeds of the fuzz targets, from the built-in sample, the cases of query's tests and the specs. Nothing
# here is committed: corpora grow in fuzz/corpus, which git ignores.
# usage: fuzz/seed.sh
set -euo pipefail
cd "$(dirname "$0")/.."

# What scripts/fuzz.sh takes for -max_len, less what stands before the code.
longest=250

# Splits files at blank lines into pieces: fuzz/corpus/.pieces/N
pieces=fuzz/corpus/.pieces
rm -rf "$pieces"
mkdir -p "$pieces" fuzz/corpus/{dialect,facts,matcher,pattern}
find samples/linux -name '*.[ch]' -print0 | sort -z | xargs -0 awk -v longest=$longest -v dir="$pieces" '
	function flush() { if (text != "") { printf "%s", text > (dir "/" count++); close(dir "/" (count - 1)) } text = "" }
	FNR == 1 || /^$/ { flush() }
	length(text) + length($0) < longest { text = text $0 "\n" }
	END { flush() }'

# The code of each case of a pattern, and the pattern: fuzz/corpus/.pieces/NAME.code, NAME.pattern
awk -v dir="$pieces" '
	FNR == 1 { name = FILENAME; gsub(/.*\/|\.toml$/, "", name); inside = 0 }
	inside && /^\047\047\047/ { inside = 0; close(dir "/" name ".code") }
	inside { print > (dir "/" name ".code") }
	/^code = \047\047\047/ { inside = 1 }
	/^pattern = / { sub(/^pattern = ./, ""); sub(/.$/, ""); printf "%s", $0 > (dir "/" name ".pattern"); close(dir "/" name ".pattern") }
	' crates/query/tests/patterns/*.toml

number=0
for piece in "$pieces"/*; do
	name=${piece##*/}
	case $name in *.pattern) continue ;; esac
	cp "$piece" "fuzz/corpus/dialect/seed-$name"
	cp "$piece" "fuzz/corpus/facts/seed-$name"
	# The first byte chooses one of the patterns listed.
	{
		printf "\\x$(printf %02x $((number % 60)))"
		cat "$piece"
	} >"fuzz/corpus/matcher/seed-$name"
	number=$((number + 7))
	if [ -f "${piece%.code}.pattern" ] && [ "$piece" != "${piece%.code}" ]; then
		{
			printf '\xf0'
			cat "${piece%.code}.pattern"
			printf '\0'
			cat "$piece"
		} >"fuzz/corpus/matcher/seed-own-$name"
	fi
done

# The quoted texts of the specs that have a metavariable, the cases' patterns, and the list.
number=0
{
	cat fuzz/patterns.txt
	grep -hoE '"[^"]*\$[A-Z][^"]*"' specs/*/*.toml | sed 's/^"//; s/"$//'
	for piece in "$pieces"/*.pattern; do
		tr '\n' ' ' <"$piece"
		echo
	done
} | sort -u | while IFS= read -r pattern; do
	printf '\0%s' "$pattern" >"fuzz/corpus/pattern/seed-$number"
	number=$((number + 1))
done
rm -rf "$pieces"
