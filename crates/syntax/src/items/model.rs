//! The facts themselves.

use std::ops::Range;

use crate::directives::Condition;

/// What a declaration's specifiers say the type is, before stars, brackets and parameters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BaseType {
    /// `struct tag`, defined here or not.
    Struct(String),
    /// `union tag`, defined here or not.
    Union(String),
    /// A record without a tag, by the range of its specifier (see [`Record::range`]).
    Untagged(Range<usize>),
    /// A word: a typedef's name, or what a declaring macro is called.
    Named(String),
    /// `typeof(…)`: the range between its parentheses.
    Typeof(Range<usize>),
    /// `__auto_type`: what the initialiser has.
    Auto,
    /// Built in, or an enum: no members. Its text.
    Scalar(String),
}

/// A function definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name; of a macro-headed one (`SYSCALL_DEFINE5(name, …)`) the macro's first argument.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// The whole definition, specifiers and body.
    pub range: Range<usize>,
    /// From `{` to after `}`.
    pub body: Range<usize>,
    /// What it returns, stars taken off.
    pub returns: BaseType,
    /// `static`
    pub is_static: bool,
    /// `__weak` or `__attribute__((weak))`
    pub is_weak: bool,
    /// Every `#if` condition around it, outermost first. A `0` in it means dead code.
    pub conditions: Vec<Condition>,
    /// No unread region touches it.
    pub clean: bool,
}

/// `struct` or `union`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// `struct`
    Struct,
    /// `union`
    Union,
}

/// A struct or union definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which.
    pub kind: RecordKind,
    /// Its tag; of an anonymous one with a typedef name, none (see `typedef_name`).
    pub tag: Option<String>,
    /// `typedef struct { … } name;`
    pub typedef_name: Option<String>,
    /// The whole specifier, `struct` to `}`.
    pub range: Range<usize>,
    /// From `{` to after `}`.
    pub body: Range<usize>,
    /// Members in order; those of nested anonymous structs and unions too, as C looks them up.
    pub members: Vec<Member>,
    /// Every `#if` condition around it, outermost first.
    pub conditions: Vec<Condition>,
    /// No unread region touches it.
    pub clean: bool,
}

impl Record {
    /// The member `name`: several where `#if` arms declare it.
    pub fn members_named(&self, name: &str) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |m| m.name == name)
    }
}

/// A declared member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// The whole declaration with its `;`, shared by `int a, b;`.
    pub declaration: Range<usize>,
    /// The type as tokens joined by single blanks, stars included, without the name: `struct pci_dev *`,
    /// `unsigned int`, `void ( * ) ( int )`. A record defined in place has its members as `…`.
    pub type_text: String,
    /// What its specifiers say.
    pub base: BaseType,
    /// `[16]`, `[]`, `[A + 1]`, …; empty without.
    pub array: String,
    /// `1` of `:1`.
    pub bit_width: Option<String>,
    /// `#if` conditions inside the record.
    pub conditions: Vec<Condition>,
    /// How many anonymous structs or unions it is nested in.
    pub depth: usize,
}

/// A constant of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enumerator {
    /// Its name.
    pub name: String,
    /// The enum's tag, where it has one.
    pub tag: Option<String>,
    /// The name and its value, without the comma.
    pub range: Range<usize>,
    /// Every `#if` condition around it, outermost first.
    pub conditions: Vec<Condition>,
}

/// A name that a `typedef` declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typedef {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// The whole declaration with its `;`.
    pub range: Range<usize>,
    /// What it stands for, stars taken off.
    pub base: BaseType,
    /// Every `#if` condition around it, outermost first.
    pub conditions: Vec<Condition>,
}

/// A function that is declared, not defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prototype {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// The whole declaration with its `;`.
    pub range: Range<usize>,
    /// The return type as tokens joined by single blanks, stars included.
    pub type_text: String,
    /// What it returns, stars taken off.
    pub base: BaseType,
    /// `extern`
    pub is_extern: bool,
    /// `static`
    pub is_static: bool,
    /// `__weak` or `__attribute__((weak))`
    pub is_weak: bool,
    /// Every `#if` condition around it, outermost first.
    pub conditions: Vec<Condition>,
    /// No unread region touches it.
    pub clean: bool,
}

/// A variable at file level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// The whole declaration with its `;`, shared by `int a, b;`.
    pub range: Range<usize>,
    /// The type as tokens joined by single blanks, stars included, without the name.
    pub type_text: String,
    /// What its specifiers say.
    pub base: BaseType,
    /// `[16]`, `[]`, …; empty without.
    pub array: String,
    /// `extern`
    pub is_extern: bool,
    /// `static`
    pub is_static: bool,
    /// Its initialiser, where it has one.
    pub value: Option<Range<usize>>,
    /// Every `#if` condition around it, outermost first.
    pub conditions: Vec<Condition>,
}
