//! Which line new code goes on: that of a head whose block it opens, of a brace that it goes on behind, of arguments that are
//! filled into lines.

use super::{Merge, is_blank_on_line};

impl Merge<'_> {
    /// Whether the new token opens the block of a head on the head's line, or is the `if` of an `else if`: the old code may
    /// have had a line each for both.
    pub(super) fn opens_a_body(&self, new: usize) -> bool {
        let before = new.checked_sub(1).and_then(|at| self.new_token(at));
        let goes_on = match self.new_token(new) {
            Some("{") => matches!(before, Some(")" | "else" | "do")),
            Some("if") => before == Some("else"),
            _ => false,
        };
        goes_on && is_blank_on_line(self.new_gap(new))
    }

    /// Whether an `else`, or the `while` of a `do`, goes on behind the brace before it.
    pub(super) fn closes_a_body(&self, new: usize) -> bool {
        let before = new.checked_sub(1).and_then(|at| self.new_token(at));
        before == Some("}")
            && matches!(self.new_token(new), Some("else" | "while"))
            && is_blank_on_line(self.new_gap(new))
    }

    /// Whether the old token `at` begins a line of a call's arguments that are filled into lines, not one on each: what
    /// comes before it fills its line too.
    pub(super) fn is_filled(&self, at: usize) -> bool {
        let text = |at: usize| self.old_tokens.get(at).map(|token| self.old.text(token));
        let breaks = |at: usize| self.bytes(self.gap(at).range).contains('\n');
        let is = |at: Option<usize>, wanted: &str| at.and_then(text).as_deref() == Some(wanted);
        if !breaks(at) || !is(at.checked_sub(1), ",") {
            return false;
        }
        // The commas of the list, and the first of its tokens.
        let (mut depth, mut commas, mut first) = (0_usize, Vec::new(), None);
        for back in (0..at).rev() {
            match text(back).unwrap_or_default().as_str() {
                ")" | "]" | "}" => depth += 1,
                "(" if depth == 0 => {
                    first = Some(back + 1);
                    break;
                }
                "(" | "[" | "{" if depth > 0 => depth -= 1,
                "[" | "{" | ";" => return false,
                "," if depth == 0 => commas.push(back),
                _ => {}
            }
        }
        let entries = commas.len() + 1;
        let broken = commas.iter().filter(|&&comma| breaks(comma + 1)).count();
        first.is_some() && (broken < commas.len() || entries < 3)
    }
}
