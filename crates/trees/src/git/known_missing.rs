//! Files whose blobs a repository lacks for good, as a mirror may: who works with it says which.

use std::collections::BTreeSet;

use dialect::TreePath;
use git2::Oid;

use super::folder::Kind;
use super::objects::Objects;

/// Folders in folders that are gone through for what is lacking; a path has fewer.
const DEEPEST: usize = 128;

/// Blobs and paths that are known to be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownMissing {
    blobs: BTreeSet<String>,
    paths: BTreeSet<String>,
}

impl KnownMissing {
    /// Reads a list: a blob's whole id or a path a line; blank lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// A line is neither, with its number.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut known = Self::default();
        let lines = text.lines().map(str::trim).enumerate();
        for (index, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let is_hex = line.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_hex && line.len() == 40 {
                known.blobs.insert(line.to_ascii_lowercase());
                continue;
            }
            let fault = match TreePath::new(line) {
                Ok(_) if is_hex && line.len() > 6 => {
                    "it looks like a part of an id; give the whole id".to_owned()
                }
                Ok(path) => {
                    known.paths.insert(path.to_string());
                    continue;
                }
                Err(error) => error.to_string(),
            };
            return Err((index + 1, fault));
        }
        Ok(known)
    }

    /// Whether nothing is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blobs.is_empty() && self.paths.is_empty()
    }

    /// The files of a tree that are listed and that the repository does not have.
    pub(super) fn lacking(&self, objects: &Objects, root: Oid) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        if !self.is_empty() {
            self.below(objects, (root, ""), DEEPEST, &mut found);
        }
        found
    }

    fn below(
        &self,
        objects: &Objects,
        (folder, prefix): (Oid, &str),
        deeper: usize,
        found: &mut BTreeSet<String>,
    ) {
        // What folders are lacking is not known of any file in them: they stay unread.
        let Ok(folder) = objects.folder(folder) else {
            return;
        };
        for item in folder.items() {
            let Ok(name) = std::str::from_utf8(&item.name) else {
                continue;
            };
            let path = format!("{prefix}{name}");
            match item.kind {
                Kind::Folder if deeper > 0 => {
                    self.below(objects, (item.id, &format!("{path}/")), deeper - 1, found);
                }
                Kind::Regular | Kind::Executable | Kind::Link => {
                    let is_listed =
                        self.paths.contains(&path) || self.blobs.contains(&item.id.to_string());
                    if is_listed && !objects.has(item.id) {
                        found.insert(path);
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::KnownMissing;

    #[test]
    fn a_list_has_ids_and_paths() {
        let id = "23C27C6320130b8cb4b67507d7056ae12c8a8a09";
        let known = KnownMissing::parse(&format!("# mirror\n\n{id}\n  lib/a.c \n")).unwrap();
        assert!(known.blobs.contains(&id.to_lowercase()));
        assert!(known.paths.contains("lib/a.c"));
        assert_eq!(
            KnownMissing::parse("lib/a.c\n23c27c63201").unwrap_err().0,
            2
        );
        assert_eq!(KnownMissing::parse("../a.c").unwrap_err().0, 1);
    }
}
