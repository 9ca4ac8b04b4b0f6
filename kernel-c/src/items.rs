//! What a file declares: functions, structs and unions with their members, macros, includes.

use std::ops::Range;

use crate::source::SourceFile;

/// One `#if` condition that code stands under: `defined(CONFIG_PCI)` or its negation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The expression, white space folded: `CONFIG_PCI`, `defined(A) && B > 1`, `0`.
    /// `#ifdef X`, `#if defined(X)` and `#if IS_ENABLED(X)` all read `X`.
    pub expression: String,
    /// Whether the code is in the arm where it is false (`#else`, `#ifndef`).
    pub negated: bool,
    /// 1-based line of the directive that opens the arm.
    pub line: usize,
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

/// A declared member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// The whole declaration with its `;`, shared by `int a, b;`.
    pub declaration: Range<usize>,
    /// The type as tokens joined by single blanks, stars included, without the name: `struct pci_dev *`, `unsigned int`.
    pub type_text: String,
    /// `[16]`, `[]`, … with single blanks between tokens; empty without.
    pub array: String,
    /// `1` of `:1`.
    pub bit_width: Option<String>,
    /// `#if` conditions inside the record.
    pub conditions: Vec<Condition>,
    /// How many anonymous structs or unions it is nested in.
    pub depth: usize,
}

/// A `#define`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroDefinition {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// Parameter names; none: object-like.
    pub params: Option<Vec<String>>,
    /// The whole directive from `#` to the end of its last line, without the newline.
    pub range: Range<usize>,
    /// The body, continuation lines included; empty at the end of the directive without one.
    pub body: Range<usize>,
    /// Every `#if` condition around it, outermost first.
    pub conditions: Vec<Condition>,
}

/// An `#include`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludeDirective {
    /// `linux/pci.h`
    pub header: String,
    /// `<…>` rather than `"…"`.
    pub system: bool,
    /// The directive's line, without the newline.
    pub range: Range<usize>,
    /// Every `#if` condition around it, outermost first.
    pub conditions: Vec<Condition>,
}

impl SourceFile {
    /// Every function definition, in file order.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        &[]
    }

    /// Every definition of the function `name` (several where `#if` arms define it).
    #[must_use]
    pub fn functions_named(&self, name: &str) -> Vec<&Function> {
        self.functions().iter().filter(|f| f.name == name).collect()
    }

    /// The function whose definition spans `offset`.
    #[must_use]
    pub fn function_at(&self, offset: usize) -> Option<&Function> {
        self.functions().iter().find(|f| f.range.contains(&offset))
    }

    /// Every struct and union definition with a body, nested ones too, in file order.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &[]
    }

    /// Every `#define`, in file order.
    #[must_use]
    pub fn macros(&self) -> &[MacroDefinition] {
        &[]
    }

    /// Every `#include`, in file order.
    #[must_use]
    pub fn includes(&self) -> &[IncludeDirective] {
        &[]
    }

    /// The `#if` conditions that the byte at `offset` stands under, outermost first.
    #[must_use]
    pub fn conditions_at(&self, offset: usize) -> Vec<Condition> {
        let _ = offset;
        Vec::new()
    }

    /// Whether the byte stands under `#if 0` (or in the other arm of `#if 1`).
    #[must_use]
    pub fn is_dead(&self, offset: usize) -> bool {
        self.conditions_at(offset)
            .iter()
            .any(|c| (c.expression == "0" && !c.negated) || (c.expression == "1" && c.negated))
    }
}
