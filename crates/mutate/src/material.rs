//! What there is to change: the tree that the series leaves, which lines of it are the series', and its mails.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use generator::{FailureKind, Mailing, Snapshot};
use query::File;
use schema::model::{ChangeKind, Spec};
use syntax::items::{BaseType, Member};
use trees::mail::{Posting, Series, parse_mbox, select};
use trees::{Overlay, ParsedTree, Scan, Tree};
use verify::{Finding, Verdict};

use crate::lines::{Hunk, brought, hunks};
use crate::nodes;
use crate::sequence::Sequence;

/// How many members are tried in the place of the object that has them.
const LIKE: usize = 3;

/// Why there is nothing to make mutants of.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The series cannot be written for the tree, and has not landed in it.
    #[error("the series cannot be judged on this tree: {0}")]
    NotRendered(String),
    /// What the spec declares does not hold before anything is changed.
    #[error("the series is {} as it is, before anything is changed: {message}", verdict.word())]
    NotHeld {
        /// What it is instead.
        verdict: Verdict,
        /// The first finding that says so.
        message: String,
    },
    /// The mails that were rendered cannot be read back, or a file cannot be read.
    #[error("{0}")]
    Other(String),
}

/// A file as the series leaves it.
#[derive(Clone, Debug)]
pub(crate) struct Patched {
    pub(crate) file: Arc<File>,
    /// The lines that are the series', whole, in the order of the file.
    pub(crate) touched: Vec<Range<usize>>,
    /// The tokens among them that are the series'; the others were there before.
    pub(crate) own: Vec<Range<usize>>,
    /// What the series changed, where the tree before is known.
    pub(crate) hunks: Vec<Hunk>,
}

/// A member that the spec declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeclaredMember {
    /// The tag of its record.
    pub(crate) record: String,
    pub(crate) name: String,
}

/// See the module's page.
pub struct Material<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) tree: Arc<dyn Tree>,
    pub(crate) mailing: &'a Mailing<'a>,
    /// What each patch leaves; none where the tree has the series already.
    pub(crate) states: Vec<Snapshot>,
    /// Names and bytes; none where the tree has the series already.
    pub(crate) mails: Vec<(String, Vec<u8>)>,
    /// The tree with the series.
    pub(crate) after: Arc<ParsedTree>,
    /// The files that the series changes.
    pub(crate) files: Vec<Patched>,
    pub(crate) seed: u64,
}

impl std::fmt::Debug for Material<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let files = self.files.iter().map(|patched| patched.file.path());
        f.debug_struct("Material")
            .field("series", &self.spec.series.name)
            .field("tree", &self.tree.label())
            .field("files", &files.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl<'a> Material<'a> {
    /// Writes the series for the tree, or finds it landed there, and reads what it leaves.
    ///
    /// # Errors
    /// The series neither renders nor has landed.
    pub fn new(
        spec: &'a Spec,
        tree: Arc<dyn Tree>,
        mailing: &'a Mailing<'a>,
        seed: u64,
    ) -> Result<Self, Unusable> {
        let rendered = generator::render(spec, &ParsedTree::new(Arc::clone(&tree)), mailing);
        let mails = match rendered {
            Ok(rendered) => rendered.files,
            Err(failure) if failure.kind == FailureKind::Present => {
                return Self::landed(spec, tree, mailing, seed);
            }
            Err(failure) => {
                let first = failure.problems.first();
                let message = first.map_or_else(String::new, |problem| problem.message.clone());
                return Err(Unusable::NotRendered(message));
            }
        };
        let is_mail = |name: &str| name.ends_with(".patch");
        let mails: Vec<_> = mails
            .into_iter()
            .filter(|(name, _)| is_mail(name))
            .collect();
        let series = read(&mails).map_err(Unusable::Other)?;
        let applied = trees::apply::apply_series(&tree, &series.mails).map_err(|fault| {
            let first = fault.faults.first().map(ToString::to_string);
            Unusable::Other(first.unwrap_or_default())
        })?;
        let goes = |bytes: &Option<Arc<[u8]>>| bytes.is_none();
        let mut laid = applied.iter().flat_map(|one| one.overlay.files().values());
        if laid.any(goes) {
            let message = "a series that deletes or moves files has no mutants";
            return Err(Unusable::Other(message.to_owned()));
        }
        let with_diff = series.mails.iter().zip(&applied);
        let states: Vec<Snapshot> = with_diff
            .filter(|(mail, _)| !mail.is_cover())
            .map(|(_, applied)| snapshot(applied.overlay.files()))
            .collect();
        let last: Snapshot = states
            .iter()
            .flatten()
            .map(|(p, b)| (p.clone(), b.clone()))
            .collect();
        let after = Arc::new(ParsedTree::new(overlay(&tree, &last)).for_variants());
        let mut files = Vec::new();
        for (path, bytes) in &last {
            let file = parsed(&after, path)?;
            let before = tree
                .read(path)
                .map_err(|error| Unusable::Other(error.to_string()))?;
            let hunks = hunks(before.as_deref().unwrap_or_default(), bytes);
            let touched = hunks.iter().map(|hunk| hunk.after.clone());
            let own = hunks.iter().flat_map(|hunk| brought(hunk, bytes));
            files.push(Patched {
                file,
                touched: touched.filter(|range| !range.is_empty()).collect(),
                own: own.collect(),
                hunks,
            });
        }
        Ok(Self {
            spec,
            tree,
            mailing,
            states,
            mails,
            after,
            files,
            seed,
        })
    }

    /// Of a tree that has the series: its lines are those that the verifier's findings about changes name.
    fn landed(
        spec: &'a Spec,
        tree: Arc<dyn Tree>,
        mailing: &'a Mailing<'a>,
        seed: u64,
    ) -> Result<Self, Unusable> {
        let report = verify::judge_landed(spec, Arc::clone(&tree));
        held(&report)?;
        let after = Arc::new(ParsedTree::new(Arc::clone(&tree)).for_variants());
        let mut lines: BTreeMap<TreePath, BTreeSet<usize>> = BTreeMap::new();
        for finding in report
            .findings
            .iter()
            .filter(|finding| is_of_change(spec, finding))
        {
            if let (Some(file), Some(line)) = (&finding.file, finding.line)
                && let Ok(path) = TreePath::new(file)
            {
                lines.entry(path).or_default().insert(line);
            }
        }
        let mut files = Vec::new();
        for (path, lines) in lines {
            let file = parsed(&after, &path)?;
            let mut touched: Vec<Range<usize>> = Vec::new();
            for range in lines.iter().map(|line| whole(&file, *line)) {
                match touched.last_mut() {
                    Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
                    _ => touched.push(range),
                }
            }
            let own = declared(spec, &file, &touched);
            files.push(Patched {
                file,
                touched,
                own,
                hunks: Vec::new(),
            });
        }
        Ok(Self {
            spec,
            tree,
            mailing,
            states: Vec::new(),
            mails: Vec::new(),
            after,
            files,
            seed,
        })
    }

    /// Whether there are mails: the tree did not have the series before.
    #[must_use]
    pub fn has_mails(&self) -> bool {
        !self.mails.is_empty()
    }

    /// What the last patch leaves.
    pub(crate) fn last(&self) -> Snapshot {
        let states = self.states.iter().flatten();
        states
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect()
    }

    /// The C files that the series changes.
    pub(crate) fn c_files(&self) -> impl Iterator<Item = &Patched> {
        self.files
            .iter()
            .filter(|patched| patched.file.path().is_c())
    }

    /// The members that the spec declares, each once.
    pub(crate) fn members(&self) -> Vec<DeclaredMember> {
        members(self.spec)
    }

    /// The members of a record that point to others of its kind, where a patched file defines it: `parent`, `next`.
    pub(crate) fn members_like(&self, tag: &str) -> Vec<String> {
        let records = self.files.iter().flat_map(|patched| patched.file.records());
        let mut own = records.filter(|record| record.tag.as_deref() == Some(tag));
        let members = own.next().map(|record| record.members.iter());
        let is_like = |member: &&Member| {
            matches!(&member.base, BaseType::Struct(own) if own == tag)
                && member.type_text.ends_with('*')
        };
        let like = members.into_iter().flatten().filter(is_like);
        like.map(|member| member.name.clone()).take(LIKE).collect()
    }

    /// Some C files that the series leaves alone and that name a record, chosen by the seed.
    pub(crate) fn others_naming(&self, tag: &str, most: usize) -> Vec<Arc<File>> {
        let found = std::sync::Mutex::new(Vec::new());
        let scan = Scan {
            words: vec![tag.to_owned()],
            extensions: vec!["c".to_owned()],
            under: ["arch", "drivers", "kernel", "net", "fs"]
                .map(str::to_owned)
                .to_vec(),
            ..Scan::default()
        };
        // A tree without one of these folders, or that cannot be walked, has fewer files to offer.
        let _ = self.after.tree().scan(&scan, &|path, _| {
            let mut found = found
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            found.push(path);
        });
        let mut found = found
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        found.retain(|path| !self.files.iter().any(|patched| patched.file.path() == path));
        found.sort();
        let chosen = Sequence::new(self.seed, tag).some_of(found, most);
        let open = |path: TreePath| self.after.file(&path).ok().flatten();
        chosen.into_iter().filter_map(open).collect()
    }
}

fn members(spec: &Spec) -> Vec<DeclaredMember> {
    let mut members = Vec::new();
    for body in spec.forms() {
        if let ChangeKind::Member(member) = &body.kind {
            let member = DeclaredMember {
                record: member.record.clone(),
                name: member.name.clone(),
            };
            if !members.contains(&member) {
                members.push(member);
            }
        }
    }
    members
}

/// The tokens of a landed tree that are the series' for sure: on the lines that findings name, declared members with
/// all that is assigned to them, their declarations, and macros and functions that begin there.
fn declared(spec: &Spec, file: &File, touched: &[Range<usize>]) -> Vec<Range<usize>> {
    let members = members(spec);
    let is_declared = |range: Range<usize>| {
        let text = nodes::text(file, range);
        members.iter().any(|member| member.name == text)
    };
    let mut own = Vec::new();
    for range in touched {
        for node in nodes::within(file, range, &["field_expression", "field_declaration"]) {
            let name = node
                .child_by_field_name("field")
                .or(node.child_by_field_name("declarator"));
            if !name.is_some_and(|name| is_declared(name.byte_range())) {
                continue;
            }
            let assigned = node
                .parent()
                .filter(|parent| parent.kind() == "assignment_expression");
            let statement = assigned.and_then(|assigned| assigned.parent());
            own.push(statement.unwrap_or(node).byte_range());
        }
        let begins = |start: usize| range.contains(&start);
        let functions = file.functions().iter().map(|function| &function.range);
        let macros = file.macros().iter().map(|one| &one.range);
        own.extend(
            functions
                .chain(macros)
                .filter(|one| begins(one.start))
                .cloned(),
        );
    }
    own
}

/// Whether a change of the spec is what the finding is about.
fn is_of_change(spec: &Spec, finding: &Finding) -> bool {
    let id = finding.invariant.split_once('/').map(|(id, _)| id);
    finding.verdict == Verdict::Holds && spec.changes().any(|change| Some(&*change.id) == id)
}

/// A line, or the function or macro that begins on it.
fn whole(file: &File, line: usize) -> Range<usize> {
    let range = file.lines().range_of(line);
    let begins = |start: usize| range.contains(&start);
    let function = file
        .functions()
        .iter()
        .find(|function| begins(function.range.start));
    let defined = file.macros().iter().find(|one| begins(one.range.start));
    let end = function
        .map(|function| function.range.end)
        .or(defined.map(|one| one.range.end))
        .unwrap_or(range.end);
    range.start..end.max(range.end)
}

fn parsed(tree: &ParsedTree, path: &TreePath) -> Result<Arc<File>, Unusable> {
    match tree.file(path) {
        Ok(Some(file)) => Ok(file),
        Ok(None) => Err(Unusable::Other(format!(
            "{path}: there is no such file after the series"
        ))),
        Err(error) => Err(Unusable::Other(error.to_string())),
    }
}

fn snapshot(files: &BTreeMap<TreePath, Option<Arc<[u8]>>>) -> Snapshot {
    let kept = files
        .iter()
        .filter_map(|(path, bytes)| Some((path.clone(), bytes.clone()?)));
    kept.collect()
}

/// The tree with these files.
pub(crate) fn overlay(tree: &Arc<dyn Tree>, files: &Snapshot) -> Arc<dyn Tree> {
    let laid = files
        .iter()
        .map(|(path, bytes)| (path.clone(), Some(bytes.clone())));
    Arc::new(Overlay::new(Arc::clone(tree), laid.collect()))
}

/// Reads mails as `verify` reads those of a folder.
pub(crate) fn read(mails: &[(String, Vec<u8>)]) -> Result<Series, String> {
    let mut postings = Vec::new();
    for (name, bytes) in mails {
        let found = parse_mbox(bytes).map_err(|error| format!("{name}: {error}"))?;
        postings.extend(found.into_iter().map(|mail| Posting {
            mail,
            name: name.clone(),
        }));
    }
    select(postings, None).map_err(|error| error.to_string())
}

/// Only what holds can be made worse.
pub(crate) fn held(report: &verify::Report) -> Result<(), Unusable> {
    if report.verdict == Verdict::Holds {
        return Ok(());
    }
    let worst = report
        .findings
        .iter()
        .find(|finding| finding.verdict == report.verdict);
    Err(Unusable::NotHeld {
        verdict: report.verdict,
        message: worst.map_or_else(String::new, |finding| finding.message.clone()),
    })
}
