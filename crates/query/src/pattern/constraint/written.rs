//! What is written after the colon of `$(NAME: …)`.

use std::ops::Range;

use regex::bytes::Regex;

use super::super::PatternError;
use super::super::scan::{Scanned, Scanner};
use super::{Constraint, KINDS, Kind};
use dialect::token::TokenKind;

/// What a kind is called by those who have not read the manual.
const MEANT: [(&str, &str); 9] = [
    ("expression", "expr"),
    ("identifier", "ident"),
    ("name", "ident"),
    ("constant", "const"),
    ("literal", "const"),
    ("statement", "stmt"),
    ("typename", "type"),
    ("typedef", "type"),
    ("declaration", "stmt"),
];

const HELP: &str = "a kind (expr, ident, const, type, stmt), names (`kfree | vfree`), a regular expression (`/_put$/`) or a type";

fn failure(span: Range<usize>, message: &str, help: &str) -> PatternError {
    PatternError {
        message: message.to_owned(),
        span,
        help: (!help.is_empty()).then(|| help.to_owned()),
    }
}

/// A type, or what else a metavariable takes.
pub(in crate::pattern) enum Written {
    Type(String),
    Constraint(Constraint),
}

/// Where the text after the colon ends: before the `)` that closes the metavariable.
pub(in crate::pattern) fn end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let begins = rest.len()
        - rest
            .trim_start_matches(|c: char| c.is_whitespace() || c == '!')
            .len();
    if rest.get(begins..)?.starts_with('/') {
        let last = regex_end(rest, begins + 1)?;
        let behind = rest.get(last + 1..)?;
        let blank = behind.len() - behind.trim_start().len();
        return behind
            .trim_start()
            .starts_with(')')
            .then_some(start + last + 1 + blank);
    }
    let mut depth = 0_usize;
    let tokens = Scanner::new(text.as_bytes(), start..text.len());
    for token in tokens {
        match text.get(token.range.clone()) {
            Some("(") => depth += 1,
            Some(")") if depth == 0 => return Some(token.range.start),
            Some(")") => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The `/` that ends a regular expression.
fn regex_end(text: &str, from: usize) -> Option<usize> {
    let mut is_escaped = false;
    let found = text.get(from..)?.char_indices().find(|&(_, c)| {
        let ends = c == '/' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    });
    found.map(|(at, _)| from + at)
}

/// Reads what is in `span` of the text.
pub(in crate::pattern) fn read(text: &str, span: Range<usize>) -> Result<Written, PatternError> {
    let written = text.get(span.clone()).unwrap_or_default();
    let plain = written.trim();
    if plain.is_empty() {
        let help = "a typed metavariable reads `$(NAME: struct pci_dev *)`";
        return Err(failure(span, "a typed metavariable without a type", help));
    }
    if let Some(inner) = plain.strip_prefix('!') {
        let at = text.len()
            - text
                .get(span.start..)
                .unwrap_or_default()
                .trim_start()
                .len()
            + 1;
        let inner = constraint(text, at..at + inner.len(), true)?;
        let Written::Constraint(inner) = inner else {
            return Err(failure(at..span.end, "not a name", HELP));
        };
        return Ok(Written::Constraint(Constraint::Not(Box::new(inner))));
    }
    constraint(text, span, false)
}

fn constraint(text: &str, span: Range<usize>, negated: bool) -> Result<Written, PatternError> {
    let written = text.get(span.clone()).unwrap_or_default();
    let plain = written.trim();
    if plain.starts_with('/') {
        return regex(text, &span).map(Written::Constraint);
    }
    if let Some((_, kind)) = KINDS.iter().find(|(word, _)| *word == plain) {
        return Ok(Written::Constraint(Constraint::Kind(*kind)));
    }
    if let Some((_, kind)) = MEANT.iter().find(|(word, _)| *word == plain) {
        return Err(failure(span, "not a kind", &format!("write `{kind}`")));
    }
    let tokens: Vec<_> = Scanner::new(text.as_bytes(), span.clone()).collect();
    let word = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    if let Some(bad) = tokens.iter().find(|token| word(&token.range).contains('$')) {
        let help = "a typed metavariable reads `$(NAME: struct pci_dev *)`";
        let message = "a type cannot be a metavariable here";
        return Err(failure(bad.range.clone(), message, help));
    }
    // A literal is no type: it is a set of one.
    let is_literal = |token: &Scanned| is_token(token.kind) && token.kind != TokenKind::Word;
    let is_set = negated
        || tokens.iter().any(|token| word(&token.range) == "|")
        || tokens.last().is_some_and(is_literal);
    if !is_set {
        let words: Vec<&str> = tokens.iter().map(|token| word(&token.range)).collect();
        return Ok(Written::Type(words.join(" ")));
    }
    let names = tokens.split(|token| word(&token.range) == "|");
    let mut any = Vec::new();
    for name in names {
        let is_name = match name {
            [one] => is_token(one.kind),
            [sign, one] => word(&sign.range) == "-" && one.kind != TokenKind::Punctuation,
            _ => false,
        };
        if !is_name {
            let at = match (name.first(), name.last()) {
                (Some(first), Some(last)) => first.range.start..last.range.end,
                _ => span,
            };
            let help = "a set lists single names or literals, `kfree | vfree`; for two types write two patterns";
            return Err(failure(at, "not a name", help));
        }
        any.push(
            name.iter()
                .map(|token| word(&token.range).as_bytes().into())
                .collect(),
        );
    }
    Ok(Written::Constraint(Constraint::OneOf(any)))
}

fn is_token(kind: TokenKind) -> bool {
    !matches!(
        kind,
        TokenKind::Punctuation | TokenKind::Directive | TokenKind::Comment
    )
}

fn regex(text: &str, span: &Range<usize>) -> Result<Constraint, PatternError> {
    let written = text.get(span.clone()).unwrap_or_default();
    let start = span.start + written.len() - written.trim_start().len() + 1;
    let end = span.start + written.trim_end().len() - 1;
    let inner = text.get(start..end).unwrap_or_default().replace("\\/", "/");
    if inner.is_empty() {
        return Err(failure(span.clone(), "an empty regular expression", HELP));
    }
    match Regex::new(&inner) {
        Ok(regex) => Ok(Constraint::Matching(Box::new(regex))),
        Err(error) => {
            let reason = error.to_string();
            let last = reason.lines().last().unwrap_or_default();
            let message = format!(
                "not a regular expression: {}",
                last.trim_start_matches("error: ")
            );
            Err(failure(start..end, &message, ""))
        }
    }
}

impl Kind {
    /// The word for it.
    pub(in crate::pattern) fn word(self) -> &'static str {
        KINDS
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(word, _)| word)
    }
}
