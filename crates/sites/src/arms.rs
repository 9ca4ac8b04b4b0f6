//! Arms of an `#if` that all end in an `if`, with one `else` for them behind the `#endif`.
//!
//! The grammar gives that `else` to the `if` of one arm. In the others it is the preprocessor that brings the two together:
//! what takes their `if` away, or comes between, leaves an `else` without one in some configurations.

use std::ops::Range;

use dialect::token::{Token, TokenKind};
use query::File;

/// An `#if` that is open.
struct Conditional {
    /// Where the arm begins that is open.
    start: usize,
    /// Where those begin that have ended, and their last tokens.
    arms: Vec<(usize, Option<Token>)>,
}

/// The ends of arms whose last statement is no `if` that could take the `else` behind their `#endif`.
#[must_use]
pub fn ends_without_if(file: &File) -> Vec<usize> {
    if !has_such_else(file.bytes()) {
        return Vec::new();
    }
    let tokens = file.code_tokens();
    let mut found = Vec::new();
    let mut open: Vec<Conditional> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Some(word) = directive(file, token) else {
            continue;
        };
        let before = index.checked_sub(1).and_then(|at| tokens.get(at));
        let last = before.filter(|before| before.kind != TokenKind::Directive);
        match word.as_str() {
            "if" | "ifdef" | "ifndef" => open.push(Conditional {
                start: token.range.end,
                arms: Vec::new(),
            }),
            "else" | "elif" | "elifdef" | "elifndef" => {
                if let Some(own) = open.last_mut() {
                    own.arms.push((own.start, last.cloned()));
                    own.start = token.range.end;
                }
            }
            "endif" => {
                let Some(mut own) = open.pop() else {
                    continue;
                };
                own.arms.push((own.start, last.cloned()));
                let next = tokens.get(index + 1);
                if next.is_some_and(|next| file.slice(next.range.clone()) == b"else") {
                    let arms = own.arms.into_iter();
                    let ends = arms.filter_map(|(start, last)| Some((start, last?.range)));
                    let wrong = ends.filter(|(start, last)| !ends_in_if(file, *start, last));
                    found.extend(wrong.map(|(_, last)| last.start));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether an `else` follows an `#endif` anywhere.
fn has_such_else(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"#endif").any(|at| {
        let rest = bytes.get(at..).unwrap_or_default();
        let line = memchr::memchr(b'\n', rest).and_then(|end| rest.get(end..));
        line.is_some_and(|line| line.trim_ascii_start().starts_with(b"else"))
    })
}

/// The word of a directive.
fn directive(file: &File, token: &Token) -> Option<String> {
    if token.kind != TokenKind::Directive {
        return None;
    }
    let text = file.text(token.range.clone());
    let word = text.trim_start_matches(['#', ' ', '\t']);
    Some(word.chars().take_while(char::is_ascii_alphabetic).collect())
}

/// Whether the body of an `if` that begins in the arm ends with its last token.
fn ends_in_if(file: &File, start: usize, last: &Range<usize>) -> bool {
    let node = file.node_at(last.clone());
    let mut around = std::iter::successors(node, |node| node.parent());
    around.any(|node| {
        let body = node.child_by_field_name("consequence");
        node.kind() == "if_statement"
            && node.start_byte() >= start
            && body.is_some_and(|body| body.end_byte() == last.end)
    })
}
