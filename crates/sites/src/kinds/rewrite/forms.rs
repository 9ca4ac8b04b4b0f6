//! The old form and the new one, told apart in a tree that may have either.
//!
//! A new form may take in what the old one matches (`if ($X)` that of `if ($X && y)`), so a match of the new form proves
//! nothing where the old one matches too.

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::pattern::{Binding, Bindings, Fragment, Match, Pattern, Template};
use query::types::NoOtherFile;
use schema::model::Rewrite;
use syntax::Reader;

use crate::block::code;

/// What a match of the old form is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Old {
    /// The old form.
    Left,
    /// What the new form itself has of it.
    Part,
    /// It could be either.
    Either,
}

/// What a match of the old form is, beside the matches of the new one.
#[must_use]
pub fn what_is(
    (kind, file): (&Rewrite, &File),
    pattern: &Pattern,
    new: Option<&Pattern>,
    hit: &Match,
    news: &[Match],
) -> Old {
    let within =
        |outer: &Range<usize>| outer.start <= hit.range.start && hit.range.end <= outer.end;
    let parts = news.iter().filter(|found| {
        let is_bound = found
            .bindings
            .values()
            .any(|binding| within(&binding.range));
        within(&found.range) && !is_bound
    });
    let mut result = Old::Left;
    for found in parts {
        if found.range != hit.range {
            return Old::Part;
        }
        if is_the_other_writing(kind, file, hit, found) {
            continue;
        }
        result = match new {
            Some(new) => same_code(kind, pattern, new, hit),
            None => Old::Either,
        };
    }
    result
}

/// Whether both forms mean the same by an isomorphism, and the code is written as the old one: `e == NULL` for `!e`.
fn is_the_other_writing(kind: &Rewrite, file: &File, hit: &Match, found: &Match) -> bool {
    let filled = |bindings| kind.replacement.fill(bindings).ok();
    let (Some(old), Some(new)) = (filled(&hit.bindings), filled(&found.bindings)) else {
        return false;
    };
    let bare = |text: &[u8]| code(text).trim_end_matches([' ', ';']).to_owned();
    let new = bare(new.as_bytes());
    new == bare(old.as_bytes()) && new != bare(file.slice(hit.range.clone()))
}

/// Both forms match the same code. It is the old one where rewriting it would take it away. Else the new form is told from
/// the old one only where it asks for more than the old one does.
fn same_code(kind: &Rewrite, pattern: &Pattern, new: &Pattern, hit: &Match) -> Old {
    let again = kind
        .replacement
        .fill(&hit.bindings)
        .ok()
        .and_then(|text| begins_text(pattern, &text));
    match again {
        Some(false) => return Old::Left,
        Some(true) => {}
        None => return Old::Either,
    }
    let plain = plain(&hit.bindings);
    let least = Template::compile(pattern.text(), Fragment::Any)
        .ok()
        .and_then(|template| template.fill(&plain).ok());
    let Some(least) = least else {
        return Old::Either;
    };
    match (matches_text(pattern, &least), matches_text(new, &least)) {
        (Some(true), Some(false)) => Old::Part,
        _ => Old::Either,
    }
}

/// Each metavariable bound to a name of its own: what the old form asks for and nothing else.
fn plain(bindings: &Bindings) -> Bindings {
    let mut plain = Bindings::new();
    for (index, (name, binding)) in bindings.iter().enumerate() {
        let is_statement = binding.text.trim_end().ends_with([';', '}']);
        let end = if is_statement { ";" } else { "" };
        let text = format!("any_{index}{end}");
        let range = binding.range.clone();
        plain.insert(name.clone(), Binding { range, text });
    }
    plain
}

/// Whether the pattern matches just this text; none: the text could not be read.
fn matches_text(pattern: &Pattern, text: &str) -> Option<bool> {
    in_text(pattern, text, &|found, text| {
        found.start == text.start && found.end + 1 >= text.end
    })
}

/// Whether the pattern matches what this text begins with: of several statements, the first.
fn begins_text(pattern: &Pattern, text: &str) -> Option<bool> {
    in_text(pattern, text, &|found, text| found.start == text.start)
}

fn in_text(
    pattern: &Pattern,
    text: &str,
    is_it: &dyn Fn(&Range<usize>, &Range<usize>) -> bool,
) -> Option<bool> {
    const PLACES: &[(&str, &str)] = &[
        ("void f(void)\n{\n\tx = ", ";\n}\n"),
        ("void f(void)\n{\n\t", "\n}\n"),
        ("struct s x = {\n\t", ",\n};\n"),
        ("struct s {\n\t", "\n};\n"),
    ];
    let path = TreePath::new("form.c").ok()?;
    let text = text.trim();
    let mut read = None;
    for (before, after) in PLACES {
        let source = format!("{before}{text}{after}");
        let bytes: Arc<[u8]> = source.into_bytes().into();
        let file = File::from(Reader::standalone().read(&path, bytes));
        if !file.unread().is_empty() {
            continue;
        }
        let range = before.len()..before.len() + text.len();
        let found = pattern.find(&file, range.clone(), &NoOtherFile);
        let found = found.settled().ok()?;
        if found.iter().any(|found| is_it(&found.range, &range)) {
            return Some(true);
        }
        read = Some(false);
    }
    read
}
