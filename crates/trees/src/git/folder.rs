//! A tree object, read by its own bytes.
//!
//! Why not libgit2's: it looks a name up by bisection, so of a tree whose entries are out of order, or that has a name
//! twice, it finds now one file and now another, or none, without a word. `git fsck` calls such a tree an error, and here
//! it is one that cannot be read.

use git2::Oid;

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Regular,
    Executable,
    Link,
    Folder,
    /// The commit of another repository.
    Submodule,
}

impl Kind {
    pub(super) fn is_file(self) -> bool {
        matches!(self, Self::Regular | Self::Executable)
    }

    /// As git takes a mode, whatever else is in it.
    fn of(mode: u32) -> Self {
        match mode & 0o170_000 {
            0o100_000 if mode & 0o100 != 0 => Self::Executable,
            0o100_000 => Self::Regular,
            0o120_000 => Self::Link,
            0o040_000 => Self::Folder,
            _ => Self::Submodule,
        }
    }
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) name: Vec<u8>,
    pub(super) id: Oid,
    pub(super) kind: Kind,
}

/// The entries of a folder, each name once.
#[derive(Debug)]
pub(super) struct Folder(Vec<Item>);

impl Folder {
    /// Reads the bytes of the tree object `id`.
    ///
    /// # Errors
    /// They are not as git writes them: whoever looks a name up could find one entry or another.
    pub(super) fn parse(id: Oid, bytes: &[u8]) -> Result<Self, String> {
        let fault = |what: &str| format!("the tree object {id} {what}; `git fsck` names it");
        let mut items: Vec<Item> = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (item, after) = item(rest).ok_or_else(|| fault("is damaged"))?;
            if item.name.is_empty() {
                return Err(fault("has an entry without a name"));
            }
            if item.name.contains(&b'/') {
                return Err(fault("has an entry with a slash in its name"));
            }
            if items.last().is_some_and(|last| key(last).ge(key(&item))) {
                return Err(fault("has entries out of order"));
            }
            items.push(item);
            rest = after;
        }
        items.sort_by(|a, b| a.name.cmp(&b.name));
        let is_twice = |pair: &[Item]| matches!(pair, [a, b] if a.name == b.name);
        if items.windows(2).any(is_twice) {
            return Err(fault("has one name for two entries"));
        }
        Ok(Self(items))
    }

    pub(super) fn items(&self) -> &[Item] {
        &self.0
    }

    pub(super) fn child(&self, name: &[u8]) -> Option<(Oid, Kind)> {
        let found = self
            .0
            .binary_search_by(|item| item.name.as_slice().cmp(name));
        let item = self.0.get(found.ok()?)?;
        Some((item.id, item.kind))
    }
}

/// `MODE NAME\0ID`, and what follows.
fn item(bytes: &[u8]) -> Option<(Item, &[u8])> {
    let (mode, rest) = split_at_byte(bytes, b' ')?;
    let (name, rest) = split_at_byte(rest, 0)?;
    let (id, rest) = rest.split_at_checked(ID_LENGTH)?;
    let mode = u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?;
    let item = Item {
        name: name.to_vec(),
        id: Oid::from_bytes(id).ok()?,
        kind: Kind::of(mode),
    };
    Some((item, rest))
}

/// Bytes of an id in a tree object. There is no other: a repository of SHA-256 is not opened.
const ID_LENGTH: usize = 20;

fn split_at_byte(bytes: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(byte, bytes)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

/// What git sorts by: the name, of a folder as though it ended in a slash.
fn key(item: &Item) -> impl Iterator<Item = u8> + '_ {
    let slash = (item.kind == Kind::Folder).then_some(b'/');
    item.name.iter().copied().chain(slash)
}

#[cfg(test)]
mod tests {
    use git2::Oid;

    use super::{Folder, Kind};

    fn tree(entries: &[(&str, &str)]) -> Vec<u8> {
        let entry = |(mode, name): &(&str, &str)| {
            let head = format!("{mode} {name}\0");
            head.bytes().chain([7; 20]).collect::<Vec<u8>>()
        };
        entries.iter().flat_map(entry).collect()
    }

    fn parse(bytes: &[u8]) -> Result<Folder, String> {
        Folder::parse(Oid::ZERO_SHA1, bytes)
    }

    #[test]
    fn a_tree_in_order_is_read() {
        let entries = [
            ("100644", "a"),
            ("100755", "a.c"),
            ("100664", "a0"),
            ("040000", "b"),
            ("120000", "b0"),
            ("160000", "c"),
            ("40000", "d"),
        ];
        let folder = parse(&tree(&entries));
        let child = |name: &str| {
            let folder = folder.as_ref().ok()?;
            Some(folder.child(name.as_bytes())?.1)
        };
        assert_eq!(child("a"), Some(Kind::Regular));
        assert_eq!(child("a.c"), Some(Kind::Executable));
        assert_eq!(child("a0"), Some(Kind::Regular));
        assert_eq!(child("b"), Some(Kind::Folder));
        assert_eq!(child("b0"), Some(Kind::Link));
        assert_eq!(child("c"), Some(Kind::Submodule));
        assert_eq!(child("d"), Some(Kind::Folder));
        assert_eq!(child("e"), None);
    }

    #[test]
    fn what_git_fsck_calls_an_error_is_refused() {
        for (entries, reason) in [
            (&[("100644", "b"), ("100644", "a")][..], "out of order"),
            (&[("100644", "a"), ("100644", "a")], "out of order"),
            // `a/` is behind `a.c`.
            (&[("40000", "a"), ("100644", "a.c")], "out of order"),
            (
                &[("100644", "a"), ("100644", "a.c"), ("40000", "a")],
                "one name for two",
            ),
            (&[("10x644", "a")], "damaged"),
            (&[("100644", "")], "without a name"),
            (&[("100644", "a/b.c")], "a slash in its name"),
        ] {
            let error = parse(&tree(entries)).err().unwrap_or_default();
            assert!(error.contains(reason), "{entries:?}: {error}");
        }
        let whole = tree(&[("100644", "a")]);
        let cut = whole.get(..whole.len() - 1).unwrap_or_default();
        assert!(parse(cut).is_err());
        assert!(parse(b"100644 a").is_err());
    }
}
