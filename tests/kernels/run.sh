#!/bin/bash
# The real thing: the shipped series on Debian's 6.1 and 6.12 sources, and on a plain 5.8.1 and Debian's 7.2 where there is one.
# Every line is one check: "ok", "FAILED" or "skipped", with its figure. `make kernels` runs it.
#
# Checked against what we did not write: git am, git apply, patch, git send-email, the tree's own checkpatch.pl,
# and gcc for s390x.
set -u -o pipefail
export LC_ALL=C GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 SOURCE_DATE_EPOCH=1597260090

top=$(cd "$(dirname "$0")/../.." && pwd)
patchwright=$("$top/scripts/build.sh") || exit 2
export PATCHWRIGHT=$patchwright
"$top/scripts/packages.sh" gcc-s390x-linux-gnu make gcc libc6-dev bc bison flex libelf-dev libssl-dev \
	sparse patch git git-email libmailtools-perl perl python3 || exit 2
kernels=$("$top/scripts/kernels.sh") || exit 2
# On the file system of the sources: one that shares blocks has a copy for nothing.
scratch=$(mktemp -d "$kernels/.check.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

passed=0 failed=0 skipped=0

# check NAME COMMAND...: runs it, shows its last line of output as the figure.
check() {
	local name=$1 log=$scratch/log
	shift
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
		printf 'ok       %s: %s\n' "$name" "$(tail -n 1 "$log")"
	else
		failed=$((failed + 1))
		printf 'FAILED   %s\n' "$name"
		sed 's/^/         /' "$log"
	fi
}

skip() {
	skipped=$((skipped + 1))
	printf 'skipped  %s: %s\n' "$1" "$2"
}

# renders SPEC TREE OUT FIGURE: the series renders, and its diffstat is FIGURE (any where it is "-").
renders() {
	"$patchwright" render "$top/specs/detached-vf/$1.toml" --tree "$2" --out "$3" || return 1
	local figure
	figure=$(git apply --numstat "$3"/*/0001-*.patch | awk '{a+=$1; d+=$2; printf "%s %s+ %s-; ", $3, $1, $2}
		END {printf "%d files, %d insertions, %d deletions", NR, a, d}')
	echo "$figure"
	[ "$4" = - ] || [ "$figure" = "$4" ]
}

holds() {
	"$patchwright" verify "$top/specs/detached-vf/$1.toml" --tree "$2" --out "$3"
}

# builds SPEC TREE OUT: the touched objects compile for s390x before and after the series, and nothing new is said of them.
builds() {
	"$patchwright" build "$top/specs/detached-vf/$1.toml" --tree "$2" --out "$3" --arch s390 --cross s390x-linux-gnu- \
		--set CONFIG_VFIO=y --set CONFIG_VFIO_PCI=y --set CONFIG_DEBUG_INFO_BTF=n --scratch "$scratch"
}

# repository TREE SERIES DIR: a git repository of just the files that the series touches.
repository() {
	local path
	git init -q "$3" || return 1
	git apply --numstat "$2"/0001-*.patch | cut -f3 | while read -r path; do
		install -D -m 644 "$1/$path" "$3/$path" || return 1
	done
	git -C "$3" add -A && git -C "$3" -c user.name=c -c user.email=c@example.org commit -qm base
}

# taken TREE SERIES: git am, git apply and patch -p1 all take it, and give one tree.
taken() {
	local base=$scratch/taken way
	rm -rf "$base"
	for way in am apply patch; do repository "$1" "$2" "$base/$way" || return 1; done
	git -C "$base/am" -c user.name=c -c user.email=c@example.org am -q "$2"/000[1-9]-*.patch || return 1
	for mail in "$2"/000[1-9]-*.patch; do
		git -C "$base/apply" apply --check "$mail" && git -C "$base/apply" apply --index "$mail" || return 1
		patch -d "$base/patch" -p1 -F0 --no-backup-if-mismatch <"$mail" || return 1
		! grep -q 'offset\|fuzz' <<<"$(patch -d "$base/patch" -p1 -F0 -R --dry-run <"$mail")" || return 1
	done
	git -C "$base/patch" add -A
	local trees
	trees=$(git -C "$base/am" rev-parse 'HEAD^{tree}'; git -C "$base/apply" write-tree; git -C "$base/patch" write-tree)
	git -C "$base/am" log -1 --format='%an <%ae> %aI %s'
	[ "$(sort -u <<<"$trees" | wc -l)" = 1 ] || { echo "three trees: $trees"; return 1; }
	local subject
	subject=$(sed -n '/^Subject:/{s/^Subject: \[PATCH[^]]*\] //p;q}' "$2"/0001-*.patch)
	[ "$(git -C "$base/am" log -1 --format=%s)" = "$subject" ] &&
		echo "one tree by git am, git apply, patch -p1"
}

# checkpatch TREE SERIES: the tree's own script, strictly. Sources from a tarball have no history to look a commit id
# up in, so that check alone is left out (docs/decisions/0007-checkpatch-commit-ids.md).
checkpatch() {
	local mail
	for mail in "$2"/000[1-9]-*.patch; do
		perl "$1/scripts/checkpatch.pl" --root="$1" --no-tree --strict --no-summary --terse \
			--ignore UNKNOWN_COMMIT_ID "$mail" >"$scratch/cp" 2>&1
		[ ! -s "$scratch/cp" ] || { cat "$scratch/cp"; return 1; }
	done
	echo "0 errors, 0 warnings, 0 checks"
}

# thread SERIES: git send-email would send every mail, in one thread.
thread() {
	local mails
	mails=$(find "$1" -name '*.patch' | wc -l)
	git -c user.name=c -c user.email=c@example.org -c sendemail.smtpserver=/bin/false send-email --dry-run --suppress-cc=all --no-validate --confirm=never \
		--no-thread "$1"/*.patch >"$scratch/thread" 2>&1 || { cat "$scratch/thread"; return 1; }
	[ "$(grep -c '^Subject: \[PATCH' "$scratch/thread")" = "$mails" ] &&
		[ "$(grep -c '^In-Reply-To: ' "$scratch/thread")" = $((mails - 1)) ] &&
		echo "$mails mails, one thread"
}

# near_misses TREE: without alternatives v2 must not render on 6.12, must write nothing and name what comes near.
near_misses() {
	local out=$scratch/unported
	"$patchwright" render "$top/tests/specs/detached-vf-v2-unported.toml" --tree "$1" --out "$out" >"$scratch/near" 2>&1
	[ $? = 1 ] || { cat "$scratch/near"; return 1; }
	if [ -e "$out/detached-vf-v2" ] || ! grep -q no_command_memory "$scratch/near"; then
		cat "$scratch/near"
		return 1
	fi
	echo "exit 1, nothing written, $(grep -c no_command_memory "$scratch/near") lines name no_command_memory"
}

# tree_of VERSION: its folder.
tree_of() {
	case $1 in 7.2) echo "$kernels/linux-source-7.2" ;; *) echo "$kernels/linux-$1" ;; esac
}

# stands WORD NAME VERSION...: the word that check has for every shipped version of that series and each of the trees.
stands() {
	local word=$1 specs=("$top/specs/$2/"*.toml) trees=() count
	shift 2
	for version in "$@"; do trees+=(--tree "$(tree_of "$version")"); done
	"$patchwright" check "${specs[@]}" "${trees[@]}" >"$scratch/stands" || { cat "$scratch/stands"; return 1; }
	count=$(grep -c "^$word " "$scratch/stands")
	if [ "$count" != $((${#specs[@]} * $#)) ]; then
		cat "$scratch/stands"
		return 1
	fi
	echo "$count pairs $word: $(sed -n '1s/^[^:]*: //p' "$scratch/stands")"
}

# nightly VERSION...: the job that people copy: what it prints of the first night, and nothing of the second.
nightly() {
	local job=("$top/contrib/ci/nightly.sh" "$scratch/states" "$scratch/reports" "$top"/specs/{detached-vf,no-command-memory}/*.toml) first
	for version in "$@"; do job+=(--tree "$(tree_of "$version")"); done
	first=$("${job[@]}") || { echo "$first"; return 1; }
	[ -z "$("${job[@]}")" ] && grep -q '"baselineState": "unchanged"' "$scratch/reports/check.sarif" &&
		echo "$(wc -l <<<"$first") pairs in the first night, nothing in the second"
}

# quick TREE: no file of the whole tree takes a second of processor time to be read.
quick() {
	"$patchwright" parse --tree "$1" --slowest 5 >"$scratch/parse"
	case $? in 0 | 3) ;; *) return 1 ;; esac
	grep ' ms  ' "$scratch/parse"
	awk '$2 == "ms" && $1 >= 1000 { slow = 1 } $2 == "ms" { count++ } END { exit slow || count != 5 }' "$scratch/parse" &&
		awk '$2 == "ms" { print "slowest: " $0; exit }' "$scratch/parse"
}

series() { # VERSION SPEC FIGURE
	local version=$1 spec=$2 tree out=$scratch/$1-$2
	tree=$(tree_of "$version")
	check "$version $spec renders" renders "$spec" "$tree" "$out" "$3"
	check "$version $spec holds" holds "$spec" "$tree" "$out"
	check "$version $spec taken" taken "$tree" "$out/detached-vf-$spec"
	check "$version $spec checkpatch" checkpatch "$tree" "$out/detached-vf-$spec"
	check "$version $spec thread" thread "$out/detached-vf-$spec"
}

for version in 6.12 6.1; do
	check "$version is read quickly" quick "$kernels/linux-$version"
	series $version v2 -
	check "$version v2 builds for s390x" builds v2 "$kernels/linux-$version" "$scratch/$version-v2"
done
check "6.12 cookbook" "$top/tests/kernels/cookbook.sh" "$kernels/linux-6.12" "$scratch/cookbook"
rm -rf "$scratch/cookbook"
check "6.12 words of the dialect" "$top/tests/kernels/words.sh" "$kernels/linux-6.12"
check "6.1 and 6.12 stand" stands superseded detached-vf 6.1 6.12
check "6.1 and 6.12 have it" stands landed no-command-memory 6.1 6.12
check "6.1 and 6.12 every night" nightly 6.1 6.12
check "6.12 v2 unported" near_misses "$kernels/linux-6.12"

if [ -f "$kernels/linux-5.8.1/Makefile" ]; then
	h=include/linux/pci.h v=drivers/vfio/pci/vfio_pci_config.c a=arch/s390/pci
	check "5.8.1 stands" stands renders detached-vf 5.8.1
	check "5.8.1 takes v5" stands renders no-command-memory 5.8.1
	series 5.8.1 v1 "$a/pci.c 8+ 0-; $v 2+ 1-; $h 1+ 0-; 3 files, 11 insertions, 1 deletions"
	series 5.8.1 v2 "$a/pci.c 8+ 0-; $v 7+ 4-; $h 1+ 0-; 3 files, 16 insertions, 4 deletions"
	series 5.8.1 v3 "$a/pci_bus.c 13+ 0-; $v 4+ 4-; $h 4+ 0-; 3 files, 21 insertions, 4 deletions"
else
	skip "5.8.1" "no plain 5.8.1: git worktree add $kernels/linux-5.8.1 v5.8.1 in a stable tree provides it"
fi

if [ -f "$(tree_of 7.2)/Makefile" ]; then
	check "7.2 is read quickly" quick "$(tree_of 7.2)"
	check "7.2 stands" stands superseded detached-vf 7.2
	check "7.2 has it" stands landed no-command-memory 7.2
	for spec in v1 v2 v3; do
		check "7.2 $spec renders" renders "$spec" "$(tree_of 7.2)" "$scratch/7.2-$spec" -
		check "7.2 $spec holds" holds "$spec" "$(tree_of 7.2)" "$scratch/7.2-$spec"
		check "7.2 $spec taken" taken "$(tree_of 7.2)" "$scratch/7.2-$spec/detached-vf-$spec"
	done
else
	skip "7.2" "no 7.2: $top/scripts/newest.sh unpacks Debian's"
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
