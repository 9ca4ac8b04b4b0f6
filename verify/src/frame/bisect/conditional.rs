//! What is declared only under an `#if` now, and is used without it.
//!
//! A file that the Makefile builds only in some configurations may never be built without that of the `#if`: Kconfig says
//! so, which is not read. There nothing is known.

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::texts;
use query::File;
use query::access::{Access, member_uses};
use query::types::{Resolution, receiver_type};
use syntax::directives::Condition;

use super::Step;
use super::changes::FileChange;
use super::code::Role;
use super::complaint::{Complaint, around};
use super::linked::{lists_of, parts};
use super::macro_argument::{Usage, usage_of};
use super::scope::has_word;
use super::snapshot::is_source;
use super::undeclared::is_open;
use super::visible::declarations;

/// A name or member that has come under conditions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Limited {
    /// The record whose member it is; empty: a name of the file's own level.
    record: String,
    pub(super) name: String,
    /// The file that declares it, and in which line.
    path: TreePath,
    line: usize,
    /// Each condition, and whether it is to be false.
    conditions: Vec<(String, bool)>,
}

/// What a touched file declares only under conditions which it did not have.
pub(super) fn limited(change: &FileChange<'_>) -> Vec<Limited> {
    let (Some(old), Some(new)) = (&change.before, &change.after) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for name in &change.names {
        let (was, is) = (declarations(old, name), declarations(new, name));
        let ([_, ..], [at]) = (&was[..], &is[..]) else {
            continue;
        };
        let were: Vec<Vec<Condition>> = was.iter().map(|at| old.conditions_at(*at)).collect();
        found.extend(entry(new, (String::new(), name), *at, &were));
    }
    for record in new.records() {
        let Some(tag) = &record.tag else { continue };
        let twins = old.records_named(tag);
        let [twin] = twins[..] else { continue };
        for member in &record.members {
            if record.members_named(&member.name).count() != 1 || member.conditions.is_empty() {
                continue;
            }
            let were = twin.members_named(&member.name);
            let were: Vec<Vec<Condition>> = were
                .map(|member| old.conditions_at(member.name_range.start))
                .collect();
            let at = member.name_range.start;
            found.extend(entry(new, (tag.clone(), &member.name), at, &were));
        }
    }
    found
}

/// The entry of what is at `at`, where it has come under conditions: none of those that it was under is the same.
fn entry(
    file: &File,
    (record, name): (String, &str),
    at: usize,
    were: &[Vec<Condition>],
) -> Option<Limited> {
    let now = file.conditions_at(at);
    let [were] = were else { return None };
    let plain = |one: &Condition| (one.expression.clone(), one.negated);
    let old: Vec<_> = were.iter().map(plain).collect();
    let conditions: Vec<_> = now
        .iter()
        .map(plain)
        .filter(|one| !old.contains(one))
        .collect();
    // `#ifndef __ASSEMBLY__` leaves nothing out of C.
    let is_of_the_build = |(expression, _): &(String, bool)| {
        let names = words(expression).into_iter();
        let mut names = names.filter(|word| !word.starts_with("IS_"));
        names.all(|word| word.starts_with("CONFIG_"))
    };
    let is_chosen = !conditions.is_empty() && conditions.iter().all(is_of_the_build);
    (is_chosen
        && old
            .iter()
            .all(|one| now.iter().any(|new| plain(new) == *one)))
    .then(|| Limited {
        record,
        name: name.to_owned(),
        path: file.path().clone(),
        line: file.line_of(at),
        conditions,
    })
}

/// The uses in a file of what it declares, or sees, only under conditions.
pub(super) fn in_file(step: &Step<'_>, file: &Arc<File>) -> Vec<Complaint> {
    let closure = step.after.closure(file.path());
    let mut found = Vec::new();
    for limited in &step.limited {
        let is_seen = limited.path == *file.path() || closure.files.contains(&limited.path);
        if !is_seen || !has_word(file.bytes(), limited.name.as_bytes()) {
            continue;
        }
        let places = match limited.record.is_empty() {
            true => names(step, file, limited),
            false => members(step, file, limited),
        };
        let free = places
            .into_iter()
            .find(|at| !file.is_dead(*at) && is_without(&file.conditions_at(*at), limited));
        if let Some(at) = free {
            found.extend(complaint(step, file, limited, at));
        }
    }
    found
}

/// The names in a condition.
fn words(text: &str) -> Vec<String> {
    let words = texts(text.as_bytes());
    let names = words.filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'));
    let names = names.filter(|word| *word != "defined");
    names.map(str::to_owned).collect()
}

/// Whether nothing around a use has to do with the conditions.
fn is_without(around: &[Condition], limited: &Limited) -> bool {
    let all: Vec<String> = limited
        .conditions
        .iter()
        .flat_map(|(expression, _)| words(expression))
        .collect();
    let mut around = around.iter().flat_map(|one| words(&one.expression));
    !around.any(|word| all.contains(&word))
}

fn names(step: &Step<'_>, file: &Arc<File>, limited: &Limited) -> Vec<usize> {
    // Another header, or another arm, may have one for what the `#if` leaves out.
    let closure = step.after.closure(file.path());
    let others = step.after.files_with(&limited.name).into_iter();
    let mut others = others.filter(|path| {
        *path != limited.path && (path == file.path() || closure.files.contains(path))
    });
    if others.any(|path| {
        let index = step.after.index(&path);
        index.is_none_or(|index| index.line_of(&limited.name).is_some())
    }) {
        return Vec::new();
    }
    let is_own = limited.path == *file.path();
    let code = step.after.code(file);
    let words = code.words_named(file, &limited.name).filter(|word| {
        word.role == Role::Free
            && word.define.is_none()
            && file.function_at(word.range.start).is_some()
            && (is_own || is_open(file, word, &limited.name))
            && !super::scope::is_local(file, &word.range)
            && !super::names::is_declarator(file, &word.range)
            && usage_of(&step.after, file, word) == Usage::Value
    });
    words.map(|word| word.range.start).collect()
}

fn members(step: &Step<'_>, file: &Arc<File>, limited: &Limited) -> Vec<usize> {
    let near = step.after.tree.near(file);
    let uses = member_uses(file, &limited.name).found.into_iter();
    let uses = uses.filter(|used| {
        let receiver = || receiver_type(file, &used.range, &near);
        !matches!(used.access, Access::Declaration | Access::Passed)
            && !used.in_macro
            && matches!(receiver(), Resolution::Known(known)
                if known.to_string().rsplit(' ').next() == Some(&*limited.record))
    });
    uses.map(|used| used.range.start).collect()
}

fn complaint(step: &Step<'_>, file: &Arc<File>, limited: &Limited, at: usize) -> Option<Complaint> {
    let condition = limited.conditions.first().map(|(expression, negated)| {
        let not = if *negated { "!" } else { "" };
        format!("{not}{expression}")
    })?;
    let what = match limited.record.is_empty() {
        true => format!("`{}`", limited.name),
        false => format!("the member `{}` of `{}`", limited.name, limited.record),
    };
    let (path, line) = (&limited.path, limited.line);
    let message = format!("{what} is used without `{condition}`, under which {path}:{line} has it");
    let key = format!("limited:{}:{}", around(file, at), limited.name);
    match is_always_built(step, file.path(), limited) {
        Some(true) => Some(Complaint::violated(key, file, at, message)),
        Some(false) => None,
        None => {
            let message = format!("{message}: whether the file is built without it was not judged");
            Some(Complaint::unknown(key, file, at, message))
        }
    }
}

/// Whether the file is built whatever the conditions say: surely, surely not, or by what Kconfig says.
fn is_always_built(step: &Step<'_>, path: &TreePath, limited: &Limited) -> Option<bool> {
    // A header is what its users are.
    if !is_source(path) {
        return None;
    }
    let (folder, name) = parts(path);
    let Some(lists) = lists_of(step, &folder, &name) else {
        // Without a Makefile nothing hangs on a configuration.
        return Some(true);
    };
    let mut words = limited.conditions.iter().flat_map(|(expression, _)| {
        let words = texts(expression.as_bytes());
        words.map(str::to_owned).collect::<Vec<_>>()
    });
    let is_named =
        |word: &String| word.starts_with("CONFIG_") && lists.iter().any(|list| list.has_word(word));
    if words.any(|word| is_named(&word)) {
        return Some(false);
    }
    lists
        .iter()
        .any(super::linked::List::is_built_in)
        .then_some(true)
}

/// What they are called: files that have these words are to be asked.
pub(super) fn names_of(all: &[Limited]) -> BTreeSet<String> {
    all.iter().map(|limited| limited.name.clone()).collect()
}
