//! What a state of the series has otherwise than the tree before: lines, and declared names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, Range};
use std::sync::Arc;

use dialect::TreePath;
use dialect::token::texts;
use query::File;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use syntax::directives::Condition;
use syntax::items::{BaseType, Function};

use super::scope::has_word;
use super::signature::head_text;
use super::snapshot::Snapshot;

/// A touched C file with both its sides, for as long as it is asked about: those of hundreds of files are too much to be
/// kept parsed.
pub(super) struct FileChange<'d> {
    difference: &'d Difference,
    pub(super) before: Option<Arc<File>>,
    pub(super) after: Option<Arc<File>>,
}

/// What a touched C file has otherwise.
pub(super) struct Difference {
    pub(super) path: TreePath,
    /// Bytes of the file after that the file before has not, whole lines.
    pub(super) inserted: Vec<Range<usize>>,
    /// The words of the lines that only one side has.
    pub(super) words: BTreeSet<String>,
    /// Names that the file declares otherwise, or no longer, or anew.
    pub(super) names: BTreeSet<String>,
    /// Of those, the ones that other files may know: from a header, or not `static`.
    pub(super) shared: BTreeSet<String>,
    /// Of those, the ones that a header declares now: who includes it may have them otherwise.
    pub(super) brought: BTreeSet<String>,
    /// Members that a record of the file no longer has.
    pub(super) lost_members: BTreeSet<String>,
    /// As `lost_members` with their records, where other files may use them: from a header.
    pub(super) shared_lost: BTreeSet<(String, String)>,
    /// Records with members that the file no longer has at all.
    pub(super) lost_records: BTreeSet<String>,
    /// Members that a record of the file did not have.
    pub(super) new_members: BTreeSet<String>,
}

impl Difference {
    pub(super) fn of(before: &Snapshot<'_>, after: &Snapshot<'_>, path: &TreePath) -> Self {
        let (old, new) = (before.file(path), after.file(path));
        let (inserted, words) = lines(old.as_deref(), new.as_deref());
        let (old_names, new_names) = (declared(old.as_deref()), declared(new.as_deref()));
        let is_header = !path.as_str().ends_with(".c");
        let mut names = BTreeSet::new();
        let mut shared = BTreeSet::new();
        let mut brought = BTreeSet::new();
        for name in old_names.keys().chain(new_names.keys()) {
            if old_names.get(name) == new_names.get(name) {
                continue;
            }
            names.insert(name.clone());
            if is_header && new_names.contains_key(name) {
                brought.insert(name.clone());
            }
            let is_known = |of: &Names| {
                of.get(name)
                    .is_some_and(|all| all.iter().any(|one| is_header || !one.is_private))
            };
            if is_known(&old_names) {
                shared.insert(name.clone());
            }
        }
        names.extend(no_longer_included(before, after, path));
        let (old_members, new_members) = (members(old.as_deref()), members(new.as_deref()));
        let only_in = |one: &BTreeSet<(String, String)>, other: &BTreeSet<(String, String)>| {
            one.difference(other)
                .map(|(_, member)| member.clone())
                .collect()
        };
        let lost = old_members.difference(&new_members);
        let records = |all: &BTreeSet<(String, String)>| -> BTreeSet<String> {
            all.iter().map(|(record, _)| record.clone()).collect()
        };
        let (old_records, new_records) = (records(&old_members), records(&new_members));
        Self {
            lost_records: old_records.difference(&new_records).cloned().collect(),
            path: path.clone(),
            shared_lost: lost.filter(|_| is_header).cloned().collect(),
            inserted,
            words,
            names,
            shared,
            brought,
            lost_members: only_in(&old_members, &new_members),
            new_members: only_in(&new_members, &old_members),
        }
    }

    /// Whether the bytes touch a line that is new.
    pub(super) fn is_new(&self, range: &Range<usize>) -> bool {
        self.inserted
            .iter()
            .any(|new| new.start < range.end && range.start < new.end)
    }
}

impl Deref for FileChange<'_> {
    type Target = Difference;

    fn deref(&self) -> &Difference {
        self.difference
    }
}

impl<'d> FileChange<'d> {
    pub(super) fn open(
        before: &Snapshot<'_>,
        after: &Snapshot<'_>,
        difference: &'d Difference,
    ) -> Self {
        Self {
            before: before.file(&difference.path),
            after: after.file(&difference.path),
            difference,
        }
    }

    /// The functions that the file before has not word for word.
    pub(super) fn changed_functions(&self) -> Vec<&Function> {
        let Some(after) = &self.after else {
            return Vec::new();
        };
        let same = |function: &Function| {
            self.before.as_ref().is_some_and(|before| {
                before.functions().iter().any(|old| {
                    old.name == function.name
                        && before.slice(old.range.clone()) == after.slice(function.range.clone())
                })
            })
        };
        let functions = after.functions().iter();
        functions.filter(|function| !same(function)).collect()
    }
}

/// What the file names and a header declares that it included, and does not include any more, directly or through others.
fn no_longer_included(
    before: &Snapshot<'_>,
    after: &Snapshot<'_>,
    path: &TreePath,
) -> BTreeSet<String> {
    let (Some(old), Some(new)) = (before.file(path), after.file(path)) else {
        return BTreeSet::new();
    };
    let headers = |file: &File| -> BTreeSet<String> {
        let all = file.includes().iter();
        let live = all.filter(|include| !file.is_dead(include.range.start));
        live.map(|include| include.header.clone()).collect()
    };
    if headers(&old).is_subset(&headers(&new)) {
        return BTreeSet::new();
    }
    let (had, has) = (before.closure(path), after.closure(path));
    let lost = had.files.difference(&has.files);
    let lost = lost.filter_map(|path| before.file(path));
    let names = lost.flat_map(|header| declared(Some(&header)).into_keys());
    let used = |name: &String| has_word(new.bytes(), name.as_bytes());
    names.filter(used).collect()
}

fn lines(before: Option<&File>, after: Option<&File>) -> (Vec<Range<usize>>, BTreeSet<String>) {
    let split = |file: Option<&File>| -> Vec<Vec<u8>> {
        let bytes = file.map_or(&[][..], |file| file.bytes());
        let lines = bytes.split_inclusive(|&byte| byte == b'\n');
        lines.map(<[u8]>::to_vec).collect()
    };
    let (old, new) = (split(before), split(after));
    let mut starts = vec![0];
    for line in &new {
        starts.push(starts.last().copied().unwrap_or(0) + line.len());
    }
    let start = |index: usize| starts.get(index).copied().unwrap_or(0);
    let mut inserted = Vec::new();
    let mut words = BTreeSet::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (gone, come) = (op.old_range(), op.new_range());
        if !come.is_empty() {
            inserted.push(start(come.start)..start(come.end));
        }
        let gone = old.get(gone).unwrap_or_default();
        let come = new.get(come).unwrap_or_default();
        for line in gone.iter().chain(come) {
            words.extend(texts(line).map(str::to_owned));
        }
    }
    (inserted, words)
}

/// How a name is declared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Declaration {
    /// What it is and how its head reads.
    text: String,
    conditions: String,
    /// `static` in a file of its own, or a macro, type or enumerator there.
    is_private: bool,
}

type Names = BTreeMap<String, Vec<Declaration>>;

fn declared(file: Option<&File>) -> Names {
    let mut names = Names::new();
    let Some(file) = file else { return names };
    let mut add = |name: &str, text: String, conditions: &[Condition], is_private: bool| {
        let mut all: Vec<String> = conditions
            .iter()
            .map(|one| format!("{}{}", if one.negated { "!" } else { "" }, one.expression))
            .collect();
        all.sort();
        let conditions = all.join(" && ");
        names.entry(name.to_owned()).or_default().push(Declaration {
            text,
            conditions,
            is_private,
        });
    };
    for one in file.functions() {
        let head = head_text(file, one.range.start..one.body.start);
        add(
            &one.name,
            format!("function {head}"),
            &one.conditions,
            one.is_static,
        );
    }
    for one in file.prototypes() {
        let head = head_text(file, one.range.clone());
        add(
            &one.name,
            format!("prototype {head}"),
            &one.conditions,
            one.is_static,
        );
    }
    for one in file.variables() {
        let head = format!("variable {} {}", one.type_text, one.array);
        add(&one.name, head, &one.conditions, one.is_static);
    }
    for one in file.macros() {
        let head = head_text(
            file,
            one.name_range.end..one.body.start.max(one.name_range.end),
        );
        add(&one.name, format!("macro {head}"), &one.conditions, true);
    }
    for one in file.typedefs() {
        // Where a record without a tag is in the file says nothing.
        let base = match &one.base {
            BaseType::Untagged(_) | BaseType::Typeof(_) => String::new(),
            base => format!("{base:?}"),
        };
        add(&one.name, format!("typedef {base}"), &one.conditions, true);
    }
    for one in file.enumerators() {
        add(&one.name, "enumerator".to_owned(), &one.conditions, true);
    }
    for all in names.values_mut() {
        all.sort();
    }
    names
}

/// Record and member, of all records of a file.
fn members(file: Option<&File>) -> BTreeSet<(String, String)> {
    let Some(file) = file else {
        return BTreeSet::new();
    };
    let named = file.records().iter().flat_map(|record| {
        let name = record.tag.clone().or_else(|| record.typedef_name.clone());
        let name = name.unwrap_or_default();
        let members = record.members.iter();
        members.map(move |member| (name.clone(), member.name.clone()))
    });
    named.collect()
}
