//! Which forms of an expression or statement count as the same.
//!
//! Each entry of the table is a rewriting that changes neither the value nor, in code that a kernel
//! compiler accepts, the effect. Anything that is only usually the same (`x = x + 1` and `x += 1`
//! differ for a volatile, `!(a < b)` and `a >= b` for a NaN) is left out.

use std::ops::Range;

use super::{Isomorphisms, PatternError};

/// One rewriting that patterns look through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isomorphism {
    /// What a spec calls it to switch it off.
    pub name: &'static str,
    /// The forms that are the same.
    pub forms: &'static str,
    /// Why they are.
    pub reason: &'static str,
}

/// Every isomorphism.
pub const ISOMORPHISMS: &[Isomorphism] = &[
    Isomorphism {
        name: "parentheses",
        forms: "(a == b) || c, a == b || c",
        reason: "the tree already says what belongs together",
    },
    Isomorphism {
        name: "logical-order",
        forms: "a || b, b || a; a && b, b && a",
        reason: "a condition asks for the same facts in either order; patterns are about which facts",
    },
    Isomorphism {
        name: "bitwise-order",
        forms: "a | b, b | a; a & b, b & a",
        reason: "both operands are evaluated and the operators commute",
    },
    Isomorphism {
        name: "equality-order",
        forms: "a == b, b == a; a != b, b != a",
        reason: "both operands are evaluated and the operators commute",
    },
    Isomorphism {
        name: "grouping",
        forms: "a || (b || c), (a || b) || c; likewise &&, |, &",
        reason: "the operators are associative: a chain is one thing with several operands",
    },
    Isomorphism {
        name: "null-test",
        forms: "!p, p == NULL, p == 0",
        reason: "C defines `!p` as `0 == p`",
    },
    Isomorphism {
        name: "truth-test",
        forms: "p, p != NULL, p != 0, where only its truth is used",
        reason: "C tests a condition by comparing it unequal to 0; elsewhere the values differ",
    },
    Isomorphism {
        name: "arrow",
        forms: "p->m, (*p).m; x.m, (&x)->m",
        reason: "C defines the one by the other",
    },
    Isomorphism {
        name: "braces",
        forms: "if (c) s;, if (c) { s; }; likewise else, loops",
        reason: "a block of one statement does what the statement does",
    },
];

/// The table, as flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Switches {
    pub(super) parentheses: bool,
    pub(super) logical_order: bool,
    pub(super) bitwise_order: bool,
    pub(super) equality_order: bool,
    pub(super) grouping: bool,
    pub(super) null_test: bool,
    pub(super) truth_test: bool,
    pub(super) arrow: bool,
    pub(super) braces: bool,
}

impl Switches {
    /// Reads the names that are switched off.
    pub(super) fn new(isomorphisms: &Isomorphisms) -> Result<Self, PatternError> {
        for name in &isomorphisms.disabled {
            if !ISOMORPHISMS.iter().any(|known| known.name == name) {
                let names: Vec<&str> = ISOMORPHISMS.iter().map(|known| known.name).collect();
                return Err(PatternError {
                    message: format!("there is no isomorphism `{name}`"),
                    span: Range { start: 0, end: 0 },
                    help: Some(format!("there are: {}", names.join(", "))),
                });
            }
        }
        let on = |name: &str| !isomorphisms.disabled.iter().any(|off| off == name);
        Ok(Self {
            parentheses: on("parentheses"),
            logical_order: on("logical-order"),
            bitwise_order: on("bitwise-order"),
            equality_order: on("equality-order"),
            grouping: on("grouping"),
            null_test: on("null-test"),
            truth_test: on("truth-test"),
            arrow: on("arrow"),
            braces: on("braces"),
        })
    }

    /// Whether the operands of `operator` may change places.
    pub(super) fn commutes(&self, operator: &[u8]) -> bool {
        match operator {
            b"||" | b"&&" => self.logical_order,
            b"|" | b"&" => self.bitwise_order,
            b"==" | b"!=" => self.equality_order,
            _ => false,
        }
    }

    /// Whether `a op (b op c)` is `(a op b) op c`.
    pub(super) fn groups(&self, operator: &[u8]) -> bool {
        self.grouping && matches!(operator, b"||" | b"&&" | b"|" | b"&")
    }
}
