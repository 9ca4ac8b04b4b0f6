//! How tokens are written: what is the same token to a compiler is another line to who reads the patch.
//!
//! A splice where no directive needs one, a digraph and a byte order mark come and go with no token. They are changes all the same.

use std::ops::Range;

use dialect::TreePath;
use dialect::token::{TokenKind, tokens};

use super::tokens::{NAME, line_of, line_text};
use crate::explained::Explained;
use crate::finding::Finding;

/// What is written oddly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Odd {
    Bom,
    Digraph,
    Splice,
}

impl Odd {
    fn shown(self) -> &'static str {
        match self {
            Self::Bom => "a byte order mark",
            Self::Digraph => "a digraph",
            Self::Splice => "a line that a `\\` joins to the next",
        }
    }
}

const DIGRAPHS: [&[u8]; 6] = [b"<:", b":>", b"<%", b"%>", b"%:", b"%:%:"];
const BOM: &[u8] = b"\xef\xbb\xbf";

/// That the patches write tokens another way outside the declared code.
pub(super) fn finding(
    path: &TreePath,
    before: &[u8],
    after: &[u8],
    explained: &[&Explained],
) -> Option<Finding> {
    // Nearly every file has none of it.
    if before == after || !path.is_c() {
        return None;
    }
    let mut old = odd(before);
    old.retain(|(_, at)| !is_in(explained.iter().filter_map(|one| one.before.as_ref()), *at));
    let mut new = odd(after);
    new.retain(|(_, at)| !is_in(explained.iter().flat_map(|one| &one.after), *at));
    let kinds = |all: &[(Odd, usize)]| all.iter().map(|(odd, _)| *odd).collect::<Vec<_>>();
    if kinds(&old) == kinds(&new) {
        return None;
    }
    // The place is that of a line which the other side does not have.
    let only = |all: &[(Odd, usize)], bytes: &[u8], others: &[(Odd, usize)], other: &[u8]| {
        let known: Vec<(Odd, String)> = others
            .iter()
            .map(|(odd, at)| (*odd, line_text(other, *at)))
            .collect();
        let mut all = all.iter();
        all.find(|(odd, at)| !known.contains(&(*odd, line_text(bytes, *at))))
            .copied()
    };
    let come = only(&new, after, &old, before).or(new.last().copied());
    let come = come.filter(|_| new.len() >= old.len());
    let gone = only(&old, before, &new, after).or(old.last().copied());
    Some(match (come, gone) {
        (Some((odd, at)), _) => {
            let message = format!("{} comes, which is not declared", odd.shown());
            let finding = Finding::violated(NAME, message).in_file(path);
            finding
                .at_line(line_of(after, at))
                .showing(&line_text(after, at))
        }
        (None, Some((odd, _))) => {
            let message = format!("{} goes, which is not declared", odd.shown());
            Finding::violated(NAME, message).in_file(path)
        }
        (None, None) => return None,
    })
}

fn is_in<'r>(mut ranges: impl Iterator<Item = &'r Range<usize>>, at: usize) -> bool {
    ranges.any(|range| range.start <= at && at < range.end)
}

/// All of it in a file, with its place.
fn odd(bytes: &[u8]) -> Vec<(Odd, usize)> {
    let mut found = Vec::new();
    if bytes.starts_with(BOM) {
        found.push((Odd::Bom, 0));
    }
    let has_splice = splices(bytes).next().is_some();
    let has_digraph = DIGRAPHS
        .iter()
        .any(|digraph| memchr::memmem::find(bytes, digraph).is_some());
    if !has_splice && !has_digraph {
        return found;
    }
    let mut end = 0;
    for token in tokens(bytes) {
        let text = bytes.get(token.range.clone()).unwrap_or_default();
        let gap = bytes.get(end..token.range.start).unwrap_or_default();
        found.extend(splices(gap).map(|at| (Odd::Splice, end + at)));
        match token.kind {
            TokenKind::Punctuation if DIGRAPHS.contains(&text) => {
                found.push((Odd::Digraph, token.range.start));
            }
            // A directive goes on over its lines by splices.
            TokenKind::Directive => {
                let at = token.range.start;
                found.extend(digraphs_of(text).map(|digraph| (Odd::Digraph, at + digraph)));
            }
            TokenKind::Comment => {}
            _ => found.extend(splices(text).map(|at| (Odd::Splice, token.range.start + at))),
        }
        end = token.range.end;
    }
    found
}

/// The digraphs of a directive: that in the place of its `#`, and those behind it.
fn digraphs_of(directive: &[u8]) -> impl Iterator<Item = usize> {
    let sign = directive.iter().take_while(|byte| b"#%:".contains(byte));
    let sign = sign.count();
    let rest = directive.get(sign..).unwrap_or_default();
    let of_rest = tokens(rest).into_iter().filter(move |token| {
        let text = rest.get(token.range.clone()).unwrap_or_default();
        token.kind == TokenKind::Punctuation && DIGRAPHS.contains(&text)
    });
    let first = directive.starts_with(b"%:").then_some(0);
    first
        .into_iter()
        .chain(of_rest.map(move |token| sign + token.range.start))
}

fn splices(text: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'\\', text).filter(|at| is_splice(text, *at))
}

/// Whether the `\` at an offset is the last of its line, as gcc has it: but for white space.
fn is_splice(text: &[u8], at: usize) -> bool {
    let rest = text.get(at + 1..).unwrap_or_default();
    let line = rest.iter().take_while(|byte| **byte != b'\n');
    line.clone().count() < rest.len() && line.clone().all(u8::is_ascii_whitespace)
}
