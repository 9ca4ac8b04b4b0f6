//! The words that mean something to who reads kernel C, one table each.

pub(crate) mod annotations;
mod keywords;
mod names;
mod user;

pub(crate) use annotations::is_known_annotation;
pub use keywords::is_keyword;
pub use names::looks_like_type;
pub use user::{Role, Words};
