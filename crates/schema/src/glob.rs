//! `files = "drivers/rtc/**"`: a pattern of paths, or a folder with all that is below it.

use std::fmt;

use dialect::{TreePath, TreePathError};

/// A pattern of paths: `*` and `?` within a component, `**` for any number of components; without any of them, the file or
/// all that is below the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
}

impl Glob {
    /// Checks the text.
    ///
    /// # Errors
    /// It could never be a path in a tree.
    pub fn new(text: &str) -> Result<Self, TreePathError> {
        let text = text.strip_suffix('/').unwrap_or(text);
        // What may be in the place of a wildcard is a part of a name.
        TreePath::new(&text.replace(['*', '?'], "x"))?;
        Ok(Self {
            text: text.to_owned(),
        })
    }

    /// As the spec has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The folder, or the file, that everything which it matches is in; empty: the top of the tree.
    #[must_use]
    pub fn root(&self) -> &str {
        match self.text.find(['*', '?']) {
            None => &self.text,
            Some(at) => {
                let before = self.text.get(..at).unwrap_or_default();
                before.rsplit_once('/').map_or("", |(folder, _)| folder)
            }
        }
    }

    /// Whether it matches the path.
    #[must_use]
    pub fn matches(&self, path: &TreePath) -> bool {
        let path: Vec<&str> = path.as_str().split('/').collect();
        let wanted: Vec<&str> = self.text.split('/').collect();
        let is_plain = !self.text.contains(['*', '?']);
        // Which components of the glob can come next; each component of the path takes one step.
        let mut at = closed(&wanted, vec![0]);
        for (index, name) in path.iter().enumerate() {
            if is_plain && at.contains(&wanted.len()) && index > 0 {
                return true;
            }
            let next = at.iter().filter_map(|&at| match wanted.get(at)? {
                &"**" => Some(at),
                component => fits(component.as_bytes(), name.as_bytes()).then_some(at + 1),
            });
            at = closed(&wanted, next.collect());
        }
        at.contains(&wanted.len())
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The positions, with those that `**` may be passed over to.
fn closed(wanted: &[&str], mut at: Vec<usize>) -> Vec<usize> {
    let mut next = 0;
    while let Some(&position) = at.get(next) {
        next += 1;
        if wanted.get(position) == Some(&"**") && !at.contains(&(position + 1)) {
            at.push(position + 1);
        }
    }
    at
}

/// Whether `*` and `?` make the one of the other.
fn fits(wanted: &[u8], name: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    // Where the last `*` was, and up to where it took.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&byte) = name.get(of) {
        match wanted.get(at) {
            Some(b'*') => {
                star = Some((at + 1, of));
                at += 1;
            }
            Some(&own) if own == byte || own == b'?' => (at, of) = (at + 1, of + 1),
            _ => {
                let Some((behind, took)) = star else {
                    return false;
                };
                star = Some((behind, took + 1));
                (at, of) = (behind, took + 1);
            }
        }
    }
    wanted
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_matched_by_component() {
        for (glob, path, expected) in [
            ("drivers/rtc", "drivers/rtc/a.c", true),
            ("drivers/rtc/", "drivers/rtc/sub/a.c", true),
            ("drivers/rtc", "drivers/rtc2/a.c", false),
            ("drivers/rtc/a.c", "drivers/rtc/a.c", true),
            ("drivers/rtc/*.c", "drivers/rtc/a.c", true),
            ("drivers/rtc/*.c", "drivers/rtc/sub/a.c", false),
            ("drivers/rtc/*", "drivers/rtc/sub/a.c", false),
            ("drivers/rtc/**", "drivers/rtc/sub/a.c", true),
            ("drivers/rtc/**", "drivers/rtc/a.h", true),
            ("drivers/**/*.h", "drivers/a.h", true),
            ("drivers/**/*.h", "drivers/b/c/a.h", true),
            ("drivers/**/x/*.c", "drivers/b/x/a.c", true),
            ("drivers/**/x/*.c", "drivers/b/y/a.c", false),
            ("**/*.c", "a.c", true),
            ("drivers/rtc-?.c", "drivers/rtc-1.c", true),
            ("drivers/rtc-?.c", "drivers/rtc-12.c", false),
            ("drivers/*a*b.c", "drivers/xaxbab.c", true),
        ] {
            let path = TreePath::new(path).unwrap();
            let glob = Glob::new(glob).unwrap();
            assert_eq!(glob.matches(&path), expected, "{glob} {path}");
        }
    }

    #[test]
    fn a_glob_stays_in_the_tree() {
        for text in ["", "/etc/**", "../**", "drivers//*.c", "a/./*.c", "a\\*"] {
            assert!(Glob::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_root_is_what_has_no_wildcard() {
        for (glob, root) in [
            ("drivers/rtc/**", "drivers/rtc"),
            ("drivers/rtc-*.c", "drivers"),
            ("**/*.c", ""),
            ("drivers/rtc", "drivers/rtc"),
        ] {
            assert_eq!(Glob::new(glob).unwrap().root(), root);
        }
    }
}
