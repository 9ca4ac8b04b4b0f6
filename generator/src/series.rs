//! A series: every change of every patch on its sites, or nothing.

mod diffs;
mod files;
mod readable;
mod reverse;
mod sweep;
mod whole;
mod wide;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use schema::model::{Change, ChangeBody, ChangeKind, Sort, Spec};
use sites::{Reason, Resolver, Unresolved};
use trees::{FileMode, ParsedTree};

use crate::edit::{self, Edit, Insertions};
use crate::failure::{FailureKind, Problem, RenderFailure};
use crate::kinds;
use crate::mail::Mailing;
use crate::manifest::{ChangeFacts, Manifest, SiteFacts};
use crate::plan::{Context, Plan};
use crate::reached;
use crate::under;
pub use diffs::{Snapshot, mails_of};
use readable::{clear_of_unread, still_read};
pub use reverse::{Differs, Reversed, Unsure, reverse};

/// A series, ready to be written. See [`crate::write`].
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The folder in the out directory: `detached-vf-v2`.
    pub name: String,
    /// File names and bytes: the mails in order, then the manifest.
    pub files: Vec<(String, Vec<u8>)>,
    /// What the series was made from and where it landed.
    pub manifest: Manifest,
}

/// Where a change resolves, or why it does not.
#[derive(Clone, Debug)]
pub struct Located {
    /// The change's id.
    pub id: String,
    /// Its kind, of the form that resolved; of its first form where none did.
    pub kind: &'static str,
    /// Where it landed.
    pub outcome: Result<ChangeFacts, Problem>,
}

/// Renders a spec for a tree.
///
/// # Errors
/// A change does not land on just the sites that it declares; nothing is half done.
pub fn render(
    spec: &Spec,
    tree: &ParsedTree,
    mailing: &Mailing<'_>,
) -> Result<Rendered, RenderFailure> {
    if spec.is_of_claims() {
        let message = "the spec has no `[[patch]]`: there is nothing to render".to_owned();
        return Err(RenderFailure::of_series(FailureKind::Spec, message));
    }
    read_ahead(spec, tree);
    let mut work = Work::new(spec, tree);
    let steps: Vec<Vec<Located>> = spec
        .patches
        .iter()
        .map(|patch| work.patch(&patch.changes))
        .collect();
    work.check(&steps)?;
    work.reaches_its_labels()
        .map_err(|message| RenderFailure::of_series(FailureKind::Drift, message))?;
    work.rendered(steps, mailing)
        .map_err(|(kind, message)| RenderFailure::of_series(kind, message))
}

/// Where every change of a spec resolves. A change that does not resolve is passed over by the later ones.
#[must_use]
pub fn locate(spec: &Spec, tree: &ParsedTree) -> Vec<Located> {
    read_ahead(spec, tree);
    let mut work = Work::new(spec, tree);
    spec.patches
        .iter()
        .flat_map(|patch| work.patch(&patch.changes))
        .collect()
}

/// Parses the files that the changes are in on all cores: they are asked for one after the other.
fn read_ahead(spec: &Spec, tree: &ParsedTree) {
    let has = |path: &&TreePath| tree.tree().has(path);
    let files = spec.changes().filter_map(|change| {
        let mut files = change.body.files.iter();
        files.find(has).filter(|path| path.is_c())
    });
    tree.read_ahead(files.collect::<BTreeSet<_>>());
}

/// What the changes of a spec make of one file, which is taken as given in the place of the tree's: for who tries
/// whether they say what somebody's patch does. None where one of them does not land.
#[must_use]
pub fn trial(spec: &Spec, tree: &ParsedTree, file: &Arc<File>) -> Option<Arc<File>> {
    let mut work = Work::new(spec, tree);
    work.files
        .insert(file.path().clone(), Some(Arc::clone(file)));
    for change in spec.patches.iter().flat_map(|patch| &patch.changes) {
        work.change(change).outcome.ok()?;
    }
    work.files.remove(file.path()).flatten()
}

/// The function that a site is in; a file that is not C has none.
fn function_at(file: &File, offset: usize) -> Option<String> {
    let is_c = file.path().is_c();
    let function = is_c.then(|| file.function_at(offset)).flatten();
    function.map(|function| function.name.clone())
}

/// The tree as the series so far leaves it.
struct Work<'a> {
    spec: &'a Spec,
    tree: &'a ParsedTree,
    /// None: the file is gone.
    files: BTreeMap<TreePath, Option<Arc<File>>>,
    /// What was put behind anchors in them.
    inserted: BTreeMap<TreePath, Insertions>,
    /// The files' bytes before the series.
    before: State,
    /// What each patch made of the files.
    snapshots: Vec<State>,
    /// What files that come as a whole are like.
    whole: Whole,
}

/// The bytes of files; none of one that is not there.
type State = BTreeMap<TreePath, Option<Arc<[u8]>>>;

/// Files that come as a whole.
#[derive(Clone, Debug, Default)]
struct Whole {
    /// Their modes.
    modes: BTreeMap<TreePath, FileMode>,
    /// Where those that move were.
    moves: BTreeMap<TreePath, TreePath>,
}

impl<'a> Work<'a> {
    fn new(spec: &'a Spec, tree: &'a ParsedTree) -> Self {
        Self {
            spec,
            tree,
            files: BTreeMap::new(),
            inserted: BTreeMap::new(),
            before: BTreeMap::new(),
            snapshots: Vec::new(),
            whole: Whole::default(),
        }
    }

    /// Makes the changes of one patch, one after the other, so that each sees what the ones before it did.
    fn patch(&mut self, changes: &[Change]) -> Vec<Located> {
        let located = changes.iter().map(|change| self.change(change)).collect();
        let bytes = self.files.iter().map(|(path, file)| {
            (
                path.clone(),
                file.as_ref().map(|file| file.written().clone()),
            )
        });
        self.snapshots.push(bytes.collect());
        located
    }

    /// Tries the forms of a change in order; the next only where the one before has no site at all.
    fn change(&mut self, change: &Change) -> Located {
        let resolved = sites::first_form(change, |form, body| {
            let facts = self.form(change, form, body)?;
            Ok((body.kind.name(), facts))
        });
        let (kind, outcome) = match resolved {
            Ok((kind, facts)) => (kind, Ok(facts)),
            Err((unresolved, path)) => (
                change.body.kind.name(),
                Err(problem(change, unresolved, path.flatten())),
            ),
        };
        Located {
            id: change.id.clone(),
            kind,
            outcome,
        }
    }

    fn form(
        &mut self,
        change: &Change,
        form: usize,
        body: &ChangeBody,
    ) -> Result<ChangeFacts, (Unresolved, Option<TreePath>)> {
        if let ChangeKind::WholeFile(whole) = &body.kind {
            return self.whole_file(change, form, body, whole);
        }
        if !body.globs.is_empty() {
            return self.sweep(change);
        }
        if let Some(kind) = wide::Wide::of(&body.kind) {
            let path = self.file(body).ok().map(|(path, ..)| path);
            let told = |(unresolved, place): (Unresolved, Option<TreePath>)| {
                let told = match &path {
                    Some(path) => sites::in_its_language(body, path, unresolved),
                    None => unresolved,
                };
                (told, place)
            };
            return self.wide(change, form, body, kind).map_err(told);
        }
        let (path, index, file) = self
            .file(body)
            .map_err(|unresolved| (unresolved, body.files.first().cloned()))?;
        let stop = |unresolved: Unresolved| {
            let told = sites::in_its_language(body, &path, unresolved);
            (told, Some(path.clone()))
        };
        let inserted = self.inserted.get(&path).cloned().unwrap_or_default();
        let context = Context {
            file: &file,
            body,
            inserted: &inserted,
            spec: self.spec,
            resolver: Resolver::new(self.tree, &file, &self.spec.isomorphisms, change.sites),
        };
        let Plan { edits, sites } = match kinds::plan(&context) {
            Err(made) if made.reason == Reason::Present && change.already_is_fine => {
                return Ok(ChangeFacts::nowhere(change, form));
            }
            plan => plan.map_err(stop)?,
        };
        let edits = match &body.under {
            Some(condition) => under::wrapped(&file, edits, condition).map_err(stop)?,
            None => edits,
        };
        self.edit(&path, &file, edits, &body.kind).map_err(stop)?;
        let files = sites::alternative("file", index, body.files.len(), path.as_str());
        Ok(ChangeFacts {
            id: change.id.clone(),
            kind: body.kind.name().to_owned(),
            form,
            sites: sites
                .into_iter()
                .map(|site| SiteFacts {
                    file: path.to_string(),
                    line: file.line_of(site.offset),
                    function: function_at(&file, site.offset),
                    text: sites::one_line(&sites::lines::line_text(
                        &file,
                        file.line_of(site.offset),
                    )),
                    alternatives: files.iter().cloned().chain(site.alternatives).collect(),
                })
                .collect(),
        })
    }

    /// Makes the edits of a change in a file.
    fn edit(
        &mut self,
        path: &TreePath,
        file: &Arc<File>,
        edits: Vec<Edit>,
        kind: &ChangeKind,
    ) -> Result<(), Unresolved> {
        // Such lines are text: what the reader makes of them is the verifier's to say.
        let is_text = matches!(kind, ChangeKind::Hunk(_) | ChangeKind::Lines(_))
            // Documents that a change of name reaches; and a macro is a word wherever it is.
            || matches!(kind, ChangeKind::Rename(rename) if !path.is_c() || rename.sort == Sort::Macro);
        if !is_text {
            clear_of_unread(file, &edits)?;
        }
        let edits = match is_text {
            true => edits,
            false => edit::without_trailing_blanks(
                file.written(),
                edit::behind_the_last_line(file.written(), edits),
            ),
        };
        let edits =
            edit::sorted(edits).ok_or_else(|| Unresolved::unfit("two of its sites overlap"))?;
        let bytes = edit::apply(file.written(), &edits)
            .ok_or_else(|| Unresolved::unfit("a site leaves the file"))?;
        if !is_text && let Some(at) = edit::taken_into_comment(file.written(), &bytes, &edits) {
            let message = "the code behind this would be read as part of a `//` comment";
            return Err(Unresolved::unfit(message).at(file, at));
        }
        self.before
            .entry(path.clone())
            .or_insert_with(|| Some(file.written().clone()));
        let edited = File::from(self.tree.reader().read(path, bytes));
        if !is_text {
            still_read(file, &edited, &edits)?;
        }
        if matches!(kind, ChangeKind::Assign(_) | ChangeKind::Insert(_)) {
            reached::check(&edited, &edits)?;
        }
        let inserted = self.inserted.entry(path.clone()).or_default();
        inserted.follow(&edits);
        self.files.insert(path.clone(), Some(Arc::new(edited)));
        Ok(())
    }

    fn check(&self, steps: &[Vec<Located>]) -> Result<(), RenderFailure> {
        let mut problems = Vec::new();
        let mut would_land = Vec::new();
        for located in steps.iter().flatten() {
            match &located.outcome {
                Ok(_) => would_land.push(located.id.clone()),
                Err(problem) => problems.push(problem.clone()),
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(RenderFailure::new(problems, would_land))
        }
    }

    /// Somebody jumps to every label that was put in.
    fn reaches_its_labels(&self) -> Result<(), String> {
        for body in self.spec.forms() {
            let ChangeKind::Insert(insert) = &body.kind else {
                continue;
            };
            let made = body.files.iter().filter_map(|path| self.files.get(path));
            let mut files = made.flatten();
            if let Some(message) = files.find_map(|file| reached::unreached(file, insert)) {
                return Err(message);
            }
        }
        Ok(())
    }
}

fn problem(change: &Change, unresolved: Unresolved, path: Option<TreePath>) -> Problem {
    Problem {
        kind: unresolved.reason.into(),
        change: change.id.clone(),
        span: change.span.clone(),
        message: unresolved.message,
        file: path.map(|path| path.to_string()),
        line: unresolved.line,
        hint: unresolved.hint.map(String::from),
        near: unresolved.near,
    }
}
