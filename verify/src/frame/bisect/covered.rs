//! Declarations that a macro of their name makes something else of: `#define stop() 3` over a function `stop`.
//!
//! Many macros have the name of what they stand for, or of a function that they rename. So only what can be no declaration
//! is said: a number in the place of the name, a statement, another number of parameters.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::{Pieces, TokenKind, texts};
use query::File;
use syntax::directives::MacroDefinition;

use super::Step;
use super::code::Word;
use super::complaint::{Complaint, new_ones};
use super::constants::is_undefined;
use super::names::is_declarator;
use super::scope::has_word;
use super::snapshot::{Snapshot, is_of_each_build, is_source};
use super::visible::exclude_each_other;

/// The declarations in `file` of what macros of touched files are called, where the tree before has none.
pub(super) fn in_file(
    step: &Step<'_>,
    file: &Arc<File>,
    names: &BTreeSet<String>,
) -> Vec<Complaint> {
    let mut found = Vec::new();
    for name in names {
        let now = covered(step, &step.after, file, name);
        if now.is_none() {
            continue;
        }
        let before = step.before.file(file.path());
        let old = before.and_then(|before| covered(step, &step.before, &before, name));
        found.extend(new_ones(now, old));
    }
    found
}

fn covered(
    step: &Step<'_>,
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    name: &str,
) -> Option<Complaint> {
    if !has_word(file.bytes(), name.as_bytes()) || is_undefined(file, name) {
        return None;
    }
    let (home, known) = macro_of(step, snapshot, file, name)?;
    let code = snapshot.code(file);
    let is_own = home.path() == file.path();
    let word = code.words_named(file, name).find(|word| {
        let is_before = is_own && word.range.start < known.range.end;
        word.define.is_none()
            && !is_before
            && !file.is_dead(word.range.start)
            && !exclude_each_other(&file.conditions_at(word.range.start), &known.conditions)
            && is_declarator(file, &word.range)
            && file.unread_near(&word.range).is_none()
            && spoils(&home, &known, file, word)
    })?;
    let place = format!("{}:{}", home.path(), home.line_of(known.name_range.start));
    Some(Complaint::violated(
        format!("covered:{}:{name}", file.path()),
        file,
        word.range.start,
        format!("`{name}` is declared here, and is the macro of {place}"),
    ))
}

/// The one macro of the name that the file has from a touched file, in every configuration.
fn macro_of(
    step: &Step<'_>,
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    name: &str,
) -> Option<(Arc<File>, MacroDefinition)> {
    let closure = snapshot.closure(file.path());
    let has = |path: &&TreePath| {
        *path == file.path()
            || closure.files.contains(*path)
                && !is_source(path)
                && is_of_each_build(file.path(), path)
    };
    let touched = step.changes.iter().map(|change| &change.path);
    let mut found = None;
    for path in touched.filter(has) {
        let Some(home) = snapshot.file(path) else {
            continue;
        };
        for known in home.macros().iter().filter(|known| known.name == name) {
            if found.is_some() || !known.conditions.is_empty() || is_undefined(&home, name) {
                return None;
            }
            found = Some((Arc::clone(&home), known.clone()));
        }
    }
    found
}

/// Whether the macro makes no declaration of the name at this place.
fn spoils(home: &File, known: &MacroDefinition, file: &File, word: &Word) -> bool {
    let body = home.slice(known.body.clone());
    let first = Pieces::new(body).next();
    let starts_otherwise = first.is_some_and(|(kind, range)| {
        let text = body.get(range).unwrap_or_default();
        kind == TokenKind::Number
            || kind.is_literal()
            || matches!(
                text,
                b"do" | b"if" | b"while" | b"for" | b"return" | b"{" | b"-" | b"!"
            )
    });
    let Some(params) = &known.params else {
        return starts_otherwise;
    };
    let rest = file.bytes().get(word.range.end..).unwrap_or_default();
    let mut next = texts(rest);
    if next.next() != Some("(") {
        return false;
    }
    let is_variadic = params.iter().any(|param| param.ends_with("..."));
    let is_other = !is_variadic
        && given(next).is_some_and(|count| {
            // `f()` gives a macro's only parameter no token.
            count != params.len() && !(count == 0 && params.len() == 1)
        });
    starts_otherwise || is_other
}

/// How many arguments a macro takes the list for, behind its `(`.
fn given<'t>(words: impl Iterator<Item = &'t str>) -> Option<usize> {
    let (mut depth, mut commas, mut is_empty) = (0_usize, 0, true);
    for word in words {
        match word {
            ")" if depth == 0 => return Some(if is_empty { 0 } else { commas + 1 }),
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => commas += 1,
            _ => {}
        }
        is_empty = false;
    }
    None
}
