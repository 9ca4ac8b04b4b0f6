//! The words that mean something to who reads kernel C, one table each.

pub(crate) mod annotations;
mod keywords;

pub(crate) use annotations::is_known_annotation;
pub use keywords::is_keyword;
