//! What directives say, as facts.

use std::ops::Range;

/// One `#if` condition that code stands under: `defined(CONFIG_PCI)` or its negation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The expression in one spelling: `CONFIG_PCI`, `defined(A) && B > 1`, `0`.
    /// `#ifdef X` and `#if defined(X)` both read `X`.
    pub expression: String,
    /// Whether the code is in the arm where it is false (`#else`, `#ifndef`, `#if !…`).
    pub negated: bool,
    /// 1-based line of the directive that opens the arm (of a `#else`, its own line).
    pub line: usize,
}

impl Condition {
    /// Whether no configuration makes it true: `#if 0`, `#else` of `#if 1`.
    #[must_use]
    pub fn is_never(&self) -> bool {
        (self.expression == "0" && !self.negated) || (self.expression == "1" && self.negated)
    }

    /// Whether it says what another one says, whichever lines they are on.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.expression == other.expression && self.negated == other.negated
    }
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

/// A `#define`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroDefinition {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// Parameter names, `...` among them; none: object-like.
    pub params: Option<Vec<String>>,
    /// The whole directive from `#` to the end of its last line, without the newline.
    pub range: Range<usize>,
    /// The body, continuation lines included, a trailing comment left out; empty at the end of the
    /// directive without one.
    pub body: Range<usize>,
    /// Every `#if` condition around it, outermost first.
    pub conditions: Vec<Condition>,
}
