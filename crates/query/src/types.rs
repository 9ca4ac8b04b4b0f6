//! Types of receivers: whose member is it?
//!
//! Only what members need: which record an expression is about, its pointers and arrays taken off. The
//! resolver works on the tokens of the original bytes rather than on the syntax tree, because it must
//! read the bodies of macros (which no tree has) and the arguments of calls (which the dialect may have
//! rewritten) by the same rules; the tree serves to find the declarations in scope.

mod builtin;
mod calls;
mod context;
mod designator;
mod enclosing;
mod expand;
mod expression;
mod levels;
mod locals;
mod lookup;
mod membership;
mod pointed;
mod positional;
mod scalar;
mod token;
mod typename;
mod view;
mod whole;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::File;
pub(crate) use calls::CallIndex;
use context::{Context, Type};
use dialect::path::TreePath;
pub use locals::declared_at;
pub(crate) use locals::{DeclaredNames, NamesDeclared, declared_names, levels_of, names_declared};
pub use lookup::{Nearness, nearness};
pub use membership::{Membership, membership};
pub(crate) use pointed::levels_of_value;
pub use positional::{Positional, positional_values};
use scalar::Scalar;
use syntax::Reader;
use syntax::items::{BaseType, Member, Record};
pub use view::{Sees, View};
pub use whole::{Spelled, WholeAccess, WholeUse, fills, whole_functions, whole_uses, words};

/// What a name is looked up as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefinitionKind {
    /// A record's tag: `struct tag {` or `union tag {`.
    Record,
    /// A function, defined or declared, or a function-like macro.
    Function,
    /// A typedef.
    Typedef,
    /// A variable, an enumerator or an object-like macro.
    Name,
}

/// Parsed files, each opened when the iterator reaches it.
pub type Files<'s> = Box<dyn Iterator<Item = Arc<File>> + 's>;

/// Where the resolver finds definitions: only the files a question needs.
pub trait DefinitionSource: Send + Sync {
    /// The files that may define `name` where the view sees it, by rank (how far a path is from the code that
    /// asks, the least first) and then by path. Who asks stops at the first rank that has the definition, and no
    /// file beyond it has been parsed.
    fn files_defining(&self, kind: DefinitionKind, name: &str, view: &View<'_>) -> Files<'_>;

    /// The nearest header that the file includes, itself or through others, with a `#define` of the macro
    /// `name`; none where headers are not followed.
    fn header_defining(&self, _file: &File, _name: &str) -> Option<Arc<File>> {
        None
    }

    /// Parses `bytes` as the file at `path` of the same tree.
    fn reread(&self, path: &TreePath, bytes: Arc<[u8]>) -> File {
        File::from(Reader::standalone().read(path, bytes))
    }
}

/// Whether the word at `range` is the name of a type there.
pub(crate) fn names_type(
    file: &File,
    range: &Range<usize>,
    definitions: &dyn DefinitionSource,
) -> bool {
    let mut context = Context::new(file, definitions);
    let tokens = context.tokens(0, range.clone());
    tokens.first().is_some_and(|name| context.is_typedef(name))
}

/// No file beside the one that asks: what it defines itself is all that is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOtherFile;

impl DefinitionSource for NoOtherFile {
    fn files_defining(&self, _: DefinitionKind, _: &str, _: &View<'_>) -> Files<'_> {
        Box::new(std::iter::empty())
    }
}

/// A type, as far as members need it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeName {
    /// `struct tag`
    Struct(String),
    /// `union tag`
    Union(String),
    /// An anonymous record, by its typedef's name or else by file and line.
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

impl TypeName {
    /// Whether it is the record called `name`, by tag or by typedef.
    #[must_use]
    pub fn is_record(&self, name: &str) -> bool {
        match self {
            Self::Struct(tag) | Self::Union(tag) | Self::Anonymous(tag) => tag == name,
            Self::Other(_) => false,
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

/// Whether a use is about a record's member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Is {
    /// Its receiver is that record.
    Yes,
    /// Its receiver is this other type, which has such a member.
    No(TypeName),
    /// It could not be told, and why. Never to be taken for a no.
    Unknown(String),
}

/// The type of the expression at `range` of `file`, pointers and arrays taken off.
#[must_use]
pub fn type_of(
    file: &File,
    range: &Range<usize>,
    definitions: &dyn DefinitionSource,
) -> Resolution {
    Context::new(file, definitions)
        .type_of_range(range)
        .map_or_else(Resolution::Unresolved, |found| {
            Resolution::Known(found.name())
        })
}

/// The type of an expression, with the pointers and arrays of a type that has no members.
#[derive(Clone, Debug)]
pub(crate) enum ValueType {
    /// A record, pointers and arrays taken off.
    Record(TypeName),
    /// Anything else.
    Scalar(ScalarType),
}

/// See [`ValueType`].
#[derive(Clone, Debug)]
pub(crate) struct ScalarType(Scalar);

impl ScalarType {
    /// Whether it is the same type; none: not known.
    pub(crate) fn is(&self, other: &Self) -> Option<bool> {
        self.0.is(&other.0)
    }

    /// Its name, with its stars.
    pub(crate) fn name(&self) -> TypeName {
        TypeName::Other(self.0.spelled())
    }
}

/// The type of the expression at `range` of `file`.
///
/// # Errors
/// The reason why it is not known.
pub(crate) fn value_type(
    file: &File,
    range: &Range<usize>,
    definitions: &dyn DefinitionSource,
) -> Result<ValueType, String> {
    let found = Context::new(file, definitions).type_of_range(range)?;
    Ok(match found {
        Type::Scalar(scalar) => ValueType::Scalar(ScalarType(scalar)),
        record => ValueType::Record(record.name()),
    })
}

/// How many pointers and arrays the local variable or parameter named at `range` is away from its specifiers; none where
/// the function there declares no such name.
#[must_use]
pub fn pointer_levels(file: &File, range: &Range<usize>) -> Option<usize> {
    levels_of(file, range).map(|(_, levels)| levels)
}

/// The specifiers of that variable or parameter.
#[must_use]
pub fn declared_base(file: &File, range: &Range<usize>) -> Option<BaseType> {
    levels_of(file, range).map(|(base, _)| base)
}

/// The type of the receiver of the use at `use_range`: `pdev->is_virtfn`, a designator `.is_virtfn` of an
/// initialiser, or the name in a member's declaration.
#[must_use]
pub fn receiver_type(
    file: &File,
    use_range: &Range<usize>,
    definitions: &dyn DefinitionSource,
) -> Resolution {
    Context::new(file, definitions)
        .receiver(use_range)
        .map_or_else(Resolution::Unresolved, |found| {
            Resolution::Known(found.name())
        })
}

/// Whether the use at `use_range` (see [`receiver_type`]) is about a member of the record `record_tag`.
///
/// A `No` is proved: the other type is known, and its definition has a member of that name.
#[must_use]
pub fn receiver_is(
    file: &File,
    use_range: &Range<usize>,
    record_tag: &str,
    definitions: &dyn DefinitionSource,
) -> Is {
    let mut context = Context::new(file, definitions);
    let found = match context.receiver(use_range) {
        Ok(found) => found,
        Err(reason) => return Is::Unknown(reason),
    };
    let name = found.name();
    if name.is_record(record_tag) {
        return Is::Yes;
    }
    match context.used_member(use_range) {
        None => Is::Unknown(format!("no member name is at the use of `{name}`")),
        // The preprocessor alone sees the members of a trace event's record.
        Some(_) if name.to_string().contains(builtin::TRACE_RECORD) => Is::No(name),
        Some(member) if context.has_member(&found, &member) => Is::No(name),
        Some(member) => Is::Unknown(context.why_no_member(&found, &member)),
    }
}

/// The first member of `record` called `name`, those of nested anonymous records included.
#[must_use]
pub fn member_of<'a>(record: &'a Record, name: &str) -> Option<&'a Member> {
    record.members_named(name).next()
}

/// A record's definition, and the file that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordDefinition {
    /// The file.
    pub path: TreePath,
    /// The definition.
    pub record: Record,
}

/// The definitions of a record as code of `file` sees them: in the file itself, or else in what it
/// includes, or else in the nearest header. Several where `#if` arms or architectures differ.
#[must_use]
pub fn definitions_of(
    name: &TypeName,
    file: &File,
    definitions: &dyn DefinitionSource,
) -> Vec<RecordDefinition> {
    let (TypeName::Struct(tag) | TypeName::Union(tag)) = name else {
        return Vec::new();
    };
    Context::new(file, definitions)
        .record_definitions(tag)
        .into_iter()
        .map(|(file, record)| RecordDefinition {
            path: file.path().clone(),
            record,
        })
        .collect()
}
