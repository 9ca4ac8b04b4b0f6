//! What is beside a name, in code and in the body of a macro alike.

use std::ops::Range;

use dialect::token::{Token, TokenKind, tokens};
use query::File;
use schema::model::Sort;

/// Tokens without comments, wherever they are: of the file, or of one of its directives.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    file: &'a File,
    code: &'a [Token],
    /// The token of the name.
    index: usize,
}

impl<'a> Around<'a> {
    /// The name at `at`, among tokens that are in file order.
    pub(super) fn new(file: &'a File, code: &'a [Token], at: usize) -> Option<Self> {
        let index = code.partition_point(|token| token.range.start < at);
        code.get(index).filter(|token| token.range.start == at)?;
        Some(Self { file, code, index })
    }

    /// The text of the token so far away.
    pub(super) fn text(&self, by: isize) -> &'a [u8] {
        let at = self.index.checked_add_signed(by);
        let token = at.and_then(|at| self.code.get(at));
        token.map_or(&[], |token| self.file.slice(token.range.clone()))
    }

    /// Whether it is behind `struct`, `union` or `enum`.
    pub(super) fn is_tagged(&self) -> bool {
        is_tag_keyword(self.text(-1))
    }

    /// Whether it is behind `->` or `.`.
    pub(super) fn is_member(&self) -> bool {
        matches!(self.text(-1), b"->" | b".")
    }

    /// Whether it is a part of a name that the preprocessor makes.
    pub(super) fn is_pasted(&self) -> bool {
        self.text(-1) == b"##" || self.text(1) == b"##"
    }

    /// The macro or function that is given the name alone as an argument, and which one it is.
    pub(super) fn call(&self) -> Option<(&'a str, usize)> {
        let is_bare = matches!(self.text(-1), b"(" | b",") && matches!(self.text(1), b"," | b")");
        if !is_bare {
            return None;
        }
        let (mut depth, mut argument) = (0_usize, 0);
        for at in (0..self.index).rev().take(400) {
            let token = self.code.get(at)?;
            match self.file.slice(token.range.clone()) {
                b")" | b"]" | b"}" => depth += 1,
                b"(" if depth == 0 => {
                    let before = at.checked_sub(1).and_then(|at| self.code.get(at))?;
                    if before.kind != TokenKind::Word {
                        return None;
                    }
                    let two = at.checked_sub(2).and_then(|at| self.code.get(at));
                    let two = two.map_or(&b""[..], |two| self.file.slice(two.range.clone()));
                    if matches!(two, b"->" | b".") {
                        return None;
                    }
                    let name = std::str::from_utf8(self.file.slice(before.range.clone())).ok()?;
                    return Some((name, argument));
                }
                b"(" | b"[" | b"{" => depth = depth.checked_sub(1)?,
                b"," if depth == 0 => argument += 1,
                b";" if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }
}

/// `struct`, `union` or `enum`
pub(super) fn is_tag_keyword(word: &[u8]) -> bool {
    matches!(word, b"struct" | b"union" | b"enum")
}

/// The tokens of a part of the file, comments left out.
pub(super) fn code_of(file: &File, range: Range<usize>) -> Vec<Token> {
    let start = range.start;
    let moved = |token: Token| Token {
        range: start + token.range.start..start + token.range.end,
        ..token
    };
    let all = tokens(file.slice(range)).into_iter();
    all.filter(|token| token.kind != TokenKind::Comment)
        .map(moved)
        .collect()
}

/// Where a tag is defined: with its members or its values.
pub(super) fn tags(file: &File, sort: Sort, name: &str) -> Vec<usize> {
    let keyword = sort.word().as_bytes();
    let code = code_of(file, 0..file.bytes().len());
    let text = |at: usize| {
        let token = code.get(at);
        token.map_or(&b""[..], |token| file.slice(token.range.clone()))
    };
    let is_it = |at: &usize| {
        let Some(before) = at.checked_sub(1) else {
            return false;
        };
        text(*at) == name.as_bytes() && text(before) == keyword && opens(&text, at + 1)
    };
    let found = (0..code.len()).filter(is_it);
    found
        .filter_map(|at| Some(code.get(at)?.range.start))
        .collect()
}

/// Whether a body opens behind a tag; an attribute may be between.
fn opens<'t>(text: &dyn Fn(usize) -> &'t [u8], at: usize) -> bool {
    match text(at) {
        b"{" => true,
        // `enum foo : u8 {`
        b":" => text(at + 2) == b"{",
        word => word.starts_with(b"__") && text(at + 1) == b"{",
    }
}

/// Whether a text that is not C has the name behind `->` or `.`.
pub(super) fn is_reached(bytes: &[u8], name: &str) -> bool {
    pairs(bytes, name).any(|before| matches!(before, "->" | "."))
}

/// Whether a text has the name behind `struct`, `union` or `enum`.
pub(super) fn is_tagged(bytes: &[u8], name: &str) -> bool {
    pairs(bytes, name).any(|before| is_tag_keyword(before.as_bytes()))
}

/// What is before each place of the name.
fn pairs<'b>(bytes: &'b [u8], name: &'b str) -> impl Iterator<Item = &'b str> {
    let mut last = "";
    dialect::token::texts(bytes).filter_map(move |text| {
        let before = std::mem::replace(&mut last, text);
        (text == name).then_some(before)
    })
}
