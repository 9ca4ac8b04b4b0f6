//! Whether control gets to what was put in.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use query::flow::Flow;
use schema::model::Insert;
use sites::{Unresolved, live_functions};
use syntax::Node;

use crate::edit::Edit;

/// Refuses statements that never run: before the first `case` of a `switch`, behind a `return`.
///
/// Where the control flow could not be read, the verifier says so.
///
/// # Errors
/// One of the sorted edits, made already, put something where control never gets.
pub(crate) fn check(edited: &File, edits: &[Edit]) -> Result<(), Unresolved> {
    let (mut came, mut gone) = (0_usize, 0_usize);
    for edit in edits {
        let start = (edit.range.start + came).saturating_sub(gone);
        came += edit.text.len();
        gone += edit.range.len();
        let own = start..start + edit.text.len();
        // What takes the place of lines has code in it that was there before: who writes that asks for itself.
        if !edit.range.is_empty() {
            continue;
        }
        let Some(function) = edited.function_at(start) else {
            continue;
        };
        let first = edit.text.trim_start();
        // Who jumps to a label may come with another change: it is asked for when all of them are made.
        let at = own.end - first.len();
        let unfit = |message: String| Err(Unresolved::unfit(message).at(edited, at));
        let shown = sites::one_line(first);
        match Flow::of(edited, function) {
            Ok(flow) if label(first).is_none() && !flow.reaches(&own) => {
                return unfit(format!("control never gets to `{shown}` there"));
            }
            Err(unread) if is_behind(edited, &unread.range, at) => {
                return unfit(format!("`{shown}` would be behind {}", unread.cause));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether there is nothing but directives and comments between what was not read and `at`.
fn is_behind(file: &File, unread: &Range<usize>, at: usize) -> bool {
    let Some(between) = file.bytes().get(unread.end..at) else {
        return false;
    };
    let mut tokens = tokens(between).into_iter();
    tokens.all(|token| matches!(token.kind, TokenKind::Directive | TokenKind::Comment))
}

/// Says which label of the statements that were put into a file nobody jumps to, now that the whole series is made.
///
/// Where the control flow could not be read, the verifier says so.
pub(crate) fn unreached(file: &File, insert: &Insert) -> Option<String> {
    let label = label(insert.code.text().trim_start())?;
    let names = insert.functions.iter();
    let mut functions = names.flat_map(|name| live_functions(file, name));
    let function = functions.find(|function| {
        let body = file.node_at(function.body.clone());
        let Some(own) = body.and_then(|body| labelled(file, body, label)) else {
            return false;
        };
        Flow::of(file, function).is_ok_and(|flow| !flow.reaches(&own))
    })?;
    Some(format!(
        "{}: {}(): control never gets to `{label}:`: no change of the series jumps there",
        file.path(),
        function.name
    ))
}

/// The statement with a label, as bytes.
fn labelled(file: &File, body: Node<'_>, label: &str) -> Option<Range<usize>> {
    let mut open = vec![body];
    while let Some(node) = open.pop() {
        let own = node.child_by_field_name("label");
        if node.kind() == "labeled_statement"
            && own.is_some_and(|own| file.slice(own.byte_range()) == label.as_bytes())
        {
            return Some(node.byte_range());
        }
        let mut cursor = node.walk();
        open.extend(node.named_children(&mut cursor));
    }
    None
}

/// The label that a text begins with: `out` of `out: return 1;`.
fn label(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c == '_' || c.is_ascii_alphanumeric());
    let name = text.get(..text.len() - rest.len())?;
    let is_name = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    (is_name && name != "default" && rest.trim_start().starts_with(':')).then_some(name)
}
