//! Whether just this range is a match.

use std::ops::Range;

use tree_sitter::Node;

use super::{bindings, span};
use crate::File;
use crate::pattern::matcher::Matcher;
use crate::pattern::scan::stripped;
use crate::pattern::shape::Root;
use crate::pattern::syntax::{Item, View};
use crate::pattern::{Doubt, Form, Match, walk};
use crate::types::DefinitionSource;

/// The match of exactly `range`, if it is one by its syntax.
///
/// # Errors
/// The range was not read, or a directive is inside what matches.
pub(in crate::pattern) fn exactly(
    pattern: &Form,
    file: &File,
    range: &Range<usize>,
    definitions: &dyn DefinitionSource,
) -> Result<Option<Match>, Doubt> {
    let bytes = file.bytes();
    let asked = pattern.asked(file, definitions);
    let view = View {
        bytes,
        switches: pattern.switches,
    };
    let wanted = crate::pattern::scan::trimmed(bytes, range.clone());
    let wanted = if pattern.switches.parentheses {
        stripped(bytes, wanted)
    } else {
        wanted
    };
    if wanted.is_empty() {
        return Ok(None);
    }
    if let Some(unread) = file.unread_in(&wanted) {
        return Err(Doubt::Unread(unread.clone()));
    }
    if let Some(definition) = file
        .macros()
        .iter()
        .find(|d| d.body.start <= wanted.start && wanted.end <= d.body.end)
    {
        let matches = crate::pattern::fragment::search(asked, pattern, definition).found;
        let same = matches.into_iter().find(|m| m.range == wanted);
        return Ok(same);
    }
    let path = walk::path_to(file.root(), wanted.start);
    let found = (1..=path.len()).rev().find_map(|length| {
        let here = path.get(..length)?;
        let node = *here.last()?;
        let again = crate::pattern::fragment::reread(asked, pattern, here);
        let mut again = again.into_iter().flat_map(|matches| matches.found);
        if let Some(same) = again.find(|m| m.range == wanted) {
            return Some(Ok(same));
        }
        let readings = pattern.readings.iter();
        readings
            .filter(|_| node.end_byte() >= wanted.end)
            .find_map(|reading| {
                let mut matcher = Matcher::new(view, asked);
                let fits = spans(&mut matcher, &reading.root, here, &wanted);
                fits.then(|| match matcher.directives.first() {
                    Some(directive) => Err(super::directive_inside(directive)),
                    None => Ok(Match {
                        range: wanted.clone(),
                        bindings: bindings(pattern, file, &matcher.bound),
                        in_macro: false,
                    }),
                })
            })
    });
    found.transpose().map_err(Doubt::Unread)
}

/// Whether the last node of `path`, or a run of its children, spans `wanted` and is what `root` asks for.
fn spans(matcher: &mut Matcher<'_>, root: &Root, path: &[Node<'_>], wanted: &Range<usize>) -> bool {
    let Some(&node) = path.last() else {
        return false;
    };
    let view = matcher.view;
    let ends_there = |range: Option<Range<usize>>| range.is_some_and(|r| r == *wanted);
    match root {
        Root::Node(shape) => {
            let test = || view.in_test_position(node, walk::around(path));
            node.byte_range() == *wanted && matcher.node(shape, node, test())
        }
        Root::Row(parts) | Root::Argument(parts) => {
            let taken = within(view.items(node), wanted);
            ends_there(span(&taken)) && matcher.row(parts, taken)
        }
        Root::Entries(slots) => {
            let taken = within(view.items(node), wanted);
            ends_there(span(&taken)) && matcher.entries(slots, view.split(&taken))
        }
    }
}

fn within<'t>(items: Vec<Item<'t>>, range: &Range<usize>) -> Vec<Item<'t>> {
    items
        .into_iter()
        .filter(|item| {
            crate::pattern::matcher::range_of(item)
                .is_some_and(|r| range.start <= r.start && r.end <= range.end)
        })
        .collect()
}
