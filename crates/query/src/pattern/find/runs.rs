//! Where a chain has been taken in by a longer one of the same operator: `a && b` in `x && a && b && y`.
//!
//! That is no match: a condition is a whole (see `worth_trying`). Who has put the chain there, in the place of something
//! else, finds it again as a run of neighbours.

use std::ops::Range;

use tree_sitter::Node;

use super::Search;
use crate::File;
use crate::pattern::matcher::Matcher;
use crate::pattern::shape::{Root, Shape};
use crate::pattern::{Candidates, Form};
use crate::types::DefinitionSource;

/// The runs in the range. None where the pattern is no chain.
pub(in crate::pattern) fn find_runs(
    pattern: &Form,
    file: &File,
    range: Range<usize>,
    definitions: &dyn DefinitionSource,
) -> Candidates {
    let is_chain = |root: &Root| matches!(root, Root::Node(Shape::Chain { .. }));
    if !pattern
        .readings
        .iter()
        .any(|reading| is_chain(&reading.root))
    {
        return Candidates::default();
    }
    // What is read by itself, as the body of a macro is, was put there by nobody who asks.
    let mut search = Search::new(pattern, file, range, definitions);
    search.macros = false;
    search.runs = true;
    search.run()
}

impl<'a> Search<'a> {
    /// Tries every run of operands of a chain that is longer than the pattern's.
    pub(super) fn runs_of(&mut self, shape: &Shape, node: Node<'a>) {
        let Shape::Chain { operator, operands } = shape else {
            return;
        };
        let Some((nodes, directives)) = self.view.operands(node, operator) else {
            return;
        };
        if operands.is_empty() || nodes.len() <= operands.len() {
            return;
        }
        for run in nodes.windows(operands.len()) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                return;
            };
            let range = first.start_byte()..last.end_byte();
            let mut matcher: Matcher<'a> = self.matcher();
            let fits = matcher.operands(operands, run, operator);
            let inside = directives
                .iter()
                .filter(|directive| range.contains(&directive.start));
            matcher.directives.extend(inside.cloned());
            self.judge(&matcher, fits.then_some(range.clone()), &range);
        }
    }
}
