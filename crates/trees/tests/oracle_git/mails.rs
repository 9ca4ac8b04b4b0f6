//! Mails and mailboxes: separators, headers, parts, encodings and texts, mostly as real ones are, and spoilt ones.

use crate::diffs;
use crate::rng::Rng;

/// A mailbox of some mails.
pub(crate) fn mailbox(rng: &mut Rng) -> Vec<u8> {
    let mut out = Vec::new();
    if rng.chance(3) {
        out.extend_from_slice(
            rng.pick(&["\n", " \n", "\t", "junk\n", "\x0c\n"])
                .as_bytes(),
        );
    }
    let first = !rng.chance(8);
    for number in 0..1 + rng.below(5) {
        if number > 0 || first {
            out.extend_from_slice(separator(rng).as_bytes());
        }
        out.extend(mail(rng));
        if rng.chance(70) {
            out.push(b'\n');
        }
    }
    if rng.chance(6) {
        let text = out.split_inclusive(|&byte| byte == b'\n');
        let always = rng.chance(70);
        let lines: Vec<Vec<u8>> = text
            .map(|line| match line.strip_suffix(b"\n") {
                Some(line) if always || rng.chance(50) => [line, b"\r\n"].concat(),
                _ => line.to_vec(),
            })
            .collect();
        out = lines.concat();
    }
    for _ in 0..if rng.chance(4) { 1 + rng.below(3) } else { 0 } {
        spoil(rng, &mut out);
    }
    out
}

fn spoil(rng: &mut Rng, out: &mut Vec<u8>) {
    if out.is_empty() {
        return;
    }
    let at = rng.below(out.len());
    match rng.below(6) {
        0 => out[at] = rng.below(256) as u8,
        1 => out.insert(at, rng.below(256) as u8),
        2 => drop(out.remove(at)),
        3 => out.truncate(at),
        4 => out.insert(at, b'\n'),
        _ => {
            // A line twice, or not at all.
            let start = out[..at]
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map_or(0, |at| at + 1);
            let end = out[at..]
                .iter()
                .position(|&byte| byte == b'\n')
                .map_or(out.len(), |end| at + end + 1);
            let line = out[start..end].to_vec();
            let by = if rng.chance(50) {
                Vec::new()
            } else {
                [&line[..], &line[..]].concat()
            };
            out.splice(start..end, by);
        }
    }
}

fn separator(rng: &mut Rng) -> &'static str {
    if rng.chance(80) {
        return "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n";
    }
    rng.pick(&[
        "From a@example.org Thu Jan  1 00:00:00 1970\n",
        "From a@example.org Thu Jan  1 00:00 1970\n",
        "From a Mon Sep 17 00:00:00 20011\n",
        "From a Mon Sep 17 00:00:00 2001:\n",
        "From a Mon Sep 17 00:00:00 90\n",
        "From a Mon Sep 17 00:00:00 91 +0100\n",
        "From a Mon Sep 17 0:00:00 2001\n",
        "From mboxrd@z Thu Jan  1 00:00:00 1970\n",
        ">From a Mon Sep 17 00:00:00 2001\n",
        "From - Wed Aug 12 10:00:00 2020\r\n",
        "From a\n",
        "",
    ])
}

/// A mail without its separator.
fn mail(rng: &mut Rng) -> Vec<u8> {
    let mut out = Vec::new();
    let text = text(rng);
    let from = if rng.chance(94) {
        rng.pick(&[
            "A Dev <a@example.org>",
            "\"Dev, A\" <a@example.org>",
            "\"A \\\"X\\\" Dev\" <a@example.org>",
            "a@example.org (A Dev)",
            "=?UTF-8?q?J=C3=B6rg_M=C3=BCller?= <j@example.org>",
            "=?iso-8859-1?Q?J=F6rg?= =?utf-8?b?TcO8bGxlcg==?= <j@example.org>",
            "a@example.org",
            "A Dev <a>",
            "A (b) Dev <a@example.org> (c)",
            "A  Dev\n <a@example.org>",
        ])
    } else {
        rng.pick(&[
            "nobody",
            "=?utf-16?q?x?= <a@example.org>",
            "=?koi8-r?q?=C1?= <a@example.org>",
            "=?utf-8?q?x",
            "a@b@c <a@example.org>, d@example.org",
        ])
    };
    let subject = rng.pick(&[
        "[PATCH] x: Do it",
        "[PATCH v2 1/3] x: Do it",
        "[PATCH 0/2] x: All of it",
        "Re: [PATCH] x: Do it",
        "[RFC][PATCH] x: Do  it",
        "x: Do it",
        "[media] x: Do it",
        "=?UTF-8?q?=5BPATCH=5D_x=3A_=C3=9Cber?=",
        "[PATCH] x: a long subject that\n goes on\n\tand on",
        "",
        "[PATCH x",
    ]);
    let mut headers = vec![
        format!("From: {from}\n"),
        "Date: Wed, 12 Aug 2020 15:21:11 -0400\n".to_owned(),
        format!("Subject: {subject}\n"),
        "Message-ID: <1@example.org>\n".to_owned(),
        "To: l@example.org\n".to_owned(),
    ];
    if rng.chance(4) {
        let at = rng.below(headers.len());
        headers.remove(at);
    }
    if rng.chance(4) {
        let odd = rng.pick(&[
            "From: Other <o@example.org>\n",
            "subject: other\n",
            "SUBJECT : other\n",
            "no header\n",
            "X-Y: =?z\n",
            "message-id: =?z\n",
            ": x\n",
            "date:\n",
        ]);
        headers.insert(rng.below(headers.len() + 1), odd.to_owned());
    }
    out.extend(headers.concat().into_bytes());
    out.extend(entity(rng, text, 0));
    out
}

/// Headers of the content, a blank line, and the text, in parts or not.
fn entity(rng: &mut Rng, text: Vec<u8>, depth: usize) -> Vec<u8> {
    if depth < 5 && rng.chance(if depth == 0 { 20 } else { 8 }) {
        return multipart(rng, &text, depth);
    }
    let (headers, body) = encoded(rng, text);
    let mut out = headers.into_bytes();
    out.extend_from_slice(if rng.chance(98) { b"\n" } else { b"\n\n" });
    out.extend(body);
    out
}

fn multipart(rng: &mut Rng, text: &[u8], depth: usize) -> Vec<u8> {
    let name = rng.pick(&["b", "=_x", "b b", "bb", "nextPart1"]);
    let kind = rng.pick(&[
        "multipart/mixed",
        "multipart/signed; micalg=pgp-sha256",
        "Multipart/Alternative",
        "text/plain",
        "message/x",
    ]);
    let attribute = match rng.below(12) {
        0 => format!("xboundary=c; boundary=\"{name}\""),
        1 => format!("boundary={name}"),
        2 => format!("BOUNDARY=\"{name}\""),
        3 => format!("boundary=\"{name}\"; charset=utf-8"),
        4 => format!("\n boundary=\"{name}\""),
        _ => format!("boundary=\"{name}\""),
    };
    let mut out = format!("MIME-Version: 1.0\nContent-Type: {kind}; {attribute}\n\n").into_bytes();
    if rng.chance(30) {
        out.extend_from_slice(b"This is a multi-part message.\n");
    }
    let lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
    let cut = if rng.chance(60) {
        lines.len()
    } else {
        rng.below(lines.len() + 1)
    };
    let mut parts = vec![lines[..cut].concat(), lines[cut..].concat()];
    if parts[1].is_empty() {
        parts[1] = rng.pick(&["-----BEGIN PGP SIGNATURE-----\n\niQ==\n", "_______\nlist mailing list\n", "", "diff --git a/one b/one\nindex 0123abc..4567def 100644\n--- a/one\n+++ b/one\n@@ -1 +1 @@\n-1\n+2\n"]).as_bytes().to_vec();
    }
    for part in parts {
        out.extend(format!("--{name}\n").into_bytes());
        if rng.chance(20) {
            let more = rng.pick(&[
                "Content-Disposition: attachment; filename=x.patch\n",
                "Content-Type: application/octet-stream\n",
                "Content-Type: text/html\n",
                "Content-Type: message/rfc822\n\nSubject: y\n",
                "From: Part <p@example.org>\n",
                "no header\n",
            ]);
            out.extend_from_slice(more.as_bytes());
        }
        out.extend(entity(rng, part, depth + 1));
        if rng.chance(50) && !out.ends_with(b"\n") {
            out.push(b'\n');
        }
    }
    if !rng.chance(5) {
        out.extend(format!("--{name}--\n").into_bytes());
    }
    if rng.chance(10) {
        out.extend_from_slice(b"after\n");
    }
    out
}

/// The text, encoded, and the headers that say so or something else.
fn encoded(rng: &mut Rng, text: Vec<u8>) -> (String, Vec<u8>) {
    let mut headers = String::new();
    if rng.chance(45) {
        headers += rng.pick(&[
            "Content-Type: text/plain; charset=UTF-8\n",
            "Content-Type: text/plain; charset=iso-8859-1\n",
            "Content-Type: text/plain\n",
        ]);
    } else if rng.chance(15) {
        headers += rng.pick(&[
            "Content-Type: text/plain; charset=utf-8; format=fixed\n",
            "Content-Type: text/plain; charset=\"us-ascii\"\n",
            "Content-Type: text/plain\n",
            "Content-Type: text/plain; charset=iso-8859-1\n",
            "Content-Type: text/plain; charset=iso-8859-15\n",
            "content-type: text/plain; charset=windows-1252\n",
            "Content-Type: text/plain; charset=utf-16\n",
            "Content-Type: text/plain; charset=gb2312\n",
            "Content-Type: text/plain; charset=utf-8 (so)\n",
            "Content-Type: text/plain; format=flowed; delsp=yes\n",
            "Content-Type: text/plain;\n\tcharset=utf-8\n",
            "Content-Type: =?q\n",
        ]);
    }
    let crlf = rng.chance(5);
    let text = if crlf {
        String::from_utf8_lossy(&text)
            .replace('\n', "\r\n")
            .into_bytes()
    } else {
        text
    };
    match rng.below(10) {
        0 | 1 => {
            headers += rng.pick(&[
                "Content-Transfer-Encoding: quoted-printable\n",
                "content-transfer-encoding: Quoted-Printable\n",
                "Content-Transfer-Encoding: x-quoted-printable (so)\n",
                "Content-Transfer-Encoding:\n quoted-printable\n",
                "Content-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: quoted-printable\n",
            ]);
            (headers, quoted_printable(rng, &text))
        }
        2 => {
            headers += rng.pick(&[
                "Content-Transfer-Encoding: base64\n",
                "Content-Transfer-Encoding: BASE64 \n",
                "Content-Transfer-Encoding: x-base64\n",
            ]);
            (headers, base64(rng, &text))
        }
        3 => {
            headers += rng.pick(&[
                "Content-Transfer-Encoding: 8bit\n",
                "Content-Transfer-Encoding: 7bit\n",
                "Content-Transfer-Encoding: quoted-printable\nContent-Transfer-Encoding: 8bit\n",
            ]);
            (headers, text)
        }
        _ => (headers, text),
    }
}

fn quoted_printable(rng: &mut Rng, text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut column = 0;
    for &byte in text {
        let plain = matches!(byte, b'\n' | b'\t' | b' '..=b'~') && byte != b'=';
        if plain && !rng.chance(1) {
            out.push(byte);
            column = if byte == b'\n' { 0 } else { column + 1 };
        } else if byte == b'=' && rng.chance(3) {
            out.push(byte);
        } else {
            out.extend(
                if rng.chance(90) {
                    format!("={byte:02X}")
                } else {
                    format!("={byte:02x}")
                }
                .into_bytes(),
            );
            column += 3;
        }
        if column > 60 {
            out.extend_from_slice(if rng.chance(98) { b"=\n" } else { b"= \n" });
            column = 0;
        }
    }
    out
}

fn base64(rng: &mut Rng, text: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = Vec::new();
    for three in text.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for at in 0..4 {
            digits.push(if at <= three.len() {
                DIGITS[(bits >> (18 - 6 * at) & 63) as usize]
            } else {
                b'='
            });
        }
    }
    let width = if rng.chance(90) {
        76
    } else {
        20 + rng.below(60)
    };
    let mut out = Vec::new();
    for line in digits.chunks(width) {
        out.extend_from_slice(line);
        if !rng.chance(1) {
            out.push(b'\n');
        }
    }
    out
}

/// A body: headers on top, a message, notes, a diff and a signature.
fn text(rng: &mut Rng) -> Vec<u8> {
    let mut out = Vec::new();
    let mut say = |text: &str| out.extend_from_slice(text.as_bytes());
    if rng.chance(15) {
        say(rng.pick(&[
            "From: Other <o@example.org>\n\n",
            "from: Other\n <o@example.org>\nSubject: [PATCH] y\n\n",
            "Subject: y\nDate: Thu, 13 Aug 2020 15:21:11 -0400\n",
            ">From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: O <o@example.org>\n\n",
            ">From here\nSubject: no\n",
            "[PATCH] other subject\n\nMore.\n",
            "\n\n  \nFrom: no\n",
            "From: =?utf-8?q?x\n\n",
            "From: O <o@example.org>\n -- >8 --\nSubject: z\n\n",
            "> On Wed, somebody wrote:\n> diff --git a/x b/x\n",
        ]));
    }
    for _ in 0..rng.below(4) {
        say(rng.pick(&[
            "Why it is so.\n",
            "\n",
            "Über allem.\n",
            "Signed-off-by: A Dev <a@example.org>\n",
            "Fixes: 0123456789ab (\"x\")\n",
            ">From here on.\n",
            "From here on.\n",
            "From a Mon Sep 17 00:00:00 2001\n",
            "-- \n",
            "----\n",
            "---x\n",
            " a blank before\n",
            "a blank after \n",
            "=3D\n",
            "+ plus\n",
            "\u{c}\n",
        ]));
    }
    if rng.chance(4) {
        say(rng.pick(&[
            "-- >8 --\n",
            "--- 8< ---\nFrom: Cut <c@example.org>\n\nBelow.\n",
            "8<\n",
            "- - - >% - - cut here - - -\nSubject: cut\n\n",
        ]));
        say("Below the scissors.\n");
    }
    if rng.chance(85) {
        say(if rng.chance(93) {
            "---\n"
        } else {
            rng.pick(&[
                "--- \n",
                "---\t\n",
                "--- a\n",
                "---\r\n",
                "Index: x\n",
                "diff -u x y\n",
            ])
        });
    }
    if rng.chance(8) {
        say(rng.pick(&[
            "v2: again\n",
            "v3: more\n",
            "Range-diff:\n",
            "  @@ x\n",
            "@@ -1 +1 @@ lone\n",
            "@@ -x\n",
            "diff --git a/one b/one\n",
            "diff --git so\n",
            "--- a/one\n+++ b/one\n",
            "--- a/one\n+++ b/one\n\n",
            "@@ -1,2\n",
            "-- >8 --\n",
        ]));
    }
    say(" drivers/a.c | 3 ++-\n 1 file changed, 2 insertions(+), 1 deletion(-)\n\n");
    if !rng.chance(6) {
        out.extend(diffs::diff(rng));
    }
    out.extend_from_slice(match rng.below(12) {
        0 => b"",
        1 => b"-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n",
        2 => b"_______________\nlist mailing list\n",
        3 => b"-- \n2.39\n\n--- a/x\n+++ b/x\n",
        4 => b"--\nend",
        _ => b"-- \n2.39.2\n\n",
    });
    out
}
