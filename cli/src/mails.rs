//! The patch mails that `verify` judges: the series in OUT, or what the user names.

mod input;
mod maildir;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use trees::mail::{Posting, Series, parse_mbox, select};

use crate::error::CommandError;
use crate::spec_file::from_here;

/// Which of the mails, and how much of them.
#[derive(Clone, Debug, Args)]
pub(crate) struct MailArgs {
    /// Of several versions of the series in the mails, judge this one (default: the newest).
    #[arg(long, value_name = "N")]
    version: Option<u32>,

    /// Refuse patches and mailboxes that are larger, unpacked.
    #[arg(long = "max-patch-size", value_name = "MIB", default_value_t = MOST)]
    max_size: u32,
}

/// The largest series on the lists are a few MiB.
const MOST: u32 = 64;

impl Default for MailArgs {
    fn default() -> Self {
        Self {
            version: None,
            max_size: MOST,
        }
    }
}

/// Reads the mails of some files, each a patch, a mailbox (packed with gzip or not), a Maildir, a folder of patches as `render`
/// and `git format-patch` write one, or `-` for the standard input, and takes the series out of them.
///
/// # Errors
/// Exit status 2: a file cannot be read, git could read it otherwise, or none has a diff; the message names file
/// and line.
pub(crate) fn read(files: &[PathBuf], args: &MailArgs) -> Result<Series, CommandError> {
    let mut postings = Vec::new();
    for file in files {
        postings.extend(of_file(file, args)?);
    }
    select(postings, args.version).map_err(|error| {
        let given: Vec<String> = files.iter().map(|file| shown(file)).collect();
        let says = error.to_string();
        // What is about one of the mails begins with its name.
        let names_one = given
            .iter()
            .any(|file| says.starts_with(&format!("{file}: ")));
        let fault = CommandError::unusable(match names_one {
            true => says,
            false => format!("{}: {says}", given.join(", ")),
        });
        match error.hint {
            Some(hint) => fault.with_hint(hint),
            None => fault,
        }
    })
}

fn shown(file: &Path) -> String {
    if file == Path::new("-") {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}

/// Every mail of a file, as [`read`] takes it: answers too.
///
/// # Errors
/// Exit status 2: it cannot be read, or git could read it otherwise.
pub(crate) fn of_file(file: &Path, args: &MailArgs) -> Result<Vec<Posting>, CommandError> {
    let unusable = |error: String| CommandError::unusable(format!("{}: {error}", shown(file)));
    if file.is_dir() {
        let patches = match is_maildir(file) {
            true => Vec::new(),
            false => patches_of(file).map_err(|error| unusable(error.to_string()))?,
        };
        if patches.is_empty() {
            return maildir::read(file, args.max_size).map_err(unusable);
        }
        let mails = patches.iter().map(|patch| of_file(patch, args));
        let mails: Vec<Vec<Posting>> = mails.collect::<Result<_, _>>()?;
        return Ok(mails.into_iter().flatten().collect());
    }
    let bytes = if file == Path::new("-") {
        input::standard_input(args.max_size)
    } else {
        input::file(file, args.max_size)
    };
    let mails =
        parse_mbox(&bytes.map_err(unusable)?).map_err(|error| unusable(error.to_string()))?;
    let name = match file.file_name() {
        Some(name) if file != Path::new("-") => name.to_string_lossy().into_owned(),
        _ => shown(file),
    };
    let posting = |mail| Posting {
        mail,
        name: name.clone(),
    };
    Ok(mails.into_iter().map(posting).collect())
}

/// The files that a name means: the patches of a folder that has any, else what it names.
///
/// # Errors
/// None where it is no folder of patches.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, CommandError> {
    match path.is_dir() && !is_maildir(path) {
        true => in_folder(path),
        false => Ok(vec![path.to_owned()]),
    }
}

/// Where the files of mails are, by their names; of two with one name, neither.
pub(crate) fn places(given: &[PathBuf]) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in given {
        for file in files(path).unwrap_or_else(|_| vec![path.clone()]) {
            if let Some(name) = file.file_name() {
                let places = found
                    .entry(name.to_string_lossy().into_owned())
                    .or_default();
                places.push(from_here(&file.display().to_string()));
            }
        }
    }
    let single = found.into_iter().filter(|(_, places)| places.len() == 1);
    single
        .filter_map(|(name, mut places)| Some((name, places.pop()?)))
        .collect()
}

/// The `.patch` files of a folder, by name.
///
/// # Errors
/// Exit status 2: there is no such folder, or none in it.
pub(crate) fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let none = |reason: String| {
        CommandError::unusable(format!("{}: {reason}", folder.display())).with_hint(
            "`patchwright render SPEC` writes the series there; --patch FILE judges other mails; --landed the tree as it is",
        )
    };
    let files = patches_of(folder).map_err(|_| none("no series there".to_owned()))?;
    if files.is_empty() {
        return Err(none("no patch mail in it".to_owned()));
    }
    Ok(files)
}

fn is_maildir(folder: &Path) -> bool {
    ["cur", "new"].iter().any(|name| folder.join(name).is_dir())
}

/// The `.patch` files of a folder, by name; none, perhaps.
fn patches_of(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        // A folder in it is no patch, and may be a link to this one.
        .filter(|path| path.extension().is_some_and(|ending| ending == "patch") && !path.is_dir())
        .collect();
    files.sort();
    Ok(files)
}
