//! Types of receivers: whose member is it?

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::path::TreePath;
use crate::source::SourceFile;

/// Where the resolver finds record definitions and function prototypes: only the files a question needs.
pub trait DefinitionSource: Send + Sync {
    /// Parsed files that may define the record `tag` (`struct tag {` or `union tag {`).
    fn files_defining_record(&self, tag: &str) -> Vec<Arc<SourceFile>>;
    /// Parsed files that may declare or define the function or function-like macro `name`.
    fn files_declaring_function(&self, name: &str) -> Vec<Arc<SourceFile>>;
    /// Parsed files that may define the typedef `name`.
    fn files_defining_typedef(&self, name: &str) -> Vec<Arc<SourceFile>>;
    /// The tree's file, parsed.
    fn file(&self, path: &TreePath) -> Option<Arc<SourceFile>>;
}

/// A type, as far as members need it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeName {
    /// `struct tag`
    Struct(String),
    /// `union tag`
    Union(String),
    /// An anonymous record, by file and line.
    Anonymous(String),
    /// A scalar or anything else without members, as text.
    Other(String),
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Struct(tag) => write!(f, "struct {tag}"),
            Self::Union(tag) => write!(f, "union {tag}"),
            Self::Anonymous(text) | Self::Other(text) => f.write_str(text),
        }
    }
}

/// What a receiver's type is, pointers and arrays taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Known.
    Known(TypeName),
    /// Not resolved, and why; whoever asked must say so.
    Unresolved(String),
}

/// The type of the expression at `range` of `file`, pointers and arrays taken off.
pub fn type_of(
    file: &SourceFile,
    range: &Range<usize>,
    definitions: &dyn DefinitionSource,
) -> Resolution {
    let _ = (file, range, definitions);
    Resolution::Unresolved("not read yet".to_owned())
}
