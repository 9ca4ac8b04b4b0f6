#!/bin/sh
# Installs a built command with its manual pages and the completions of bash, zsh and fish.
# usage: scripts/install.sh BINARY PREFIX      PREFIX with DESTDIR before it, where there is one
set -eu

binary=$1
prefix=$2
install -D -m 755 "$binary" "$prefix/bin/patchwright"
installed="$prefix/bin/patchwright"
# Of an older version, a command's page may be left.
rm -f "$prefix/share/man/man1/patchwright.1" "$prefix"/share/man/man1/patchwright-*.1
"$installed" man --out "$prefix/share/man/man1"
complete() {
	install -d "$prefix/share/$2"
	"$installed" completions "$1" >"$prefix/share/$2/$3"
}
complete bash bash-completion/completions patchwright
complete zsh zsh/site-functions _patchwright
complete fish fish/vendor_completions.d patchwright.fish
echo "installed: $prefix/bin/patchwright"
