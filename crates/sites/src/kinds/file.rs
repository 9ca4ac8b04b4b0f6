//! `file`: which file comes, goes or moves.
//!
//! A file as a whole has no sites in it: what is asked of the tree is whether it is there.

use std::sync::Arc;

use dialect::TreePath;
use schema::model::{ChangeBody, WholeFile};
use trees::Tree;

use crate::names::listed;
use crate::resolve::Sited;
use crate::resolver::{Alternative, Resolver, alternative};
use crate::scope::is_folder;
use crate::unresolved::{Reason, Unresolved};

impl Sited for WholeFile {
    fn offsets(&self, _: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(vec![0])
    }

    fn made(&self, _: &Resolver<'_>, _: &ChangeBody) -> Result<Option<Unresolved>, Unresolved> {
        Ok(None)
    }
}

/// What there is of the file before the change.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it comes to be, or goes from.
    pub path: TreePath,
    /// Where it is now, with its bytes; none where it is new.
    pub now: Option<(TreePath, Arc<[u8]>)>,
    /// Which alternatives, where there was a choice.
    pub alternatives: Vec<Alternative>,
}

/// Reads a file of the tree; none where it is not there.
pub type Read<'r> = &'r dyn Fn(&TreePath) -> Result<Option<Arc<[u8]>>, Unresolved>;

/// What there is of the file, in a tree that the change is still to be made in. `tree` says which names are folders'.
///
/// # Errors
/// The file that is to come is there; the one that is to go or move is not; a folder has its name; or it cannot be told.
pub fn find(
    tree: &dyn Tree,
    files: &[TreePath],
    whole: &WholeFile,
    read: Read<'_>,
) -> Result<Found, Unresolved> {
    let Some(path) = files.first() else {
        return Err(Unresolved::spec("the change has no file"));
    };
    let found = file(path, files, whole, read);
    // A name that is no file's may be a folder's.
    let named = match (&found, whole) {
        (Ok(_), WholeFile::Created { .. } | WholeFile::Moved { .. }) => std::slice::from_ref(path),
        (Err(why), WholeFile::Deleted) if why.reason == Reason::Present => files,
        (Err(why), WholeFile::Moved { from }) if why.reason == Reason::Absent => from,
        _ => &[],
    };
    match named.iter().find(|path| is_folder(tree, path)) {
        Some(folder) => Err(Unresolved::unfit(format!(
            "{folder} is a folder, not a file"
        ))),
        None => found,
    }
}

fn file(
    path: &TreePath,
    files: &[TreePath],
    whole: &WholeFile,
    read: Read<'_>,
) -> Result<Found, Unresolved> {
    match whole {
        WholeFile::Created { content, .. } => match read(path)? {
            None => Ok(Found {
                path: path.clone(),
                now: None,
                alternatives: Vec::new(),
            }),
            Some(bytes) if *bytes == *content.as_bytes() => {
                Err(Unresolved::present("the file is there already"))
            }
            Some(_) => Err(Unresolved::unfit(
                "the file is there already, with another text",
            )),
        },
        WholeFile::Deleted => match first(files, read)? {
            Some((index, path, bytes)) => Ok(Found {
                alternatives: alternative("file", index, files.len(), path.as_str()),
                now: Some((path.clone(), bytes)),
                path,
            }),
            None => {
                let message = "there is no such file: it is deleted already, or was never there";
                Err(Unresolved::present(message))
            }
        },
        WholeFile::Moved { from } => match (first(from, read)?, read(path)?) {
            (Some((index, old, bytes)), None) => Ok(Found {
                path: path.clone(),
                alternatives: alternative("from", index, from.len(), old.as_str()),
                now: Some((old, bytes)),
            }),
            (None, Some(_)) => Err(Unresolved::present("the file is moved already")),
            (Some((_, old, _)), Some(_)) => Err(Unresolved::unfit(format!(
                "there is a file already, and {old} too"
            ))),
            (None, None) => {
                let names: Vec<String> = from.iter().map(ToString::to_string).collect();
                Err(Unresolved::absent(format!(
                    "the tree has no {}",
                    listed(&names)
                )))
            }
        },
    }
}

type First = Option<(usize, TreePath, Arc<[u8]>)>;

fn first(files: &[TreePath], read: Read<'_>) -> Result<First, Unresolved> {
    for (index, path) in files.iter().enumerate() {
        if let Some(bytes) = read(path)? {
            return Ok(Some((index, path.clone(), bytes)));
        }
    }
    Ok(None)
}

/// The files that a change brings or takes as a whole.
pub fn paths<'b>(body: &'b ChangeBody, whole: &'b WholeFile) -> impl Iterator<Item = &'b TreePath> {
    let from: &[TreePath] = match whole {
        WholeFile::Moved { from } => from,
        WholeFile::Created { .. } | WholeFile::Deleted => &[],
    };
    body.files.iter().chain(from)
}
