//! Characters and strings that their line does not end, and octal numbers with an 8 or a 9.

use std::ops::Range;
use std::sync::Arc;

use dialect::token::{TokenKind, tokens};
use query::File;

use super::changes::FileChange;
use super::complaint::{Complaint, new_ones};
use super::snapshot::is_source;

/// The new ones of a touched file.
pub(super) fn in_touched(change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let now = open(file, &|at| change.is_new(&(at..at + 1)));
    if now.is_empty() {
        return now;
    }
    let before = change.before.iter();
    new_ones(now, before.flat_map(|before| open(before, &|_| true)))
}

fn open(file: &Arc<File>, is_asked: &dyn Fn(usize) -> bool) -> Vec<Complaint> {
    let mut found = Vec::new();
    for token in tokens(file.bytes()) {
        let at = token.range.start;
        if token.kind == TokenKind::Number && is_asked(at) {
            found.extend(number(file, &token.range));
        }
        if !token.kind.is_literal() || !is_asked(at) {
            continue;
        }
        let (quote, what) = match token.kind {
            TokenKind::Char => (b'\'', "character"),
            _ => (b'"', "string"),
        };
        let text = file.slice(token.range.clone());
        let is_closed = text.len() > 1
            && text.last() == Some(&quote)
            && text.iter().filter(|byte| **byte == quote).count() > 1;
        // Some headers are for the assembler alone.
        if !is_source(file.path()) && file.function_at(at).is_none() {
            continue;
        }
        // What is for the assembler has its own quotes, and what is left out is nobody's.
        if is_closed || file.is_dead(at) || !file.conditions_at(at).iter().all(is_of_c) {
            continue;
        }
        let key = format!("open:{}:{}", file.path(), String::from_utf8_lossy(text));
        let message = format!(
            "a {what} is not ended: {}",
            sites::brief(&String::from_utf8_lossy(text), 40)
        );
        found.push(Complaint::violated(key, file, at, message));
    }
    found
}

/// An octal number with an 8 or a 9.
fn number(file: &Arc<File>, range: &Range<usize>) -> Option<Complaint> {
    let text = file.text(range.clone());
    let digits = text.trim_end_matches(['u', 'U', 'l', 'L']);
    let is_octal = digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.contains(['8', '9']);
    // Elsewhere a macro may make a string of it.
    let is_code = file.function_at(range.start).is_some() && !file.is_dead(range.start);
    (is_octal && is_code).then(|| {
        let key = format!("octal:{}:{text}", file.path());
        let message = format!("`{text}` is no number: what begins with 0 is octal");
        Complaint::violated(key, file, range.start, message)
    })
}

/// Whether a condition says nothing of the assembler.
fn is_of_c(condition: &syntax::directives::Condition) -> bool {
    !condition.expression.contains("ASSEMBL")
}
