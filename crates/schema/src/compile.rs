//! What every part of a spec is compiled with: where mistakes go, and what strings of a spec can be: code, places, words.
//!
//! Nothing here stops at a mistake. A function that cannot make its part says why in the mistakes and gives `None`; its
//! callers go on with the other parts first, and only then give `None` themselves.

pub(crate) mod code;
pub(crate) mod drawn;
mod indent;
pub(crate) mod place;
pub(crate) mod words;

use std::collections::BTreeMap;

use dialect::lines::LineIndex;
use query::pattern::Isomorphisms;

use crate::diagnostics::Span;
use crate::mistakes::Mistakes;
use crate::raw::Text;

/// What compiling needs at hand.
pub(crate) struct Compiler<'a> {
    pub(crate) text: &'a str,
    pub(crate) mistakes: Mistakes,
    pub(crate) isomorphisms: Isomorphisms,
    /// Every id so far, and where it was given (none: made).
    pub(crate) ids: BTreeMap<String, Option<Span>>,
    /// The last number that an id made from these words got.
    pub(crate) made: BTreeMap<String, usize>,
    pub(crate) lines: LineIndex,
}

impl Compiler<'_> {
    /// The place in the spec's text of a byte range of a string's value: exact where the string has no
    /// escapes, else the whole string.
    pub(crate) fn inside(&self, text: &Text, range: &Span) -> Span {
        let literal = self.text.get(text.span.clone()).unwrap_or_default();
        match literal.find(&text.value) {
            Some(at) if !text.value.is_empty() => {
                let start = text.span.start + at;
                start + range.start..(start + range.end).min(text.span.end)
            }
            _ => text.span.clone(),
        }
    }
}
