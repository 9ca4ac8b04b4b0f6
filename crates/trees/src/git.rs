//! A revision of a git repository as a tree, read from the object database: no checkout, and
//! nothing of the repository is executed.
//!
//! The repository is opened once, to resolve the revision. Files are then read through handles on the
//! object database alone, which know no configuration, no hooks and no filters; each thread has its own,
//! since libgit2's are not for sharing. libgit2 fetches nothing by itself: an object that a partial
//! clone lacks is an unreadable file.

mod changes;
mod commit_mail;
mod folder;
mod history;
mod known_missing;
mod listing;
mod loose;
mod objects;
mod revision;
mod source;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use dialect::TreePath;
use git2::Oid;
use rayon::prelude::*;

use crate::dir::LARGEST_FILE;
use crate::lfs::{LFS_POINTER, is_lfs_pointer};
use crate::recorded::Questions;
use crate::search::Search;
use crate::selection::Selection;
use crate::tree::{FileMode, Scan, ScanReport, Tree, TreeError, Visit};
use folder::Kind;
pub use history::{CommitId, History, Line};
pub use known_missing::KnownMissing;
use listing::{Blob, Listing};
use objects::{Objects, in_submodule};
use source::Source;

/// Blobs that a task reads.
const BLOBS_A_TASK: usize = 64;
/// Bytes of a file that may wait for the visitor; a larger one is visited at once.
const WAITING: usize = 64 << 10;

/// A git revision, read as a kernel tree.
#[derive(Debug)]
pub struct GitTree {
    label: String,
    objects: Arc<Objects>,
    root: Oid,
    commit: Option<Oid>,
    /// Files that the repository is known to lack.
    left_out: BTreeSet<String>,
}

/// Files that lack their blobs and are each named with the command that gets it; more of them have one for all.
const EACH_NAMED: usize = 3;

impl GitTree {
    /// Resolves `rev` (anything that `git rev-parse` takes) in the repository at `repo`: a work tree's
    /// top, a `.git` folder, or a bare repository. It is not looked for in the folders above.
    ///
    /// # Errors
    /// [`TreeError::NoTree`] where there is no such repository or revision.
    pub fn open(repo: impl AsRef<Path>, rev: &str) -> Result<Self, TreeError> {
        let repo = repo.as_ref();
        let label = format!("{}@{rev}", repo.display());
        let no_tree = |reason: String| TreeError::NoTree {
            tree: label.clone(),
            reason,
        };
        let repository = source::open(repo).map_err(no_tree)?;
        let source = Source::of(&repository, repo).map_err(no_tree)?;
        let named = revision::tree(&repository, &source, rev).map_err(no_tree)?;
        let objects = Arc::new(Objects::new(source));
        Ok(Self {
            label,
            objects,
            root: named.tree,
            commit: named.commit,
            left_out: BTreeSet::new(),
        })
    }

    /// The same tree without those of its files that are known to be missing and are: a scan does not meet them. To read
    /// one by its path is an error as before.
    #[must_use]
    pub fn without(mut self, known: &KnownMissing) -> Self {
        self.left_out = known.lacking(&self.objects, self.root);
        if !self.left_out.is_empty() {
            let files = match self.left_out.len() {
                1 => "1 file that is".to_owned(),
                count => format!("{count} files that are"),
            };
            self.label = format!("{} without {files} known to be missing", self.label);
        }
        self
    }

    /// Files that the repository lacks and is known to lack.
    #[must_use]
    pub fn left_out(&self) -> &BTreeSet<String> {
        &self.left_out
    }

    /// The whole id of the commit that the revision named when it was opened; none where it names a tree itself.
    #[must_use]
    pub fn commit(&self) -> Option<String> {
        self.commit.map(|id| id.to_string())
    }

    /// The id of the tree object: the same files have the same, in every repository.
    #[must_use]
    pub fn id(&self) -> String {
        self.root.to_string()
    }

    /// Whether anything that was asked of the tree with the id `before` could have another answer in this one.
    ///
    /// # Errors
    /// The repository has no such tree, or a folder of one of the two cannot be read.
    pub fn is_touched_since(&self, before: &str, questions: &Questions) -> Result<bool, TreeError> {
        let no_tree = |error: git2::Error| TreeError::NoTree {
            tree: self.label.clone(),
            reason: error.message().to_owned(),
        };
        let before = Oid::from_str(before).map_err(no_tree)?;
        let repository = self.objects.open().map_err(no_tree)?;
        changes::touches(&repository, &self.objects, [before, self.root], questions)
            .map_err(no_tree)
    }
}

/// Opens the repository at a path, which is not looked for in the folders above.
///
/// # Errors
/// Why it is none, or none that can be read, in a sentence about it.
pub fn open_repository(path: &Path) -> Result<git2::Repository, String> {
    source::open(path)
}

fn unreadable(path: &str, reason: impl Into<String>) -> TreeError {
    TreeError::Unreadable {
        path: path.to_owned(),
        reason: reason.into(),
    }
}

impl Tree for GitTree {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError> {
        let found = self.objects.resolve(self.root, path.as_str(), true)?;
        let Some(entry) = found else {
            return Ok(None);
        };
        if entry.kind == Kind::Submodule {
            return Err(unreadable(path.as_str(), in_submodule(&entry)));
        }
        if !entry.kind.is_file() {
            return Ok(None);
        }
        let bytes = self
            .objects
            .blob(entry.id, |bytes| match is_lfs_pointer(bytes) {
                true => Err(LFS_POINTER.to_owned()),
                false => Ok(Some(Arc::from(bytes))),
            });
        bytes
            .and_then(|bytes| bytes)
            .map_err(|reason| unreadable(path.as_str(), reason))
    }

    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError> {
        let found = self.objects.resolve(self.root, path.as_str(), false)?;
        Ok(found.and_then(|entry| match entry.kind {
            Kind::Regular => Some(FileMode::Regular),
            Kind::Executable => Some(FileMode::Executable),
            Kind::Link => Some(FileMode::Symlink),
            Kind::Folder | Kind::Submodule => None,
        }))
    }

    fn scan(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError> {
        let selection = Selection::new(scan);
        let search = Search::new(scan);
        let mut listing = Listing::default();
        let entered = AtomicUsize::new(0);
        for start in selection.starts() {
            listing.merge(self.list_start(&selection, start, &entered)?);
        }
        let mut report = listing.report;
        let reports: Vec<ScanReport> = rayon::scope(|scope| {
            let tasks = listing.blobs.par_chunks(BLOBS_A_TASK);
            tasks
                .map(|blobs| {
                    self.search(&search, blobs, &|path, bytes| {
                        if bytes.len() > WAITING {
                            visit(path, bytes);
                        } else {
                            scope.spawn(move |_| visit(path, bytes));
                        }
                    })
                })
                .collect()
        });
        reports.into_iter().for_each(|part| report.merge(part));
        self.told_of_lacking(&mut report);
        Ok(report.sorted())
    }
}

impl GitTree {
    /// Leaves out what is known to be missing. Where many files lack their blobs, one command gets them all: theirs is one
    /// reason, which is told once.
    fn told_of_lacking(&self, report: &mut ScanReport) {
        let unread = &mut report.unreadable;
        unread.retain(|(path, _)| !self.left_out.contains(path.as_str()));
        let lacks = |reason: &str| self.objects.source().is_of_missing(reason);
        if unread.iter().filter(|(_, reason)| lacks(reason)).count() <= EACH_NAMED {
            return;
        }
        let revision = self.commit.unwrap_or(self.root);
        let of_all = self.objects.source().missing_many(revision);
        for (_, reason) in unread.iter_mut().filter(|(_, reason)| lacks(reason)) {
            reason.clone_from(&of_all);
        }
    }

    fn search(
        &self,
        search: &Search,
        blobs: &[Blob],
        accept: &dyn Fn(TreePath, Arc<[u8]>),
    ) -> ScanReport {
        let mut report = ScanReport::default();
        for Blob { path, id, unnamed } in blobs {
            let searched = self.objects.blob(*id, |bytes| {
                if is_lfs_pointer(bytes) {
                    return Err(LFS_POINTER.to_owned());
                }
                let (has_word, includes) = search.of(bytes);
                let accepted: Option<Arc<[u8]>> = has_word.then(|| bytes.into());
                Ok((bytes.len() as u64, accepted, includes))
            });
            let (length, accepted, includes) = match searched.and_then(|searched| searched) {
                Ok(searched) => searched,
                Err(reason) => {
                    report.cannot_read(path, reason);
                    continue;
                }
            };
            report.files += 1;
            report.bytes += length;
            if accepted.is_none() && includes.is_none() {
                continue;
            }
            let checked = TreePath::new(path).map_err(|error| error.to_string());
            match unnamed.clone().map_or(checked, Err) {
                Ok(path) => {
                    report.note(&path, includes);
                    if let Some(bytes) = accepted {
                        report.visited += 1;
                        accept(path, bytes);
                    }
                }
                Err(reason) => report.cannot_read(path, reason),
            }
        }
        report
    }
}
