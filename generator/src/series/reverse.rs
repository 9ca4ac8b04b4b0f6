//! A series taken away again, of a tree that has it.
//!
//! What was there before is guessed, and proved: a kind says which texts the one in the tree may have been made of, and
//! the change is made on each again. One of which the tree's own text comes is what the change was made of, as far as
//! anybody can tell. Nothing is concluded from the guess, so that a kind need not be exact to be right.

mod added;
mod conditions;
mod likeness;
mod replaced;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use schema::model::{Change, ChangeBody, ChangeKind, Patch, Spec, WholeFile};
use sites::{Reason, Resolver, Unresolved};
use trees::{Overlay, ParsedTree};

use super::wide::Wide;
use super::{Located, Rendered, Work, problem};
use crate::failure::{FailureKind, RenderFailure};
use crate::mail::Mailing;
use crate::manifest::ChangeFacts;
pub use likeness::Differs;
use likeness::Likeness;

/// A series that takes another away.
#[derive(Clone, Debug)]
pub struct Reversed {
    /// It.
    pub rendered: Rendered,
    /// Where the series, rendered again on what this one leaves, gives other words or another layout than the tree
    /// has now; the code is the same. Empty: it gives the tree byte for byte.
    pub differs: Vec<Differs>,
    /// Changes of which another text would have given the tree as well: the one with the least code was taken.
    pub unsure: Vec<Unsure>,
}

/// How many texts are tried for one change.
const MOST_TRIES: usize = 48;

/// The series that takes away what `spec` declares, of a tree that has it: its patches, the last first, each undone.
/// That the spec renders on the tree after it, and makes the tree given of that, is proved.
///
/// # Errors
/// A change is not in the tree, or what it was made of cannot be told; nothing is half done.
pub fn reverse(
    spec: &Spec,
    tree: &ParsedTree,
    mailing: &Mailing<'_>,
) -> Result<Reversed, RenderFailure> {
    if spec.is_of_claims() {
        let message = "the spec has no `[[patch]]`: there is nothing to take away".to_owned();
        return Err(RenderFailure::of_series(FailureKind::Spec, message));
    }
    let mut work = Work::new(spec, tree);
    let mut unsure = Vec::new();
    let steps: Vec<Vec<Located>> = spec
        .patches
        .iter()
        .rev()
        .map(|patch| work.undo_patch(patch, &mut unsure))
        .collect();
    work.check(&steps).map_err(in_the_order_of_the_spec)?;
    let differs = work.proved()?;
    let reverting = reverting(spec);
    let work = Work {
        spec: &reverting,
        ..work
    };
    let mut rendered = work
        .rendered(steps, mailing)
        .map_err(|(kind, message)| RenderFailure::of_series(kind, message))?;
    rendered.name = format!("{}-v{}-reverse", spec.series.name, spec.series.version);
    Ok(Reversed {
        rendered,
        differs,
        unsure,
    })
}

/// What is wrong, as [`RenderFailure`] has it: nothing is missing that others would make whole.
fn in_the_order_of_the_spec(failure: RenderFailure) -> RenderFailure {
    let mut problems = failure.problems;
    problems.sort_by_key(|problem| problem.span.start);
    RenderFailure::new(problems, Vec::new())
}

/// The mail facts of the series that takes `spec` away.
fn reverting(spec: &Spec) -> Spec {
    let mut reverting = spec.clone();
    let name = format!("{} v{}", spec.series.name, spec.series.version);
    let series = &mut reverting.series;
    series.name = format!("{}-v{}-reverse", spec.series.name, spec.series.version);
    series.version = 1;
    series.subject = reverted(&spec.series.subject);
    series.cover = format!(
        "This takes {name} away again: its patches are reverted, the last\nfirst. \
         The tree after it is one that the series renders on.\n"
    );
    series.changelog = Vec::new();
    series.sent = Vec::new();
    series.in_reply_to = None;
    series.change_id = None;
    let count = spec.patches.len();
    let patches = spec.patches.iter().enumerate().rev();
    let reverted = |(index, patch): (usize, &Patch)| Patch {
        subject: reverted(&patch.subject),
        message: format!(
            "This reverts \"{}\",\npatch {} of {count} of {name}.\n",
            patch.subject,
            index + 1,
        ),
        fixes: Vec::new(),
        trailers: Vec::new(),
        notes: String::new(),
        ..patch.clone()
    };
    reverting.patches = patches.map(reverted).collect();
    reverting
}

/// The subject of a revert, as git gives it.
fn reverted(subject: &str) -> String {
    let again = subject.strip_prefix("Revert \"");
    match again.and_then(|rest| rest.strip_suffix('"')) {
        Some(first) => format!("Reapply \"{first}\""),
        None => format!("Revert \"{subject}\""),
    }
}

/// A text that a change may have been made on, tried.
#[derive(Clone)]
struct Tried {
    file: Arc<File>,
    /// Where the change is made in it.
    facts: ChangeFacts,
    /// How like what comes is to what the tree has.
    likeness: Likeness,
    /// How much code it has.
    size: usize,
}

/// A change that the tree may have come by from another text too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsure {
    /// The change's id.
    pub change: String,
    /// The file.
    pub file: String,
    /// 1-based line of its site, in what is left.
    pub line: usize,
}

impl Work<'_> {
    fn undo_patch(&mut self, patch: &Patch, unsure: &mut Vec<Unsure>) -> Vec<Located> {
        let changes = patch.changes.iter().rev();
        let undo = |change| self.undo(change, unsure);
        let mut located: Vec<Located> = changes.map(undo).collect();
        located.reverse();
        self.snapshots.push(self.state());
        located
    }

    fn undo(&mut self, change: &Change, unsure: &mut Vec<Unsure>) -> Located {
        let outcome = self.undone(change, unsure);
        let outcome = outcome.map_err(|(unresolved, path)| problem(change, unresolved, path));
        let kind = outcome
            .as_ref()
            .ok()
            .and_then(|facts| change.forms().nth(facts.form))
            .unwrap_or(&change.body);
        Located {
            id: change.id.clone(),
            kind: kind.kind.name(),
            outcome,
        }
    }

    /// Undoes a change. Each form that the tree has says what was there before; of texts that give the tree's own, the one
    /// with the least code is taken: what a series brings is not left behind.
    fn undone(
        &mut self,
        change: &Change,
        unsure: &mut Vec<Unsure>,
    ) -> Result<ChangeFacts, (Unresolved, Option<TreePath>)> {
        let mut first: Option<(Unresolved, Option<TreePath>)> = None;
        let mut tried: Vec<Tried> = Vec::new();
        for body in change.forms() {
            if let ChangeKind::WholeFile(whole) = &body.kind {
                let path = body.files.first().cloned();
                return self
                    .undo_whole_file(change, body, whole)
                    .map_err(|unresolved| (unresolved, path));
            }
            match self.tried(change, body) {
                Ok(texts) => tried.extend(texts),
                // That a form is there and cannot be undone says more than that another is not there.
                Err(told) => match &first {
                    Some((kept, _)) if kept.reason != Reason::Absent => {}
                    Some(_) if told.0.reason == Reason::Absent => {}
                    _ => first = Some(told),
                },
            }
        }
        let order = |tried: &Tried| (tried.likeness, tried.size);
        let best = tried.iter().min_by_key(|tried| order(tried)).cloned();
        let Some(best) = best else {
            let none = || (Unresolved::spec("the change has no form"), None);
            return Err(first.unwrap_or_else(none));
        };
        let is_other = |other: &&Tried| {
            other.likeness == best.likeness
                && !likeness::is_same_code(best.file.written(), other.file.written())
        };
        let path = best.file.path().clone();
        if tried.iter().any(|other| is_other(&other)) {
            unsure.push(Unsure {
                change: change.id.clone(),
                file: path.to_string(),
                line: best.facts.sites.first().map_or(1, |site| site.line),
            });
        }
        if let Ok(Some(file)) = self.open(&path) {
            let before = self.before.entry(path.clone());
            before.or_insert_with(|| Some(file.written().clone()));
        }
        self.files.insert(path, Some(best.file));
        Ok(best.facts)
    }

    /// The texts that a form of a change may have been made on, tried.
    fn tried(
        &self,
        change: &Change,
        body: &ChangeBody,
    ) -> Result<Vec<Tried>, (Unresolved, Option<TreePath>)> {
        let path = body.files.first().cloned();
        if let Some(unresolved) = keeps_no_text(body) {
            return Err((unresolved, path));
        }
        let (path, _, file) = self.file(body).map_err(|unresolved| (unresolved, path))?;
        let stop = |unresolved: Unresolved| (unresolved, Some(path.clone()));
        let line = self.line_of(change, body, &file).map_err(stop)?;
        let mut texts = self.before_it(change, body, &file, line);
        texts.truncate(MOST_TRIES);
        let tried: Vec<Tried> = texts
            .into_iter()
            .filter_map(|text| {
                let size = likeness::size(&text);
                let (before, after, facts) = self.made_of(change, &path, text)?;
                let likeness = Likeness::of(&path, file.written(), after.written())?;
                Some(Tried {
                    file: before,
                    facts,
                    likeness,
                    size,
                })
            })
            .collect();
        match tried.is_empty() {
            false => Ok(tried),
            true => {
                let message = "it is there, and what it was made of cannot be told: made again, it gives another text";
                Err(stop(Unresolved::unfit(message).at_line(line)))
            }
        }
    }

    /// The line in which the file has the change already.
    fn line_of(
        &self,
        change: &Change,
        body: &ChangeBody,
        file: &File,
    ) -> Result<usize, Unresolved> {
        let resolver = Resolver::new(self.tree, file, &self.spec.isomorphisms, change.sites);
        match sites::resolve(&resolver, body) {
            Err(there) if there.reason == Reason::Present => Ok(there.line.unwrap_or(1)),
            Err(unresolved) => Err(unresolved),
            Ok(offsets) => {
                let missing = Unresolved::absent("it is not in the tree, and could be made here");
                Err(match offsets.first() {
                    Some(&at) => missing.at(file, at),
                    None => missing,
                })
            }
        }
    }

    /// Texts that the one in the tree may have been made of, the likeliest first.
    fn before_it(
        &self,
        change: &Change,
        body: &ChangeBody,
        file: &Arc<File>,
        line: usize,
    ) -> Vec<Vec<u8>> {
        let resolver = Resolver::new(self.tree, file, &self.spec.isomorphisms, change.sites);
        match &body.kind {
            ChangeKind::Test(test) => conditions::before_test(&resolver, test),
            ChangeKind::Split(split) => conditions::before_split(&resolver, split),
            ChangeKind::Rewrite(rewrite) => replaced::before_rewrite(&resolver, rewrite),
            ChangeKind::Hunk(hunk) => replaced::before_hunk(file, hunk),
            _ => self.without_added(change, body, file, line),
        }
    }

    /// The file with that text, what the change makes of it, and where.
    fn made_of(
        &self,
        change: &Change,
        path: &TreePath,
        text: Vec<u8>,
    ) -> Option<(Arc<File>, Arc<File>, ChangeFacts)> {
        let before = Arc::new(File::from(self.tree.reader().read(path, text.into())));
        let mut work = Work::new(self.spec, self.tree);
        work.files.clone_from(&self.files);
        work.files.insert(path.clone(), Some(Arc::clone(&before)));
        let facts = work.change(change).outcome.ok()?;
        let after = work.files.get(path).cloned().flatten()?;
        Some((before, after, facts))
    }

    fn undo_whole_file(
        &mut self,
        change: &Change,
        body: &ChangeBody,
        whole: &WholeFile,
    ) -> Result<ChangeFacts, Unresolved> {
        let path = body.files.first();
        let path = path.ok_or_else(|| Unresolved::spec("the change has no file"))?;
        let there = self.bytes(path)?;
        match (whole, there) {
            (WholeFile::Deleted, _) => Err(Unresolved::unfit(
                "a file that was deleted cannot be written again: the spec does not have its text",
            )),
            (_, None) => Err(Unresolved::absent("the tree does not have it")),
            (WholeFile::Created { content, .. }, Some(bytes)) => {
                if *bytes != *content.as_bytes() {
                    let message = "it has another text than the spec gives it";
                    return Err(Unresolved::unfit(message));
                }
                self.put(path, None);
                Ok(ChangeFacts::nowhere(change, 0))
            }
            (WholeFile::Moved { from }, Some(bytes)) => {
                let from = from.first();
                let from = from.ok_or_else(|| Unresolved::spec("the change has no `from`"))?;
                let mode = self.tree.tree().mode(path);
                let mode = mode.map_err(|error| Unresolved::tree(error.to_string()))?;
                self.put(path, None);
                self.put(from, Some(&bytes));
                self.whole.moves.insert(from.clone(), path.clone());
                if let Some(mode) = mode {
                    self.whole.modes.insert(from.clone(), mode);
                }
                Ok(ChangeFacts::nowhere(change, 0))
            }
        }
    }

    /// Renders the series on what is left, from nothing, and compares.
    fn proved(&self) -> Result<Vec<Differs>, RenderFailure> {
        let left = self.files.iter().map(|(path, file)| {
            let bytes = file.as_ref().map(|file| Arc::clone(file.written()));
            (path.clone(), bytes)
        });
        let overlay = Overlay::new(Arc::clone(self.tree.tree()), left.collect());
        let overlay = overlay.with_modes(self.whole.modes.clone());
        let tree = ParsedTree::new(Arc::new(overlay));
        let mut again = Work::new(self.spec, &tree);
        let patches = self.spec.patches.iter();
        let steps: Vec<Vec<Located>> = patches.map(|patch| again.patch(&patch.changes)).collect();
        let unproved = |message: String| RenderFailure::of_series(FailureKind::Drift, message);
        again.check(&steps).map_err(|failure| {
            unproved(format!(
                "the series does not render on what would be left: {failure}"
            ))
        })?;
        let mut differs = Vec::new();
        let made = self.before.keys().chain(again.files.keys());
        let made: std::collections::BTreeSet<&TreePath> = made.collect();
        for path in made {
            let was = self.before.get(path).cloned().flatten();
            let now = match again.files.get(path) {
                Some(file) => file.as_ref().map(|file| Arc::clone(file.written())),
                None => self.files.get(path).and_then(|file| {
                    let file = file.as_ref();
                    file.map(|file| Arc::clone(file.written()))
                }),
            };
            if was == now {
                continue;
            }
            let alike = match (&was, &now) {
                (Some(was), Some(now)) => Likeness::of(path, was, now).map(|_| (was, now)),
                _ => None,
            };
            let Some((was, now)) = alike else {
                return Err(unproved(format!(
                    "{path}: rendered on what would be left, the series gives another text than the tree has"
                )));
            };
            differs.extend(likeness::differing(path, was, now));
        }
        Ok(differs)
    }
}

/// Why a change cannot be undone, whatever the tree: what it takes away is in no spec.
fn keeps_no_text(body: &ChangeBody) -> Option<Unresolved> {
    let message = if matches!(body.kind, ChangeKind::Delete(_)) {
        "what a `delete` takes away cannot be written again: the spec does not have its text"
            .to_owned()
    } else if !body.globs.is_empty() || Wide::of(&body.kind).is_some() {
        let kind = body.kind.name();
        format!(
            "a `{kind}` of many files cannot be undone: which of the places it has made is not known"
        )
    } else {
        return None;
    };
    Some(Unresolved::unfit(message))
}

/// The bytes of every file that was opened for a change, as they are now.
impl Work<'_> {
    fn state(&self) -> BTreeMap<TreePath, Option<Arc<[u8]>>> {
        let files = self.files.iter();
        files
            .map(|(path, file)| {
                let bytes = file.as_ref().map(|file| Arc::clone(file.written()));
                (path.clone(), bytes)
            })
            .collect()
    }
}
