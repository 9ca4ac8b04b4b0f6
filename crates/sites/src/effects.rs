//! What a metavariable stands for is written where it means what it meant, and not a second time where that would do something
//! a second time.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use query::pattern::{Bindings, Template};
use query::types::DefinitionSource;
use syntax::Node;

use crate::bare::filled_apart;
use crate::kinds::split::is_changing;
use crate::names::one_line;
use crate::statement::every;
use crate::unresolved::Unresolved;

/// What has an effect in a match and would have it once more in the code that a template writes. `beside`: the match stays, and
/// the new code comes beside it; else that takes its place.
#[must_use]
pub fn repeated(file: &File, bindings: &Bindings, new: &Template, beside: bool) -> Option<String> {
    let mut bindings = bindings.iter();
    bindings.find_map(|(name, binding)| {
        let written = evaluations(new, name);
        let is_twice = if beside { written > 0 } else { written > 1 };
        let has_effect = || changes_something(file, &binding.range);
        (is_twice && has_effect()).then(|| {
            format!(
                "`{}` has an effect, and `{}` would evaluate it a second time",
                one_line(&file.text(binding.range.clone())),
                one_line(new.text())
            )
        })
    })
}

/// Refuses what is [`repeated`], or taken apart by a macro ([`filled_apart`]), at the match that begins at `at`.
///
/// # Errors
/// An effect would be had twice, or the code would be read otherwise than it is written.
pub fn fits(
    home: (&File, &dyn DefinitionSource),
    at: usize,
    bindings: &Bindings,
    new: &Template,
    beside: bool,
) -> Result<(), Unresolved> {
    let (file, _) = home;
    let apart = || {
        let code = new.fill(bindings).ok()?;
        filled_apart(&code, home, bindings)
    };
    match repeated(file, bindings, new, beside).or_else(apart) {
        Some(message) => Err(Unresolved::unfit(message).at(file, at)),
        None => Ok(()),
    }
}

/// How often one run through the code evaluates the metavariable. A statement that is there twice is in two branches, or is
/// meant to be done twice.
fn evaluations(new: &Template, name: &str) -> usize {
    if new.is_statement(name) {
        return 0;
    }
    let text = new.text();
    let parts = text.split_once('?').filter(|(_, rest)| !rest.contains('?'));
    let parts = parts.and_then(|(condition, rest)| Some((condition, rest.rsplit_once(':')?)));
    match parts {
        Some((condition, (yes, no))) => uses(condition, name) + uses(yes, name).max(uses(no, name)),
        None => uses(text, name),
    }
}

/// How often the text names the metavariable, but for operands that are not evaluated (C11 6.5.3.4, gcc's `typeof`).
fn uses(text: &str, name: &str) -> usize {
    let starts = [format!("${name}"), format!("$({name}")];
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let is_evaluated = |before: &str| {
        let before = before.trim_end_matches(['(', ' ', '*']);
        !(before.ends_with("sizeof") || before.ends_with("typeof") || before.ends_with("typeof__"))
    };
    let count = |start: &String| {
        let found = text.match_indices(start.as_str());
        let found = found.filter(|(at, own)| text.get(at + own.len()..).is_some_and(ends));
        found
            .filter(|(at, _)| text.get(..*at).is_some_and(is_evaluated))
            .count()
    };
    starts.iter().map(count).sum()
}

/// Whether an expression assigns, calls what does something else the next time, or calls something for its effect alone.
fn changes_something(file: &File, range: &Range<usize>) -> bool {
    let text = file.slice(range.clone());
    let is_assignment = |operator: &[u8]| {
        let compares = matches!(operator, b"==" | b"!=" | b"<=" | b">=");
        matches!(operator, b"++" | b"--") || operator.ends_with(b"=") && !compares
    };
    let words: Vec<(TokenKind, &[u8])> = tokens(text)
        .into_iter()
        .filter_map(|token| Some((token.kind, text.get(token.range)?)))
        .filter(|(kind, _)| *kind != TokenKind::Comment)
        .collect();
    // What the next one of a list is does not change by asking.
    let changes = |name: &[u8]| {
        let name = String::from_utf8_lossy(name);
        is_changing(&name) && !name.split('_').any(|word| word == "next")
    };
    let calls = words.windows(2).any(|pair| match pair {
        [(TokenKind::Word, name), (_, b"(")] => changes(name),
        _ => false,
    });
    let assigns = words
        .iter()
        .any(|(kind, word)| *kind == TokenKind::Punctuation && is_assignment(word));
    calls || assigns || file.node_at(range.clone()).is_some_and(discards)
}

/// Whether an expression calls something and drops its value: before a comma operator, as a statement of a statement
/// expression.
pub(crate) fn discards(expression: Node<'_>) -> bool {
    every(expression).into_iter().any(|node| {
        let dropped = match node.kind() {
            "comma_expression" => node.child_by_field_name("left"),
            "expression_statement" if node.next_named_sibling().is_some() => node.named_child(0),
            _ => None,
        };
        let calls = |node: Node<'_>| {
            every(node)
                .iter()
                .any(|one| one.kind() == "call_expression")
        };
        dropped.is_some_and(calls)
    })
}
