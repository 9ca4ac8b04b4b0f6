//! The copy of a tree that is compiled, in a folder that goes away with it.
//!
//! Why a copy: kbuild with `O=` wants a source folder of its own to have patched files in. A farm of symbolic links, or of hard
//! ones, is made in a second, but then whatever a makefile writes beside its source is written into the user's tree, and
//! a script that looks for its own folder finds that tree. A copy of 6.12 takes some seconds, and none where the file
//! system shares the blocks of files.

use std::fs;
use std::path::{Path, PathBuf};

use git2::build::CheckoutBuilder;
use tempfile::TempDir;
use trees::mail::Mail;
use trees::{FileMode, Tree};

use super::Stop;
use super::signals::Signals;
use crate::error::{CommandError, Status};

/// Where a tree is that can be copied.
pub(crate) enum Origin<'a> {
    /// A folder.
    Directory(&'a Path),
    /// A revision of a repository.
    Revision(&'a Path, &'a str),
}

/// The folders of a build.
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// Copies a tree.
    ///
    /// # Errors
    /// Exit status 2: it cannot be read, or the copy cannot be written. A signal.
    pub(crate) fn copy(origin: &Origin<'_>, below: &Path, signals: &Signals) -> Result<Self, Stop> {
        // As make names it: what compilers print is compared below this folder.
        let below = &below
            .canonicalize()
            .map_err(|error| cannot(below, &error))?;
        let named = tempfile::Builder::new()
            .prefix("patchwright-build-")
            .tempdir_in(below);
        let scratch = Self {
            folder: named.map_err(|error| cannot(below, &error))?,
        };
        let source = scratch.source();
        fs::create_dir(&source).map_err(|error| cannot(&source, &error))?;
        fs::create_dir(scratch.output()).map_err(|error| cannot(&scratch.output(), &error))?;
        match origin {
            Origin::Directory(directory) => {
                copy_folder(directory, &source, Path::new(""), signals)?
            }
            Origin::Revision(repository, revision) => check_out(repository, revision, &source)?,
        }
        signals.check()?;
        Ok(scratch)
    }

    /// The copied source.
    pub(crate) fn source(&self) -> PathBuf {
        self.folder.path().join("source")
    }

    /// What make writes into: `O=`.
    pub(crate) fn output(&self) -> PathBuf {
        self.folder.path().join("output")
    }

    /// A file for what a command prints.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Applies a series to the copy: to what `tree`, of which it is, has.
    ///
    /// # Errors
    /// Exit status 1: it does not apply. Exit status 2: the copy cannot be written.
    pub(crate) fn apply(
        &self,
        tree: &std::sync::Arc<dyn Tree>,
        mails: &[Mail],
    ) -> Result<(), CommandError> {
        let applied = trees::apply::apply_series(tree, mails).map_err(|fault| {
            let faults = fault.faults.iter().map(|fault| fault.to_string());
            let told = faults.collect::<Vec<_>>().join("\n");
            CommandError::new(Status::Bad, "the series does not apply").with_detail(told)
        })?;
        for overlay in applied.iter().map(|applied| &applied.overlay) {
            for (path, bytes) in overlay.files() {
                let target = self.source().join(path.as_str());
                let is_executable = overlay.modes().get(path) == Some(&FileMode::Executable);
                put(&target, bytes.as_deref(), is_executable)
                    .map_err(|error| cannot(&target, &error))?;
            }
        }
        Ok(())
    }
}

/// Writes a file anew, or takes it away.
fn put(target: &Path, bytes: Option<&[u8]>, is_executable: bool) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let old = fs::symlink_metadata(target).ok();
    if old.is_some() {
        fs::remove_file(target)?;
    }
    let Some(bytes) = bytes else {
        return Ok(());
    };
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(target, bytes)?;
    match old {
        Some(old) if !old.is_symlink() => fs::set_permissions(target, old.permissions()),
        _ if is_executable => fs::set_permissions(target, fs::Permissions::from_mode(0o755)),
        _ => Ok(()),
    }
}

fn cannot(path: &Path, error: &dyn std::fmt::Display) -> CommandError {
    let message = format!("{}: cannot be written: {error}", path.display());
    CommandError::unusable(message)
        .with_hint("--scratch DIR names a folder with room for a copy of the tree")
}

/// Copies what is below a folder, but what git keeps and what an earlier build left. Of Documentation, the configuration
/// needs no more than its Kconfig and its makefiles.
fn copy_folder(from: &Path, to: &Path, inside: &Path, signals: &Signals) -> Result<(), Stop> {
    signals.check()?;
    let unreadable = |error: std::io::Error| {
        CommandError::unusable(format!(
            "{}: cannot be read: {error}",
            from.join(inside).display()
        ))
    };
    for entry in fs::read_dir(from.join(inside)).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let path = inside.join(&name);
        let name = name.to_string_lossy();
        let target = to.join(&path);
        let kind = entry.file_type().map_err(unreadable)?;
        let done = if kind.is_symlink() {
            fs::read_link(entry.path()).and_then(|link| std::os::unix::fs::symlink(link, &target))
        } else if kind.is_dir() && !is_built_folder(&path) {
            fs::create_dir(&target).map_err(|error| cannot(&target, &error))?;
            copy_folder(from, to, &path, signals)?;
            Ok(())
        } else if kind.is_file() && !is_built(&name) && !is_text(&path, &name) {
            fs::copy(entry.path(), &target).map(drop)
        } else {
            Ok(())
        };
        done.map_err(|error| cannot(&target, &error))?;
    }
    Ok(())
}

/// A page of Documentation.
fn is_text(path: &Path, name: &str) -> bool {
    path.starts_with("Documentation")
        && !name.starts_with("Kconfig")
        && !name.starts_with("Makefile")
}

fn is_built_folder(path: &Path) -> bool {
    let generated = path.ends_with("include/generated") || path == Path::new("include/config");
    generated || path == Path::new(".git")
}

/// What is in a tree that was built in place: kbuild refuses a source with a configuration.
fn is_built(name: &str) -> bool {
    let ending = Path::new(name)
        .extension()
        .and_then(|ending| ending.to_str());
    let is_product = ending.is_some_and(|ending| ["o", "ko", "a", "mod", "cmd"].contains(&ending));
    is_product
        || [
            ".git",
            ".config",
            ".config.old",
            "vmlinux",
            "vmlinux.unstripped",
            "Module.symvers",
        ]
        .contains(&name)
}

/// Writes a revision out. No filter that a repository configures is run.
fn check_out(repository: &Path, revision: &str, to: &Path) -> Result<(), CommandError> {
    let git = trees::open_repository(repository).map_err(CommandError::unusable)?;
    let mut options = CheckoutBuilder::new();
    options
        .force()
        .update_index(false)
        .disable_filters(true)
        .target_dir(to);
    let written = git
        .revparse_single(revision)
        .and_then(|object| object.peel(git2::ObjectType::Tree))
        .and_then(|tree| git.checkout_tree(&tree, Some(&mut options)));
    written.map_err(|error| {
        let name = format!("{}@{revision}", repository.display());
        CommandError::unusable(format!(
            "{name}: cannot be written out: {}",
            error.message()
        ))
    })
}
