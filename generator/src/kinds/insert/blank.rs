//! Blank lines around inserted statements.

use schema::model::Side;
use sites::kinds::insert::Slot;
use sites::lines;

use super::text::Written;
use crate::anchor;
use crate::layout::air;
use crate::layout::statement::Beside;
use crate::plan::Context;

/// Whether there is one before and one behind what goes to the line start `at`; `near` is in the same function.
pub(super) fn around(
    context: &Context<'_>,
    slot: &Slot<'_>,
    written: &Written,
    at: usize,
    near: usize,
    is_behind_locals: bool,
) -> (bool, bool) {
    let file = context.file;
    let [before, after] =
        [Side::Before, Side::After].map(|side| anchor::neighbour(context, at, side));
    let before = if is_behind_locals {
        Beside::Declaration
    } else {
        before
    };
    let is_group = written.is_group && written.text.lines().count() > 1;
    let (mut lead, mut trail) = match is_group {
        true => air::around(file, near).beside(before, after),
        false => (before == Beside::Declaration, false),
    };
    if slot.side == Side::After && written.tests_anchor && before == Beside::Code {
        lead = false;
    }
    let next = lines::line_text(file, file.line_of(at));
    trail |= is_group && next.trim_start().starts_with(['/', '#']);
    // Both tests are of what the anchor gives.
    trail &= !(slot.side == Side::After && written.tests_anchor && next_tests(context, slot));
    // What begins a paragraph goes on beginning one.
    let begins = before == Beside::Blank && after == Beside::Code;
    if let (Side::Before, true, Some(anchor)) = (slot.side, begins, slot.anchor) {
        let start = anchor.first.start_byte();
        let has_comment = lines::with_comment_above(file, start) != lines::line_start(file, start);
        trail |= is_group || has_comment || anchor.first.kind() == "return_statement";
    }
    lead |= written.blank.0 && before == Beside::Code;
    trail |= written.blank.1 && after == Beside::Code;
    (lead, trail)
}

/// Those alone that the code begins and ends with.
pub(super) fn as_written(context: &Context<'_>, written: &Written, at: usize) -> (bool, bool) {
    let [before, after] =
        [Side::Before, Side::After].map(|side| anchor::neighbour(context, at, side));
    (
        written.blank.0 && before != Beside::Blank,
        written.blank.1 && after != Beside::Blank,
    )
}

/// Whether there is one before and one behind declarations: the code of their block is apart from them.
pub(super) fn of_declarations(context: &Context<'_>, written: &Written, at: usize) -> (bool, bool) {
    let [before, after] =
        [Side::Before, Side::After].map(|side| anchor::neighbour(context, at, side));
    (
        written.blank.0 && before == Beside::Code,
        after == Beside::Code,
    )
}

/// Whether an `if` follows the anchor without a blank line.
fn next_tests(context: &Context<'_>, slot: &Slot<'_>) -> bool {
    let file = context.file;
    let next = slot.items.get(slot.at);
    let next = next.filter(|next| next.node.kind() == "if_statement");
    let anchor = slot.anchor.map(|anchor| anchor.last.end_byte());
    match (next, anchor) {
        (Some(next), Some(end)) => file.line_of(next.range.start) == file.line_of(end) + 1,
        _ => false,
    }
}
