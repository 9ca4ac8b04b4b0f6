#!/bin/sh
# Makes a Debian package of a built command: the command, its manual pages, completions, the shipped specs, licences.
# usage: scripts/deb.sh BINARY FOLDER      prints the package's path
set -eu

binary=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
top=$here/..
"$here/packages.sh" dpkg-dev
version=$("$binary" --version | cut -d ' ' -f 2)
architecture=$(dpkg --print-architecture)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/root
"$here/install.sh" "$binary" "$root/usr" >&2
# Debian has the completions of zsh in a folder of its own, and packs manual pages.
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
gzip -9n "$root"/usr/share/man/man1/*.1
strip --strip-unneeded "$root/usr/bin/patchwright"
documents=$root/usr/share/doc/patchwright
install -d "$documents/specs"
cp -r "$top"/specs/* "$documents/specs"
install -m 644 "$top/README.md" "$documents"
{
	echo 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/'
	echo 'Files: *'
	echo 'Copyright: the Patchwright authors'
	echo 'License: Expat or Apache-2.0'
	sed 's/^$/./; s/^/ /' "$top/LICENSE-MIT"
} >"$documents/copyright"
gzip -9nc "$top/CHANGELOG.md" >"$documents/changelog.gz"
chmod -R u=rwX,go=rX "$root"
# dpkg-shlibdeps reads the libraries that the binary names; it asks for a source package, which this one line is.
mkdir -p "$stage/debian"
printf 'Source: patchwright\n\nPackage: patchwright\nArchitecture: any\n' >"$stage/debian/control"
depends=$(cd "$stage" && dpkg-shlibdeps -O "$root/usr/bin/patchwright" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
# As Debian's own tools have it: whoever makes the package says who that is.
maintainer="${DEBFULLNAME:-${NAME:-$(id -un)}} <${DEBEMAIL:-${EMAIL:-$(id -un)@localhost}}>"
mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<END
Package: patchwright
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk "$root/usr" | cut -f 1)
Depends: $depends
Suggests: git, git-email
Section: devel
Priority: optional
Description: kernel changes as declarations: patch series for any tree, proved from the source
 One declaration of a Linux kernel change becomes a patch series for any kernel
 tree, ready to mail, and is proved from the patched source. Patches that
 somebody else made, and trees that have them already, are judged by the same
 declaration.
END
mkdir -p "$folder"
package=$folder/patchwright_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" >&2
echo "$package"
