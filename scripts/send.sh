#!/bin/sh
# Shows what `git send-email` would send for the series in OUT: thread, recipients, subjects.
# usage: scripts/send.sh SPEC OUT
# Nothing is sent. To send for real, run git send-email on the folder yourself, without --dry-run.
set -eu

here=$(dirname "$0")
spec=$1
out=$2
series=$("$("$here/build.sh")" locate "$spec" --name)
folder=$out/$series

[ -d "$folder" ] || {
	echo "$folder: no series there; make patch SPEC=$spec writes it" >&2
	exit 1
}
# Debian's git-email only recommends the module without which it does not start.
"$here/packages.sh" git-email libmailtools-perl

# Where git knows no identity, a dry run need not fail for it: the mails carry their own From.
git var GIT_AUTHOR_IDENT >/dev/null 2>&1 || export GIT_AUTHOR_NAME=nobody GIT_AUTHOR_EMAIL=nobody@example.org GIT_COMMITTER_NAME=nobody GIT_COMMITTER_EMAIL=nobody@example.org

# The mails carry their own recipients and threading; no configuration of this user may add to them here.
log=$(git -c sendemail.confirm=never -c sendemail.to= -c sendemail.cc= -c sendemail.smtpserver=/bin/false \
	send-email --dry-run --suppress-cc=body --suppress-cc=author --no-validate --no-thread "$folder"/*.patch 2>&1) || {
	printf '%s\n' "$log" >&2
	exit 1
}
# The headers that a reader of the dry run asks for, of each mail, a blank line between two.
printf '%s\n' "$log" | awk '
	/^Dry-OK/ { shown = 1; if (mails++) print ""; next }
	/^Result:/ { shown = 0 }
	shown && /^[A-Za-z-]+:/ { wanted = /^(From|To|Cc|Subject|Message-ID|In-Reply-To):/ }
	shown && wanted && NF'
