#!/bin/bash
# The cookbook on Linux 6.12: each spec renders there, holds, is taken by `patch`, and what it touches is compiled.
# usage: tests/kernels/cookbook.sh TREE SCRATCH
# TREE is read only; the build happens in SCRATCH, on a hard-linked copy that `patch` un-links where it writes.
# A line a spec; exit status 1 where one of them fails.
set -u -o pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
patchwright=$("$top/scripts/build.sh") || exit 2
tree=$1
scratch=$2
copy=$scratch/source
output=$scratch/build

[ -f "$tree/MAINTAINERS" ] || {
	for spec in "$top"/docs/cookbook/*.toml; do
		echo "skipped $(basename "$spec" .toml): no $tree: \`make kernels\` brings it"
	done
	exit 0
}
mkdir -p "$scratch"
[ -d "$copy" ] || cp -al "$tree" "$copy" 2>/dev/null || { rm -rf "$copy"; cp -a "$tree" "$copy"; } || exit 1

kbuild() {
	make -C "$copy" O="$output" -j"$(nproc)" -s "$@"
}

# Every driver as a module, without what makes a build slow or asks for further packages.
if [ ! -f "$output/.config" ]; then
	kbuild allmodconfig >/dev/null || exit 1
	"$copy/scripts/config" --file "$output/.config" -d WERROR -d GCC_PLUGINS -d GCOV_KERNEL -d KASAN \
		-d DEBUG_INFO_BTF -d DEBUG_INFO -e DEBUG_INFO_NONE -d RUST -d MODULE_SIG
	kbuild olddefconfig >/dev/null || exit 1
fi
kbuild prepare >"$scratch/prepare.log" 2>&1 || { tail -n 20 "$scratch/prepare.log"; exit 1; }

# objects MAIL: what has to be compiled to try a patch; a header by a file that includes it.
objects() {
	git apply --numstat "$1" | cut -f3 | while read -r path; do
		case $path in
		*.c) echo "${path%.c}.o" ;;
		include/linux/pci.h) echo drivers/pci/iov.o ;;
		include/linux/leds.h) echo drivers/leds/led-core.o ;;
		esac
	done | sort -u
}

# cook SPEC: renders, judges, applies, compiles and takes back.
cook() {
	local name=$1 out=$scratch/out wanted
	rm -rf "$out"
	"$patchwright" render "$top/docs/cookbook/$name.toml" --tree "$tree" --out "$out" || return 1
	"$patchwright" verify "$top/docs/cookbook/$name.toml" --tree "$tree" --out "$out" || return 1
	local mail=$out/$name-v1/0001-*.patch
	# shellcheck disable=SC2086 # one mail, whatever its name is
	wanted=$(objects $mail)
	# shellcheck disable=SC2086
	patch -d "$copy" -p1 -F0 -s --no-backup-if-mismatch <$mail || return 1
	if [ -n "$wanted" ]; then
		# shellcheck disable=SC2086 # several objects
		kbuild $wanted
	fi
	local status=$?
	# shellcheck disable=SC2086
	patch -d "$copy" -p1 -F0 -s -R --no-backup-if-mismatch <$mail || return 1
	[ "$status" = 0 ] || return 1
	echo "${wanted:-nothing to compile}" | tr '\n' ' '
}

failed=0
for spec in "$top"/docs/cookbook/*.toml; do
	name=$(basename "$spec" .toml)
	if cook "$name" >"$scratch/log" 2>&1 && ! grep -q 'warning: ' "$scratch/log"; then
		echo "ok      $name: $(tail -n 1 "$scratch/log")"
	else
		failed=$((failed + 1))
		echo "FAILED  $name"
		sed 's/^/        /' "$scratch/log"
	fi
done
echo "$(find "$top/docs/cookbook" -name '*.toml' | wc -l) recipes render, hold and compile; $failed failed"
[ "$failed" = 0 ]
