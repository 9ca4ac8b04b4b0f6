//! Reads kernel C: a length-preserving dialect, syntax, patterns, control flow and member types.
//!
//! The crate knows bytes, not trees: whoever has a kernel tree hands it files through
//! [`FileProvider`]. It judges nothing and edits nothing.

pub mod access;
mod conditions;
pub mod dialect;
pub mod flow;
pub mod items;
pub mod ledger;
pub mod lines;
mod macros;
pub mod path;
pub mod pattern;
pub mod reader;
pub mod source;
pub mod token;
pub mod types;

pub use path::{TreePath, TreePathError};
pub use reader::{FileProvider, Reader};
pub use source::{EditedWord, SourceFile, Unread};
pub use tree_sitter::Node;
