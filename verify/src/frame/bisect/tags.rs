//! Tags: each is that of a struct, a union or an enum, and of nothing else in what a file sees.

use std::sync::Arc;

use query::File;
use query::access::chain;
use syntax::items::RecordKind;

use super::Step;
use super::changes::FileChange;
use super::code::{Role, Word};
use super::complaint::{Complaint, around, new_ones};
use super::snapshot::{Snapshot, is_of_each_build};

/// The tags that a touched file has for what they are not.
pub(super) fn in_touched(step: &Step<'_>, change: &FileChange<'_>) -> Vec<Complaint> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let now = of_file(&step.after, file, &|word| change.is_new(&word.range));
    if now.is_empty() {
        return now;
    }
    let before = change.before.iter();
    new_ones(
        now,
        before.flat_map(|before| of_file(&step.before, before, &|_| true)),
    )
}

fn of_file(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    is_asked: &dyn Fn(&Word) -> bool,
) -> Vec<Complaint> {
    let code = snapshot.code(file);
    let words = code.words.iter().filter(|word| {
        word.role == Role::Tag
            && word.define.is_none()
            && is_asked(word)
            && !file.is_dead(word.range.start)
    });
    let complaints = words.filter_map(|word| {
        let way = chain(file, &word.range);
        let specifier = way
            .iter()
            .rev()
            .find(|node| node.kind().ends_with("_specifier"))?;
        let named = specifier.child_by_field_name("name")?;
        if named.byte_range() != word.range {
            return None;
        }
        let kind = match specifier.kind() {
            "struct_specifier" => Kind::Struct,
            "union_specifier" => Kind::Union,
            "enum_specifier" => Kind::Enum,
            _ => return None,
        };
        let tag = file.text(word.range.clone());
        let (other, place) = other_kind(snapshot, file, &tag, kind)?;
        let (kind, other) = (kind.says(), other.says());
        Some(Complaint::violated(
            format!("tag:{}:{kind}:{tag}", around(file, word.range.start)),
            file,
            word.range.start,
            format!("`{kind} {tag}` is used, and {place} has `{other} {tag}`"),
        ))
    });
    complaints.collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Struct,
    Union,
    Enum,
}

impl Kind {
    fn says(self) -> &'static str {
        match self {
            Self::Struct => "struct",
            Self::Union => "union",
            Self::Enum => "enum",
        }
    }
}

/// What else the tag is surely defined as, and where: in the file, or in a header that it includes; none, where something
/// has it as the kind that is asked about, or a macro has the name.
fn other_kind(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    tag: &str,
    asked: Kind,
) -> Option<(Kind, String)> {
    let closure = snapshot.closure(file.path());
    let headers = snapshot.headers_known_with(tag)?;
    let seen = headers
        .iter()
        .filter(|path| *path != file.path() && closure.files.contains(*path))
        .filter(|path| is_of_each_build(file.path(), path));
    let seen = seen.filter_map(|path| snapshot.file(path));
    let mut found = None;
    for home in std::iter::once(Arc::clone(file)).chain(seen) {
        if home.macros().iter().any(|known| known.name == tag) {
            return None;
        }
        for (kind, at) in defined(&home, tag) {
            if kind == asked {
                return None;
            }
            // What an `#if` may leave out is not there for sure.
            if home.conditions_at(at).is_empty() && home.function_at(at).is_none() {
                found = Some((kind, format!("{}:{}", home.path(), home.line_of(at))));
            }
        }
    }
    found
}

fn defined(file: &File, tag: &str) -> Vec<(Kind, usize)> {
    let records = file.records_named(tag).into_iter().map(|record| {
        let kind = match record.kind {
            RecordKind::Struct => Kind::Struct,
            RecordKind::Union => Kind::Union,
        };
        (kind, record.range.start)
    });
    let enumerators = file.enumerators().iter();
    let enums = enumerators.filter(|known| known.tag.as_deref() == Some(tag));
    records
        .chain(enums.map(|known| (Kind::Enum, known.range.start)))
        .collect()
}

/// The tags of a touched file's new lines: whether headers have them is asked.
pub(super) fn words(step: &Step<'_>, change: &FileChange<'_>) -> Vec<String> {
    let Some(file) = &change.after else {
        return Vec::new();
    };
    let code = step.after.code(file);
    let tags = code
        .words
        .iter()
        .filter(|word| word.role == Role::Tag && change.is_new(&word.range));
    tags.map(|word| file.text(word.range.clone()).into_owned())
        .collect()
}
