//! Control flow of one function.

use std::ops::Range;

use crate::items::Function;
use crate::source::{SourceFile, Unread};

/// The control-flow graph of a function, at the grain of statements and the operands of `&&`, `||`, `?:`.
#[derive(Debug)]
pub struct Flow {}

/// A condition that decides whether code runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The condition expression, without its parentheses.
    pub condition: Range<usize>,
    /// Whether the code runs where it is true (`then`, `&&`) or false (`else`, `||`, after `if (c) return;`).
    pub holds: bool,
}

/// Whether one thing always comes before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// On every path that reaches the second, a first comes before.
    Always,
    /// On this path it does not: byte offsets of the statements passed, the second's last.
    Not(Vec<usize>),
    /// No path reaches the second.
    Unreachable,
}

impl Flow {
    /// Builds the graph.
    ///
    /// # Errors
    /// The unread region inside the function, where there is one.
    pub fn of(file: &SourceFile, function: &Function) -> Result<Self, Unread> {
        let _ = (file, function);
        Ok(Self {})
    }

    /// Whether control can get to the statement or expression at `range`.
    #[must_use]
    pub fn reaches(&self, range: &Range<usize>) -> bool {
        let _ = range;
        true
    }

    /// Whether the code at `range` can run more than once in one call: it stands in a loop, of
    /// `goto` too.
    #[must_use]
    pub fn in_loop(&self, range: &Range<usize>) -> bool {
        let _ = range;
        false
    }

    /// The conditions that decide whether the code at `range` runs, outermost first: enclosing `if`s and
    /// loops, short-circuit operands before it, and earlier `if (c) return;` in the same block.
    #[must_use]
    pub fn guards(&self, range: &Range<usize>) -> Vec<Guard> {
        let _ = range;
        Vec::new()
    }

    /// Whether on every path from the function's start to any of `second`, one of `first` has been passed.
    #[must_use]
    pub fn precedes(&self, first: &[Range<usize>], second: &[Range<usize>]) -> Precedence {
        let _ = (first, second);
        Precedence::Always
    }
}
