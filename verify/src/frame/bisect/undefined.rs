//! Macros that `#undef` takes away before they are used, and that are defined again without one.
//!
//! Definitions are looked up in any order elsewhere: whether a name is declared does not hang on which of two headers comes
//! first. `#undef` is the exception, so where the series has one, directives are followed in the compiler's order. What an
//! `#if` may leave out says nothing for sure.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::token::texts;
use query::File;

use super::Step;
use super::changes::{Difference, FileChange};
use super::code::Role;
use super::complaint::{Complaint, around, new_ones};
use super::scope::{has_word, is_local};
use super::snapshot::Snapshot;
use super::timeline::State;
use super::visible::declarations;
use crate::includes::directives;

mod order;

use self::order::state_at;

/// The uses in a touched file of macros that are not defined there any more, and definitions over others.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for name in step
        .undefined
        .get_or_init(|| concerned(step))
        .iter()
        .filter(|name| has_word(file.bytes(), name.as_bytes()))
    {
        let now = of_name(&step.after, file, name);
        let before = change.before.iter();
        let before = before.flat_map(|before| of_name(&step.before, before, name));
        found.extend(new_ones(now, before));
    }
    found
}

/// The same in a file that the series leaves alone.
pub(super) fn in_other(step: &Step<'_>, file: &Arc<File>) -> Vec<Complaint> {
    let names = shared(step).into_iter();
    let names = names.filter(|name| has_word(file.bytes(), name.as_bytes()));
    let before = step.before.file(file.path());
    let of_each = names.flat_map(|name| {
        let old = before
            .iter()
            .flat_map(|before| of_name(&step.before, before, &name));
        new_ones(of_name(&step.after, file, &name), old)
    });
    of_each.collect()
}

/// The names that a header of the series takes away with `#undef`, or did: other files may use them.
pub(super) fn shared(step: &Step<'_>) -> BTreeSet<String> {
    let headers = step
        .changes
        .iter()
        .filter(|change| !change.path.as_str().ends_with(".c"));
    headers.flat_map(|change| changed(step, change)).collect()
}

/// All of them, and those of headers that a touched file did not include before.
fn concerned(step: &Step<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for change in &step.changes {
        found.extend(changed(step, change));
        let (had, has) = (
            step.before.closure(&change.path),
            step.after.closure(&change.path),
        );
        let new = has.files.difference(&had.files);
        let new = new.filter_map(|path| step.after.tree.tree().read(path).ok().flatten());
        found.extend(new.flat_map(|bytes| undefs(&bytes)));
    }
    found
}

/// The names of which only one side of a change has an `#undef`, or has it on a line that is new.
fn changed(step: &Step<'_>, change: &Difference) -> BTreeSet<String> {
    let of = |snapshot: &Snapshot<'_>| -> BTreeSet<String> {
        let bytes = snapshot.tree.tree().read(&change.path).ok().flatten();
        bytes.iter().flat_map(|bytes| undefs(bytes)).collect()
    };
    let (old, new) = (of(&step.before), of(&step.after));
    let all = old.union(&new);
    let is_other = |name: &&String| change.words.contains(*name) || !old.contains(*name);
    all.filter(is_other).cloned().collect()
}

fn undefs(bytes: &[u8]) -> Vec<String> {
    if memchr::memmem::find(bytes, b"undef").is_none() {
        return Vec::new();
    }
    directives(bytes)
        .filter_map(|(_, text)| undefined_name(text))
        .collect()
}

fn undefined_name(directive: &[u8]) -> Option<String> {
    let rest = directive.strip_prefix(b"undef")?;
    texts(rest).next().map(str::to_owned)
}

fn of_name(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str) -> Vec<Complaint> {
    if is_declared_otherwise(snapshot, file, name) {
        return Vec::new();
    }
    let code = snapshot.code(file);
    let is_its = |define: usize| {
        let definition = file.macro_at(define);
        definition.is_some_and(|own| has_word(file.slice(own.body.clone()), name.as_bytes()))
    };
    // A macro that has the name in its body uses it where it is used itself.
    let users: BTreeSet<&str> = file
        .macros()
        .iter()
        .filter(|own| own.name != name && is_its(own.range.start))
        .map(|own| &*own.name)
        .collect();
    let mut found = Vec::new();
    for word in code
        .words
        .iter()
        .filter(|word| word.define.is_none() && word.role == Role::Free)
    {
        let text = file.text(word.range.clone());
        let at = word.range.start;
        if (text != name && !users.contains(&*text))
            || file.is_dead(at)
            || is_local(file, &word.range)
        {
            continue;
        }
        if state_at(snapshot, file, name, at) == State::Undefined {
            let key = format!("undef:{}:{text}:{name}", around(file, at));
            let message = format!("`{name}` is used, and `#undef` has taken it away");
            found.push(Complaint::violated(key, file, at, message));
        }
    }
    found.extend(redefined(snapshot, file, name));
    found
}

/// A definition over another one with another body.
fn redefined(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str) -> Vec<Complaint> {
    let own = file
        .macros()
        .iter()
        .filter(|own| own.name == name && own.conditions.is_empty());
    let again = own.filter_map(|own| {
        let State::Defined(Some(before)) = state_at(snapshot, file, name, own.range.start) else {
            return None;
        };
        (before != body(file, own)).then(|| {
            let key = format!("redefined:{}:{name}", file.path());
            let message = format!("the macro `{name}` is defined again without an `#undef`");
            Complaint::violated(key, file, own.name_range.start, message)
        })
    });
    again.collect()
}

fn body(file: &File, own: &syntax::directives::MacroDefinition) -> String {
    let all: Vec<&str> = texts(file.slice(own.name_range.end..own.range.end)).collect();
    all.join(" ")
}

/// Whether the name is also that of a function, variable or type that the file sees.
fn is_declared_otherwise(snapshot: &Snapshot<'_>, file: &Arc<File>, name: &str) -> bool {
    let has_other = |file: &File| {
        let macros: Vec<usize> = file
            .macros()
            .iter()
            .map(|known| known.name_range.start)
            .collect();
        declarations(file, name)
            .iter()
            .any(|at| !macros.contains(at))
    };
    let closure = snapshot.closure(file.path());
    let headers = snapshot.headers_known_with(name).unwrap_or_default();
    let mut headers = headers.iter().filter(|path| closure.files.contains(path));
    has_other(file)
        || headers.any(|path| snapshot.file(path).is_some_and(|header| has_other(&header)))
}
