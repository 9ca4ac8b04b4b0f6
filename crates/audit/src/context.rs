//! What is around a use: function, guards, `#if` conditions, source line.

use std::ops::Range;
use std::sync::Arc;

use query::File;
use query::flow::{Flow, Guard, guard_text};
use rustc_hash::FxHashMap;

/// Longer lines are not shown whole: a minified one of a megabyte with a thousand uses would be a gigabyte.
const LONGEST: usize = 400;
/// Why nothing is said of what is under a condition.
pub(crate) const FLOW_NOT_KNOWN: &str =
    "in a function that was not read cleanly: what guards it is not known";
/// More guards than that are not told one by one: nobody reads them.
const MOST_GUARDS: usize = 100;

/// A file with the graphs of its functions, built when first asked for.
pub(crate) struct Context<'f> {
    pub(crate) file: &'f File,
    flows: FxHashMap<usize, Option<Arc<Flow>>>,
}

impl<'f> Context<'f> {
    pub(crate) fn new(file: &'f File) -> Self {
        Self {
            file,
            flows: FxHashMap::default(),
        }
    }

    /// The function that spans `offset`, or the macro whose definition does.
    pub(crate) fn function(&self, offset: usize) -> Option<String> {
        if let Some(function) = self.file.function_at(offset) {
            return Some(function.name.clone());
        }
        let within = self.file.macro_at(offset);
        within.map(|found| found.name.clone())
    }

    /// The graph of the function around `offset`; none outside functions, and where it was not read.
    pub(crate) fn flow(&mut self, offset: usize) -> Option<Arc<Flow>> {
        let function = self.file.function_at(offset)?;
        let file = self.file;
        self.flows
            .entry(function.range.start)
            .or_insert_with(|| Flow::of(file, function).ok().map(Arc::new))
            .clone()
    }

    /// The guards of the code at `range`; none where they are not known.
    pub(crate) fn guards(&mut self, range: &Range<usize>) -> Option<Vec<Guard>> {
        if self.file.function_at(range.start).is_none() {
            return Some(Vec::new());
        }
        Some(self.flow(range.start)?.outermost_guards(range))
    }

    /// The guards as text; none where they are not known, or too many to be told.
    pub(crate) fn guard_texts(&mut self, range: &Range<usize>) -> Option<Vec<String>> {
        let guards = self.guards(range)?;
        if guards.len() > MOST_GUARDS {
            return None;
        }
        Some(
            guards
                .iter()
                .map(|guard| guard_text(self.file, guard))
                .collect(),
        )
    }

    /// The `#if` conditions around `offset`.
    pub(crate) fn conditions(&self, offset: usize) -> Vec<String> {
        self.file
            .conditions_at(offset)
            .into_iter()
            .map(|condition| {
                let not = if condition.negated { "!" } else { "" };
                format!("{not}{}", condition.expression)
            })
            .collect()
    }

    /// The source line that holds `offset`, without its indentation; of a very long one, what is around
    /// `offset`.
    pub(crate) fn text(&self, offset: usize) -> String {
        let line = self.file.lines().range_of(self.file.line_of(offset));
        if line.len() <= LONGEST {
            return self.file.text(line).trim().to_owned();
        }
        let start = line.start.max(offset.saturating_sub(LONGEST / 2));
        let end = line.end.min(start + LONGEST);
        let before = if start > line.start { "… " } else { "" };
        let after = if end < line.end { " …" } else { "" };
        let text = self.file.text(start..end);
        // The cuts may have gone through a letter.
        let text = text.trim_matches('\u{fffd}').trim();
        format!("{before}{text}{after}")
    }
}
