//! A kernel tree that is a directory.
//!
//! A spec or a patch names the files, so the tree must not be left by way of them, and a check before the
//! opening would be a race. `cap-std` opens below a directory handle: the kernel itself (openat2's
//! RESOLVE_BENEATH, or a component at a time where that is missing) refuses a symbolic link that leads out.

mod kept;
mod names;
mod submodules;
mod walk;

use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, MetadataExt, OpenOptions, OpenOptionsExt};
use dialect::TreePath;

use self::kept::Kept;
use self::names::{Named, Names};
use self::walk::Visitor;
use crate::lfs::{LFS_POINTER, is_lfs_pointer};
use crate::selection::is_within;
use crate::tree::{FileMode, Look, Scan, ScanReport, Tree, TreeError, Visit};

/// The largest file that is read, in bytes. The kernel's largest is a twelfth of it; a sparse file
/// must not take all memory.
pub(crate) const LARGEST_FILE: u64 = 256 << 20;

/// A directory, read as a kernel tree. Never written.
#[derive(Debug)]
pub struct DirTree {
    label: String,
    root: Dir,
    /// Folders of submodules that are not checked out.
    submodules: Vec<TreePath>,
    kept: Kept,
    names: Names,
}

impl DirTree {
    /// Opens a directory.
    ///
    /// # Errors
    /// [`TreeError::NoTree`] where it is not one or cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, TreeError> {
        let path = path.as_ref();
        let label = path.display().to_string();
        Dir::open_ambient_dir(path, ambient_authority())
            .map(|root| Self {
                label: label.clone(),
                submodules: submodules::absent(&root),
                root,
                kept: Kept::default(),
                names: Names::default(),
            })
            .map_err(|error| TreeError::NoTree {
                tree: label,
                reason: error.to_string(),
            })
    }

    fn open_file(&self, path: &TreePath) -> Result<Option<File>, TreeError> {
        let mut options = OpenOptions::new();
        options.read(true);
        // Opening a FIFO would wait for its writer.
        #[cfg(unix)]
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
        absent_or(path, self.root.open_with(path.as_str(), &options))
    }

    /// What it means that there is no such file: none where a submodule would have it.
    fn absent(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError> {
        let is_around = |folder: &&TreePath| is_within(path.as_str(), folder.as_str());
        match self.submodules.iter().find(is_around) {
            Some(submodule) => Err(refused(path, &submodules::not_checked_out(submodule))),
            None => Ok(None),
        }
    }

    fn read_file(&self, path: &TreePath, mut file: File) -> Result<Option<Vec<u8>>, TreeError> {
        let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
        if metadata.is_dir() {
            return Ok(None);
        }
        if !metadata.is_file() {
            return Err(refused(path, NOT_REGULAR));
        }
        if metadata.len() > LARGEST_FILE {
            return Err(refused(path, TOO_LARGE));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        let read = file.by_ref().take(LARGEST_FILE + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(path, &error))?;
        if bytes.len() as u64 > LARGEST_FILE {
            return Err(refused(path, TOO_LARGE));
        }
        if is_lfs_pointer(&bytes) {
            return Err(refused(path, LFS_POINTER));
        }
        Ok(Some(bytes))
    }
}

impl Tree for DirTree {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, TreeError> {
        let read = || {
            let Some(file) = self.open_file(path)? else {
                return self.absent(path);
            };
            Ok(self.read_file(path, file)?.map(Arc::from))
        };
        match Kept::takes(path.as_str()) {
            true => self.kept.get_or_read(path.as_str(), read),
            false => read(),
        }
    }

    fn has(&self, path: &TreePath) -> bool {
        match self.names.at(&self.root, path.as_str()) {
            Named::Nothing => false,
            Named::File => true,
            Named::Other => !matches!(self.mode(path), Ok(None)),
        }
    }

    fn mode(&self, path: &TreePath) -> Result<Option<FileMode>, TreeError> {
        let metadata = absent_or(path, self.root.symlink_metadata(path.as_str()))?;
        Ok(metadata.and_then(|metadata| {
            if metadata.is_symlink() {
                Some(FileMode::Symlink)
            } else if !metadata.is_file() {
                None
            } else if metadata.mode() & 0o100 != 0 {
                Some(FileMode::Executable)
            } else {
                Some(FileMode::Regular)
            }
        }))
    }

    fn scan(&self, scan: &Scan, visit: &Visit<'_>) -> Result<ScanReport, TreeError> {
        walk::walk(self, scan, Visitor::Visit(visit))
    }

    fn look(&self, scan: &Scan, look: &Look<'_>) -> Result<ScanReport, TreeError> {
        walk::walk(self, scan, Visitor::Look(look))
    }
}

const TOO_LARGE: &str = "larger than 256 MiB";
const NOT_REGULAR: &str = "not a regular file";

/// A missing file, or a file where a folder should be, is no error.
fn absent_or<T>(path: &TreePath, result: io::Result<T>) -> Result<Option<T>, TreeError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(None),
            _ => Err(unreadable(path, &error)),
        },
    }
}

fn unreadable(path: &TreePath, error: &io::Error) -> TreeError {
    // cap-std's refusal comes from no system call, so it has no number.
    if error.kind() == ErrorKind::PermissionDenied && error.raw_os_error().is_none() {
        return TreeError::Escapes {
            path: path.to_string(),
        };
    }
    refused(path, &error.to_string())
}

fn refused(path: &TreePath, reason: &str) -> TreeError {
    TreeError::Unreadable {
        path: path.to_string(),
        reason: reason.to_owned(),
    }
}
