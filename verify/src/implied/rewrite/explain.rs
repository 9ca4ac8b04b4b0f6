//! Which tokens a rewritten site explains, and where its comments belong.

use std::ops::Range;

use query::File;
use query::pattern::Match;
use sites::statement;

use crate::explained::Explained;
use crate::implied::{Judged, braces};
use crate::nodes::{node_of, statement_of};

/// The old form became this new one.
pub(super) fn replaced(file: &File, before: &File, old: &Match, new: &Match, judged: &mut Judged) {
    let mut explained = Explained::replaced(
        file.path(),
        old.range.clone(),
        with_parentheses(file, before, old, new),
    );
    let braces = braces::around_new(before, &old.range, file, &new.range);
    explained.after.extend(braces.into_iter().flatten());
    judged.explained_tokens.push(explained);
    let comment_scope = node_of(file, &new.range)
        .and_then(statement_of)
        .map_or(new.range.clone(), |node| node.byte_range());
    judged.comment_scope(file.path(), comment_scope);
}

/// Whether what took the place of a loop with a `#pragma` before it begins with something else.
pub(super) fn parts_a_pragma(file: &File, before: &File, old: &Match, new: &Match) -> bool {
    let is_loop = |file: &File, range: &Range<usize>| {
        let anchor = statement::of(file, range);
        anchor.map(|anchor| {
            matches!(
                anchor.first.kind(),
                "for_statement" | "while_statement" | "do_statement"
            )
        })
    };
    statement::pragma_before(file, new.range.start)
        && is_loop(before, &old.range) == Some(true)
        && is_loop(file, &new.range) == Some(false)
}

/// The tree before had the new form elsewhere too: the one nearest to the old form's line is its own.
pub(super) fn nearest(file: &File, before: &File, old: &Match, all: &[Match], judged: &mut Judged) {
    let line = before.line_of(old.range.start);
    let nearest = all
        .iter()
        .min_by_key(|hit| file.line_of(hit.range.start).abs_diff(line));
    if let Some(new) = nearest {
        replaced(file, before, old, new, judged);
    }
}

/// The new form, with the parentheses that its place asks for and the old form's did not.
fn with_parentheses(file: &File, before: &File, old: &Match, new: &Match) -> Range<usize> {
    let wrapped = |file: &File, range: &Range<usize>| {
        let whole = node_of(file, range).filter(|node| node.byte_range() == *range)?;
        let parent = whole.parent()?;
        let around = parent.kind() == "parenthesized_expression"
            && file.slice(parent.byte_range()).starts_with(b"(")
            && parent
                .parent()
                .is_none_or(|p| p.child_by_field_name("condition") != Some(parent));
        around.then(|| parent.byte_range())
    };
    match (wrapped(file, &new.range), wrapped(before, &old.range)) {
        (Some(around), None) => around,
        _ => new.range.clone(),
    }
}
