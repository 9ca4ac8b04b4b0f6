//! One module a change kind: what its anchors mean.
//!
//! `find` gives the sites; `present` says that the change is there already, which only a tree that the change is still to
//! be made in can be asked.

pub mod assign;
pub mod comment;
pub mod function;
pub mod include;
pub mod line;
pub mod macros;
pub mod member;
pub mod rewrite;
pub mod rust_method;
pub mod split;
pub mod test;
