//! A C file, read: its syntax tree by the dialect's view, what it declares, the `#if` conditions that
//! its code is under, and what could not be read.
//!
//! The crate knows bytes, not trees; it judges nothing and edits nothing. Questions about what was read
//! are `query`'s, and so is what they remember of a file.

pub mod directives;
mod file;
pub mod items;
pub mod reader;
pub mod source;
pub mod stats;

pub use file::SourceFile;
pub use reader::Reader;
pub use source::{EditedWord, Source, Unread};
pub use tree_sitter::Node;
