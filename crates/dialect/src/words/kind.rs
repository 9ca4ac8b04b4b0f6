//! What a macro can be to who reads the code.

/// What a macro is to the dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MacroKind {
    /// Nothing that the file can see defines it.
    Unknown,
    /// It expands to attributes and qualifiers, or to nothing.
    Annotation,
    /// It heads a loop.
    Loop,
    /// It heads a condition.
    Condition,
    /// It is a whole statement, its `;` or block included.
    Statement,
    /// An expression has to follow it: it is a cast, an operator, or `return`.
    Prefix,
    /// An expression has to be before it: it starts with an operator.
    Suffix,
    /// It starts with `case`.
    Case,
    /// Anything else.
    Other,
}
