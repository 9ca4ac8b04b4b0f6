//! A repository beside the user's, for commits that nobody keeps: git compares two versions of a series there.
//!
//! Why not in the user's repository: nothing may be written there unasked, and git would take its configuration, which may
//! name programs to run. The objects of the user's repository are borrowed as git borrows them, so that the commits have the
//! ids that they would have there.

use std::fs;
use std::path::Path;

use git2::{Repository, RepositoryInitOptions};

/// Hunks of C say which function they are in, as in a kernel's repository.
const ATTRIBUTES: &str = "*.[ch] diff=cpp\n";

/// Makes a bare repository without hooks or configuration.
pub(super) fn empty(folder: &Path) -> Result<Repository, String> {
    let mut options = RepositoryInitOptions::new();
    options.bare(true).external_template(false);
    let made = Repository::init_opts(folder, &options).map_err(|error| error.message().to_owned());
    let attributes = |text: &str| put(folder, "info/attributes", text.as_bytes());
    attributes(ATTRIBUTES)?;
    made
}

/// The same, with the objects of another repository, whose commit `base` says what is the heading of a hunk.
pub(super) fn borrowing(
    folder: &Path,
    repository: &Repository,
    base: git2::Oid,
) -> Result<Repository, String> {
    drop(empty(folder)?);
    let objects = repository.commondir().join("objects");
    let objects = fs::canonicalize(objects).map_err(|error| error.to_string())?;
    let mut line = objects.into_os_string();
    if line.as_encoded_bytes().contains(&b'\n') {
        return Err("its path has a newline".to_owned());
    }
    line.push("\n");
    put(folder, "objects/info/alternates", line.as_encoded_bytes())?;
    // Where a shallow clone ends.
    if let Ok(shallow) = fs::read(repository.commondir().join("shallow")) {
        put(folder, "shallow", &shallow)?;
    }
    let attributes = attributes(repository, base).unwrap_or_default();
    put(folder, "info/attributes", &attributes)?;
    Repository::open_bare(folder).map_err(|error| error.message().to_owned())
}

/// `.gitattributes` at the top of a commit.
fn attributes(repository: &Repository, base: git2::Oid) -> Option<Vec<u8>> {
    let tree = repository.find_commit(base).ok()?.tree().ok()?;
    let entry = tree.get_name(".gitattributes")?;
    let blob = repository.find_blob(entry.id()).ok()?;
    Some(blob.content().to_owned())
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let path = folder.join(name);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&path, bytes))
        .map_err(|error| format!("{}: {error}", path.display()))
}
