//! One name for two kinds of things: a function and a variable, a typedef and an enumerator share one name space (C11
//! 6.2.3).

use std::collections::BTreeMap;
use std::sync::Arc;

use query::File;
use syntax::directives::Condition;
use syntax::items::BaseType;

use super::Step;
use super::changes::FileChange;
use super::complaint::{Complaint, new_ones};
use super::shapes;
use super::snapshot::{Snapshot, is_of_each_build};
use super::visible::exclude_each_other;

/// A declaration at file level.
struct Declared<'f> {
    kind: &'static str,
    at: usize,
    conditions: &'f [Condition],
}

/// The names that a touched file has for two kinds of things now, by itself or with a header.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let now = of_file(&step.after, file, step);
    let old = change.before.iter();
    new_ones(
        now,
        old.flat_map(|before| of_file(&step.before, before, step)),
    )
}

/// The same in a file that the series leaves alone, where a header of the series has the name now.
pub(super) fn in_other(step: &Step<'_>, file: &Arc<File>) -> Vec<Complaint> {
    let now = of_file(&step.after, file, step);
    if now.is_empty() {
        return now;
    }
    let before = step.before.file(file.path());
    let old = before.iter();
    new_ones(
        now,
        old.flat_map(|before| of_file(&step.before, before, step)),
    )
}

fn of_file(snapshot: &Snapshot<'_>, file: &Arc<File>, step: &Step<'_>) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (name, all) in declared(file) {
        let twice = all.iter().enumerate().find_map(|(index, later)| {
            let mut earlier = all.iter().take(index);
            let twin = earlier.find(|twin| are_apart(twin, later))?;
            let may_agree = |one: &Declared<'_>| may_be_function(snapshot, file, name, one);
            if may_agree(twin) || may_agree(later) {
                return None;
            }
            Some((later, file.line_of(twin.at).to_string(), twin.kind))
        });
        if let Some((later, line, kind)) = twice {
            found.push(complaint(file, name, later, kind, &format!("line {line}")));
        } else if step.names.contains(name) {
            found.extend(in_headers(snapshot, file, name, &all));
        }
    }
    found
}

fn are_apart(one: &Declared<'_>, other: &Declared<'_>) -> bool {
    one.kind != other.kind && !exclude_each_other(one.conditions, other.conditions)
}

/// What a header that the file includes has for something else. What the build may leave out is in no file for sure.
fn in_headers(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    name: &str,
    own: &[Declared<'_>],
) -> Option<Complaint> {
    let closure = snapshot.closure(file.path());
    let headers = snapshot.headers_known_with(name)?;
    let mut headers = headers
        .iter()
        .filter(|path| closure.files.contains(path) && is_of_each_build(file.path(), path));
    headers.find_map(|path| {
        let header = snapshot
            .file(path)
            .filter(|header| header.path() != file.path())?;
        let all = declared(&header).remove(name)?;
        let sure = |one: &&Declared<'_>| one.conditions.is_empty();
        let twin = all.iter().find(sure)?;
        let later = own.iter().filter(sure).find(|one| one.kind != twin.kind)?;
        if may_be_function(snapshot, &header, name, twin)
            || may_be_function(snapshot, file, name, later)
        {
            return None;
        }
        let place = format!("{path}:{}", header.line_of(twin.at));
        Some(complaint(file, name, later, twin.kind, &place))
    })
}

/// Whether what looks like a variable may be a function: by a typedef of one, or by `typeof()`.
fn may_be_function(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    name: &str,
    declared: &Declared<'_>,
) -> bool {
    let mut variables = file.variables().iter();
    let variable = variables.find(|known| known.name_range.start == declared.at);
    variable.is_some_and(|variable| {
        let is_named = matches!(variable.base, BaseType::Named(_) | BaseType::Typeof(_));
        is_named
            && variable.value.is_none()
            && variable.array.is_empty()
            && !variable.type_text.contains('*')
            && shapes::may_be_function(snapshot, file, declared.at, name)
    })
}

fn complaint(
    file: &Arc<File>,
    name: &str,
    later: &Declared<'_>,
    kind: &str,
    place: &str,
) -> Complaint {
    let key = format!("namesake:{}:{name}:{}:{kind}", file.path(), later.kind);
    let message = format!(
        "`{name}` is declared as a {}, and {place} has a {kind} of that name",
        later.kind
    );
    Complaint::violated(key, file, later.at, message)
}

/// What the file declares at its own level, in its order, live code alone.
fn declared(file: &File) -> BTreeMap<&str, Vec<Declared<'_>>> {
    let mut found: BTreeMap<&str, Vec<Declared<'_>>> = BTreeMap::new();
    let mut add = |name, kind, at, conditions| {
        let is_inner = file
            .function_at(at)
            .is_some_and(|function| function.name_range.start != at);
        if !is_inner && !file.is_dead(at) && file.unread_near(&(at..at + 1)).is_none() {
            let all: &mut Vec<Declared<'_>> = found.entry(name).or_default();
            all.push(Declared {
                kind,
                at,
                conditions,
            });
        }
    };
    for one in file.functions() {
        // `SYSCALL_DEFINE1(name, …)` defines another name.
        let after = file.slice(one.name_range.end..one.body.start);
        if after.trim_ascii_start().starts_with(b"(") {
            add(
                &*one.name,
                "function",
                one.name_range.start,
                &*one.conditions,
            );
        }
    }
    for one in file.prototypes() {
        add(&one.name, "function", one.name_range.start, &one.conditions);
    }
    for one in file.variables() {
        add(&one.name, "variable", one.name_range.start, &one.conditions);
    }
    for one in file.typedefs() {
        add(&one.name, "typedef", one.name_range.start, &one.conditions);
    }
    for one in file.enumerators() {
        add(&one.name, "constant", one.range.start, &one.conditions);
    }
    for all in found.values_mut() {
        all.sort_by_key(|one| one.at);
    }
    found
}
