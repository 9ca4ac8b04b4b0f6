//! Paths inside a kernel tree.
//!
//! A path comes from a spec or from a patch that somebody mailed, so it is checked once, here, and
//! carried as a type from then on: nothing that holds a [`TreePath`] can name a file outside a tree
//! (symbolic links are the tree's business, see the `trees` crate).

use std::fmt;

/// A relative, normal path of a file in a kernel tree: `drivers/vfio/pci/vfio_pci_config.c`.
///
/// Never empty, never absolute, no `.` or `..` or empty component, no backslash, no control character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(String);

/// Why a text is not a path inside a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreePathError {
    /// The text is empty.
    #[error("the path is empty")]
    Empty,
    /// The path starts at the root of the file system.
    #[error("the path is absolute; a path is relative to the top of the kernel tree")]
    Absolute,
    /// A component is `..`.
    #[error("the path has `..` and could leave the tree")]
    ParentComponent,
    /// A component is empty or `.`.
    #[error("the path has an empty or `.` component")]
    NotNormal,
    /// A component is `.git`.
    #[error("the path goes into `.git`")]
    GitDirectory,
    /// A control character or a backslash.
    #[error("the path has a control character or a backslash")]
    BadCharacter,
}

impl TreePath {
    /// Checks `text` and makes it a path inside a tree.
    ///
    /// # Errors
    /// The first rule of [`TreePathError`] that `text` breaks.
    pub fn new(text: &str) -> Result<Self, TreePathError> {
        if text.is_empty() {
            return Err(TreePathError::Empty);
        }
        if text.starts_with('/') {
            return Err(TreePathError::Absolute);
        }
        if text.chars().any(|c| c.is_control() || c == '\\') {
            return Err(TreePathError::BadCharacter);
        }
        for component in text.split('/') {
            match component {
                "" | "." => return Err(TreePathError::NotNormal),
                ".." => return Err(TreePathError::ParentComponent),
                name if name.eq_ignore_ascii_case(".git") => {
                    return Err(TreePathError::GitDirectory);
                }
                _ => {}
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The path as text, components joined by `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last component.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Whether the file is C by its ending, `.c` or `.h`.
    #[must_use]
    pub fn is_c(&self) -> bool {
        self.0.ends_with(".c") || self.0.ends_with(".h")
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for TreePath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
