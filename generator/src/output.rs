//! Puts a rendered series into the out directory, as a whole or not at all.
//!
//! The series is written beside its place, flushed to disk, and exchanged with what stood there in
//! one step of the kernel's (`renameat2` with RENAME_EXCHANGE): two plain renames would leave a moment
//! with no series at all. What a killed run left is removed by the next one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags};

use crate::manifest::{MANIFEST, Manifest};
use crate::series::Rendered;

/// Why a series could not be written. Nothing half-written is left.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The out directory is a file, or something else that holds no files.
    #[error("{}: not a directory; name a directory for --out", .0.display())]
    NotADirectory(PathBuf),
    /// The series' place is taken by something that is not a series.
    #[error("{}: {reason}; move it away, or choose another --out", path.display())]
    NotOurs {
        /// What stands there.
        path: PathBuf,
        /// Why it is not replaced.
        reason: String,
    },
    /// A file name that is no plain name.
    #[error("`{}` is no file name", .0.escape_default())]
    BadName(String),
    /// The system refused.
    #[error("{}: cannot {doing}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// Why not.
        source: io::Error,
    },
}

/// Writes the series to `out/NAME-vN` and gives that path.
///
/// # Errors
/// See [`WriteError`]; what stood there before then still stands.
pub fn write(rendered: &Rendered, out: &Path) -> Result<PathBuf, WriteError> {
    check_names(rendered)?;
    make_directory(out)?;
    let directory = File::open(out).map_err(at(out, "open the directory"))?;
    // The lock goes with the open file: a killed run leaves none.
    directory.lock().map_err(at(out, "lock the directory"))?;
    let target = out.join(&rendered.name);
    recover(out, &rendered.name)?;
    check_target(&target)?;

    let staging = Staging::create(out, &rendered.name)?;
    for (name, bytes) in &rendered.files {
        write_file(&staging.path.join(name), bytes)?;
    }
    sync_directory(&staging.path)?;
    swap(&staging.path, &target)?;
    directory
        .sync_all()
        .map_err(at(out, "flush the directory"))?;
    Ok(target)
}

fn at(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Io {
        path,
        doing,
        source,
    }
}

fn check_names(rendered: &Rendered) -> Result<(), WriteError> {
    let names = rendered.files.iter().map(|(name, _)| name);
    for name in names.chain([&rendered.name]) {
        let plain = !name.is_empty()
            && !name.starts_with('.')
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        if !plain {
            return Err(WriteError::BadName(name.clone()));
        }
    }
    Ok(())
}

fn make_directory(out: &Path) -> Result<(), WriteError> {
    match fs::metadata(out) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(WriteError::NotADirectory(out.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(out).map_err(at(out, "make the directory"))
        }
        Err(error) => Err(at(out, "look at the directory")(error)),
    }
}

/// The start of the name of whatever a run keeps beside the series while it works.
fn prefix(name: &str) -> String {
    format!(".{name}.tmp-")
}

/// The name under which the old series is kept where the file system cannot exchange.
fn aside(out: &Path, name: &str) -> PathBuf {
    out.join(format!(".{name}.old"))
}

/// Finishes or undoes what a killed run began. The lock is held: nobody else is at it.
fn recover(out: &Path, name: &str) -> Result<(), WriteError> {
    let (target, old) = (out.join(name), aside(out, name));
    if fs::symlink_metadata(&old).is_ok() {
        if fs::symlink_metadata(&target).is_ok() {
            fs::remove_dir_all(&old).map_err(at(&old, "remove what a killed run left"))?;
        } else {
            fs::rename(&old, &target).map_err(at(&old, "put the old series back"))?;
        }
    }
    let prefix = prefix(name);
    let entries = fs::read_dir(out).map_err(at(out, "list the directory"))?;
    for entry in entries {
        let entry = entry.map_err(at(out, "list the directory"))?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let path = entry.path();
            fs::remove_dir_all(&path).map_err(at(&path, "remove what a killed run left"))?;
        }
    }
    Ok(())
}

/// Only a series of ours, whole and with nothing added, is replaced.
fn check_target(target: &Path) -> Result<(), WriteError> {
    let not_ours = |reason: String| WriteError::NotOurs {
        path: target.to_owned(),
        reason,
    };
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(target, "look at what is there")(error)),
        Ok(found) if found.is_symlink() => {
            return Err(not_ours("it is a symbolic link".to_owned()));
        }
        Ok(found) if !found.is_dir() => {
            return Err(not_ours("it is not a directory".to_owned()));
        }
        Ok(_) => {}
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(target).map_err(at(target, "list the directory"))? {
        let entry = entry.map_err(at(target, "list the directory"))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    if names.is_empty() {
        return Ok(());
    }
    let manifest = fs::read(target.join(MANIFEST))
        .map_err(|_| not_ours(format!("it holds files, and no {MANIFEST} of a series")))?;
    let ours = Manifest::files_in(&manifest)
        .ok_or_else(|| not_ours(format!("its {MANIFEST} was not written by patchwright")))?;
    match names
        .iter()
        .find(|name| *name != MANIFEST && !ours.contains(name))
    {
        Some(name) => Err(not_ours(format!(
            "it holds `{}`, which is not part of the series",
            name.escape_default()
        ))),
        None => Ok(()),
    }
}

/// A directory beside the series, removed again unless it was moved away.
struct Staging {
    path: PathBuf,
}

impl Staging {
    fn create(out: &Path, name: &str) -> Result<Self, WriteError> {
        // Alone by the lock: the process's number tells runs apart for whoever looks at the directory.
        let path = out.join(format!("{}{}", prefix(name), std::process::id()));
        fs::create_dir(&path).map_err(at(out, "make a directory in it"))?;
        Ok(Self { path })
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Gone after a plain rename; the old series after an exchange; else half-written.
        drop(fs::remove_dir_all(&self.path));
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(at(path, "make the file"))?;
    file.write_all(bytes).map_err(at(path, "write the file"))?;
    file.sync_all().map_err(at(path, "flush the file"))
}

fn sync_directory(path: &Path) -> Result<(), WriteError> {
    File::open(path)
        .and_then(|directory| directory.sync_all())
        .map_err(at(path, "flush the directory"))
}

fn swap(staging: &Path, target: &Path) -> Result<(), WriteError> {
    if fs::symlink_metadata(target).is_err() {
        return fs::rename(staging, target).map_err(at(target, "put the series in place"));
    }
    let exchanged = rustix::fs::renameat_with(CWD, staging, CWD, target, RenameFlags::EXCHANGE);
    match exchanged {
        Ok(()) => Ok(()),
        Err(error) if cannot_exchange(error) => swap_by_renames(staging, target),
        Err(error) => Err(at(target, "put the series in place")(error.into())),
    }
}

fn cannot_exchange(error: rustix::io::Errno) -> bool {
    use rustix::io::Errno;
    [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP].contains(&error)
}

/// For file systems that cannot exchange: the next run puts the old series back if this one dies
/// between the two renames.
fn swap_by_renames(staging: &Path, target: &Path) -> Result<(), WriteError> {
    let out = target.parent().unwrap_or(Path::new("."));
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let old = aside(out, &name);
    fs::rename(target, &old).map_err(at(target, "put the old series aside"))?;
    if let Err(error) = fs::rename(staging, target) {
        drop(fs::rename(&old, target));
        return Err(at(target, "put the series in place")(error));
    }
    fs::remove_dir_all(&old).map_err(at(&old, "remove the old series"))
}
