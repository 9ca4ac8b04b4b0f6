#!/bin/sh
# Says what is missing before a build starts: a C compiler (for the grammar and libgit2) and cargo.
set -eu

need=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$(dirname "$0")/../Cargo.toml")

command -v cargo >/dev/null 2>&1 || {
	echo "cargo is not on PATH: install Rust $need or later (https://www.rust-lang.org/tools/install)" >&2
	exit 2
}
command -v cc >/dev/null 2>&1 || "$(dirname "$0")/packages.sh" gcc libc6-dev
command -v git >/dev/null 2>&1 || "$(dirname "$0")/packages.sh" git
