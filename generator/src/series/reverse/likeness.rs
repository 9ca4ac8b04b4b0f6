//! How like one text is to another: the same bytes, or the same code in other words.

use std::sync::Arc;

use dialect::TreePath;
use dialect::token::{TokenKind, tokens};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::text::lines;

/// How many lines differ of two texts that are the same code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Likeness(usize);

impl Likeness {
    /// None: they are not the same code. Comments may have other words, and there are as many; white space is free.
    /// What is not C is the same only byte for byte.
    pub(super) fn of(path: &TreePath, was: &[u8], now: &[u8]) -> Option<Self> {
        if was == now {
            return Some(Self(0));
        }
        let is_alike = path.is_c() && code(was) == code(now);
        is_alike.then(|| {
            let (was, now) = (lines(was), lines(now));
            let differ = capture_diff_slices(Algorithm::Myers, &was, &now)
                .into_iter()
                .filter(|op| op.tag() != DiffTag::Equal)
                .map(|op| op.old_range().len().max(op.new_range().len()));
            Self(differ.sum())
        })
    }
}

/// The tokens of a text; of a comment, that it is one.
fn code(text: &[u8]) -> Vec<(TokenKind, Vec<u8>)> {
    let token = |token: dialect::token::Token| {
        let bytes = text.get(token.range).unwrap_or_default();
        match token.kind {
            TokenKind::Comment => (token.kind, Vec::new()),
            // A comment may end a directive; its blanks are free too.
            TokenKind::Directive => (
                token.kind,
                bytes
                    .split(u8::is_ascii_whitespace)
                    .collect::<Vec<_>>()
                    .concat(),
            ),
            _ => (token.kind, bytes.to_vec()),
        }
    };
    tokens(text).into_iter().map(token).collect()
}

/// How many tokens of code a text has.
pub(super) fn size(text: &[u8]) -> usize {
    let tokens = tokens(text).into_iter();
    tokens
        .filter(|token| token.kind != TokenKind::Comment)
        .count()
}

/// Whether two texts have the same code, but for brackets that change no meaning where both are what one change is made on.
pub(super) fn is_same_code(one: &[u8], other: &[u8]) -> bool {
    let bare = |text: &[u8]| -> Vec<(TokenKind, Vec<u8>)> {
        let code = code(text).into_iter();
        let is_bracket = |token: &[u8]| matches!(token, b"(" | b")" | b"{" | b"}");
        code.filter(|(kind, token)| *kind != TokenKind::Comment && !is_bracket(token))
            .collect()
    };
    bare(one) == bare(other)
}

/// Lines of a file that the series, rendered again, writes otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// The file.
    pub file: String,
    /// 1-based line in the tree that is given.
    pub line: usize,
    /// The first of the lines there; empty where there is none.
    pub has: String,
    /// The first of the lines that come in their place; empty where there is none.
    pub gives: String,
}

/// Where two texts of a file differ.
pub(super) fn differing(path: &TreePath, was: &Arc<[u8]>, now: &Arc<[u8]>) -> Vec<Differs> {
    let (was, now) = (lines(was), lines(now));
    let shown = |line: Option<&&[u8]>| {
        let text = line.map(|line| String::from_utf8_lossy(line).trim().to_owned());
        text.unwrap_or_default()
    };
    capture_diff_slices(Algorithm::Myers, &was, &now)
        .into_iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| {
            let (old, new) = (op.old_range(), op.new_range());
            Differs {
                file: path.to_string(),
                line: old.start + 1,
                has: shown(was.get(old).and_then(|lines| lines.first())),
                gives: shown(now.get(new).and_then(|lines| lines.first())),
            }
        })
        .collect()
}
