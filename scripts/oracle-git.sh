#!/bin/sh
# Makes mailboxes by a grammar and compares what we read in them with what git mailsplit, git mailinfo and
# git apply make of them, byte for byte. A difference stops it and is shown with its mail.
# usage: scripts/oracle-git.sh MAILS SEED
set -eu

cd "$(dirname "$0")/.."
scripts/packages.sh git
MAILS=$1 SEED=$2 exec ${CARGO:-cargo} test --quiet --release --locked -p trees --test oracle_git -- --nocapture
