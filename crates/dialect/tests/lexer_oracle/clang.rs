//! What clang's lexer says, read from its dump.

#![expect(
    clippy::expect_used,
    reason = "a test without its judge fails by panicking"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use dialect::token::TokenKind;

use crate::Seen;

/// A token as clang has it.
#[derive(Clone, Debug)]
pub(crate) struct Theirs {
    pub(crate) start: usize,
    kind: String,
    /// What the dump says behind the kind: `'spelling'` and flags.
    rest: Vec<u8>,
}

/// Runs clang on files of a folder of its own.
pub(crate) struct Judge {
    folder: PathBuf,
}

impl Judge {
    /// `None`: there is no clang.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let found = Command::new("clang").arg("--version").output();
        if !found.is_ok_and(|output| output.status.success()) {
            return None;
        }
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("lexer-{name}"));
        fs::create_dir_all(&folder).expect("a folder for the sources");
        Some(Self { folder })
    }

    /// The tokens of each source, comments and white space left out.
    pub(crate) fn tokens(&self, sources: &[Vec<u8>]) -> Vec<Vec<Theirs>> {
        let names: Vec<String> = (0..sources.len()).map(|at| format!("{at}.c")).collect();
        for (name, source) in names.iter().zip(sources) {
            fs::write(self.folder.join(name), source).expect("a source is written");
        }
        let output = Command::new("clang")
            .current_dir(&self.folder)
            .args(["-cc1", "-std=gnu11", "-w", "-dump-raw-tokens"])
            .args(&names)
            .output()
            .expect("clang runs");
        let mut rest = &output.stderr[..];
        names
            .iter()
            .zip(sources)
            .map(|(name, source)| {
                let (tokens, after) = read(rest, name, source);
                rest = after;
                tokens
            })
            .collect()
    }
}

/// The dump of one file, and what is behind it.
fn read<'d>(mut dump: &'d [u8], name: &str, source: &[u8]) -> (Vec<Theirs>, &'d [u8]) {
    let lines: Vec<usize> = std::iter::once(0)
        .chain(memchr::memchr_iter(b'\n', source).map(|at| at + 1))
        .collect();
    let mark = format!("\tLoc=<{name}:");
    let mut tokens = Vec::new();
    while let Some(found) = memchr::memmem::find(dump, mark.as_bytes()) {
        let head = &dump[..found];
        let place = &dump[found + mark.len()..];
        let end = memchr::memmem::find(place, b">\n").expect("a place ends");
        let text = std::str::from_utf8(&place[..end]).expect("a place is text");
        let (line, column) = text.split_once(':').expect("line and column");
        let start = lines[line.parse::<usize>().expect("line") - 1]
            + column.parse::<usize>().expect("column")
            - 1;
        let start = behind_splices(source, start);
        dump = &place[end + 2..];
        let split = memchr::memchr(b' ', head).unwrap_or(head.len());
        let kind = String::from_utf8_lossy(&head[..split]).into_owned();
        let rest = head.get(split + 1..).unwrap_or_default().to_vec();
        let is_white = kind == "unknown"
            && source
                .get(start)
                .is_none_or(|&byte| byte.is_ascii_whitespace() || byte == 0x0b);
        let is_open_comment = kind == "unknown" && rest.starts_with(b"'/*");
        if !is_open_comment && kind != "comment" && kind != "eof" && !is_white {
            tokens.push(Theirs { start, kind, rest });
        }
    }
    (tokens, dump)
}

/// clang begins a token at the splices before it.
fn behind_splices(source: &[u8], mut at: usize) -> usize {
    while source.get(at) == Some(&b'\\') {
        let rest = &source[at + 1..];
        let blanks = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c))
            .count();
        if rest.get(blanks) != Some(&b'\n') {
            break;
        }
        at += 1 + blanks + 1;
    }
    at
}

/// The first token that differs, for people.
pub(crate) fn first_difference(ours: &[Seen], theirs: &[Theirs]) -> Option<String> {
    for at in 0..ours.len().max(theirs.len()) {
        match (ours.get(at), theirs.get(at)) {
            (Some(ours), Some(theirs)) if agree(ours, theirs) => {}
            (ours, theirs) => return Some(format!("ours {ours:?}\ntheirs {theirs:?}")),
        }
    }
    None
}

fn agree(ours: &Seen, theirs: &Theirs) -> bool {
    let mut spelling = b"'".to_vec();
    if theirs.kind == "unknown" && matches!(ours.kind, TokenKind::String | TokenKind::Char) {
        // It has no closing quote, so that white space of a splice at its end is in it or not.
        spelling.extend_from_slice(trimmed(&ours.text));
    } else {
        spelling.extend_from_slice(&ours.text);
        spelling.extend_from_slice(b"'\t");
    }
    let same_text = theirs.rest.starts_with(&spelling) || is_digraph_of(&theirs.rest, &ours.text);
    // Beside another `#` a digraph turns into blank and `#`.
    let same_start = ours.start == theirs.start
        || (ours.start == theirs.start + 1 && theirs.rest.starts_with(b"'%:"));
    same_start && same_text && kind(&theirs.kind, &ours.text) == ours.kind
}

fn trimmed(text: &[u8]) -> &[u8] {
    let is_white = |byte: &&u8| byte.is_ascii_whitespace() || **byte == 0x0b;
    let white = text.iter().rev().take_while(is_white).count();
    &text[..text.len() - white]
}

/// A digraph is joined to what it spells.
fn is_digraph_of(rest: &[u8], text: &[u8]) -> bool {
    let spelled: &[&[u8]] = match text {
        b"[" => &[b"'<:'\t"],
        b"]" => &[b"':>'\t"],
        b"{" => &[b"'<%'\t"],
        b"}" => &[b"'%>'\t"],
        b"#" => &[b"'%:'\t"],
        b"##" => &[b"'%:%:'\t"],
        _ => &[],
    };
    spelled.iter().any(|spelled| rest.starts_with(spelled))
}

fn kind(theirs: &str, text: &[u8]) -> TokenKind {
    match theirs {
        "raw_identifier" => TokenKind::Word,
        "numeric_constant" => TokenKind::Number,
        _ if theirs.ends_with("string_literal") => TokenKind::String,
        _ if theirs.ends_with("char_constant") => TokenKind::Char,
        // A literal that its line ends.
        "unknown" => match text.iter().find(|byte| !byte.is_ascii_alphanumeric()) {
            Some(b'"') => TokenKind::String,
            Some(b'\'') => TokenKind::Char,
            _ => TokenKind::Punctuation,
        },
        _ => TokenKind::Punctuation,
    }
}
