//! Patch mails as they come: what is read, what is refused and on which line.
#![expect(clippy::unwrap_used, reason = "a test's own preparations")]

use proptest::prelude::*;
use trees::FileMode;
use trees::mail::{FileDiff, HunkLineKind, Mail, MailError, parse_mbox};

const DIFF: &str = "\
diff --git a/drivers/pci/iov.c b/drivers/pci/iov.c
index 0123456789ab..ba9876543210 100644
--- a/drivers/pci/iov.c
+++ b/drivers/pci/iov.c
@@ -1,3 +1,4 @@ int f(void)
 one
-two
+2
+and more
 three
";

fn mail(number: usize, body: &str) -> String {
    format!(
        "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n\
         From: =?UTF-8?q?J=C3=B6rg?= <j@example.org>\n\
         Date: Wed, 12 Aug 2020 15:21:11 -0400\n\
         Subject: [PATCH v2 {number}/2] PCI: a long subject that\n goes on\n\
         To: \"B, A\" <a@example.org>, l@example.org\n\
         Message-Id: <{number}@example.org>\n\
         In-Reply-To: <0@example.org>\n\
         \n{body}"
    )
}

fn read(text: &str) -> Result<Vec<Mail>, MailError> {
    parse_mbox(text.as_bytes())
}

fn one(text: &str) -> Mail {
    let mut mails = read(text).unwrap();
    assert_eq!(mails.len(), 1);
    mails.remove(0)
}

fn only_file(text: &str) -> FileDiff {
    let mut mail = one(text);
    assert_eq!(mail.diff.len(), 1);
    mail.diff.remove(0)
}

fn refused(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn a_patch_mail_is_taken_apart() {
    let body = format!(
        "From: The Author <t@example.org>\n\nWhy.\n\nMore.\n\nSigned-off-by: T <t@example.org>\n\
         ---\nv2: again\n\n drivers/pci/iov.c | 3 ++-\n include/x.h       | 9 +++++++--\n \
         2 files changed, 9 insertions(+), 3 deletions(-)\n create mode 100644 include/x.h\n\n{DIFF}-- \n2.39.2\n\n"
    );
    let mail = one(&mail(1, &body));
    assert_eq!(mail.from.as_deref(), Some("Jörg <j@example.org>"));
    assert_eq!(
        mail.author.as_ref().unwrap().to_string(),
        "The Author <t@example.org>"
    );
    assert_eq!(mail.title, "PCI: a long subject that goes on");
    let tag = mail.tag.unwrap();
    assert_eq!((tag.version, tag.number, tag.total), (2, Some(1), Some(2)));
    assert_eq!(mail.to, ["\"B, A\" <a@example.org>", "l@example.org"]);
    assert_eq!(mail.message_id.as_deref(), Some("<1@example.org>"));
    assert_eq!(mail.in_reply_to.as_deref(), Some("<0@example.org>"));
    assert_eq!(
        mail.message,
        "Why.\n\nMore.\n\nSigned-off-by: T <t@example.org>"
    );
    assert_eq!(mail.notes, "v2: again");
    let stat = mail.diffstat.unwrap();
    assert_eq!((stat.files, stat.insertions, stat.deletions), (2, 9, 3));
    let rows: Vec<_> = stat
        .rows
        .iter()
        .map(|row| (row.path.as_str(), row.insertions, row.deletions))
        .collect();
    assert_eq!(
        rows,
        [
            ("drivers/pci/iov.c", Some(2), Some(1)),
            ("include/x.h", Some(7), Some(2))
        ]
    );
    let file = &mail.diff[0];
    assert_eq!(file.counts(), (2, 1));
    assert_eq!(
        (file.old_mode, file.new_mode),
        (Some(FileMode::Regular), None)
    );
    assert_eq!(file.old_blob.as_deref(), Some("0123456789ab"));
    assert_eq!(file.hunks[0].section, b"int f(void)");
}

#[test]
fn parts_and_lines_are_numbered_as_in_the_file() {
    let first = mail(
        1,
        &format!("Why.\n---\n x | 1 +\n 1 file changed, 1 insertion(+)\n\n{DIFF}-- \n2\n\n"),
    );
    let text = format!("{first}{}", mail(2, &format!("So.\n---\n{DIFF}")));
    let lines: Vec<&str> = text.lines().collect();
    for mail in read(&text).unwrap() {
        assert!(lines[mail.lines.mail - 1].starts_with("From 0123"));
        let message = lines[mail.lines.message.unwrap() - 1];
        assert!(matches!(message, "Why." | "So."), "{message}");
        assert!(lines[mail.lines.diff.unwrap() - 1].starts_with("diff --git"));
        if let Some(stat) = mail.lines.diffstat {
            assert_eq!(lines[stat - 1], " x | 1 +");
        }
        let hunk = &mail.diff[0].hunks[0];
        assert!(lines[hunk.line - 1].starts_with("@@ -1,3"));
        assert_eq!(lines[hunk.lines[3].line - 1], "+and more");
    }
}

#[test]
fn a_cover_letter_has_text_and_a_diffstat_and_no_diff() {
    let cover = mail(
        0,
        "Hello,\n\nit is so.\n\nA (1):\n  PCI: x\n\n drivers/x.c | 2 ++\n 1 file changed, 2 insertions(+)\n\n-- \n2.39.2\n",
    );
    let cover = one(&cover);
    assert!(cover.is_cover());
    assert_eq!(cover.message, "Hello,\n\nit is so.\n\nA (1):\n  PCI: x");
    assert_eq!(cover.diffstat.unwrap().insertions, 2);
}

#[test]
fn encoded_and_crlf_mails_say_the_same_as_plain_ones() {
    let plain = one(&mail(1, &format!("Why.\n---\n{DIFF}")));
    let crlf = one(&mail(1, &format!("Why.\n---\n{DIFF}")).replace('\n', "\r\n"));
    assert_eq!(plain.diff, crlf.diff);
    assert_eq!(plain.message, crlf.message);

    let encoded = |encoding: &str, body: &str| {
        let mail = mail(1, body);
        let headers = format!(
            "\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
        );
        mail.replacen("\n\n", &headers, 1)
    };
    let quoted = format!(
        "Wh=\ny=2E\n---\n{}",
        DIFF.replace("=", "=3D")
            .replace("and more", "and=20m=\nore")
    );
    let quoted = encoded("quoted-printable", &quoted);
    let read = one(&quoted);
    assert_eq!(read.message, "Why.");
    assert_eq!(read.diff[0].hunks[0].lines[3].bytes, b"and more");
    let three = read.diff[0].hunks[0].lines.last().unwrap().line;
    assert_eq!(quoted.lines().nth(three - 1), Some(" three"));

    let base64 = encoded(
        "base64",
        "V2h5LgotLS0KZGlmZiAtLWdpdCBhL3ggYi94Cm9sZCBtb2RlIDEwMDY0NApuZXcgbW9kZSAxMDA3NTUK",
    );
    let read = one(&base64);
    assert_eq!(read.message, "Why.");
    assert_eq!(read.diff[0].new_mode, Some(FileMode::Executable));
}

#[test]
fn another_character_set_is_decoded_in_the_text_and_left_alone_in_the_diff() {
    let body = format!(
        "W\u{1}y.\n---\n{}",
        DIFF.replace("and more", "and m\u{1}re")
    );
    let header = "\nContent-Type: text/plain; charset=iso-8859-1\n\n";
    let text = mail(1, &body).replacen("\n\n", header, 1);
    let latin = |byte| if byte == 1 { 0xe4 } else { byte };
    let text: Vec<u8> = text.bytes().map(latin).collect();
    let mail = parse_mbox(&text).unwrap().remove(0);
    assert_eq!(mail.message, "Wäy.");
    assert_eq!(mail.diff[0].hunks[0].lines[3].bytes, b"and m\xe4re");
}

#[test]
fn a_bare_diff_is_a_mail_without_headers() {
    let mail = one(DIFF);
    assert!(mail.headers.is_empty());
    assert_eq!(mail.diff.len(), 1);
    let plain = "--- linux.orig/a.c\t2020-01-01\n+++ linux/a.c\t2020-01-02\n@@ -1 +1 @@\n-x\n+y\n";
    assert_eq!(only_file(plain).path().unwrap().as_str(), "a.c");
}

#[test]
fn extended_headers_are_understood() {
    let new = only_file("diff --git a/n b/n\nnew file mode 100755\nindex 00000000..e69de29b\n");
    assert_eq!(
        (new.old_path.is_none(), new.new_mode),
        (true, Some(FileMode::Executable))
    );
    let gone = only_file(
        "diff --git a/n b/n\ndeleted file mode 100644\nindex 1234567..0000000\n--- a/n\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\\ No newline at end of file\n",
    );
    assert!(gone.new_path.is_none() && gone.hunks[0].lines[0].no_newline);
    let moved =
        only_file("diff --git a/x b/y z\nsimilarity index 100%\nrename from x\nrename to y z\n");
    assert!(moved.is_rename);
    assert_eq!(moved.new_path.unwrap().as_str(), "y z");
    let quoted = only_file(
        "diff --git \"a/\\303\\244\" \"b/\\303\\244\"\nold mode 100644\nnew mode 100755\n",
    );
    assert_eq!(quoted.path().unwrap().as_str(), "ä");
    let binary = only_file(
        "diff --git a/l b/l\nindex 1234567..89abcde 100644\nGIT binary patch\nliteral 3\nKcmZ\n\nliteral 0\nHcmV\n\n",
    );
    assert!(binary.is_binary);
    let binary = only_file(
        "diff --git a/l b/l\nindex 1234567..89abcde 100644\nBinary files a/l and b/l differ\n",
    );
    assert!(binary.is_binary);
}

#[test]
fn a_hunk_must_have_the_lines_that_its_header_says() {
    let cut = &DIFF[..DIFF.len() - " three\n".len()];
    assert_eq!(
        refused(cut),
        "line 9: the hunk is cut off: 1 old and 1 new lines are missing"
    );
    assert!(
        refused(&format!("{cut}-- \n2.39\n")).contains("cut off"),
        "{cut}"
    );
    // git ends the hunk there, and so the line is none of it.
    assert_eq!(only_file(&format!("{DIFF}+extra\n")).left_over, Some(11));
    for other in [
        "-- \n2.39\n",
        "-----BEGIN PGP SIGNATURE-----\n",
        "_______\nlist\n",
        "\n",
    ] {
        assert_eq!(
            only_file(&format!("{DIFF}{other}")).left_over,
            None,
            "{other}"
        );
    }
    assert_eq!(
        refused(&DIFF.replace("@@ -1,3 +1,4 @@", "@@ -1,3 +1,5 @@")),
        "line 10: the hunk is cut off: 0 old and 1 new lines are missing"
    );
    assert!(refused(&DIFF.replace("@@ -1,3 +1,4 @@", "@@ -1,3 +1,3 @@")).starts_with("line 10: "));
    for header in [
        "@@ -1,3 +1,4",
        "@@ -x,3 +1,4 @@",
        "@@ -1,99999999999 +1,4 @@",
        "@@ -0,3 +1,4 @@",
        "@@ -+1,3 +1,4 @@",
    ] {
        let error = refused(&DIFF.replace("@@ -1,3 +1,4 @@", header));
        assert!(error.starts_with("line 5: "), "{header}: {error}");
    }
    assert_eq!(
        refused(&format!("{DIFF}\n@@ -1,3 +1,3 @@\n x\n")),
        "line 12: a hunk without a file"
    );
}

#[test]
fn a_path_that_leaves_the_tree_is_refused_where_it_stands() {
    for (path, line) in [
        ("../x", 1),
        ("x/../../y", 1),
        ("/etc/passwd", 1),
        (".git/hooks/x", 1),
    ] {
        let error = refused(&DIFF.replace("drivers/pci/iov.c", path));
        assert!(
            error.starts_with(&format!("line {line}: ")),
            "{path}: {error}"
        );
    }
    let renamed = "diff --git a/x b/y\nrename from x\nrename to ../y\n";
    assert!(
        refused(renamed).starts_with("line 3: "),
        "{}",
        refused(renamed)
    );
}

#[test]
fn headers_that_disagree_are_refused() {
    for (old, new) in [
        ("+++ b/drivers/pci/iov.c", "+++ b/drivers/pci/pci.c"),
        ("--- a/drivers/pci/iov.c", "--- /dev/null"),
        ("100644\n", "160000\n"),
        ("index 0123456789ab..", "index zz.."),
    ] {
        assert!(read(&DIFF.replace(old, new)).is_err(), "{new}");
    }
}

#[test]
fn what_is_no_mail_is_said_to_be_none() {
    for nothing in ["", "\n\n", "just some text\n", "@@ -1 +1 @@\n-x\n+y\n"] {
        assert!(read(nothing).is_err(), "{nothing:?}");
    }
}

/// A mail with these headers more, and this body.
fn typed(headers: &str, body: &str) -> String {
    mail(1, body).replacen("\n\n", &format!("\n{headers}\n\n"), 1)
}

#[test]
fn a_diff_is_read_in_whatever_part_it_is() {
    for part in [
        "text/x-patch\nContent-Disposition: attachment; filename=\"NOTE.PATCH\"",
        "application/octet-stream",
        "application/pgp-signature",
        "text/html",
        "message/rfc822\n\nSubject: y",
    ] {
        let body = format!(
            "--b\nContent-Type: text/plain\n\nSee there.\n--b\nContent-Type: {part}\n\n{DIFF}--b--\n"
        );
        let read = one(&typed(
            "Content-Type: multipart/mixed; boundary=\"b\"",
            &body,
        ));
        assert_eq!(read.diff.len(), 1, "{part}");
        assert!(read.message.starts_with("See there."), "{part}");
    }
}

#[test]
fn a_boundary_and_an_encoding_are_what_git_takes_for_them() {
    let quoted = DIFF.replace("and more", "and=20more");
    for headers in [
        "Content-Transfer-Encoding: x-quoted-printable (so)",
        "Content-Transfer-Encoding:\n quoted-printable",
        "Content-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: quoted-printable",
    ] {
        let read = one(&typed(headers, &format!("Why.\n---\n{quoted}")));
        assert_eq!(
            read.diff[0].hunks[0].lines[3].bytes, b"and more",
            "{headers}"
        );
    }
    let part = format!(
        "--b\nContent-Transfer-Encoding: quoted-printable\n\nWhy.\n---\n{quoted}--b--\n{DIFF}"
    );
    for headers in [
        "Content-Type: text/plain; boundary=b",
        "Content-Type: a/b; xboundary=b; boundary=c",
    ] {
        let read = one(&typed(headers, &part));
        assert_eq!(read.diff.len(), 1, "{headers}");
        assert_eq!(
            read.diff[0].hunks[0].lines[3].bytes, b"and more",
            "{headers}"
        );
    }
}

#[test]
fn what_git_refuses_or_mangles_is_refused() {
    let body = format!("Why.\n---\n{DIFF}");
    for (headers, body, words) in [
        ("Content-Type: text/plain; charset=utf-16", &body, "utf-16"),
        (
            "Content-Type: text/plain; charset=us-ascii",
            &body.replace("Why", "Wäy"),
            "us-ascii",
        ),
        (
            "Content-Type: text/plain; format=flowed",
            &body,
            "format=flowed",
        ),
        ("X: y", &body.replace("Why", "W\0y"), "NUL"),
        (
            "Content-Transfer-Encoding: quoted-printable",
            &body.replace("Why", "W=00y"),
            "NUL",
        ),
        ("Content-Type: =?x", &body, "encoded word"),
        (
            "X: y",
            &body.replace("---\n", "---\n@@ -1 +1 @@ so\n\n"),
            "a hunk without a file",
        ),
        (
            "X: y",
            &body.replace("@@ -1,3", "@@@ -1,3"),
            "without hunks",
        ),
        (
            "X: y",
            &body.replace("---\n", "---\ndiff --git a/x b/x\nindex 1234567..89abcde\n"),
            "without hunks",
        ),
        (
            "X: y",
            &body.replace("---\n", "---\ndiff --git a/x b/x\nnew mode 100755\n"),
            "without hunks",
        ),
    ] {
        let error = refused(&typed(headers, body));
        assert!(error.contains(words), "{headers}: {error}");
    }
}

#[test]
fn a_mail_begins_after_blank_lines_and_nothing_else() {
    let encoded = typed(
        "Content-Transfer-Encoding: quoted-printable",
        &DIFF.replace("2", "=32"),
    );
    assert_eq!(one(&format!("\n \n{encoded}")).diff.len(), 1);
    assert_eq!(
        refused(&format!("junk\n{encoded}")),
        "line 1: this is neither a mail nor a diff"
    );
}

#[test]
fn headers_at_the_top_of_the_body_go_before_the_mails() {
    let read = one(&mail(
        1,
        &format!(
            "\n\nfrom: Other <o@example.org>\nSUBJECT: [PATCH v3 2/2] new\n words\n\nWhy.\n---\n{DIFF}"
        ),
    ));
    assert_eq!(read.author.unwrap().email, "o@example.org");
    assert_eq!(read.title, "new words");
    assert_eq!(read.tag.unwrap().version, 3);
    assert_eq!(read.message, "Why.");
    assert_eq!(read.from.as_deref(), Some("Jörg <j@example.org>"));
}

#[test]
fn the_last_header_of_a_mail_without_a_body_is_its_body_to_git() {
    let error = refused("Subject: x\nContent-Type: text/plain; charset=UTX");
    assert_eq!(error, "line 2: the character set `UTX` is not read here");
}

#[test]
fn scissors_cut_the_message_and_never_the_diff() {
    let below = format!("From: Other <o@example.org>\nSubject: [PATCH] new\n\nWhy.\n---\n{DIFF}");
    let read = one(&mail(1, &format!("So?\n\n-- >8 --\n{below}")));
    assert_eq!((&read.message[..], &read.title[..]), ("Why.", "new"));
    assert!(read.lines.scissors.is_some());
    let above = format!("--- >8 ---\n{DIFF}");
    assert_eq!(one(&mail(1, &above)).diff.len(), 1);
    let both = format!(
        "So?\n---\n{}\n-- >8 --\n{below}",
        DIFF.replace("iov", "ats")
    );
    assert_eq!(one(&mail(1, &both)).diff.len(), 2);
}

#[test]
fn a_signed_mail_gives_its_text() {
    let text = mail(
        1,
        &format!(
            "--b\nContent-Type: text/plain\n\nWhy.\n---\n{DIFF}--b\nContent-Type: application/pgp-signature\n\nxyz\n--b--\n"
        ),
    );
    let text = text.replacen(
        "\n\n",
        "\nContent-Type: multipart/signed; boundary=\"b\"\n\n",
        1,
    );
    let signed = one(&text);
    assert_eq!(signed.diff.len(), 1);
    let hunk = &signed.diff[0].hunks[0];
    assert!(text.lines().nth(hunk.line - 1).unwrap().starts_with("@@"));
}

#[test]
fn a_mail_of_a_million_parts_takes_no_time() {
    let started = std::time::Instant::now();
    for part in [
        "--b\n\n",
        "--b\n\nx\n",
        "--b\nContent-Type: multipart/mixed; boundary=b\n\n",
    ] {
        let text = mail(1, &part.repeat(1_000_000 / part.len()));
        let header = "\nContent-Type: multipart/mixed; boundary=b\n\n";
        let _ = read(&text.replacen("\n\n", header, 1));
    }
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn ten_megabytes_of_anything_take_no_time() {
    for piece in [
        "[",
        "\n",
        "=?q?",
        "--- a/x\n+++ b/x\n",
        "From a Mon Sep 17 00:00:00 2001\n",
        "\"",
        "a:\n ",
        "@@ -1 +1 @@\n",
        " x | 1 +\n",
    ] {
        let text = piece.repeat(10_000_000 / piece.len());
        let started = std::time::Instant::now();
        let _ = read(&text);
        let _ = read(&mail(1, &text));
        assert!(started.elapsed().as_secs() < 20, "{piece:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_mbox(&bytes);
    }

    #[test]
    fn no_damage_to_a_mail_makes_it_panic(
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..8)
    ) {
        let mut bytes = mail(1, &format!("Why.\n---\n x | 1 +\n 1 file changed, 1 insertion(+)\n\n{DIFF}-- \n2\n")).into_bytes();
        for (at, byte, kind) in cuts {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at + 1),
                _ => drop(bytes.remove(at)),
            }
            if bytes.is_empty() {
                break;
            }
        }
        if let Ok(mails) = parse_mbox(&bytes) {
            for hunk in mails.iter().flat_map(|mail| &mail.diff).flat_map(|file| &file.hunks) {
                let count = |without| hunk.lines.iter().filter(|line| line.kind != without).count() as u32;
                prop_assert_eq!(count(HunkLineKind::Add), hunk.old_lines);
                prop_assert_eq!(count(HunkLineKind::Remove), hunk.new_lines);
            }
        }
    }
}

#[test]
fn a_footer_may_be_flowed_and_the_part_with_the_patch_not() {
    let parts = |patch: &str, footer: &str| {
        let body = format!(
            "--b\nContent-Type: text/plain{patch}\n\nWhy.\n---\n{DIFF}\n\
             --b\nContent-Type: text/plain{footer}\n\nA list \nof the kernel\n--b--\n"
        );
        typed("Content-Type: multipart/mixed; boundary=b", &body)
    };
    let flowed = "; format=flowed";
    let read = one(&parts("", flowed));
    assert_eq!(read.diff.len(), 1);
    assert_eq!(read.diff[0].hunks[0].lines.len(), 5);
    assert!(refused(&parts(flowed, "")).contains("format=flowed"));
    assert!(refused(&parts(flowed, flowed)).contains("format=flowed"));
}

#[test]
fn a_form_feed_before_the_mail_is_no_blank_line() {
    let body = format!("Why.\n---\n{DIFF}");
    let text = mail(1, &body);
    assert!(read(&format!(" \t\n\n{text}")).is_ok());
    assert!(refused(&format!("\x0c\n{text}")).contains("neither a mail nor a diff"));
}

#[test]
fn a_line_in_very_many_pieces_takes_no_time_by_the_square() {
    let body = format!("{}\n---\n{DIFF}", "a=\n".repeat(200_000));
    let body = body.replace("three\n", "thr=65e\n");
    let start = std::time::Instant::now();
    let read = one(&typed("Content-Transfer-Encoding: quoted-printable", &body));
    assert_eq!(read.message.len(), 200_000);
    assert_eq!(read.diff[0].hunks[0].lines.len(), 5);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
