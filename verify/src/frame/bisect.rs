//! After each single patch, every name that the code uses is declared.
//!
//! The tree before compiles, so a name that it has anywhere is declared. Left are the names that the
//! series brings in: each must be declared, in some touched file, from the first patch on that uses it.

mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::access::{Access, member_uses};
use schema::model::{ChangeKind, Member};
use trees::{ParsedTree, Tree};

use names::{is_declarator, is_keyword, is_macro_local, is_named_by_macro, names_in};

use super::Named;
use crate::comparison::{Comparison, Image};
use crate::finding::Finding;

const NAME: &str = "frame/bisect";

/// Judges the state after each mail with a diff; `states` are those.
pub(crate) fn check(
    comparison: &Comparison<'_>,
    mails: &[Named<'_>],
    states: &[Arc<dyn Tree>],
) -> Vec<Finding> {
    let new = match new_names(comparison, states) {
        Ok(new) => new,
        Err(finding) => return vec![*finding],
    };
    let mut findings = Vec::new();
    let mails: Vec<&Named<'_>> = mails.iter().filter(|named| named.has_diff()).collect();
    for (index, (named, state)) in mails.iter().zip(states).enumerate() {
        let state = State::of(comparison, state, index + 1 == states.len());
        for (name, uses) in state.uses(&new) {
            if state.declares(&name) {
                continue;
            }
            if let Some((file, range)) = uses.first() {
                findings.push(undeclared(named, file, range, &name));
            }
        }
        for member in declared_members(comparison).filter(|member| !new.contains(&member.name)) {
            if let Some((file, range)) = state.early_use(comparison, member) {
                findings.push(undeclared(named, &file, &range, &member.name));
            }
        }
    }
    if findings.is_empty() {
        let message = match states.len() {
            1 => "every name that the patch uses is declared".to_owned(),
            n => format!("after each of the {n} patches every name that is used is declared"),
        };
        findings.push(Finding::holds(NAME, message));
    }
    findings
}

fn undeclared(named: &Named<'_>, file: &File, range: &Range<usize>, name: &str) -> Finding {
    let message = format!(
        "after {} `{name}` is used and nothing declares it yet",
        named.name
    );
    let mut finding = Finding::violated(NAME, message)
        .in_file(file.path())
        .at_line(file.line_of(range.start))
        .showing(&crate::comparison::line_of(file, range.start));
    if let Some(function) = file.function_at(range.start) {
        finding = finding.in_function(&function.name);
    }
    finding
}

/// The members that the spec declares. Their names may be other records' too, so that the tree before
/// has them: then the record decides.
fn declared_members<'a>(comparison: &'a Comparison<'_>) -> impl Iterator<Item = &'a Member> {
    comparison
        .spec
        .patches
        .iter()
        .flat_map(|patch| &patch.changes)
        .flat_map(|change| std::iter::once(&change.body).chain(&change.instead))
        .filter_map(|body| match &body.kind {
            ChangeKind::Member(member) => Some(member),
            _ => None,
        })
}

/// Tells the word_index the names that [`check`] will ask for, so that one walk over the tree answers all.
pub(crate) fn expect_words(comparison: &Comparison<'_>, states: &[Arc<dyn Tree>]) {
    if let Ok(names) = candidates(comparison, states) {
        comparison.word_index.expect(names);
    }
}

/// The names that some state has and the touched files before have not.
fn candidates(
    comparison: &Comparison<'_>,
    states: &[Arc<dyn Tree>],
) -> Result<BTreeSet<String>, trees::TreeError> {
    let mut before = BTreeSet::new();
    let mut later = BTreeSet::new();
    for path in comparison.touched.iter().filter(|path| path.is_c()) {
        if let Some(bytes) = comparison.bytes(Image::Before, path)? {
            before.extend(names_in(&bytes).into_iter().map(|(name, _)| name));
        }
        for state in states {
            if let Some(bytes) = state.read(path)? {
                later.extend(names_in(&bytes).into_iter().map(|(name, _)| name));
            }
        }
    }
    let mut new: BTreeSet<String> = later.difference(&before).cloned().collect();
    new.retain(|name| !name.starts_with("CONFIG_") && !is_keyword(name));
    Ok(new)
}

/// Those that the tree before has nowhere else either.
fn new_names(
    comparison: &Comparison<'_>,
    states: &[Arc<dyn Tree>],
) -> Result<BTreeSet<String>, Box<Finding>> {
    let unknown = |error: trees::TreeError| Box::new(Finding::unknown(NAME, error.to_string()));
    let new = candidates(comparison, states).map_err(unknown)?;
    comparison.word_index.expect(new.iter().cloned());
    let mut unseen = BTreeSet::new();
    for name in new {
        let files = comparison
            .word_index
            .files_with(&comparison.after, &name)
            .map_err(unknown)?;
        if files.iter().all(|path| comparison.touched.contains(path)) {
            unseen.insert(name);
        }
    }
    Ok(unseen)
}

/// Where a word stands.
type WordUse = (Arc<File>, Range<usize>);

/// The touched files after one of the patches.
struct State {
    files: Vec<Arc<File>>,
}

impl State {
    fn of(comparison: &Comparison<'_>, state: &Arc<dyn Tree>, is_last: bool) -> Self {
        let own = (!is_last).then(|| ParsedTree::new(Arc::clone(state)));
        let tree = own.as_ref().unwrap_or(&comparison.after);
        let files = comparison
            .touched
            .iter()
            .filter(|path| path.is_c())
            .filter_map(|path: &TreePath| tree.file(path).ok().flatten())
            .collect();
        Self { files }
    }

    /// A use of the member that the tree before has not, where its record does not have it yet.
    fn early_use(&self, comparison: &Comparison<'_>, member: &Member) -> Option<WordUse> {
        let owner = |file: &File| {
            let mut records = file.records().iter();
            records.any(|record| record.tag.as_deref() == Some(&member.record))
        };
        let has = |file: &File| {
            file.records().iter().any(|record| {
                record.tag.as_deref() == Some(&member.record)
                    && record.members.iter().any(|own| own.name == member.name)
            })
        };
        if !self.files.iter().any(|file| owner(file)) || self.files.iter().any(|file| has(file)) {
            return None;
        }
        let uses = |file: &File| {
            let mut found = member_uses(file, &member.name).found;
            found.retain(|used| used.access != Access::Declaration);
            found
        };
        self.files.iter().find_map(|file| {
            let before = comparison.file(Image::Before, file.path()).ok().flatten();
            let old = before.map_or(0, |before| uses(&before).len());
            let now = uses(file);
            let last = now.last().filter(|_| now.len() > old)?;
            Some((Arc::clone(file), last.range.clone()))
        })
    }

    /// Where the names are used.
    fn uses(&self, names: &BTreeSet<String>) -> BTreeMap<String, Vec<WordUse>> {
        let mut uses: BTreeMap<String, Vec<WordUse>> = BTreeMap::new();
        for file in &self.files {
            for (name, range) in names_in(file.bytes()) {
                if names.contains(&name) {
                    uses.entry(name)
                        .or_default()
                        .push((Arc::clone(file), range));
                }
            }
        }
        uses
    }

    /// Whether some touched file declares the name: a member, a macro or its parameter, a function,
    /// or anything that a declarator names.
    fn declares(&self, name: &str) -> bool {
        self.files.iter().any(|file| {
            let is_macro = file.macros().iter().any(|known| {
                known.name == name
                    || known
                        .params
                        .as_ref()
                        .is_some_and(|params| params.iter().any(|param| param == name))
            });
            let is_member = file
                .records()
                .iter()
                .any(|record| record.members.iter().any(|member| member.name == name));
            is_macro
                || is_member
                || file
                    .functions()
                    .iter()
                    .any(|function| function.name == name)
                || names_in(file.bytes())
                    .iter()
                    .filter(|(word, _)| word == name)
                    .any(|(_, range)| {
                        is_declarator(file, range)
                            || is_macro_local(file, range)
                            || is_named_by_macro(file, range)
                    })
        })
    }
}
