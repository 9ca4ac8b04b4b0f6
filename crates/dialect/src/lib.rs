//! The dialect: kernel C as bytes, before any grammar sees it.
//!
//! Paths, lines, tokens, what the macros of a tree are to a reader, and the length-preserving view
//! ([`view`]) that lets the C grammar read kernel C. Nothing here knows tree-sitter; whoever has a tree
//! hands files in through [`FileProvider`].

pub mod lines;
pub mod macros;
pub mod path;
mod provider;
pub mod token;
pub mod view;
pub mod words;

pub use path::{TreePath, TreePathError};
pub use provider::FileProvider;
