//! Loose objects that are cut off, after a full disk or a power cut: libgit2 1.9 reads those without end.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flate2::read::ZlibDecoder;
use git2::Oid;
use rayon::prelude::*;

/// How many repositories may lend each other their objects in a row, as for git.
const MOST_ALTERNATES: usize = 5;

/// The loose objects of a repository and of those that it takes objects from.
#[derive(Debug, Default)]
pub(super) struct Loose {
    files: OnceLock<HashMap<Oid, PathBuf>>,
}

impl Loose {
    /// Why the object cannot be read, where it is a loose one that is damaged.
    ///
    /// # Errors
    /// With the file's name.
    pub(super) fn check(&self, objects: &Path, id: Oid) -> Result<(), String> {
        self.files(objects)
            .get(&id)
            .map_or(Ok(()), |path| read(path, false))
    }

    /// The same of every commit, tag and folder, before libgit2 walks over them by itself.
    ///
    /// # Errors
    /// With the name of one file.
    pub(super) fn check_structure(&self, objects: &Path) -> Result<(), String> {
        let files: Vec<&PathBuf> = self.files(objects).values().collect();
        files.into_par_iter().try_for_each(|path| read(path, true))
    }

    fn files(&self, objects: &Path) -> &HashMap<Oid, PathBuf> {
        self.files.get_or_init(|| {
            let mut files = HashMap::new();
            list(objects, MOST_ALTERNATES, &mut files);
            files
        })
    }
}

/// Reads an object to its end; with `but_blobs`, of a file its first bytes alone, which say that it is one.
fn read(path: &Path, but_blobs: bool) -> Result<(), String> {
    const BLOB: &[u8] = b"blob ";
    let to_its_end = || -> io::Result<()> {
        let mut text = ZlibDecoder::new(File::open(path)?);
        let mut kind = [0; BLOB.len()];
        text.read_exact(&mut kind)?;
        if !(but_blobs && kind == BLOB) {
            io::copy(&mut text, &mut io::sink())?;
        }
        Ok(())
    };
    match to_its_end() {
        Ok(()) => Ok(()),
        // `git gc` has packed it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!(
            "the loose object {} is damaged: {error}",
            path.display()
        )),
    }
}

/// Lists the files of loose objects in the folder, and in those of `info/alternates` (gitrepository-layout(5)).
fn list(objects: &Path, deeper: usize, files: &mut HashMap<Oid, PathBuf>) {
    for first in 0..=255_u8 {
        let name = format!("{first:02x}");
        let folder = objects.join(&name);
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let id = entry.file_name().into_string().ok();
            let id = id.and_then(|rest| Oid::from_str(&format!("{name}{rest}")).ok());
            if let Some(id) = id {
                files.entry(id).or_insert_with(|| entry.path());
            }
        }
    }
    let alternates = fs::read_to_string(objects.join("info/alternates")).unwrap_or_default();
    for line in alternates.lines().filter(|line| !line.starts_with('#')) {
        if let Some(deeper) = deeper.checked_sub(1) {
            list(&objects.join(line), deeper, files);
        }
    }
}
