#!/bin/sh
# Cross-compiles what the detached-vf series touches for s390x, before and after, and compares warnings.
# usage: tests/kernels/build.sh TREE SERIES SCRATCH
# TREE is read only; the build happens in SCRATCH, on a hard-linked copy that `patch` un-links where it writes.
# Exit status: 0 no new warning, 1 a new warning or an object that no longer compiles.
set -eu

tree=$1
series=$2
scratch=$3
jobs=$(nproc)

copy=$scratch/source
output=$scratch/build
mkdir -p "$scratch"
[ -d "$copy" ] || cp -al "$tree" "$copy" 2>/dev/null || { rm -rf "$copy"; cp -a "$tree" "$copy"; }

kbuild() {
	make -C "$copy" O="$output" ARCH=s390 CROSS_COMPILE=s390x-linux-gnu- -j"$jobs" -s "$@"
}

# objects LOG: compiles the touched objects with W=1 from clean, warnings into LOG, line numbers taken off,
# since the patch moves lines.
objects() {
	rm -f "$output"/arch/s390/pci/*.o "$output"/drivers/vfio/pci/*.o
	kbuild W=1 arch/s390/pci/ drivers/vfio/pci/ >"$1.raw" 2>&1 || { cat "$1.raw" >&2; return 1; }
	sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: warning: /\1: /p' "$1.raw" | sort >"$1"
	[ -f "$output/arch/s390/pci/pci.o" ] && [ -f "$output/arch/s390/pci/pci_bus.o" ] &&
		[ -f "$output/drivers/vfio/pci/vfio_pci_config.o" ]
}

if [ ! -f "$output/.config" ]; then
	kbuild defconfig >/dev/null
	"$copy/scripts/config" --file "$output/.config" -e VFIO -e VFIO_PCI -e VFIO_PCI_CORE -d DEBUG_INFO_BTF
	kbuild olddefconfig >/dev/null
fi
kbuild prepare >"$scratch/prepare.log" 2>&1 || { cat "$scratch/prepare.log" >&2; exit 1; }

objects "$scratch/before"
for mail in "$series"/*.patch; do
	case $mail in */0000-*) continue ;; esac
	patch -d "$copy" -p1 -F0 -s --no-backup-if-mismatch <"$mail"
done
objects "$scratch/after"

comm -13 "$scratch/before" "$scratch/after" >"$scratch/new"
printf '%s warnings before, %s after, %s new\n' \
	"$(wc -l <"$scratch/before")" "$(wc -l <"$scratch/after")" "$(wc -l <"$scratch/new")"
cat "$scratch/new"
[ ! -s "$scratch/new" ]
