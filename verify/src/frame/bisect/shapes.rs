//! Expressions whose type does not fit how they are used: a struct behind `->` that is only declared, a call with another
//! number of arguments than the pointer's function takes, `.` of a pointer.
//!
//! No second compiler: a type is known or is not, and what is not known is never held against a patch. Pointers, arrays and
//! functions are followed as far as declarations spell them, which is what `->`, `.`, `[]` and `()` hang on; which
//! arithmetic type a number has is not asked here.

mod access;
mod declared;
mod expression;
mod given;
mod misuse;
mod reshaped;

use std::ops::Range;
use std::sync::Arc;

use query::File;
use query::types::TypeName;
use syntax::items::RecordKind;

use super::snapshot::Snapshot;
use declared::Seen;
pub(super) use misuse::{in_other, in_touched};
pub(super) use reshaped::Reshaped;

/// A type, as far as it decides what may be done with a value.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Void,
    /// A number: arithmetic types, enums.
    Number,
    /// A `bool`, which a pointer may be given to.
    Truth,
    Pointer(Box<Self>),
    Array(Box<Self>),
    Function(Callable),
    Record(Named),
}

/// What a function takes and returns.
#[derive(Clone, Debug)]
pub(super) struct Callable {
    /// None: the declaration does not say.
    pub(super) parameters: Option<usize>,
    pub(super) is_variadic: bool,
    /// None: not known.
    pub(super) returns: Option<Box<Shape>>,
}

impl Callable {
    pub(super) fn accepts(&self, count: usize) -> bool {
        match self.parameters {
            Some(least) if self.is_variadic => count >= least,
            Some(exactly) => count == exactly,
            None => true,
        }
    }

    /// `2 arguments`, `at least 1 argument`
    pub(super) fn wants(&self) -> String {
        let least = if self.is_variadic { "at least " } else { "" };
        let count = self.parameters.unwrap_or_default();
        format!("{least}{}", super::signature::arguments(count))
    }
}

/// A struct or union, by its tag or by its place.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) kind: RecordKind,
    pub(super) tag: Option<String>,
    /// The file that names it, and where.
    pub(super) file: Arc<File>,
    pub(super) range: Range<usize>,
}

impl Named {
    pub(super) fn type_name(&self) -> Option<TypeName> {
        let tag = self.tag.clone()?;
        Some(match self.kind {
            RecordKind::Struct => TypeName::Struct(tag),
            RecordKind::Union => TypeName::Union(tag),
        })
    }
}

impl Shape {
    /// Whether both say the same of what may be done. None: one of them is a record without a tag of another place.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Void, Self::Void) | (Self::Number | Self::Truth, Self::Number | Self::Truth) => {
                true
            }
            (Self::Pointer(a), Self::Pointer(b)) | (Self::Array(a), Self::Array(b)) => a.is_like(b),
            (Self::Function(a), Self::Function(b)) => {
                let returns = match (&a.returns, &b.returns) {
                    (Some(a), Some(b)) => a.is_like(b),
                    (None, None) => true,
                    _ => false,
                };
                a.parameters == b.parameters && a.is_variadic == b.is_variadic && returns
            }
            (Self::Record(a), Self::Record(b)) => match (&a.tag, &b.tag) {
                (Some(_), Some(_)) => a.kind == b.kind && a.tag == b.tag,
                (None, None) => a.file.path() == b.file.path() && a.range == b.range,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether both are known for two types. What a function takes and what a record without a tag is are for others to say.
    fn is_unlike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pointer(a), Self::Pointer(b)) | (Self::Array(a), Self::Array(b)) => {
                a.is_unlike(b)
            }
            (Self::Function(_), Self::Function(_)) => false,
            (Self::Record(a), Self::Record(b)) => {
                a.tag.is_some() && b.tag.is_some() && !self.is_like(other)
            }
            _ => !self.is_like(other),
        }
    }

    /// What an expression of an array or a function means in most places (C11 6.3.2.1).
    pub(super) fn decayed(self) -> Self {
        match self {
            Self::Array(of) => Self::Pointer(of),
            function @ Self::Function(_) => Self::Pointer(Box::new(function)),
            other => other,
        }
    }

    /// What a call of it calls.
    pub(super) fn called(&self) -> Option<&Callable> {
        match self {
            Self::Function(callable) => Some(callable),
            Self::Pointer(to) => match &**to {
                Self::Function(callable) => Some(callable),
                _ => None,
            },
            _ => None,
        }
    }

    /// As a message says it.
    pub(super) fn says(&self) -> String {
        match self {
            Self::Void => "void".to_owned(),
            Self::Number | Self::Truth => "a number".to_owned(),
            Self::Pointer(to) => match &**to {
                Self::Void => "a pointer to void".to_owned(),
                Self::Number | Self::Truth => "a pointer to a number".to_owned(),
                Self::Function(_) => "a pointer to a function".to_owned(),
                Self::Pointer(_) => "a pointer to a pointer".to_owned(),
                Self::Array(_) => "a pointer to an array".to_owned(),
                Self::Record(named) => format!("a pointer to {}", named.says()),
            },
            Self::Array(_) => "an array".to_owned(),
            Self::Function(_) => "a function".to_owned(),
            Self::Record(named) => named.says(),
        }
    }
}

impl Named {
    pub(super) fn says(&self) -> String {
        let kind = match self.kind {
            RecordKind::Struct => "struct",
            RecordKind::Union => "union",
        };
        match &self.tag {
            Some(tag) => format!("`{kind} {tag}`"),
            None => format!("a {kind}"),
        }
    }
}

/// Whether the declarations of `name` at two places surely give it two types: a number and a pointer, two structs.
pub(super) fn are_different(
    snapshot: &Snapshot<'_>,
    one: (&Arc<File>, usize),
    other: (&Arc<File>, usize),
    name: &str,
) -> bool {
    let shape =
        |(file, at): (&Arc<File>, usize)| Seen::of(snapshot, file).named_at(file, at, name, 0);
    match (shape(one), shape(other)) {
        (Some(one), Some(other)) => one.is_unlike(&other),
        _ => false,
    }
}

/// Whether the declaration of `name` at a place is, or may be, that of a function.
pub(super) fn may_be_function(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    at: usize,
    name: &str,
) -> bool {
    let shape = Seen::of(snapshot, file).named_at(file, at, name, 0);
    matches!(shape, None | Some(Shape::Function(_)))
}

/// One shape of several declarations of one thing: where they differ, none is known.
pub(super) fn agreed(shapes: impl IntoIterator<Item = Option<Shape>>) -> Option<Shape> {
    let mut found: Option<Shape> = None;
    for shape in shapes {
        let shape = shape?;
        match &found {
            None => found = Some(shape),
            Some(known) if known.is_like(&shape) => {}
            Some(_) => return None,
        }
    }
    found
}
