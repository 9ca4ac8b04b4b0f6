//! Directives that the preprocessor does not take: conditionals that do not pair, a `#define` without its parenthesis, a macro
//! whose brackets are left open.
//!
//! The parser sees none of it: the dialect reads code of all arms at once, and macros' bodies are no code.

use std::ops::Range;

use dialect::token::{TokenKind, is_word_byte, tokens};
use query::File;
use syntax::items::MacroDefinition;

use super::{NAME, at_offset, balance};
use crate::finding::Finding;

/// What is wrong with a directive.
struct Fault {
    message: String,
    at: usize,
    /// The directive, as written.
    text: Vec<u8>,
}

/// Faults of directives that the file did not have before.
pub(super) fn check(before: Option<&File>, after: &File) -> Vec<Finding> {
    let mut old = before.map(faults).unwrap_or_default();
    let mut findings = Vec::new();
    for fault in faults(after) {
        let is_like = |old: &Fault| old.message == fault.message && old.text == fault.text;
        match old.iter().position(is_like) {
            Some(index) => drop(old.swap_remove(index)),
            None => {
                let finding = Finding::violated(NAME, fault.message);
                findings.push(at_offset(finding, after, fault.at));
            }
        }
    }
    findings.extend(macros(before, after));
    findings
}

fn faults(file: &File) -> Vec<Fault> {
    let bytes = file.bytes();
    let mut faults = Vec::new();
    // For each conditional that is open, where it begins, and whether its `#else` came by.
    let mut open: Vec<(Range<usize>, bool)> = Vec::new();
    for token in tokens(bytes) {
        if token.kind != TokenKind::Directive {
            continue;
        }
        let text = bytes.get(token.range.clone()).unwrap_or_default();
        let mut fault = |range: &Range<usize>, message: &str| {
            faults.push(Fault {
                message: message.to_owned(),
                at: range.start,
                text: bytes.get(range.clone()).unwrap_or_default().to_vec(),
            });
        };
        let (keyword, rest) = keyword(text);
        match keyword {
            b"if" | b"ifdef" | b"ifndef" => open.push((token.range, false)),
            b"else" | b"elif" | b"elifdef" | b"elifndef" => {
                let name = String::from_utf8_lossy(keyword);
                match open.last_mut() {
                    None => fault(&token.range, &format!("`#{name}` without `#if`")),
                    Some((_, true)) => fault(&token.range, &format!("`#{name}` after `#else`")),
                    Some((_, has_else)) => *has_else = keyword == b"else",
                }
            }
            b"endif" if open.pop().is_none() => fault(&token.range, "`#endif` without `#if`"),
            b"define" if !has_whole_head(rest) && !file.is_dead(token.range.start) => {
                fault(
                    &token.range,
                    "`#define` without a name or the end of its parameters",
                );
            }
            _ => {}
        }
    }
    faults.extend(open.into_iter().map(|(range, _)| Fault {
        message: "a conditional without its `#endif`".to_owned(),
        at: range.start,
        text: bytes.get(range).unwrap_or_default().to_vec(),
    }));
    faults
}

/// The word behind the `#`, and what follows it.
fn keyword(directive: &[u8]) -> (&[u8], &[u8]) {
    let name = directive
        .strip_prefix(b"#")
        .or_else(|| directive.strip_prefix(b"%:"))
        .unwrap_or(directive)
        .trim_ascii_start();
    let end = name.iter().position(|byte| !is_word_byte(*byte));
    name.split_at(end.unwrap_or(name.len()))
}

/// Whether a macro has a name and, where a parenthesis touches it, the one that closes (C11 6.10.3). What a comment or a splice
/// is in the middle of is taken for whole.
fn has_whole_head(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    if rest.starts_with(b"\\") || rest.starts_with(b"/") {
        return true;
    }
    let end = rest.iter().position(|byte| !is_word_byte(*byte));
    let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
    if name.first().is_none_or(u8::is_ascii_digit) {
        return false;
    }
    let Some(parameters) = behind.strip_prefix(b"(") else {
        return true;
    };
    let mut parameters = parameters.iter();
    parameters.find(|byte| matches!(byte, b')' | b'(')) == Some(&b')')
}

/// Macros whose brackets do not pair, and did before.
fn macros(before: Option<&File>, after: &File) -> Vec<Finding> {
    let open = |file: &File, known: &MacroDefinition| {
        let open = balance(file.slice(known.body.clone()));
        open.values().any(|count| *count != 0).then_some(open)
    };
    let all = |name: Option<&str>| {
        let macros = before
            .iter()
            .flat_map(|file| file.macros().iter().map(|it| (*file, it)));
        let named = macros.filter(move |(_, it)| name.is_none_or(|name| it.name == name));
        named.map(|(file, it)| open(file, it)).collect::<Vec<_>>()
    };
    let mut findings = Vec::new();
    for known in after.macros() {
        let Some(left) = open(after, known).filter(|_| !after.is_dead(known.range.start)) else {
            continue;
        };
        let was = all(Some(&known.name));
        let finding = if was.contains(&Some(left.clone())) {
            continue;
        } else if was.is_empty() {
            // One that opens what another one closes is another macro's twin, or its new name.
            if all(None).contains(&Some(left)) {
                continue;
            }
            let message = format!(
                "the brackets in `{}` do not balance: what it makes of code is not known",
                known.name
            );
            Finding::unknown(NAME, message)
        } else {
            let message = format!("the brackets in `{}` no longer balance", known.name);
            Finding::violated(NAME, message)
        };
        findings.push(at_offset(finding, after, known.range.start));
    }
    findings
}
