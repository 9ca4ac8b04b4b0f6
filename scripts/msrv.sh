#!/bin/sh
# Checks that everything builds with the compiler that Cargo.toml's `rust-version` names. Clippy, which `make lint`
# runs, knows that version too and refuses what the library of an older one lacks; this asks the compiler itself.
set -eu
cd "$(dirname "$0")/.."

need=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
have=$(rustup toolchain list 2>/dev/null | sed -n "s/^\($need[^ ]*\).*/\1/p" | head -n 1)
[ -n "$have" ] || {
	echo "skipped: no Rust $need here: rustup toolchain install $need --profile minimal provides it"
	exit 0
}
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/msrv cargo "+$have" check --workspace --locked --quiet
echo "builds with Rust $need"
