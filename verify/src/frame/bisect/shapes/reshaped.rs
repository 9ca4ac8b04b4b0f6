//! What the series declares with another type than it had: members, typedefs, functions and variables, records that are
//! only declared any more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use query::File;
use syntax::items::{Member, Record};

use super::super::changes::FileChange;
use super::super::snapshot::Snapshot;
use super::Shape;
use super::declared::Seen;

/// Names whose uses have to be looked at again.
#[derive(Debug, Default)]
pub(in super::super) struct Reshaped {
    own: BTreeSet<String>,
    shared: BTreeSet<String>,
}

impl Reshaped {
    /// In the touched files.
    pub(in super::super) fn own(&self) -> &BTreeSet<String> {
        &self.own
    }

    /// Of headers, and of what other files may know besides: in all files.
    pub(in super::super) fn shared(&self) -> &BTreeSet<String> {
        &self.shared
    }
}

impl Reshaped {
    /// Takes in the names that a change gives another type.
    pub(in super::super) fn add(
        &mut self,
        before: &Snapshot<'_>,
        after: &Snapshot<'_>,
        change: &FileChange<'_>,
    ) {
        let (Some(old), Some(new)) = (&change.before, &change.after) else {
            return;
        };
        let mut here = typedefs(before, after, old, new);
        here.extend(members(before, after, (old, new), &here));
        here.extend(tags(old, new));
        here.extend(no_longer_seen(before, after, change));
        let names = change.names.iter();
        let others = names.filter(|name| {
            is_other(before, after, (old, new), name) || is_function_now(old, new, name)
        });
        here.extend(others.cloned());
        if !change.path.as_str().ends_with(".c") {
            self.shared.extend(here.iter().cloned());
        }
        self.own.extend(here);
    }
}

fn differs(one: Option<Shape>, other: Option<Shape>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => !one.is_like(&other),
        _ => false,
    }
}

fn typedefs(
    before: &Snapshot<'_>,
    after: &Snapshot<'_>,
    old: &Arc<File>,
    new: &Arc<File>,
) -> BTreeSet<String> {
    let (was, is) = (Seen::of(before, old), Seen::of(after, new));
    let all = new.typedefs().iter().filter(|now| {
        let twins = old.typedefs().iter().filter(|twin| twin.name == now.name);
        twins.into_iter().any(|twin| {
            let one = was.named_at(old, twin.name_range.start, &twin.name, 0);
            differs(one, is.named_at(new, now.name_range.start, &now.name, 0))
        })
    });
    all.map(|typedef| typedef.name.clone()).collect()
}

/// The members of another type, by what they are declared with or by what a typedef is now.
fn members(
    before: &Snapshot<'_>,
    after: &Snapshot<'_>,
    (old, new): (&Arc<File>, &Arc<File>),
    typedefs: &BTreeSet<String>,
) -> BTreeSet<String> {
    let (was, is) = (Seen::of(before, old), Seen::of(after, new));
    let (were, are) = (all_members(old), all_members(new));
    let mut found = BTreeSet::new();
    for (key, members) in &are {
        let twins = were.get(key).map_or(&[][..], Vec::as_slice);
        for member in members {
            let uses_typedef = || {
                let mut words = dialect::token::texts(member.type_text.as_bytes());
                words.any(|word| typedefs.contains(word))
            };
            // Structs without a tag, and the two of an `#if`, have members of one name: as many as were so are so still.
            let alike = |all: &[&Member]| all.iter().filter(|m| text(m) == text(member)).count();
            let is_other = alike(members) > alike(twins)
                && twins.iter().any(|other| {
                    text(other) != text(member)
                        && (other.bit_width.is_some() != member.bit_width.is_some()
                            || differs(was.member(old, other), is.member(new, member)))
                });
            if is_other || uses_typedef() {
                found.insert(member.name.clone());
            }
        }
    }
    found
}

/// What a member is declared with.
fn text(member: &Member) -> (&str, &str, bool) {
    let has_width = member.bit_width.is_some();
    (&member.type_text, &member.array, has_width)
}

/// The members of a file by the name of their record and their own.
fn all_members(file: &File) -> BTreeMap<(&str, &str), Vec<&Member>> {
    let mut all: BTreeMap<_, Vec<&Member>> = BTreeMap::new();
    for record in file.records() {
        let name = record.tag.as_deref().or(record.typedef_name.as_deref());
        for member in &record.members {
            let key = (name.unwrap_or_default(), &*member.name);
            all.entry(key).or_default().push(member);
        }
    }
    all
}

/// The records that the file does not define any more.
fn tags(old: &File, new: &File) -> BTreeSet<String> {
    let tags = |file: &File| -> BTreeSet<String> {
        let records = file.records().iter();
        records.filter_map(|record| record.tag.clone()).collect()
    };
    tags(old).difference(&tags(new)).cloned().collect()
}

/// The records of headers that the file does not include any more.
fn no_longer_seen(
    before: &Snapshot<'_>,
    after: &Snapshot<'_>,
    change: &FileChange<'_>,
) -> BTreeSet<String> {
    let headers = |file: &Option<Arc<File>>| -> BTreeSet<String> {
        let of_file = |file: &Arc<File>| {
            let all = file.includes().iter();
            let live = all.filter(|include| !file.is_dead(include.range.start));
            live.map(|include| include.header.clone())
                .collect::<Vec<_>>()
        };
        file.iter().flat_map(of_file).collect()
    };
    if headers(&change.before).is_subset(&headers(&change.after)) {
        return BTreeSet::new();
    }
    let (had, has) = (before.closure(&change.path), after.closure(&change.path));
    let lost = had.files.difference(&has.files);
    let lost = lost.filter_map(|path| before.file(path));
    let members = |record: &Record| {
        let members = record.members.iter().map(|member| member.name.clone());
        record
            .tag
            .iter()
            .cloned()
            .chain(members)
            .collect::<Vec<_>>()
    };
    let named = lost.flat_map(|header| {
        header
            .records()
            .iter()
            .flat_map(members)
            .collect::<Vec<_>>()
    });
    named.collect()
}

/// Whether a function has taken the place of a macro: what it gives is no place for a value.
fn is_function_now(old: &File, new: &File, name: &str) -> bool {
    let is_macro = |file: &File| file.macros().iter().any(|known| known.name == name);
    let mut functions = new.functions().iter();
    is_macro(old) && !is_macro(new) && functions.any(|known| known.name == name)
}

/// Whether a function or variable of the file's own level is something else now.
fn is_other(
    before: &Snapshot<'_>,
    after: &Snapshot<'_>,
    (old, new): (&Arc<File>, &Arc<File>),
    name: &str,
) -> bool {
    let (was, is) = (Seen::of(before, old), Seen::of(after, new));
    match (was.global(name), is.global(name)) {
        // Whether calls fit its parameters is asked elsewhere.
        (Some(Shape::Function(one)), Some(Shape::Function(other))) => differs(
            one.returns.map(|returns| *returns),
            other.returns.map(|returns| *returns),
        ),
        (one, other) => differs(one, other),
    }
}
