//! A whole file that comes, goes or moves.

use dialect::TreePath;

use crate::table::Table;

/// What a patch does to a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WholeFile {
    /// It is new.
    Created {
        /// Its path.
        path: TreePath,
        /// All of it.
        content: String,
        /// Whether it is executable.
        is_executable: bool,
    },
    /// It is deleted.
    Deleted {
        /// Its path.
        path: TreePath,
    },
    /// It moves as it is.
    Moved {
        /// Its path before.
        from: TreePath,
        /// Its path after.
        path: TreePath,
    },
}

impl WholeFile {
    /// Its paths: where it is after, and where it was.
    pub fn paths(&self) -> impl Iterator<Item = &TreePath> {
        let (first, second) = match self {
            Self::Created { path, .. } | Self::Deleted { path } => (path, None),
            Self::Moved { from, path } => (path, Some(from)),
        };
        std::iter::once(first).chain(second)
    }

    /// How many runs of changed lines it is.
    pub(crate) fn hunks(&self) -> usize {
        usize::from(!matches!(self, Self::Moved { .. }))
    }

    /// It as a change of a spec.
    pub(crate) fn change(&self) -> String {
        let table = match self {
            Self::Created {
                path,
                content,
                is_executable,
            } => {
                let table = Table::new("file", path).with("content", content);
                match is_executable {
                    true => table.with_flag("executable"),
                    false => table,
                }
            }
            Self::Deleted { path } => Table::new("file", path).with_flag("delete"),
            Self::Moved { from, path } => Table::new("file", path).with("from", from.as_str()),
        };
        table.text().to_owned()
    }
}
