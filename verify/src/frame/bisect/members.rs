//! Members: of a receiver whose type is known, that type has to have them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dialect::path::TreePath;
use dialect::token::texts;
use query::File;
use query::access::{Access, Use, member_uses};
use query::types::{Membership, Resolution, membership, receiver_type};

use super::Step;
use super::changes::FileChange;
use super::code::Role;
use super::complaint::{Complaint, around};
use super::scope::has_word;
use super::snapshot::{Snapshot, is_of_each_build};
use super::undeclared::is_open;
use crate::finding::Verdict;

/// The uses in a touched file of members that their receivers lack.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let functions: Vec<Range<usize>> = change
        .changed_functions()
        .into_iter()
        .map(|function| function.range.clone())
        .collect();
    let code = step.after.code(file);
    let members = code.words.iter().filter(|word| word.role == Role::Member);
    let mut names: BTreeSet<String> = members
        .filter(|word| {
            change.is_new(&word.range)
                || functions
                    .iter()
                    .any(|range| range.contains(&word.range.start))
                || step.members.contains(&*file.text(word.range.clone()))
        })
        .map(|word| file.text(word.range.clone()).into_owned())
        .collect();
    // The bare name that `container_of()` and its like are given.
    // What the code declares is a value, and no member's name.
    let bare = code.words.iter().filter(|word| {
        word.role == Role::Free
            && word.call.is_some()
            && change.is_new(&word.range)
            && is_open(file, word, &file.text(word.range.clone()))
    });
    let bare: Vec<Range<usize>> = bare
        .filter(|word| code.is_whole_argument(file, word))
        .map(|word| word.range.clone())
        .collect();
    names.extend(step.members.iter().cloned());
    let mut found = Vec::new();
    for name in &names {
        for used in uses(file, name) {
            let is_asked = change.is_new(&used.range)
                || step.members.contains(name)
                || functions
                    .iter()
                    .any(|range| range.contains(&used.range.start))
                    && texts(file.slice(used.range.clone()))
                        .any(|word| change.words.contains(word));
            if is_asked {
                found.extend(judge(step, file, change.before.as_ref(), name, &used.range));
            }
        }
    }
    for range in bare {
        let name = file.text(range.clone()).into_owned();
        if let Membership::Lacks { record, place } = ask(&step.after, file, &range) {
            found.extend(lacks(
                step,
                file,
                change.before.as_ref(),
                &name,
                &range,
                &record,
                place,
            ));
        }
    }
    found
}

/// The uses of lost members (by their records) in a file that the series leaves alone.
pub(super) fn in_other(
    step: &Step<'_>,
    file: &Arc<File>,
    lost: &BTreeSet<(String, String)>,
) -> Vec<Complaint> {
    let before = step.before.file(file.path());
    let mut found = Vec::new();
    for (record, name) in lost {
        if !has_word(file.bytes(), name.as_bytes()) {
            continue;
        }
        // A receiver that is not resolved, in a file that never names the record, is most likely another's.
        let names_record = has_word(file.bytes(), record.as_bytes());
        for used in uses(file, name) {
            let complaint = of_gone(step, file, (record, name), &used.range);
            found.extend(complaint.or_else(|| {
                let found = judge(step, file, before.as_ref(), name, &used.range);
                found.filter(|one| one.verdict == Verdict::Violated || names_record)
            }));
        }
    }
    found
}

/// The complaint of a use whose receiver is a record that no header of the file defines any more: another record still
/// points to it.
fn of_gone(
    step: &Step<'_>,
    file: &Arc<File>,
    (record, name): (&str, &str),
    range: &Range<usize>,
) -> Option<Complaint> {
    let mut changes = step.changes.iter();
    let is_lost = changes.any(|change| change.lost_records.contains(record));
    let found = is_lost.then(|| receiver_type(file, range, &step.after.tree.near(file)));
    let Some(Resolution::Known(receiver)) = found else {
        return None;
    };
    let receiver = receiver.to_string();
    let is_it = receiver.rsplit(' ').next() == Some(record);
    let closure = step.after.closure(file.path());
    let is_defined = || {
        // A header has what is included before it, and so has a text that another file includes.
        let is_sure = closure.sees_all
            && file.path().as_str().ends_with(".c")
            && !step.after.is_included(file);
        let mut files = step.after.files_with(record).into_iter();
        files.any(|path| {
            if is_sure && !closure.files.contains(&path) {
                return false;
            }
            let file = step.after.file(&path);
            file.is_none_or(|file| !file.records_named(record).is_empty())
        })
    };
    (is_it && !is_defined()).then(|| {
        let message =
            format!("`{name}` is a member of `{receiver}`, which nothing that is included defines");
        let key = format!("member:{}:{receiver}:{name}", around(file, range.start));
        Complaint::violated(key, file, range.start, message)
    })
}

fn uses(file: &File, name: &str) -> Vec<Use> {
    let mut found = member_uses(file, name).found;
    found.retain(|used| {
        !matches!(used.access, Access::Declaration | Access::Passed)
            && !used.in_macro
            && !file.is_dead(used.range.start)
    });
    found
}

fn ask(snapshot: &Snapshot<'_>, file: &Arc<File>, range: &Range<usize>) -> Membership {
    membership(file, range, &snapshot.tree.near(file))
}

fn judge(
    step: &Step<'_>,
    file: &Arc<File>,
    before: Option<&Arc<File>>,
    name: &str,
    range: &Range<usize>,
) -> Option<Complaint> {
    match ask(&step.after, file, range) {
        Membership::Has => None,
        Membership::Lacks { record, place } => {
            lacks(step, file, before, name, range, &record, place)
        }
        // `char buffer[] __counted_by(size);` has no receiver: it is about the record that it is in.
        Membership::Unknown(_) if is_of_the_record_around(file, name, range) => None,
        Membership::Unknown(reason) => unresolved(step, file, before, name, range, &reason),
    }
}

fn is_of_the_record_around(file: &File, name: &str, range: &Range<usize>) -> bool {
    let around = file.records().iter();
    let mut around = around.filter(|record| record.body.contains(&range.start));
    around.any(|record| record.members_named(name).next().is_some())
}

fn lacks(
    step: &Step<'_>,
    file: &Arc<File>,
    before: Option<&Arc<File>>,
    name: &str,
    range: &Range<usize>,
    record: &str,
    place: Option<String>,
) -> Option<Complaint> {
    // Of a file whose headers are not all found, a namesake that it does not include says nothing.
    let home = place.as_deref().and_then(|place| place.rsplit_once(':'));
    let closure = step.after.closure(file.path());
    let is_namesake = home.is_some_and(|(path, _)| {
        path.starts_with("include/") && !closure.files.iter().any(|seen| seen.as_str() == path)
    });
    if is_namesake && !closure.sees_all {
        return None;
    }
    // `#define i_dev i_rdev`: the member is what the macro says.
    if step.after.alias(file, name).is_some() {
        return None;
    }
    if home.is_some_and(|(path, _)| has_others(&step.after, file, path, record)) {
        return None;
    }
    let lacked_before = before.is_some_and(|before| {
        uses(before, name).iter().any(|used| {
            matches!(
                ask(&step.before, before, &used.range),
                Membership::Lacks { record: known, .. } if known == record
            )
        })
    });
    if lacked_before {
        return None;
    }
    let message = match place {
        Some(place) => format!("`{record}` ({place}) has no member `{name}`"),
        None => format!("`{name}` is taken of a `{record}`, which has no members"),
    };
    Some(Complaint::violated(
        format!("member:{}:{record}:{name}", around(file, range.start)),
        file,
        range.start,
        message,
    ))
}

/// Whether the receiver of an access is a record that surely has no such member.
pub(super) fn surely_lacks(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    range: &Range<usize>,
) -> bool {
    let Membership::Lacks { record, place } = ask(snapshot, file, range) else {
        return false;
    };
    let home = place.as_deref().and_then(|place| place.rsplit_once(':'));
    !home.is_some_and(|(path, _)| has_others(snapshot, file, path, &record))
}

/// Whether the header `path` has a record that architectures have their own of: which one is seen, the build tells
/// (Documentation/kbuild/makefiles.rst, "generic-y").
fn has_others(snapshot: &Snapshot<'_>, file: &File, path: &str, record: &str) -> bool {
    let name = record.rsplit(' ').next().unwrap_or(record);
    let is_others = |other: &TreePath| {
        other.as_str().starts_with("arch/") && !is_of_each_build(file.path(), other)
    };
    path.starts_with("include/asm-generic/") && snapshot.files_with(name).iter().any(is_others)
}

/// A receiver whose type is not known matters where the series gives or takes a member of that name, and
/// where nothing in the tree has one.
fn unresolved(
    step: &Step<'_>,
    file: &Arc<File>,
    before: Option<&Arc<File>>,
    name: &str,
    range: &Range<usize>,
    reason: &str,
) -> Option<Complaint> {
    let key = format!("receiver:{}:{name}", around(file, range.start));
    if step.members.contains(name) {
        // What stays as it was is not the series' doing, unless a member went.
        let is_lost = step.lost_members.contains(name);
        let was_there = before.is_some_and(|before| {
            let text = file.slice(range.clone());
            uses(before, name)
                .iter()
                .any(|used| before.slice(used.range.clone()) == text)
        });
        return (is_lost || !was_there).then(|| {
            let message = format!("whether `{name}` is a member here was not judged: {reason}");
            Complaint::unknown(key, file, range.start, message)
        });
    }
    if before.is_some_and(|before| !uses(before, name).is_empty()) || step.names_before(name) {
        return None;
    }
    let is_declared = step.after.alias(file, name).is_some();
    (!is_declared).then(|| {
        let message = format!("`{name}` is used and not declared");
        Complaint::violated(key, file, range.start, message)
    })
}
