//! Somebody's patches as a spec.
//!
//! Every hunk becomes the most telling change that fits it; what no kind can say is a `hunk`, so that nothing is ever
//! dropped. The spec is text for people: short anchors, the author's own words in the mail fields. That it makes what the
//! patches make is the caller's to see, who renders it.

mod changes;
mod declare;
mod edit;
mod everywhere;
mod excerpt;
mod hunks;
mod mail;
mod outline;
mod propose;
mod run;
mod runs;
mod signatures;
mod steps;
mod table;
mod toml;
mod units;
mod whole;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;

pub use mail::{Letter, SeriesFacts};
pub use whole::WholeFile;

/// What a patch does to a file.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// Its path.
    pub path: TreePath,
    /// The file before the patch, with what the patches before it made of it.
    pub before: Arc<File>,
    /// The file after it.
    pub after: Arc<File>,
}

/// One patch of a series.
#[derive(Clone, Debug)]
pub struct PatchFacts {
    /// Its mail.
    pub letter: Letter,
    /// Files that come, go or move.
    pub whole: Vec<WholeFile>,
    /// What it does to the text of others, file by file.
    pub files: Vec<FileChange>,
}

impl PatchFacts {
    /// Every file that it is about.
    pub fn paths(&self) -> impl Iterator<Item = &TreePath> {
        let whole = self.whole.iter().flat_map(WholeFile::paths);
        whole.chain(self.files.iter().map(|file| &file.path))
    }
}

/// A spec, and how much of the patches it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The spec.
    pub spec: String,
    /// Runs of changed lines in the patches.
    pub hunks: usize,
    /// Of them, those that are declarations: no `hunk`.
    pub declared: usize,
    /// The changes of each patch, in the order of the spec.
    pub changes: Vec<Vec<Said>>,
}

/// A change of the spec, and what of a patch it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// It, as text.
    pub text: String,
    /// The runs of lines that it says, with others of the spec: the lines that go and those that come, by number from 0. None
    /// of a hunk, and of a file that comes or goes as a whole.
    pub runs: Vec<(Range<usize>, Range<usize>)>,
}

/// How the changes of a file are told apart.
///
/// The changes of a patch are made one after the other, and half of what a patch does to a file may be no C: then a
/// function is not found in it, or other lines than the patch's are alike. The next is for what the one before cannot say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Declarations where there are any, else each run of lines by itself, in its function.
    #[default]
    Declarations,
    /// Declarations where there are any, else each run of lines by itself, in the whole file.
    DeclarationsAndRuns,
    /// Each run of lines by itself, in its function.
    Functions,
    /// Each run of lines by itself, in the whole file.
    Runs,
    /// All that a patch does to the file, as one.
    Whole,
}

impl Detail {
    /// The next.
    #[must_use]
    pub fn coarser(self) -> Option<Self> {
        match self {
            Self::Declarations => Some(Self::DeclarationsAndRuns),
            Self::DeclarationsAndRuns => Some(Self::Functions),
            Self::Functions => Some(Self::Runs),
            Self::Runs => Some(Self::Whole),
            Self::Whole => None,
        }
    }
}

/// Where proposals are tried: the state of a tree that a patch is for.
pub trait Bench {
    /// A file of the tree with other bytes, read as the tree's files are.
    fn read(&self, path: &TreePath, bytes: Arc<[u8]>) -> Arc<File>;

    /// Whether some changes, as the text of their tables, make these bytes of a file.
    fn makes(&self, file: &Arc<File>, changes: &str, wanted: &[u8]) -> bool;

    /// The file with some changes; none where they do not land.
    fn made(&self, file: &Arc<File>, changes: &str) -> Option<Arc<File>>;

    /// Whether they land in a file, whatever they make of it.
    fn lands(&self, file: &Arc<File>, changes: &str) -> bool;

    /// A file is told, for the first time or again.
    fn start(&self, path: &TreePath);

    /// What is tried from now on is about another part of a file.
    fn begin(&self, path: &TreePath);

    /// Whether so much was tried with a file, or with the part of it, that nothing new is tried any more: the rest is told by hunks.
    fn is_spent(&self, path: &TreePath) -> bool;
}

/// How a series is to be told.
#[derive(Clone, Debug, Default)]
pub struct Telling {
    /// How the changes of a file that are no declarations are told apart, where not by their functions.
    pub detail: BTreeMap<TreePath, Detail>,
    /// Changes, as text, that are not to be declared so: somebody has judged them and they do not hold.
    pub refused: BTreeSet<String>,
    /// Runs of lines that are told by hunks, by file and the line before the patch that they begin at, from 0.
    pub as_hunks: BTreeSet<(TreePath, usize)>,
    /// Functions that are told as a whole or by hunks, by file and name: too many ways to declare what is in them did not
    /// hold.
    pub as_whole: BTreeSet<(TreePath, String)>,
    /// Files in which changes made something else than in their functions alone: each is tried in all of the file.
    pub careful: BTreeSet<TreePath>,
}

/// Makes a spec of a series. `benches` are the trees before each of the patches.
#[must_use]
pub fn import(
    series: &SeriesFacts,
    patches: &[PatchFacts],
    benches: &[&dyn Bench],
    telling: &Telling,
) -> Imported {
    let mut imported = Imported::default();
    mail::head(&mut imported.spec, series);
    for (patch, bench) in patches.iter().zip(benches) {
        mail::patch(&mut imported.spec, &patch.letter);
        let mut of_patch = Vec::new();
        for whole in &patch.whole {
            imported.hunks += whole.hunks();
            imported.declared += whole.hunks();
            let text = whole.change();
            imported.spec.push_str(&text);
            of_patch.push(Said {
                text,
                runs: Vec::new(),
            });
        }
        for file in &patch.files {
            let changes = changes::of(file, *bench, telling);
            imported.hunks += changes.hunks;
            imported.declared += changes.declared;
            for said in changes.said {
                imported.spec.push_str(&said.text);
                of_patch.push(said);
            }
        }
        imported.changes.push(of_patch);
    }
    imported
}

/// A spec of one patch with some changes, to try them.
#[must_use]
pub fn trial_spec(changes: &str) -> String {
    let mut spec = String::new();
    mail::head(&mut spec, &SeriesFacts::of(&[]));
    mail::patch(
        &mut spec,
        &Letter::of(&trees::mail::Mail::default(), &SeriesFacts::of(&[])),
    );
    spec.push_str(changes);
    spec
}
