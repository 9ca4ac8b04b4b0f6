//! Questions about C files that were read: patterns, types of receivers, control flow, accesses.
//!
//! Every question is asked of a [`File`]: what `syntax` read, with what questions found out about it.

pub mod access;
pub mod config;
pub mod expansion;
mod file;
pub mod flow;
pub mod pattern;
pub mod types;
mod walk;

pub use file::File;
