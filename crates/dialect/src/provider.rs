//! Where the dialect gets other files of the tree that a file is of.

use std::sync::Arc;

use crate::path::TreePath;

/// Where a reader gets other files of the same tree, to learn macros from their `#define`s.
pub trait FileProvider: Send + Sync {
    /// The bytes of a file, or `None` where the tree has none (or it cannot be read: what a macro
    /// means is then not learnt, and what depends on it stays unread, which is said).
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>>;
}
