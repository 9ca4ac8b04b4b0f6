//! Mails as other programs would have written them.

use crate::edit::{Doing, Mutation};
use crate::material::Material;

pub(super) fn mutations(material: &Material<'_>, found: &mut Vec<Mutation>) {
    if !material.has_mails() {
        return;
    }
    for (what, rewrite) in WHOLE {
        let mut mails = material.mails.clone();
        for (_, bytes) in &mut mails {
            *bytes = rewrite(&String::from_utf8_lossy(bytes)).into_bytes();
        }
        push(found, what, "all mails", mails);
    }
    let mut reversed = material.mails.clone();
    reversed.reverse();
    push(found, "the mails in the other order", "all mails", reversed);
    let whole = material
        .mails
        .iter()
        .flat_map(|(_, bytes)| bytes.clone())
        .collect();
    push(
        found,
        "all mails in one mailbox",
        "all mails",
        vec![("series.mbox".to_owned(), whole)],
    );
    for (at, (name, bytes)) in material.mails.iter().enumerate() {
        let text = String::from_utf8_lossy(bytes);
        for (what, rewrite) in WHOLE {
            let mut mails = material.mails.clone();
            if let Some((_, bytes)) = mails.get_mut(at) {
                *bytes = rewrite(&text).into_bytes();
            }
            push(found, what, name, mails);
        }
    }
}

fn push(found: &mut Vec<Mutation>, what: &str, file: &str, mails: Vec<(String, Vec<u8>)>) {
    found.push(Mutation {
        what: what.to_owned(),
        file: file.to_owned(),
        line: 1,
        doing: Doing::Mails(mails),
    });
}

type Rewrite = fn(&str) -> String;

/// What is done to a mail, each leaving what git reads.
const WHOLE: &[(&str, Rewrite)] = &[
    ("the headers in the other order", other_order),
    ("more headers", more_headers),
    ("no Message-ID, no References", no_ids),
    ("lines that end in CRLF", crlf),
    ("base64", base64),
    ("quoted-printable", quoted_printable),
    ("the footer of a list", footer),
    ("hunks at another offset", offset),
    ("another program's signature", signature),
    ("no signature", no_signature),
    ("a tag of a reviewer", reviewed),
    ("a remark under the rule", remark),
    ("the subject folded", folded),
];

/// The head, up to the blank line, and the body.
fn parts(text: &str) -> (&str, &str) {
    match text.find("\n\n") {
        Some(at) => text.split_at(at + 1),
        None => (text, ""),
    }
}

/// The headers, each with its further lines; the separator is none.
fn headers(head: &str) -> (&str, Vec<String>) {
    let (separator, rest) = head.split_once('\n').unwrap_or((head, ""));
    let mut headers: Vec<String> = Vec::new();
    for line in rest.lines() {
        match headers.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.push('\n');
                last.push_str(line);
            }
            _ => headers.push(line.to_owned()),
        }
    }
    (separator, headers)
}

fn with_headers(text: &str, change: impl Fn(Vec<String>) -> Vec<String>) -> String {
    let (head, body) = parts(text);
    let (separator, all) = headers(head);
    format!("{separator}\n{}\n{body}", change(all).join("\n"))
}

fn other_order(text: &str) -> String {
    with_headers(text, |mut all| {
        all.reverse();
        all
    })
}

fn more_headers(text: &str) -> String {
    with_headers(text, |mut all| {
        all.insert(0, "X-Mailer: another program".to_owned());
        all.push("List-Id: <linux-pci.vger.kernel.org>".to_owned());
        all
    })
}

fn no_ids(text: &str) -> String {
    with_headers(text, |mut all| {
        all.retain(|header| {
            !["Message-ID:", "In-Reply-To:", "References:"]
                .iter()
                .any(|name| header.starts_with(name))
        });
        all
    })
}

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// With another transfer encoding.
fn encoded(text: &str, name: &str, encode: impl Fn(&[u8]) -> String) -> String {
    let (head, body) = parts(text);
    let (separator, mut all) = headers(head);
    all.retain(|header| !header.starts_with("Content-Transfer-Encoding:"));
    all.push(format!("Content-Transfer-Encoding: {name}"));
    let body = body.strip_prefix('\n').unwrap_or(body);
    format!(
        "{separator}\n{}\n\n{}",
        all.join("\n"),
        encode(body.as_bytes())
    )
}

fn base64(text: &str) -> String {
    encoded(text, "base64", |bytes| {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for (at, three) in bytes.chunks(3).enumerate() {
            if at > 0 && at % 19 == 0 {
                out.push('\n');
            }
            let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for letter in 0..4 {
                let index = (bits >> (18 - 6 * letter)) as usize & 63;
                let letter = if letter > three.len() {
                    '='
                } else {
                    LETTERS[index] as char
                };
                out.push(letter);
            }
        }
        out.push('\n');
        out
    })
}

fn quoted_printable(text: &str) -> String {
    encoded(text, "quoted-printable", |bytes| {
        let mut out = String::new();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (line, end) = match line.strip_suffix(b"\n") {
                Some(line) => (line, "\n"),
                None => (line, ""),
            };
            let mut width = 0;
            for (at, byte) in line.iter().enumerate() {
                let is_last = at + 1 == line.len();
                let is_plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~')
                    || matches!(byte, b' ' | b'\t') && !is_last;
                let shown = match is_plain {
                    true => char::from(*byte).to_string(),
                    false => format!("={byte:02X}"),
                };
                if width + shown.len() > 72 {
                    out.push_str("=\n");
                    width = 0;
                }
                width += shown.len();
                out.push_str(&shown);
            }
            out.push_str(end);
        }
        out
    })
}

fn footer(text: &str) -> String {
    format!(
        "{text}\n_______________________________________________\nLinux-pci mailing list\nhttps://lists.example.org/linux-pci\n"
    )
}

/// Each hunk some lines further down than it says.
fn offset(text: &str) -> String {
    let moved = |side: &str| -> Option<String> {
        let (start, count) = side
            .get(1..)?
            .split_once(',')
            .unwrap_or((side.get(1..)?, "1"));
        let start: usize = start.parse().ok()?;
        let sign = side.get(..1)?;
        Some(format!("{sign}{},{count}", start + 3))
    };
    let line = |line: &str| -> String {
        let head = line
            .strip_prefix("@@ ")
            .and_then(|rest| rest.split_once(" @@"));
        let changed = head.and_then(|(head, rest)| {
            let (old, new) = head.split_once(' ')?;
            Some(format!("@@ {} {} @@{rest}", moved(old)?, moved(new)?))
        });
        changed.unwrap_or_else(|| line.to_owned())
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn signature(text: &str) -> String {
    match text.rfind("\n-- \n") {
        Some(at) => format!("{}\n-- \n2.39.5\n\n", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn no_signature(text: &str) -> String {
    match text.rfind("\n-- \n") {
        Some(at) => format!("{}\n", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn reviewed(text: &str) -> String {
    let tag = "Reviewed-by: A Reviewer <reviewer@example.org>\nSigned-off-by:";
    text.replacen("Signed-off-by:", tag, 1)
}

fn remark(text: &str) -> String {
    text.replacen("\n---\n", "\n---\nA remark for the list.\n\n", 1)
}

fn folded(text: &str) -> String {
    with_headers(text, |all| {
        let fold = |header: String| match header.strip_prefix("Subject: ") {
            Some(subject) => {
                let cut = subject.rfind(' ').unwrap_or(subject.len());
                let (first, second) = subject.split_at(cut);
                format!("Subject: {first}\n{second}")
            }
            None => header,
        };
        all.into_iter().map(fold).collect()
    })
}
