//! The object database of a repository: folders, files and links by their ids.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use git2::{ErrorCode, ObjectType, Odb, Oid, Repository};

use super::folder::{Folder, Kind};
use super::source::Source;
use super::{LARGEST_FILE, unreadable};
use crate::tree::TreeError;

/// Links that are followed before a path is taken for a loop, as in the Linux kernel.
const LINKS_FOLLOWED: usize = 40;

/// Folders that are kept for the next look-up; Linux has some 6,000.
const FOLDERS_KEPT: usize = 8192;

/// An object of a tree, and the path where it was found once links are followed.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: Oid,
    pub(super) kind: Kind,
    pub(super) path: String,
}

/// Handles on one object database, lent to one thread at a time.
pub(super) struct Objects {
    source: Source,
    idle: Mutex<Vec<Repository>>,
    folders: Mutex<HashMap<Oid, Arc<Folder>>>,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Objects").field(&self.source).finish()
    }
}

impl Objects {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            idle: Mutex::default(),
            folders: Mutex::default(),
        }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Lends a handle. `work` must not hand over to other tasks: it would keep the handle meanwhile.
    fn lend<T>(
        &self,
        work: impl FnOnce(&Repository) -> Result<T, git2::Error>,
    ) -> Result<T, git2::Error> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let lent = idle.map_or_else(|| self.open(), Ok)?;
        let result = work(&lent);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(lent);
        result
    }

    /// A handle of its own, for who needs one for long.
    pub(super) fn open(&self) -> Result<Repository, git2::Error> {
        let objects = Odb::new()?;
        objects.add_disk_alternate(&self.source.objects)?;
        Repository::from_odb(objects)
    }

    /// Why an object cannot be had, with what brings it where that is known.
    fn reason(&self, what: &str, id: Oid, error: &git2::Error) -> String {
        match error.code() {
            ErrorCode::NotFound => self.source.missing(what, id),
            _ => error.message().to_owned(),
        }
    }

    /// Whether the repository has an object.
    pub(super) fn has(&self, id: Oid) -> bool {
        let found = self.lend(|repository| Ok(repository.odb()?.exists(id)));
        found.unwrap_or(false)
    }

    /// A folder, as its tree object lists it.
    pub(super) fn folder(&self, id: Oid) -> Result<Folder, String> {
        self.source.check(id)?;
        let read = self.lend(|repository| {
            let objects = repository.odb()?;
            let object = objects.read(id)?;
            Ok(match object.kind() {
                ObjectType::Tree => Folder::parse(id, object.data()),
                _ => Err(format!("the object {id} is not a tree")),
            })
        });
        read.map_err(|error| self.reason("tree", id, &error))?
    }

    /// The same, kept for the next that asks.
    fn kept_folder(&self, id: Oid) -> Result<Arc<Folder>, String> {
        let lock = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = lock().get(&id) {
            return Ok(Arc::clone(folder));
        }
        let folder = Arc::new(self.folder(id)?);
        let mut kept = lock();
        if kept.len() >= FOLDERS_KEPT {
            kept.clear();
        }
        kept.insert(id, Arc::clone(&folder));
        Ok(folder)
    }

    /// Looks at a file's bytes; the reason, where they cannot be had.
    pub(super) fn blob<T>(&self, id: Oid, look: impl FnOnce(&[u8]) -> T) -> Result<T, String> {
        self.source.check(id)?;
        let looked = self.lend(|repository| {
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
        });
        looked.map_err(|error| self.reason("blob", id, &error))
    }

    /// Finds where a link in the folder `before` leads.
    pub(super) fn follow(
        &self,
        root: Oid,
        before: &str,
        link: Oid,
    ) -> Result<Option<Entry>, TreeError> {
        let path = self.beyond(before, link, "", before)?;
        self.resolve(root, &path, true)
    }

    /// The path that a link in the folder `before` makes of itself and `after`; `path` is what was asked for.
    fn beyond(
        &self,
        before: &str,
        link: Oid,
        after: &str,
        path: &str,
    ) -> Result<String, TreeError> {
        let target = self.blob(link, |bytes| String::from_utf8(bytes.to_vec()));
        let target = target
            .and_then(|text| text.map_err(|_| "the link's target is not UTF-8".to_owned()))
            .map_err(|reason| unreadable(path, reason))?;
        let escapes = || TreeError::Escapes {
            path: path.to_owned(),
        };
        join(before, &target, after).ok_or_else(escapes)
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
                    path = self.beyond(&before, id, &after, &path)?;
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
            match entry.kind {
                Kind::Folder => {}
                Kind::Submodule => return Err(unreadable(path, in_submodule(&entry))),
                _ => return Ok(Lookup::Absent),
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
        Ok(self.kept_folder(folder)?.child(name.as_bytes()))
    }
}

/// Why nothing in a submodule is read.
pub(super) fn in_submodule(entry: &Entry) -> String {
    format!(
        "{} is a submodule: its files are in another repository, and are read with --tree where it is checked out",
        entry.path
    )
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
