//! The patch mails that `verify` judges: the series in OUT, or files that the user names.

use std::fs;
use std::path::{Path, PathBuf};

use trees::mail::{Mail, parse_mbox};

use crate::error::{CommandError, Status};

/// Reads the mails of some files, each a patch or a whole mbox, in the order given; each with the name of the
/// file that it is from.
///
/// # Errors
/// Exit status 2: a file cannot be read, is no patch mail, or none has a diff; the message names file and line.
pub(crate) fn read(files: &[PathBuf]) -> Result<(Vec<Mail>, Vec<String>), CommandError> {
    let (mut mails, mut names) = (Vec::new(), Vec::new());
    for file in files {
        let bytes = fs::read(file)
            .map_err(|error| CommandError::unusable(format!("{}: {error}", file.display())))?;
        let parsed = parse_mbox(&bytes)
            .map_err(|error| CommandError::unusable(format!("{}: {error}", file.display())))?;
        for mail in parsed {
            let name = file.file_name().map_or_else(
                || file.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            );
            names.push(name);
            mails.push(mail);
        }
    }
    if mails.iter().all(|mail| mail.diff.is_empty()) {
        let given: Vec<String> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        return Err(
            CommandError::unusable(format!("{}: no diff in it", given.join(", ")))
                .with_hint("a patch mail that was cut off, or a cover letter alone"),
        );
    }
    Ok((mails, names))
}

/// The `.patch` files of a folder, by name.
///
/// # Errors
/// Exit status 1: there is no such folder, or none in it.
pub(crate) fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let none = |reason: String| {
        CommandError::new(Status::Bad, format!("{}: {reason}", folder.display())).with_hint(
            "`patchwright render SPEC` writes the series there; --patch FILE judges other mails; --landed the tree as it stands",
        )
    };
    let entries = fs::read_dir(folder).map_err(|_| none("no series there".to_owned()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "patch"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(none("no patch mail in it".to_owned()));
    }
    Ok(files)
}
