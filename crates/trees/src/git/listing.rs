//! Which files of a revision a scan takes, told from its folders alone.

use std::sync::atomic::{AtomicUsize, Ordering};

use dialect::TreePath;
use git2::Oid;
use rayon::prelude::*;

use super::GitTree;
use super::folder::{Item, Kind};
use super::objects::{Entry, in_submodule};
use crate::selection::Selection;
use crate::tree::{ScanReport, TreeError};

/// Entries that a listing meets. Linux has some 100,000; a tree of a few hundred bytes that names the same folder
/// four times in each of thirty levels has more than any disk holds.
const MOST_ENTRIES: usize = 2_000_000;

/// Folders inside each other. A path of more than 4,096 bytes is none to Linux, and each level takes some stack.
const DEEPEST: usize = 500;

/// A file of a scan.
pub(super) struct Blob {
    pub(super) path: String,
    pub(super) id: Oid,
    /// Why no path can name it, where none can.
    pub(super) unnamed: Option<String>,
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
pub(super) struct Listing {
    pub(super) blobs: Vec<Blob>,
    pub(super) report: ScanReport,
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
    pub(super) fn merge(&mut self, other: Self) {
        self.blobs.extend(other.blobs);
        self.report.merge(other.report);
    }
}

impl GitTree {
    /// Lists what is at one of the places that the scan names.
    ///
    /// # Errors
    /// The top of the tree cannot be read.
    pub(super) fn list_start(
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
            return Ok(self.list_all(selection, &Start::new("", self.root), entered));
        }
        let mut listing = Listing::default();
        match self.objects.resolve(self.root, start, true) {
            Ok(None) => listing.report.missing.push(start.to_owned()),
            Ok(Some(entry)) if entry.kind == Kind::Folder => {
                let start = Start::new(format!("{start}/"), entry.id);
                return Ok(self.list_all(selection, &start, entered));
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

    /// Lists a folder and all below it; nothing of one that has too much: which part of it threads come by first is chance.
    fn list_all(&self, selection: &Selection, start: &Start, entered: &AtomicUsize) -> Listing {
        let listing = self.list(selection, start, entered);
        if entered.load(Ordering::Relaxed) <= MOST_ENTRIES {
            return listing;
        }
        let mut none = Listing::default();
        let reason = format!("the tree has more than {MOST_ENTRIES} files and folders");
        none.report.cannot_read(&start.prefix, reason);
        none
    }

    /// Lists a folder; the folders in it in parallel. `entered` counts the entries that were met so far.
    fn list(&self, selection: &Selection, start: &Start, entered: &AtomicUsize) -> Listing {
        let mut listing = Listing::default();
        if entered.load(Ordering::Relaxed) > MOST_ENTRIES {
            return listing;
        }
        let is_deep = start.prefix.matches('/').count() > DEEPEST;
        let folder = match self.objects.folder(start.id) {
            Ok(folder) if !is_deep => folder,
            found => {
                let deep = || format!("more than {DEEPEST} folders are inside each other here");
                let reason = found.map_or_else(|reason| reason, |_| deep());
                listing.report.cannot_read(&start.prefix, reason);
                return listing;
            }
        };
        entered.fetch_add(1 + folder.items().len(), Ordering::Relaxed);
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

    /// A link is met under its target's own name, unless the scan does not come by there, or does not read it as C.
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
                } else {
                    report.leads(&path, &target.path);
                }
            }
            Ok(Some(target)) if has_c_name && target.kind.is_file() => {
                if !selection.reads_as_c(&target.path) {
                    let id = target.id;
                    listing.blobs.push(Blob { path, id, unnamed });
                } else {
                    report.leads(&path, &target.path);
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
}
