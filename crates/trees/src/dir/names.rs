//! Which names a directory has: a folder is listed once, and a file that is not in it needs no system call.
//!
//! Whether a header is in one of the places where the compiler looks is asked a quarter of a million times for one patch;
//! most of the answers are no.

use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use cap_std::fs::Dir;
use rustc_hash::FxHashMap;
use rustix::fs::{FileType, Mode, OFlags, RawDir, openat};
use rustix::io::Errno;

/// Room for the entries of most folders.
pub(super) const ENTRY_BUFFER: usize = 32 << 10;

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Nothing.
    Nothing,
    /// A file, or a symbolic link.
    File,
    /// What the listing does not tell; who asks for it has to look.
    Other,
}

/// The folders that have been listed.
#[derive(Debug, Default)]
pub(super) struct Names(Mutex<FxHashMap<String, Arc<Listing>>>);

#[derive(Debug)]
enum Listing {
    /// There is no such folder.
    Absent,
    Known(FxHashMap<Box<[u8]>, Named>),
    /// It could not be listed.
    Unknown,
}

impl Names {
    /// What is at the path below `root`.
    pub(super) fn at(&self, root: &Dir, path: &str) -> Named {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        match &*self.folder(root, folder) {
            Listing::Absent => Named::Nothing,
            Listing::Known(names) => {
                let named = names.get(name.as_bytes());
                named.copied().unwrap_or(Named::Nothing)
            }
            Listing::Unknown => Named::Other,
        }
    }

    fn folder(&self, root: &Dir, folder: &str) -> Arc<Listing> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listing) = known().get(folder) {
            return Arc::clone(listing);
        }
        let is_file = || matches!(self.at(root, folder), Named::Nothing);
        let listing = Arc::new(match !folder.is_empty() && is_file() {
            true => Listing::Absent,
            false => list(root, folder).unwrap_or(Listing::Unknown),
        });
        known().insert(folder.to_owned(), Arc::clone(&listing));
        listing
    }
}

fn list(root: &Dir, folder: &str) -> Option<Listing> {
    let opened;
    let handle = if folder.is_empty() {
        listable(root)
    } else {
        opened = root.open_dir(folder).ok()?;
        listable(&opened)
    };
    let handle = handle.ok()?;
    let mut names = FxHashMap::default();
    let mut space = [MaybeUninit::uninit(); ENTRY_BUFFER];
    let mut entries = RawDir::new(&handle, &mut space);
    while let Some(entry) = entries.next() {
        let entry = entry.ok()?;
        let named = match entry.file_type() {
            FileType::RegularFile | FileType::Symlink => Named::File,
            _ => Named::Other,
        };
        names.insert(entry.file_name().to_bytes().into(), named);
    }
    Some(Listing::Known(names))
}

/// A handle that can be listed: `cap-std`'s own are for opening below (O_PATH).
pub(super) fn listable(folder: &Dir) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(folder, c".", flags, Mode::empty())
}
