//! Kernel trees: work tree, git revision, built-in sample, overlay of applied patches, scanning.
//!
//! A tree is read-only always.

pub mod apply;
pub mod base;
mod dir;
mod git;
mod includes;
mod indexed;
mod lfs;
pub mod mail;
mod overlay;
mod parsed;
pub mod parts;
mod prints;
mod recorded;
mod sample;
mod search;
mod selection;
mod tree;
mod worded;
mod words;

pub use dialect::{TreePath, TreePathError};
pub use dir::DirTree;
pub use git::{CommitId, GitTree, History, KnownMissing, Line, open_repository};
pub use includes::{
    ByMacro, Define, Gives, Includes, UPWARDS, include_key, packed as packed_search, stem_key,
};
pub use indexed::Indexed;
pub use overlay::Overlay;
pub use parsed::{Near, ParsedTree, may_define};
pub use prints::{Print, Prints};
pub use recorded::{Questions, Recorded};
pub use sample::SampleTree;
pub use tree::{
    FileMode, Look, Scan, ScanReport, Tree, TreeError, Visit, link_on_the_way, told_together,
};
pub use worded::with_words;
pub use words::WordFilter;
