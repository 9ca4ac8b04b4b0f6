//! The parallel walk over a directory.
//!
//! Why not the `ignore` crate: it builds a path and a metadata record for every entry and opens every
//! file from the top; here a folder is one handle, its entries come from the kernel's own buffer
//! (getdents64), a file is opened by its name in that folder, and read into a buffer that the thread
//! keeps. A file that the word search rejects costs four system calls and no allocation.
//!
//! Symbolic links are not followed: what they name inside the tree is met under its own name. A
//! link with a C file's name is looked at all the same, since its target may have another ending, and one to
//! a folder where the walk does not come by is reported.

use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use dialect::TreePath;
use rayon::Scope;
use rustix::buffer::spare_capacity;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, fstat, openat, statat};
use rustix::io::{Errno, read, retry_on_intr};

use super::kept::Kept;
use super::names::{ENTRY_BUFFER, listable};
use super::{DirTree, LARGEST_FILE, NOT_REGULAR, TOO_LARGE};
use crate::lfs::{LFS_POINTER, is_lfs_pointer};
use crate::search::Search;
use crate::selection::Selection;
use crate::tree::{Look, Scan, ScanReport, Tree, TreeError, Visit};

/// Files of one folder that one task reads: AMD's register folders have hundreds of huge ones.
const FILES_A_TASK: usize = 32;
/// A thread's read buffer to begin with; most files fit, and it fits the cache.
const READ_BUFFER: usize = 256 << 10;
/// Bytes of files that may wait for the visitor, for each task.
const HANDED_OVER: usize = 1 << 20;
/// What a thread keeps of a buffer that had to grow.
const KEPT_BUFFER: usize = 16 << 20;

thread_local! {
    /// Taken out while in use, so that a visitor that scans again finds none and makes its own.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Who is shown the files.
#[derive(Clone, Copy)]
pub(super) enum Visitor<'w> {
    /// Gets a copy of each, in a task of its own: what it does may take long.
    Visit(&'w Visit<'w>),
    /// Sees each in the thread's own buffer.
    Look(&'w Look<'w>),
}

struct Walk<'w> {
    tree: &'w DirTree,
    selection: Selection,
    search: Search,
    visitor: Visitor<'w>,
    report: Mutex<ScanReport>,
}

/// A folder that is open: its handle, and its path with a `/` at the end (empty for the top).
struct Folder {
    handle: OwnedFd,
    prefix: String,
    /// Its own name, or that of a folder around it, is not UTF-8: no path names what is in it.
    is_unnamed: bool,
    /// Its headers are kept.
    is_kept: bool,
}

pub(super) fn walk(
    tree: &DirTree,
    scan: &Scan,
    visitor: Visitor<'_>,
) -> Result<ScanReport, TreeError> {
    let walk = Walk {
        tree,
        selection: Selection::new(scan),
        search: Search::new(scan),
        visitor,
        report: Mutex::default(),
    };
    for start in walk.selection.starts() {
        walk.start(start)?;
    }
    walk.submodules();
    let report = walk.report.into_inner();
    Ok(report.unwrap_or_else(PoisonError::into_inner).sorted())
}

impl Walk<'_> {
    /// Walks one of the folders (or reads one of the files) that the scan names.
    fn start(&self, start: &str) -> Result<(), TreeError> {
        let no_tree = |reason: String| TreeError::NoTree {
            tree: self.tree.label.clone(),
            reason,
        };
        if start.is_empty() {
            let top = listable(&self.tree.root).map_err(|error| no_tree(reason(error)))?;
            self.walk_below(top, String::new());
            return Ok(());
        }
        let path = TreePath::new(start).map_err(|error| no_tree(format!("{start}: {error}")))?;
        let folder = self.tree.root.open_dir(start);
        match folder.and_then(|folder| Ok(listable(&folder)?)) {
            Ok(handle) => self.walk_below(handle, format!("{start}/")),
            Err(error) => match super::absent_or::<()>(&path, Err(error)) {
                Ok(_) => self.named(path),
                Err(error) => self.merge(ScanReport {
                    unreadable: vec![(path, reason_of(error))],
                    ..ScanReport::default()
                }),
            },
        }
        Ok(())
    }

    /// Submodules that are not checked out are code that was not searched.
    fn submodules(&self) {
        let mut report = ScanReport::default();
        for submodule in &self.tree.submodules {
            if self.selection.comes_by(submodule.as_str()) {
                let reason = super::submodules::not_checked_out(submodule);
                report.cannot_read(submodule.as_str(), reason);
            }
        }
        self.merge(report);
    }

    fn walk_below(&self, handle: OwnedFd, prefix: String) {
        let folder = Folder {
            handle,
            is_kept: Kept::takes_from(&prefix),
            prefix,
            is_unnamed: false,
        };
        rayon::scope(|scope| self.folder(scope, folder));
    }

    /// Lists a folder; its files and folders become tasks.
    fn folder<'s>(&'s self, scope: &Scope<'s>, folder: Folder) {
        let folder = Arc::new(folder);
        let mut report = ScanReport::default();
        let mut batch = Vec::new();
        let mut space = [MaybeUninit::uninit(); ENTRY_BUFFER];
        let mut entries = RawDir::new(&folder.handle, &mut space);
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    report.cannot_read(&folder.prefix, reason(error));
                    break;
                }
            };
            let name = entry.file_name();
            match folder.kind_of(name, entry.file_type()) {
                FileType::Directory if self.enters(&folder, name) => {
                    let (parent, name) = (Arc::clone(&folder), name.to_owned());
                    scope.spawn(move |scope| self.subfolder(scope, &parent, &name));
                }
                FileType::RegularFile if self.takes(&folder, name) => batch.push(name.to_owned()),
                FileType::Symlink if self.is_folder_behind(&folder, name) => {
                    self.folder_link(&folder, name, &mut report);
                }
                FileType::Symlink if self.takes(&folder, name) => {
                    self.link(&folder, name, &mut report);
                }
                // A compiler would read from it what nobody can know.
                FileType::Fifo
                | FileType::Socket
                | FileType::CharacterDevice
                | FileType::BlockDevice
                    if self.takes(&folder, name) =>
                {
                    report.cannot_read(&folder.path_of(name), NOT_REGULAR.to_owned());
                }
                _ => {}
            }
            if batch.len() == FILES_A_TASK {
                let (files, folder) = (std::mem::take(&mut batch), Arc::clone(&folder));
                scope.spawn(move |scope| self.files(scope, &folder, &files));
            }
        }
        self.merge(report);
        self.files(scope, &folder, &batch);
    }

    fn enters(&self, parent: &Folder, name: &CStr) -> bool {
        let bytes = name.to_bytes();
        !matches!(bytes, b"." | b"..")
            && !bytes.eq_ignore_ascii_case(b".git")
            && self.selection.enters(&parent.path_of(name))
    }

    /// Opens a folder only when its turn comes: a handle for each that waits would be too many.
    fn subfolder<'s>(&'s self, scope: &Scope<'s>, parent: &Folder, name: &CStr) {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match openat(&parent.handle, name, flags, Mode::empty()) {
            Ok(handle) => {
                let prefix = parent.path_of(name) + "/";
                let is_unnamed = parent.is_unnamed || name.to_str().is_err();
                let folder = Folder {
                    handle,
                    is_kept: !is_unnamed && Kept::takes_from(&prefix),
                    prefix,
                    is_unnamed,
                };
                self.folder(scope, folder);
            }
            Err(error) => {
                let mut report = ScanReport::default();
                report.cannot_read(&parent.path_of(name), reason(error));
                self.merge(report);
            }
        }
    }

    fn takes(&self, folder: &Folder, name: &CStr) -> bool {
        self.selection.takes_name(name.to_bytes())
            && !(self.selection.has_exceptions()
                && self.selection.leaves_out(&folder.path_of(name)))
    }

    /// Reads and searches some files of a folder.
    fn files<'s>(&'s self, scope: &Scope<'s>, folder: &Folder, names: &[CString]) {
        let mut report = ScanReport::default();
        let mut handed_over = 0;
        let mut buffer = BUFFER.take();
        for name in names {
            let kept = match self.read(folder, name, &mut buffer) {
                Ok(kept) => kept,
                Err(reason) => {
                    report.cannot_read(&folder.path_of(name), reason);
                    continue;
                }
            };
            let bytes = kept.as_deref().unwrap_or(buffer.as_slice());
            if is_lfs_pointer(bytes) {
                report.cannot_read(&folder.path_of(name), LFS_POINTER.to_owned());
                continue;
            }
            report.files += 1;
            report.bytes += bytes.len() as u64;
            let (is_accepted, includes) = self.search.of(bytes);
            if !is_accepted && includes.is_none() {
                continue;
            }
            let path = match folder.checked(name) {
                Ok(path) => path,
                Err(reason) => {
                    report.cannot_read(&folder.path_of(name), reason);
                    continue;
                }
            };
            report.note(&path, includes);
            if !is_accepted {
                continue;
            }
            report.visited += 1;
            match self.visitor {
                Visitor::Look(look) => look(&path, bytes),
                Visitor::Visit(visit) => {
                    handed_over += bytes.len();
                    let inline = handed_over > HANDED_OVER;
                    let bytes = kept.clone().unwrap_or_else(|| bytes.into());
                    hand_over(scope, visit, path, bytes, inline);
                }
            }
        }
        buffer.clear();
        buffer.shrink_to(KEPT_BUFFER);
        BUFFER.set(buffer);
        self.merge(report);
    }

    /// Reads a file into the buffer, or gives it where it is one that is kept.
    fn read(
        &self,
        folder: &Folder,
        name: &CStr,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<Arc<[u8]>>, String> {
        if folder.is_kept && name.to_bytes().ends_with(b".h") {
            return self.tree.kept.get_or_read(&folder.path_of(name), || {
                read_into(&folder.handle, name, buffer)?;
                match is_lfs_pointer(buffer) {
                    true => Err(LFS_POINTER.to_owned()),
                    false => Ok(Some(Arc::from(buffer.as_slice()))),
                }
            });
        }
        read_into(&folder.handle, name, buffer)?;
        Ok(None)
    }

    fn is_folder_behind(&self, folder: &Folder, name: &CStr) -> bool {
        statat(&folder.handle, name, AtFlags::empty())
            .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory)
            && !self.selection.leaves_out(&folder.path_of(name))
    }

    /// What a link to a folder leads to is met under its own name; where the scan does not come by there, it is
    /// not read, and that is said.
    fn folder_link(&self, folder: &Folder, name: &CStr, report: &mut ScanReport) {
        let path = folder.path_of(name);
        let target = self.tree.root.canonicalize(&path);
        let leads_out = "a symbolic link to a folder leads out of the tree";
        match target
            .ok()
            .and_then(|target| target.to_str().map(str::to_owned))
        {
            None => report.cannot_read(&path, leads_out.to_owned()),
            Some(target) if !self.selection.is_shallow() && !self.selection.comes_by(&target) => {
                report.cannot_read(
                    &path,
                    format!("a symbolic link to {target}, which was not searched"),
                );
            }
            Some(target) => report.leads(&path, &target),
        }
    }

    /// A link is met under its target's own name, unless the scan does not come by there, or does not read it as C.
    fn link(&self, folder: &Folder, name: &CStr, report: &mut ScanReport) {
        let path = match folder.checked(name) {
            Ok(path) => path,
            Err(reason) => return report.cannot_read(&folder.path_of(name), reason),
        };
        let target = self.tree.root.canonicalize(path.as_str());
        let is_met = |to: &str| self.selection.reads_as_c(to);
        if let Some(target) = target.ok().as_deref().and_then(std::path::Path::to_str)
            && is_met(target)
        {
            return report.leads(path.as_str(), target);
        }
        match self.tree.read(&path) {
            Ok(None) => {}
            Ok(Some(bytes)) => self.search(path, bytes, report),
            Err(error) => report.unreadable.push((path, reason_of(error))),
        }
    }

    /// Reads one file that the scan names.
    fn named(&self, path: TreePath) {
        let mut report = ScanReport::default();
        match self.tree.read(&path) {
            Ok(None) => report.missing.push(path.to_string()),
            Ok(Some(bytes)) if self.selection.takes(path.as_str()) => {
                self.search(path, bytes, &mut report);
            }
            Ok(Some(_)) => {}
            Err(error) => report.unreadable.push((path, reason_of(error))),
        }
        self.merge(report);
    }

    fn search(&self, path: TreePath, bytes: Arc<[u8]>, report: &mut ScanReport) {
        report.files += 1;
        report.bytes += bytes.len() as u64;
        let (is_accepted, includes) = self.search.of(&bytes);
        report.note(&path, includes);
        if is_accepted {
            report.visited += 1;
            match self.visitor {
                Visitor::Look(look) => look(&path, &bytes),
                Visitor::Visit(visit) => visit(path, bytes),
            }
        }
    }

    fn merge(&self, report: ScanReport) {
        let mut whole = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        whole.merge(report);
    }
}

impl Folder {
    fn path_of(&self, name: &CStr) -> String {
        format!("{}{}", self.prefix, name.to_string_lossy())
    }

    /// The path of an entry, or why no path can name it.
    fn checked(&self, name: &CStr) -> Result<TreePath, String> {
        if self.is_unnamed || name.to_str().is_err() {
            return Err("the name is not UTF-8".to_owned());
        }
        TreePath::new(&self.path_of(name)).map_err(|error| error.to_string())
    }

    /// What an entry is; some file systems do not say so in the listing.
    fn kind_of(&self, name: &CStr, listed: FileType) -> FileType {
        if listed != FileType::Unknown {
            return listed;
        }
        statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW).map_or(FileType::Unknown, |stat| {
            FileType::from_raw_mode(stat.st_mode)
        })
    }
}

/// Hands a file to the visitor, in a task of its own; at once where many bytes wait for their tasks already.
fn hand_over<'s>(
    scope: &Scope<'s>,
    visit: &'s Visit<'s>,
    path: TreePath,
    bytes: Arc<[u8]>,
    inline: bool,
) {
    if inline {
        visit(path, bytes);
    } else {
        scope.spawn(move |_| visit(path, bytes));
    }
}

/// Reads a whole file into the buffer, in the place of what was there.
fn read_into(folder: &OwnedFd, name: &CStr, buffer: &mut Vec<u8>) -> Result<(), String> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = openat(folder, name, flags, Mode::empty()).map_err(reason)?;
    buffer.clear();
    buffer.reserve(READ_BUFFER);
    while retry_on_intr(|| read(&file, spare_capacity(buffer))).map_err(reason)? > 0 {
        if buffer.len() as u64 > LARGEST_FILE {
            return Err(TOO_LARGE.to_owned());
        }
        if buffer.len() == buffer.capacity() {
            // Register headers have megabytes: it is asked once how large it is, and not copied at every step.
            let length = fstat(&file).map_or(0, |stat| stat.st_size);
            let length = u64::try_from(length).unwrap_or(0).min(LARGEST_FILE);
            let more = usize::try_from(length)
                .unwrap_or(0)
                .saturating_sub(buffer.len());
            buffer.reserve(more + 1);
        }
    }
    Ok(())
}

fn reason(error: Errno) -> String {
    std::io::Error::from(error).to_string()
}

fn reason_of(error: TreeError) -> String {
    match error {
        TreeError::NoTree { reason, .. } | TreeError::Unreadable { reason, .. } => reason,
        TreeError::Escapes { .. } => "a symbolic link leads out of the tree".to_owned(),
    }
}
