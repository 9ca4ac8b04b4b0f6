//! Whether two trees of a repository answer the same questions alike, told from the files that differ.

use std::sync::Arc;

use dialect::TreePath;
use git2::{DiffFile, Oid, Repository};

use super::objects::Objects;
use crate::lfs::{LFS_POINTER, is_lfs_pointer};
use crate::recorded::{Changed, Questions};

/// Files whose bytes are held at a time.
const FILES_AT_A_TIME: usize = 256;

/// A file that is another in the second tree.
struct Delta {
    /// None where no path can name it.
    path: Option<TreePath>,
    sides: [Side; 2],
}

/// What a path is in one of the trees.
enum Side {
    Absent,
    File(Oid),
    /// A link or a submodule.
    Other,
}

impl Side {
    fn of(file: &DiffFile<'_>) -> Self {
        match file.mode() {
            git2::FileMode::Unreadable => Self::Absent,
            git2::FileMode::Blob
            | git2::FileMode::BlobExecutable
            | git2::FileMode::BlobGroupWritable => Self::File(file.id()),
            _ => Self::Other,
        }
    }

    fn bytes(&self, objects: &Objects) -> Option<Result<Arc<[u8]>, String>> {
        match self {
            Self::Absent => None,
            Self::Other => Some(Err("no file".to_owned())),
            Self::File(id) => {
                // A pointer of LFS is no file that can be read.
                let bytes = objects.blob(*id, |bytes: &[u8]| {
                    (!is_lfs_pointer(bytes)).then(|| Arc::from(bytes))
                });
                Some(bytes.and_then(|bytes| bytes.ok_or_else(|| LFS_POINTER.to_owned())))
            }
        }
    }
}

/// Whether anything that was asked could have another answer in the tree `new` than in the tree `old`.
///
/// # Errors
/// A folder of one of the two cannot be read.
pub(super) fn touches(
    repository: &Repository,
    objects: &Objects,
    [old, new]: [Oid; 2],
    questions: &Questions,
) -> Result<bool, git2::Error> {
    let (old, new) = (repository.find_tree(old)?, repository.find_tree(new)?);
    let diff = repository.diff_tree_to_tree(Some(&old), Some(&new), None)?;
    let deltas: Vec<Delta> = diff
        .deltas()
        .map(|delta| {
            let file = delta.new_file();
            let name = file.path_bytes();
            let name = name.and_then(|name| std::str::from_utf8(name).ok());
            Delta {
                path: name.and_then(|name| TreePath::new(name).ok()),
                sides: [Side::of(&delta.old_file()), Side::of(&file)],
            }
        })
        .collect();
    // Names cost nothing; bytes are read where they do not tell.
    if deltas
        .iter()
        .any(|delta| questions.names(delta.path.as_ref()))
    {
        return Ok(true);
    }
    Ok(deltas.chunks(FILES_AT_A_TIME).any(|deltas| {
        let changed = deltas.iter().map(|delta| Changed {
            path: delta.path.clone(),
            sides: delta.sides.each_ref().map(|side| side.bytes(objects)),
        });
        questions.is_touched(&changed.collect::<Vec<_>>())
    }))
}
