#!/bin/sh
# Makes a book of the pages: HTML in OUT/book, to be opened as files.
# usage: scripts/docs.sh OUT
# Needs mdbook, which Debian does not have: `cargo install --locked mdbook` provides it, and is run where it is not there.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)/book
mdbook=$(command -v mdbook || echo "${CARGO_HOME:-$HOME/.cargo}/bin/mdbook")
[ -x "$mdbook" ] || {
	echo "mdbook is not there: installing it with cargo (some minutes)" >&2
	"$top/scripts/toolchain.sh"
	"${CARGO:-cargo}" install --locked --quiet mdbook
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/src"
# The pages and what they link to, in the places that they have: then every link is right in both.
cd "$top"
git ls-files -z --cached --others --exclude-standard -- '*.md' docs specs 'LICENSE-*' crates/audit/examples/patterns/cases |
	xargs -0 cp --parents -t "$scratch/src"
# The list of pages is beside them in the repository, and above them in the book.
sed 's|](|](docs/|; s|](docs/\.\./|](|' docs/SUMMARY.md >"$scratch/src/SUMMARY.md"
rm "$scratch/src/docs/SUMMARY.md" "$scratch/src/docs/book.toml"
cp docs/book.toml "$scratch/"
"$mdbook" build "$scratch" 2>"$scratch/log" || {
	cat "$scratch/log" >&2
	exit 1
}
grep -i 'warn' "$scratch/log" >&2 || true
rm -rf "$out"
mv "$scratch/book" "$out"
echo "$out/index.html"
