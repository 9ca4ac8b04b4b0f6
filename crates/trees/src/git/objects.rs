//! The object database of a repository: folders, files and links by their ids.

use std::sync::{Mutex, PoisonError};

use git2::{ObjectType, Odb, Oid, Repository};

use super::{LARGEST_FILE, unreadable};
use crate::tree::TreeError;

/// Links that are followed before a path is taken for a loop, as in the Linux kernel.
const LINKS_FOLLOWED: usize = 40;

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Regular,
    Executable,
    Link,
    Folder,
    /// A submodule's commit.
    Other,
}

impl Kind {
    pub(super) fn is_file(self) -> bool {
        matches!(self, Self::Regular | Self::Executable)
    }

    fn of(mode: i32) -> Self {
        match mode {
            0o100_755 | 0o100_775 => Self::Executable,
            0o120_000 => Self::Link,
            0o040_000 => Self::Folder,
            0o160_000 => Self::Other,
            _ => Self::Regular,
        }
    }
}

/// An object of a tree, and the path where it was found once links are followed.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: Oid,
    pub(super) kind: Kind,
    pub(super) path: String,
}

/// Handles on one object database, lent to one thread at a time.
pub(super) struct Objects {
    folder: String,
    idle: Mutex<Vec<Repository>>,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Objects").field(&self.folder).finish()
    }
}

impl Objects {
    pub(super) fn new(folder: String) -> Self {
        Self {
            folder,
            idle: Mutex::default(),
        }
    }

    /// Lends a handle. `work` must not hand over to other tasks: it would keep the handle meanwhile.
    fn lend<T>(
        &self,
        work: impl FnOnce(&Repository) -> Result<T, git2::Error>,
    ) -> Result<T, String> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let lent = idle.map_or_else(|| self.open(), Ok);
        let lent = lent.map_err(|error| error.message().to_owned())?;
        let result = work(&lent).map_err(|error| error.message().to_owned());
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(lent);
        result
    }

    fn open(&self) -> Result<Repository, git2::Error> {
        let objects = Odb::new()?;
        objects.add_disk_alternate(&self.folder)?;
        Repository::from_odb(objects)
    }

    /// The entries of a folder, in git's order.
    pub(super) fn folder(&self, id: Oid) -> Result<Vec<(Vec<u8>, Entry)>, String> {
        self.lend(|repository| {
            let tree = repository.find_tree(id)?;
            let entries = tree.iter().map(|entry| {
                let found = Entry {
                    id: entry.id(),
                    kind: Kind::of(entry.filemode()),
                    path: String::new(),
                };
                (entry.name_bytes().to_vec(), found)
            });
            Ok(entries.collect())
        })
    }

    /// Looks at a file's bytes; the reason, where they cannot be had.
    pub(super) fn blob<T>(&self, id: Oid, look: impl FnOnce(&[u8]) -> T) -> Result<T, String> {
        self.lend(|repository| {
            let objects = repository.odb()?;
            let (size, _) = objects.read_header(id)?;
            if size as u64 > LARGEST_FILE {
                return Err(git2::Error::from_str("larger than 256 MiB"));
            }
            let object = objects.read(id)?;
            match object.kind() {
                ObjectType::Blob => Ok(look(object.data())),
                _ => Err(git2::Error::from_str("the object is not a file")),
            }
        })
    }

    /// Finds what `path` names below the folder `root`, with links followed on the way, and the last
    /// one too where `follow_last` says so.
    pub(super) fn resolve(
        &self,
        root: Oid,
        path: &str,
        follow_last: bool,
    ) -> Result<Option<Entry>, TreeError> {
        let mut path = path.to_owned();
        for _ in 0..=LINKS_FOLLOWED {
            match self.step(root, &path, follow_last)? {
                Lookup::Found(entry) => return Ok(Some(entry)),
                Lookup::Absent => return Ok(None),
                Lookup::Link { before, id, after } => {
                    let target = self
                        .blob(id, |bytes| String::from_utf8(bytes.to_vec()))
                        .and_then(|text| text.map_err(|error| error.to_string()))
                        .map_err(|reason| unreadable(&path, reason))?;
                    path = join(&before, &target, &after).ok_or(TreeError::Escapes { path })?;
                }
            }
        }
        Err(unreadable(&path, "too many levels of symbolic links"))
    }

    /// Goes down `path` until it ends or a link is met.
    fn step(&self, root: Oid, path: &str, follow_last: bool) -> Result<Lookup, TreeError> {
        let mut entry = Entry {
            id: root,
            kind: Kind::Folder,
            path: String::new(),
        };
        let mut rest = path;
        while !rest.is_empty() {
            let (name, after) = rest.split_once('/').unwrap_or((rest, ""));
            if entry.kind != Kind::Folder {
                return Ok(Lookup::Absent);
            }
            let Some(next) = self
                .child(entry.id, name)
                .map_err(|reason| unreadable(path, reason))?
            else {
                return Ok(Lookup::Absent);
            };
            if next.1 == Kind::Link && (follow_last || !after.is_empty()) {
                return Ok(Lookup::Link {
                    before: entry.path,
                    id: next.0,
                    after: after.to_owned(),
                });
            }
            if !entry.path.is_empty() {
                entry.path.push('/');
            }
            entry.path.push_str(name);
            (entry.id, entry.kind) = next;
            rest = after;
        }
        Ok(Lookup::Found(entry))
    }

    fn child(&self, folder: Oid, name: &str) -> Result<Option<(Oid, Kind)>, String> {
        self.lend(|repository| {
            let tree = repository.find_tree(folder)?;
            let entry = tree.get_name_bytes(name.as_bytes());
            Ok(entry.map(|entry| (entry.id(), Kind::of(entry.filemode()))))
        })
    }
}

enum Lookup {
    Found(Entry),
    Absent,
    /// A link in the folder `before`, with `after` still to go.
    Link {
        before: String,
        id: Oid,
        after: String,
    },
}

/// The path `before/target/after`, normal; `None` where it leaves the tree.
fn join(before: &str, target: &str, after: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in [before, target, after]
        .into_iter()
        .flat_map(|text| text.split('/'))
    {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn a_link_that_leaves_the_tree_leads_nowhere() {
        assert_eq!(join("a/b", "../c.h", ""), Some("a/c.h".to_owned()));
        assert_eq!(join("a", "../..", "x"), None);
        assert_eq!(join("", "/etc/passwd", ""), None);
        assert_eq!(join("", "dir/", "x/y.h"), Some("dir/x/y.h".to_owned()));
    }
}
