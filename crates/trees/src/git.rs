//! A revision of a git repository as a tree, read from the object database: no checkout, and
//! nothing of the repository is executed.
//!
//! The repository is opened once, to resolve the revision. Files are then read through handles on the
//! object database alone, which know no configuration, no hooks and no filters; each thread has its own,
//! since libgit2's are not for sharing. libgit2 fetches nothing by itself: an object that a partial
//! clone lacks is an unreadable file.

mod objects;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dialect::TreePath;
use git2::{Oid, RepositoryOpenFlags};
use rayon::prelude::*;

use crate::dir::LARGEST_FILE;
use crate::search::Search;
use crate::selection::Selection;
use crate::tree::{FileMode, Scan, ScanReport, Tree, TreeError, Visit};
use objects::{Entry, Kind, Objects};

/// Blobs that a task reads.
const BLOBS_A_TASK: usize = 64;
/// Folders that a listing enters. Linux has some 6,000; a tree of a few hundred bytes that names the same folder
/// four times in each of thirty levels has more than any disk holds.
const MOST_FOLDERS: usize = 250_000;
/// Bytes of a file that may wait for the visitor; a larger one is visited at once.
const WAITING: usize = 64 << 10;

/// A git revision, read as a kernel tree.
#[derive(Debug)]
pub struct GitTree {
    label: String,
    objects: Objects,
    root: Oid,
}

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
        let no_tree_git = |error: git2::Error| no_tree(error.message().to_owned());

        let ceilings: [&Path; 0] = [];
        let opened = git2::Repository::open_ext(repo, RepositoryOpenFlags::NO_SEARCH, ceilings);
        let repository = opened.map_err(no_tree_git)?;
        let object = repository.revparse_single(rev).map_err(no_tree_git)?;
        let root = object.peel_to_tree().map_err(no_tree_git)?.id();
        let folder = repository.commondir().join("objects");
        let folder = folder.to_str().ok_or_else(|| {
            no_tree("the repository's path is not UTF-8, which libgit2 needs".to_owned())
        })?;
        let objects = Objects::new(folder.to_owned());
        Ok(Self {
            label,
            objects,
            root,
        })
    }
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
        let Some(Entry { id, .. }) = found.filter(|entry| entry.kind.is_file()) else {
            return Ok(None);
        };
        let bytes = self.objects.blob(id, |bytes| Arc::from(bytes));
        bytes
            .map(Some)
            .map_err(|reason| unreadable(path.as_str(), reason))
    }

    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError> {
        let found = self.objects.resolve(self.root, path.as_str(), false)?;
        Ok(found.and_then(|entry| match entry.kind {
            Kind::Regular => Some(FileMode::Regular),
            Kind::Executable => Some(FileMode::Executable),
            Kind::Link => Some(FileMode::Symlink),
            Kind::Folder | Kind::Other => None,
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
        Ok(report.sorted())
    }
}

/// The files of a scan, by path.
#[derive(Default)]
struct Listing {
    blobs: Vec<(String, Oid)>,
    report: ScanReport,
}

impl Listing {
    fn merge(&mut self, other: Self) {
        self.blobs.extend(other.blobs);
        self.report.merge(other.report);
    }
}

impl GitTree {
    fn list_start(
        &self,
        selection: &Selection,
        start: &str,
        entered: &AtomicUsize,
    ) -> Result<Listing, TreeError> {
        if start.is_empty() {
            let listing = self.list(selection, "", self.root, entered);
            return match listing.report.unreadable.first() {
                Some((_, reason)) if listing.blobs.is_empty() => Err(TreeError::NoTree {
                    tree: self.label.clone(),
                    reason: reason.clone(),
                }),
                _ => Ok(listing),
            };
        }
        let mut listing = Listing::default();
        match self.objects.resolve(self.root, start, true) {
            Ok(None) => listing.report.missing.push(start.to_owned()),
            Ok(Some(entry)) if entry.kind == Kind::Folder => {
                return Ok(self.list(selection, &format!("{start}/"), entry.id, entered));
            }
            Ok(Some(entry)) if entry.kind.is_file() && selection.takes(start) => {
                listing.blobs.push((start.to_owned(), entry.id));
            }
            Ok(Some(_)) => {}
            Err(error) => listing.report.cannot_read(start, error.to_string()),
        }
        Ok(listing)
    }

    /// Lists a folder; the folders in it in parallel. `entered` counts those that were listed so far.
    fn list(
        &self,
        selection: &Selection,
        prefix: &str,
        folder: Oid,
        entered: &AtomicUsize,
    ) -> Listing {
        let mut listing = Listing::default();
        let before = entered.fetch_add(1, Ordering::Relaxed);
        if before >= MOST_FOLDERS {
            // Said once: one line for each of the folders left out would be no help.
            if before == MOST_FOLDERS {
                let reason = format!("the tree has more than {MOST_FOLDERS} folders");
                listing.report.cannot_read(prefix, reason);
            }
            return listing;
        }
        let entries = match self.objects.folder(folder) {
            Ok(entries) => entries,
            Err(reason) => {
                listing.report.cannot_read(prefix, reason);
                return listing;
            }
        };
        let mut folders = Vec::new();
        for (name, entry) in entries {
            let path = format!("{prefix}{}", String::from_utf8_lossy(&name));
            if selection.leaves_out(&path) {
                continue;
            }
            match entry.kind {
                Kind::Folder if selection.enters(&path) => folders.push((path + "/", entry.id)),
                Kind::Regular | Kind::Executable if selection.takes_name(&name) => {
                    listing.blobs.push((path, entry.id));
                }
                Kind::Link => self.list_link(selection, path, &mut listing),
                _ => {}
            }
        }
        let below: Vec<Listing> = folders
            .par_iter()
            .map(|(prefix, folder)| self.list(selection, prefix, *folder, entered))
            .collect();
        below.into_iter().for_each(|part| listing.merge(part));
        listing
    }

    /// A link is met under its target's own name, unless the scan does not come by there.
    fn list_link(&self, selection: &Selection, path: String, listing: &mut Listing) {
        let has_c_name = selection.takes_name(path.as_bytes());
        match self.objects.resolve(self.root, &path, true) {
            Ok(Some(target)) if target.kind == Kind::Folder => {
                if !selection.is_shallow() && !selection.comes_by(&target.path) {
                    let cause =
                        format!("a symbolic link to {}, which was not searched", target.path);
                    listing.report.cannot_read(&path, cause);
                }
            }
            // What it is cannot be known.
            Err(TreeError::Escapes { .. }) if !has_c_name => listing
                .report
                .cannot_read(&path, "a symbolic link leads out of the tree".to_owned()),
            _ if !has_c_name => {}
            Ok(Some(target)) if target.kind.is_file() && !selection.takes(&target.path) => {
                listing.blobs.push((path, target.id));
            }
            Ok(_) => {}
            Err(TreeError::Escapes { .. }) => listing
                .report
                .cannot_read(&path, "a symbolic link leads out of the tree".to_owned()),
            Err(error) => listing.report.cannot_read(&path, error.to_string()),
        }
    }

    fn search(
        &self,
        search: &Search,
        blobs: &[(String, Oid)],
        accept: &dyn Fn(TreePath, Arc<[u8]>),
    ) -> ScanReport {
        let mut report = ScanReport::default();
        for (path, id) in blobs {
            let searched = self.objects.blob(*id, |bytes| {
                let (has_word, includes) = search.of(bytes);
                let accepted: Option<Arc<[u8]>> = has_word.then(|| bytes.into());
                (bytes.len() as u64, accepted, includes)
            });
            let checked = TreePath::new(path).map_err(|error| error.to_string());
            match searched.and_then(|searched| Ok((searched, checked?))) {
                Ok(((length, accepted, includes), path)) => {
                    report.files += 1;
                    report.bytes += length;
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
