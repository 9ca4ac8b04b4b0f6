//! The kernel: its C files, and a reader that learns its macros.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dialect::{FileProvider, TreePath};
use query::File;
use rayon::prelude::*;
use syntax::Reader;

/// Folders that are no part of the kernel itself.
const APART: &[&str] = &["tools", "samples", "scripts", "Documentation"];

struct Provider(PathBuf);

impl FileProvider for Provider {
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(path.as_str()))
            .ok()
            .map(Arc::from)
    }
}

/// The `.c` and `.h` files below `under` (all but [`APART`] where it is empty), sorted.
pub(crate) fn files(root: &Path, under: &[String]) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    if under.is_empty() {
        walk(root, "", &mut found)?;
    }
    for folder in under {
        if root.join(folder).is_file() {
            found.push(folder.clone());
            continue;
        }
        walk(root, folder, &mut found)?;
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn walk(root: &Path, folder: &str, found: &mut Vec<String>) -> Result<(), String> {
    let shown = root.join(folder);
    let entries = std::fs::read_dir(&shown).map_err(|why| format!("{}: {why}", shown.display()))?;
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !APART.contains(&path.as_str()) => {
                walk(root, &path, found)?
            }
            Ok(kind) if kind.is_file() && (path.ends_with(".c") || path.ends_with(".h")) => {
                found.push(path)
            }
            _ => {}
        }
    }
    Ok(())
}

/// Reads every file in parallel and gives what `look` makes of each, in the order of `paths`.
pub(crate) fn each<T: Send>(
    root: &Path,
    paths: &[String],
    look: impl Fn(&File) -> T + Sync,
) -> Vec<T> {
    let reader = Reader::for_tree(Arc::new(Provider(root.to_owned())));
    paths
        .par_iter()
        .filter_map(|path| {
            let bytes = std::fs::read(root.join(path)).ok()?;
            let file = File::from(reader.read(&TreePath::new(path).ok()?, Arc::from(bytes)));
            Some(look(&file))
        })
        .collect()
}
