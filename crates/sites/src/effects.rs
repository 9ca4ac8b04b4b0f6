//! What a metavariable stands for is not written a second time where that would do something a second time.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use query::pattern::{Bindings, Template};
use syntax::Node;

use crate::kinds::split::is_changing;
use crate::names::one_line;
use crate::unresolved::Unresolved;

/// What has an effect in a match and would have it once more in the code that a template writes. `beside`: the match stays, and
/// the new code comes beside it; else that takes its place.
#[must_use]
pub fn repeated(file: &File, bindings: &Bindings, new: &Template, beside: bool) -> Option<String> {
    let mut bindings = bindings.iter();
    bindings.find_map(|(name, binding)| {
        let written = uses(new.text(), name);
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

/// Refuses what is [`repeated`], at the match that begins at `at`.
///
/// # Errors
/// An effect would be had twice.
pub fn once(
    file: &File,
    at: usize,
    bindings: &Bindings,
    new: &Template,
    beside: bool,
) -> Result<(), Unresolved> {
    match repeated(file, bindings, new, beside) {
        Some(message) => Err(Unresolved::unfit(message).at(file, at)),
        None => Ok(()),
    }
}

/// How often the text names the metavariable.
fn uses(text: &str, name: &str) -> usize {
    let starts = [format!("${name}"), format!("$({name}")];
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let count = |start: &String| {
        text.split(start.as_str())
            .skip(1)
            .filter(|it| ends(it))
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
    calls || assigns || discards(file, range)
}

/// Whether it calls something and drops its value: before a comma operator, as a statement of a statement expression.
fn discards(file: &File, range: &Range<usize>) -> bool {
    let Some(top) = file.node_at(range.clone()) else {
        return false;
    };
    let mut left = vec![top];
    while let Some(node) = left.pop() {
        let dropped = match node.kind() {
            "comma_expression" => node.child_by_field_name("left"),
            "expression_statement" if node.next_named_sibling().is_some() => node.named_child(0),
            _ => None,
        };
        if dropped.is_some_and(calls_something) {
            return true;
        }
        let mut cursor = node.walk();
        left.extend(node.named_children(&mut cursor));
    }
    false
}

fn calls_something(node: Node<'_>) -> bool {
    let mut left = vec![node];
    while let Some(node) = left.pop() {
        if node.kind() == "call_expression" {
            return true;
        }
        let mut cursor = node.walk();
        left.extend(node.named_children(&mut cursor));
    }
    false
}
