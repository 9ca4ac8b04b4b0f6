//! The words that mean something to who reads kernel C, one table each.

pub(crate) mod annotations;

pub(crate) use annotations::is_known_annotation;
