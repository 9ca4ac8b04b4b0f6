//! A revision of a git repository as a tree, read from the object database: no checkout, and
//! nothing of the repository is executed.
//!
//! The repository is opened once, to resolve the revision. Files are then read through handles on the
//! object database alone, which know no configuration, no hooks and no filters; each thread has its own,
//! since libgit2's are not for sharing. libgit2 fetches nothing by itself: an object that a partial
//! clone lacks is an unreadable file.

mod folder;
mod objects;
mod revision;
mod source;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dialect::TreePath;
use git2::Oid;
use rayon::prelude::*;

use crate::dir::LARGEST_FILE;
use crate::lfs::{LFS_POINTER, is_lfs_pointer};
use crate::search::Search;
use crate::selection::Selection;
use crate::tree::{FileMode, Scan, ScanReport, Tree, TreeError, Visit};
use folder::{Item, Kind};
use objects::{Entry, Objects, in_submodule};
use source::Source;

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
        let repository = source::open(repo).map_err(no_tree)?;
        let source = Source::of(&repository, repo).map_err(no_tree)?;
        let root = revision::tree(&repository, &source, rev).map_err(no_tree)?;
        let objects = Objects::new(source);
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
        Ok(report.sorted())
    }
}

/// A file of a scan.
struct Blob {
    path: String,
    id: Oid,
    /// Why no path can name it, where none can.
    unnamed: Option<String>,
}

impl Blob {
    fn new(path: impl Into<String>, id: Oid) -> Self {
        let path = path.into();
        let unnamed = None;
        Self { path, id, unnamed }
    }
}

/// The files of a scan, by path.
#[derive(Default)]
struct Listing {
    blobs: Vec<Blob>,
    report: ScanReport,
}

/// A folder that is to be listed.
struct Start {
    id: Oid,
    /// Its path with a slash behind; empty at the top.
    prefix: String,
    /// Why no path can name what is in it, where none can.
    unnamed: Option<String>,
}

impl Start {
    fn new(prefix: impl Into<String>, id: Oid) -> Self {
        let prefix = prefix.into();
        let unnamed = None;
        Self {
            id,
            prefix,
            unnamed,
        }
    }

    /// The path of an entry, for people at least, and why it is none.
    fn path_of(&self, name: &[u8]) -> (String, Option<String>) {
        let path = format!("{}{}", self.prefix, String::from_utf8_lossy(name));
        let own = || match std::str::from_utf8(name) {
            Err(_) => Some("the name is not UTF-8".to_owned()),
            Ok(_) => TreePath::new(&path).err().map(|error| error.to_string()),
        };
        let unnamed = self.unnamed.clone().or_else(own);
        (path, unnamed)
    }
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
            let top = self.objects.folder(self.root);
            top.map_err(|reason| TreeError::NoTree {
                tree: self.label.clone(),
                reason,
            })?;
            return Ok(self.list(selection, &Start::new("", self.root), entered));
        }
        let mut listing = Listing::default();
        match self.objects.resolve(self.root, start, true) {
            Ok(None) => listing.report.missing.push(start.to_owned()),
            Ok(Some(entry)) if entry.kind == Kind::Folder => {
                let start = Start::new(format!("{start}/"), entry.id);
                return Ok(self.list(selection, &start, entered));
            }
            Ok(Some(entry)) if entry.kind == Kind::Submodule => {
                listing.report.cannot_read(start, in_submodule(&entry));
            }
            Ok(Some(entry)) if entry.kind.is_file() && selection.takes(start) => {
                listing.blobs.push(Blob::new(start, entry.id));
            }
            Ok(Some(_)) => {}
            Err(error) => listing.report.cannot_read(start, error.to_string()),
        }
        Ok(listing)
    }

    /// Lists a folder; the folders in it in parallel. `entered` counts those that were listed so far.
    fn list(&self, selection: &Selection, start: &Start, entered: &AtomicUsize) -> Listing {
        let mut listing = Listing::default();
        let before = entered.fetch_add(1, Ordering::Relaxed);
        if before >= MOST_FOLDERS {
            // Said once: one line for each of the folders left out would be no help.
            if before == MOST_FOLDERS {
                let reason = format!("the tree has more than {MOST_FOLDERS} folders");
                listing.report.cannot_read(&start.prefix, reason);
            }
            return listing;
        }
        let folder = match self.objects.folder(start.id) {
            Ok(folder) => folder,
            Err(reason) => {
                listing.report.cannot_read(&start.prefix, reason);
                return listing;
            }
        };
        let mut folders = Vec::new();
        for item in folder.items() {
            let (path, unnamed) = start.path_of(&item.name);
            if !selection.leaves_out(&path) {
                let below = self.take(selection, start, item, path, unnamed, &mut listing);
                folders.extend(below);
            }
        }
        let below: Vec<Listing> = folders
            .par_iter()
            .map(|folder| self.list(selection, folder, entered))
            .collect();
        below.into_iter().for_each(|part| listing.merge(part));
        listing
    }

    /// Takes an entry of a folder into the listing; gives it back where it is to be listed itself.
    fn take(
        &self,
        selection: &Selection,
        folder: &Start,
        item: &Item,
        path: String,
        unnamed: Option<String>,
        listing: &mut Listing,
    ) -> Option<Start> {
        match item.kind {
            Kind::Folder if selection.enters(&path) => {
                let (id, prefix) = (item.id, path + "/");
                return Some(Start {
                    id,
                    prefix,
                    unnamed,
                });
            }
            Kind::Regular | Kind::Executable if selection.takes_name(&item.name) => {
                let id = item.id;
                listing.blobs.push(Blob { path, id, unnamed });
            }
            Kind::Link => self.list_link(selection, folder, item, path, unnamed, listing),
            Kind::Submodule if selection.enters(&path) => {
                let entry = Entry {
                    id: item.id,
                    kind: item.kind,
                    path,
                };
                let reason = in_submodule(&entry);
                listing.report.cannot_read(&entry.path, reason);
            }
            _ => {}
        }
        None
    }

    /// A link is met under its target's own name, unless the scan does not come by there.
    fn list_link(
        &self,
        selection: &Selection,
        folder: &Start,
        item: &Item,
        path: String,
        unnamed: Option<String>,
        listing: &mut Listing,
    ) {
        let has_c_name = selection.takes_name(&item.name);
        let report = &mut listing.report;
        match self.objects.follow(self.root, &folder.prefix, item.id) {
            Ok(Some(target)) if target.kind == Kind::Folder => {
                if !selection.is_shallow() && !selection.comes_by(&target.path) {
                    let cause =
                        format!("a symbolic link to {}, which was not searched", target.path);
                    report.cannot_read(&path, cause);
                }
            }
            Ok(Some(target)) if has_c_name && target.kind.is_file() => {
                if !selection.takes(&target.path) {
                    let id = target.id;
                    listing.blobs.push(Blob { path, id, unnamed });
                }
            }
            Ok(_) => {}
            // What it is cannot be known, whatever its name.
            Err(TreeError::Escapes { .. }) => {
                report.cannot_read(&path, "a symbolic link leads out of the tree".to_owned());
            }
            Err(TreeError::Unreadable { reason, .. })
                if has_c_name || self.objects.blob(item.id, |_| ()).is_err() =>
            {
                report.cannot_read(&path, reason);
            }
            Err(_) => {}
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
                let (has_word, named) = search.of(bytes);
                let accepted: Option<Arc<[u8]>> = has_word.then(|| bytes.into());
                Ok((bytes.len() as u64, accepted, named))
            });
            let (length, accepted, named) = match searched.and_then(|searched| searched) {
                Ok(searched) => searched,
                Err(reason) => {
                    report.cannot_read(path, reason);
                    continue;
                }
            };
            report.files += 1;
            report.bytes += length;
            if accepted.is_none() && named.is_none() {
                continue;
            }
            let checked = TreePath::new(path).map_err(|error| error.to_string());
            match unnamed.clone().map_or(checked, Err) {
                Ok(path) => {
                    report.note(&path, named);
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
