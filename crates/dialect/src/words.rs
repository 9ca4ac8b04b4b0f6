//! The words that mean something to who reads kernel C, one table each.

pub(crate) mod annotations;
mod keywords;
mod kind;
mod names;
pub mod operators;
mod user;

pub(crate) use annotations::is_known_annotation;
pub use keywords::{is_keyword, is_qualifier, is_storage, is_type_word, is_typeof};
pub(crate) use kind::MacroKind;
pub use names::{INCLUDING_MACROS, is_of_every_kernel, looks_declaring, looks_like_type};
pub use user::{Role, Words};
