//! How inserted and changed code is laid out: as the kernel wants it, and as the file around it does.
//!
//! Everything here works on text and columns. What a piece of code *is* has been settled by the
//! kinds; the layout only decides where its bytes go.

pub(crate) mod columns;
pub(crate) mod comment;
pub(crate) mod expression;
pub(crate) mod kernel_doc;
pub(crate) mod member;
pub(crate) mod scan;
pub(crate) mod statement;

/// Code keeps to this many columns wherever a break makes that possible.
pub(crate) const PREFERRED_WIDTH: usize = 80;
/// Where no break helps, a line may be this long (checkpatch's limit).
pub(crate) const HARD_WIDTH: usize = 100;
/// A tab stop is every so many columns.
pub(crate) const TAB_WIDTH: usize = 8;
