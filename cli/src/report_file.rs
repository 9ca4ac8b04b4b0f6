//! A file that a report goes to: written as a whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::CommandError;

/// Open from before the work begins; until it is kept, what was there before stays.
pub(crate) struct ReportFile {
    /// As the user wrote it, for messages.
    path: PathBuf,
    /// Where it really is.
    target: PathBuf,
    place: Place,
}

enum Place {
    /// Written beside the file and renamed over it.
    Beside(NamedTempFile),
    /// A pipe or a device has nothing to lose, and must not be renamed over.
    Direct(File),
}

impl ReportFile {
    /// Makes sure that the file can be written.
    ///
    /// # Errors
    /// Exit status 2: it cannot.
    pub(crate) fn open(path: &Path) -> Result<Self, CommandError> {
        let refuse = |error: &std::io::Error| cannot_write(path, error);
        // Of a link, what it points to is written.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let place = match target.metadata() {
            Ok(known) if known.is_dir() => {
                let message = format!("cannot write {}: it is a folder", path.display());
                return Err(CommandError::unusable(message));
            }
            Ok(known) if !known.is_file() => {
                let opened = OpenOptions::new().write(true).open(&target);
                Place::Direct(opened.map_err(|error| refuse(&error))?)
            }
            Ok(known) => {
                // A file that the user protected is not replaced.
                let opened = OpenOptions::new().append(true).open(&target);
                opened.map_err(|error| refuse(&error))?;
                beside(&target, known.permissions().mode()).map_err(|error| refuse(&error))?
            }
            Err(_) => beside(&target, 0o666).map_err(|error| refuse(&error))?,
        };
        Ok(Self {
            path: path.to_owned(),
            target,
            place,
        })
    }

    /// Writes the whole report; nobody sees it yet.
    ///
    /// # Errors
    /// Exit status 2: the disk is full, say.
    pub(crate) fn put(&mut self, text: &str) -> Result<(), CommandError> {
        let file = match &mut self.place {
            Place::Beside(file) => file.as_file_mut(),
            Place::Direct(file) => file,
        };
        let written = file.write_all(text.as_bytes()).and_then(|()| file.flush());
        written.map_err(|error| cannot_write(&self.path, &error))
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// Exit status 2: the folder is gone, say.
    pub(crate) fn keep(self) -> Result<(), CommandError> {
        let Place::Beside(file) = self.place else {
            return Ok(());
        };
        let kept = file.persist(&self.target);
        kept.map_err(|error| cannot_write(&self.path, &error.error))?;
        Ok(())
    }
}

fn beside(target: &Path, mode: u32) -> std::io::Result<Place> {
    let folder = target.parent().filter(|f| !f.as_os_str().is_empty());
    Builder::new()
        .prefix(".patchwright-")
        .permissions(PermissionsExt::from_mode(mode))
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map(Place::Beside)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> CommandError {
    // The library adds the temporary name, which means nothing to the user.
    let reason = match error.raw_os_error() {
        Some(code) => std::io::Error::from_raw_os_error(code).to_string(),
        None => match error.kind() {
            std::io::ErrorKind::NotFound => "no such folder".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        },
    };
    CommandError::unusable(format!("cannot write {}: {reason}", path.display()))
}
