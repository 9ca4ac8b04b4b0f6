//! After each single patch, every name that the code uses is declared, as C declares names.
//!
//! The tree before compiles. So only what a patch does is judged: of two states of a file the same
//! questions are asked, and what the tree before has as well is no complaint. That also keeps what this
//! reader of C cannot see (a macro's doings, a header that the build makes) from being called a fault.
//! One module a question; each says in its own page what it looks at.

mod brought;
mod calls;
mod cases;
mod changes;
mod code;
mod complaint;
mod conditional;
mod constants;
mod covered;
mod elsewhere;
mod expression;
mod included;
mod incomplete;
mod index;
mod jumps;
mod labels;
mod linked;
mod literals;
mod lookup;
mod macro_argument;
mod made;
mod made_in_block;
mod members;
mod missing;
mod misused;
mod names;
mod namesakes;
mod prototypes;
mod results;
mod scope;
mod semicolons;
mod shapes;
mod signature;
mod snapshot;
mod tags;
mod timeline;
mod twice;
mod undeclared;
mod undefined;
mod variables;
mod visible;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use trees::{ParsedTree, Scan, Tree};

use changes::{Difference, FileChange};
use complaint::Complaint;
use conditional::Limited;
use shapes::Reshaped;
use signature::{Form, signatures};
use snapshot::Snapshot;

use super::Named;
use crate::comparison::Comparison;
use crate::finding::{Finding, Verdict};

const NAME: &str = "frame/bisect";

/// What each state of a series has otherwise: found for [`expect_words`], and asked about in [`check`].
pub(crate) struct Differing(Vec<Differences>);

struct Differences {
    changes: Vec<Difference>,
    /// What has another type now.
    reshaped: Reshaped,
    /// What is there only under conditions now.
    limited: Vec<Limited>,
}

/// Judges the state after each mail with a diff; `states` are those, `differing` is what [`expect_words`] gave for them.
pub(crate) fn check(
    comparison: &Comparison<'_>,
    mails: &[Named<'_>],
    states: &[Arc<dyn Tree>],
    differing: Differing,
) -> Vec<Finding> {
    let Some(tree) = &comparison.before else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    let mut said = BTreeSet::new();
    let mails = mails.iter().filter(|named| named.has_diff());
    let each = mails.zip(states).zip(differing.0).enumerate();
    for (index, ((named, state), differences)) in each {
        let own = (index + 1 < states.len()).then(|| ParsedTree::new(Arc::clone(state)));
        let after = own.as_ref().unwrap_or(&comparison.after);
        let step = Step::new(comparison, tree, after, differences);
        for complaint in step.complaints() {
            if said.insert(complaint.key.clone()) {
                findings.push(complaint.finding(NAME, &named.name));
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

/// Tells the word index what [`check`] may ask for, so that one walk over the tree answers all.
pub(crate) fn expect_words(comparison: &Comparison<'_>, states: &[Arc<dyn Tree>]) -> Differing {
    let mut differing = Differing(Vec::new());
    let Some(tree) = &comparison.before else {
        return differing;
    };
    for (index, state) in states.iter().enumerate() {
        let own = (index + 1 < states.len()).then(|| ParsedTree::new(Arc::clone(state)));
        let after = own.as_ref().unwrap_or(&comparison.after);
        let differences = Differences::of(comparison, tree, after);
        let step = Step::new(comparison, tree, after, differences);
        let mut tags = Vec::new();
        for change in step.opened() {
            let change = &change;
            tags.extend(twice::new_tags(change));
            let open = undeclared::open_names(&step, change);
            comparison.header_index.expect(open.iter().cloned());
            let parts = open.iter().flat_map(|name| elsewhere::parts(name));
            comparison.word_index.expect(parts.collect::<Vec<_>>());
            let called = calls::names_called(&step, change);
            comparison.header_index.expect(called.iter().cloned());
            comparison.word_index.expect(called);
            comparison.header_index.expect(cases::names(change));
            let misused = misused::names(&step, change);
            comparison.word_index.expect(misused);
            comparison.header_index.expect(tags::words(&step, change));
            let words = undeclared::new_words(&step, change);
            comparison.header_index.expect(words);
            comparison.word_index.expect(open);
            let externals = linked::new_externals(change);
            comparison.word_index.expect(externals);
            comparison
                .word_index
                .expect(linked::words_of_headers(change));
            comparison.word_index.expect(included::guards(change));
            comparison.word_index.expect(missing::words(&step, change));
        }
        comparison.header_index.expect(step.names.clone());
        comparison.word_index.expect(step.names.clone());
        comparison.header_index.expect(tags.clone());
        comparison.word_index.expect(tags);
        comparison.word_index.expect(
            step.shared()
                .into_iter()
                .chain(step.words_of_lost(&|_| false))
                .chain(step.reshaped.shared().iter().cloned())
                .chain(conditional::names_of(&step.limited))
                .chain(undefined::shared(&step)),
        );
        differing.0.push(Differences {
            changes: step.changes,
            reshaped: step.reshaped,
            limited: step.limited,
        });
    }
    differing
}

/// The headers that code of these files is likely to see: common ones, its architecture's, and those of its
/// folder and the folders above.
pub(crate) fn headers_near(touched: &BTreeSet<TreePath>) -> Scan {
    let mut under = BTreeSet::from(["include".to_owned()]);
    for path in touched {
        let Some((folder, _)) = path.as_str().rsplit_once('/') else {
            // Beside the topmost files any header may be.
            under.clear();
            break;
        };
        let parts: Vec<&str> = folder.split('/').collect();
        if let ["arch", name, ..] = parts[..] {
            under.insert(format!("arch/{name}/include"));
        }
        if parts.first() != Some(&"include") {
            under.insert(folder.to_owned());
        }
    }
    Scan {
        under: under.into_iter().collect(),
        extensions: vec!["h".to_owned()],
        ..Scan::default()
    }
}

/// One state of the series beside the tree before.
struct Step<'c> {
    before: Snapshot<'c>,
    after: Snapshot<'c>,
    changes: Vec<Difference>,
    /// Names that some touched file declares otherwise, no longer, or anew.
    names: BTreeSet<String>,
    /// Members that some touched file's record lost or won.
    members: BTreeSet<String>,
    /// Those that one lost.
    lost_members: BTreeSet<String>,
    /// What has another type now.
    reshaped: Reshaped,
    /// What is there only under conditions now.
    limited: Vec<Limited>,
    /// What `#undef` may take away otherwise than before, once that was asked for: it is the same for all files.
    undefined: OnceCell<BTreeSet<String>>,
}

impl Differences {
    fn of(comparison: &Comparison<'_>, before: &ParsedTree, after: &ParsedTree) -> Self {
        let before = Snapshot::new(comparison, before);
        let after = Snapshot::new(comparison, after);
        let touched = comparison.touched.iter().filter(|path| path.is_c());
        let touched: Vec<TreePath> = touched.cloned().collect();
        let (mut changes, mut reshaped) = (Vec::new(), Reshaped::default());
        let mut limited = Vec::new();
        for (index, path) in touched.iter().enumerate() {
            before.read_ahead(&touched, index);
            after.read_ahead(&touched, index);
            let difference = Difference::of(&before, &after, path);
            let change = FileChange::open(&before, &after, &difference);
            reshaped.add(&before, &after, &change);
            limited.extend(conditional::limited(&change));
            changes.push(difference);
        }
        Self {
            changes,
            reshaped,
            limited,
        }
    }
}

impl<'c> Step<'c> {
    fn new(
        comparison: &'c Comparison<'c>,
        before: &'c ParsedTree,
        after: &'c ParsedTree,
        differences: Differences,
    ) -> Self {
        let Differences {
            changes,
            reshaped,
            limited,
        } = differences;
        let all = |of: fn(&Difference) -> &BTreeSet<String>| {
            changes
                .iter()
                .flat_map(of)
                .cloned()
                .collect::<BTreeSet<_>>()
        };
        let lost_members = all(|change| &change.lost_members);
        let mut members = all(|change| &change.new_members);
        members.extend(lost_members.iter().cloned());
        Self {
            names: all(|change| &change.names),
            members,
            lost_members,
            reshaped,
            limited,
            undefined: OnceCell::new(),
            changes,
            before: Snapshot::new(comparison, before),
            after: Snapshot::new(comparison, after),
        }
    }

    /// The touched files one after another, each with both its sides.
    fn opened(&self) -> impl Iterator<Item = FileChange<'_>> {
        self.opened_where(|_| true)
    }

    fn opened_where(
        &self,
        is_asked: impl Fn(&Difference) -> bool,
    ) -> impl Iterator<Item = FileChange<'_>> {
        let asked: Vec<&Difference> = self.changes.iter().filter(|one| is_asked(one)).collect();
        let paths: Vec<TreePath> = asked.iter().map(|one| one.path.clone()).collect();
        asked
            .into_iter()
            .enumerate()
            .map(move |(index, difference)| {
                self.before.read_ahead(&paths, index);
                self.after.read_ahead(&paths, index);
                FileChange::open(&self.before, &self.after, difference)
            })
    }

    fn complaints(&self) -> Vec<Complaint> {
        self.find_headers();
        let retyped = self.retyped();
        let (mut found, mut sure) = (Vec::new(), Vec::new());
        for change in self.opened() {
            let change = &change;
            found.extend(undeclared::in_touched(self, change));
            found.extend(incomplete::in_touched(self, change));
            found.extend(members::in_touched(self, change));
            found.extend(calls::in_touched(self, change));
            found.extend(shapes::in_touched(self, change));
            found.extend(misused::in_touched(self, change));
            if let Some(file) = &change.after {
                let declared = &self.names;
                found.extend(prototypes::in_file(self, file, declared));
                found.extend(conditional::in_file(self, file));
                sure.extend(variables::in_file(self, file, declared));
                sure.extend(covered::in_file(self, file, declared));
                let is_new = |at: usize| change.is_new(&(at..at + 1));
                found.extend(calls::addresses(self, file, &retyped, &is_new));
            }
            // No header says otherwise of these.
            sure.extend(labels::in_touched(self, change));
            sure.extend(jumps::in_touched(self, change));
            sure.extend(literals::in_touched(change));
            sure.extend(semicolons::in_touched(change));
            sure.extend(tags::in_touched(self, change));
            sure.extend(twice::in_touched(self, change));
            sure.extend(namesakes::in_touched(self, change));
            sure.extend(undefined::in_touched(self, change));
            sure.extend(missing::in_touched(self, change));
            sure.extend(linked::in_touched(self, change));
            sure.extend(linked::in_header(self, change));
            sure.extend(included::again(self, change));
            sure.extend(included::shut(self, change));
            found.extend(included::too_late(self, change));
        }
        found.extend(self.elsewhere());
        found.iter_mut().for_each(|complaint| self.doubt(complaint));
        found.extend(sure);
        // What is surely wrong comes first: of two that say it of one place only that is said.
        found.sort_by_key(|complaint| complaint.verdict != Verdict::Violated);
        found
    }

    /// What a file is said to lack may be in a header that could not be read.
    fn doubt(&self, complaint: &mut Complaint) {
        let closure = self.after.closure(complaint.file.path());
        if let Some((_, reason)) = &closure.unread {
            complaint.verdict = Verdict::Unknown;
            let message = &complaint.message;
            complaint.message = format!("{message}, as far as could be read: {reason}");
        }
    }

    /// The names declared otherwise that files may know which the series leaves alone.
    fn shared(&self) -> BTreeSet<String> {
        let shared = self.changes.iter().flat_map(|change| &change.shared);
        shared.cloned().collect()
    }

    /// The members that a header's records lost, by record.
    fn shared_lost(&self) -> BTreeSet<(String, String)> {
        let lost = self.changes.iter().flat_map(|change| &change.shared_lost);
        lost.cloned().collect()
    }

    /// What a file that uses a lost member has: the member's name; or the record's, where that is gone as a whole and
    /// nothing `is_left` of it. Then no receiver is one, and names such as `start` may be in half of the tree.
    fn words_of_lost(&self, is_left: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
        let lost = self.shared_lost().into_iter();
        lost.map(
            |(record, name)| match self.is_gone(&record) && !is_left(&record) {
                true => record,
                false => name,
            },
        )
        .collect()
    }

    /// Whether a touched file no longer has the record, and no other one that is touched has it now.
    fn is_gone(&self, record: &str) -> bool {
        let mut changes = self.changes.iter();
        let is_lost = changes.any(|change| change.lost_records.contains(record));
        let has = |change: FileChange<'_>| {
            let after = change.after;
            after.is_some_and(|file| !file.records_named(record).is_empty())
        };
        !record.is_empty() && is_lost && !self.opened().any(has)
    }

    /// Whether a file that the series leaves alone still names a record that is gone, and no macro gives it another one.
    fn is_left(&self, record: &str) -> bool {
        let mut files = self.opened().filter_map(|change| change.after);
        let is_macro = files.any(|file| file.macros().iter().any(|known| known.name == record));
        let found = self.after.files_with(record);
        !is_macro && found.iter().any(|path| !self.is_touched(path))
    }

    /// What the rest of the tree has to say of names that other files may know, and of lost members.
    fn elsewhere(&self) -> Vec<Complaint> {
        let shared = self.shared();
        let lost = self.shared_lost();
        let mut others = undefined::shared(self);
        others.extend(self.reshaped.shared().iter().cloned());
        others.extend(self.words_of_lost(&|record| self.is_left(record)));
        others.extend(conditional::names_of(&self.limited));
        let (brought, mut paths) = self.brought();
        for word in shared.union(&others) {
            let found = self.after.files_with(word);
            paths.extend(found.into_iter().filter(|path| !self.is_touched(path)));
        }
        let retyped = self.retyped();
        let mut found = Vec::new();
        for path in paths {
            let Some(file) = self.after.file(&path) else {
                continue;
            };
            let here: BTreeSet<String> = shared
                .iter()
                .filter(|name| scope::has_word(file.bytes(), name.as_bytes()))
                .cloned()
                .collect();
            let brought: BTreeSet<String> = brought
                .iter()
                .filter(|name| scope::has_word(file.bytes(), name.as_bytes()))
                .cloned()
                .collect();
            if !brought.is_empty() && snapshot::is_source(&path) {
                found.extend(prototypes::in_file(self, &file, &brought));
                found.extend(variables::in_file(self, &file, &brought));
                found.extend(covered::in_file(self, &file, &brought));
                found.extend(twice::in_other(self, &file, &brought));
                found.extend(namesakes::in_other(self, &file));
            }
            found.extend(conditional::in_file(self, &file));
            found.extend(undeclared::in_other(self, &file, &here));
            found.extend(calls::in_other(self, &file, &here));
            found.extend(prototypes::in_file(self, &file, &here));
            let retyped = retyped.intersection(&here).cloned().collect();
            found.extend(calls::addresses(self, &file, &retyped, &|_| false));
            found.extend(members::in_other(self, &file, &lost));
            found.extend(shapes::in_other(self, &file));
            found.extend(undefined::in_other(self, &file));
        }
        found
    }

    /// The functions whose parameters are others than before.
    fn retyped(&self) -> BTreeSet<String> {
        let parameters = |file: &Option<Arc<File>>, name: &str| {
            let all = file.as_ref().map(|file| signatures(file, name));
            let functions = all
                .into_iter()
                .flatten()
                .filter(|one| one.form != Form::Macro);
            functions.map(|one| one.parameters).collect::<Vec<_>>()
        };
        let differs = |change: &FileChange<'_>, name: &str| {
            let (old, new) = (
                parameters(&change.before, name),
                parameters(&change.after, name),
            );
            old.iter().any(|one| !new.is_empty() && !new.contains(one))
        };
        let mut found = BTreeSet::new();
        for change in self.opened_where(|one| !one.names.is_empty()) {
            let names = change.names.iter().filter(|name| differs(&change, name));
            found.extend(names.cloned());
        }
        found
    }

    fn is_touched(&self, path: &TreePath) -> bool {
        self.after.comparison.touched.contains(path)
    }

    fn touches(&self, file: &File) -> bool {
        self.is_touched(file.path())
    }

    /// Whether the tree before has the word anywhere.
    fn names_before(&self, name: &str) -> bool {
        !self.before.files_with(name).is_empty()
    }
}
