//! Kernel trees: work tree, git revision, built-in sample, overlay of applied patches, scanning.
//!
//! A tree is read-only always.

pub mod apply;
mod dir;
mod git;
mod indexed;
mod lfs;
pub mod mail;
mod named;
mod overlay;
mod parsed;
mod sample;
mod search;
mod selection;
mod tree;
mod worded;
mod words;

pub use dialect::{TreePath, TreePathError};
pub use dir::DirTree;
pub use git::GitTree;
pub use indexed::Indexed;
pub use named::{ByMacro, Define, Gives, Named, UPWARDS, include_key, stem_key};
pub use overlay::Overlay;
pub use parsed::{Near, ParsedTree};
pub use sample::SampleTree;
pub use tree::{FileMode, Look, Scan, ScanReport, Tree, TreeError, Visit, link_on_the_way};
pub use worded::with_words;
pub use words::WordFilter;
