//! Kernel trees: work tree, git revision, built-in sample, overlay of applied patches, scanning.
//!
//! A tree is read-only always.

pub mod tree;

pub use kernel_c::{TreePath, TreePathError};
pub use tree::{FileMode, Scan, ScanReport, Tree, TreeError, Visit};
