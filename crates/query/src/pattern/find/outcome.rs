//! What is told of a match: what its metavariables stand for, and why it may be none.

use std::ops::Range;

use syntax::source::Unread;

use super::super::matcher::Bound;
use super::super::{Binding, Bindings, Form};
use crate::File;

/// What matches in one configuration may not in another.
pub(super) fn directive_inside(directive: &Range<usize>) -> Unread {
    Unread {
        range: directive.clone(),
        cause: "a preprocessor directive inside what matches".to_owned(),
    }
}

/// What the metavariables stand for, by name.
pub(super) fn bindings(pattern: &Form, file: &File, bound: &[Option<Bound>]) -> Bindings {
    let named = pattern.metavariables.iter().zip(bound).enumerate();
    named
        .filter_map(|(number, (meta, bound))| {
            let key = meta.key(number)?;
            let bound = bound.as_ref()?;
            let text = match &bound.text {
                Some(text) => text.clone(),
                None => file.text(bound.range.clone()).into_owned(),
            };
            let range = bound.range.clone();
            Some((key, Binding { range, text }))
        })
        .collect()
}
