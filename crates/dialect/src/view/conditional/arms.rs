//! The arms of a group of `#if`, and which directive ends which.

use super::{Directive, DirectiveKind, Gap, Test};

/// One arm of a group, walked.
pub(super) struct Arm {
    pub(super) tokens: (usize, usize),
    /// `None`: `#else`.
    pub(super) test: Option<Test>,
    pub(super) end: Gap,
    pub(super) first: Option<usize>,
    /// Not in the view, whatever becomes of the group.
    pub(super) dead: bool,
    /// Under `#if 0`, though it may be shown.
    pub(super) zero: bool,
}

impl Arm {
    /// Whether it holds more than a fragment of something: such an arm is never dropped for nothing.
    pub(super) fn is_long(&self) -> bool {
        self.tokens.1.saturating_sub(self.tokens.0) > 40
    }

    /// Whether anything of it could be seen.
    pub(super) fn shows(&self) -> bool {
        !self.dead && self.first.is_some()
    }
}

/// For every directive of a group the next one of the same group; the number of directives without.
pub(super) fn link_arms(directives: &[Directive]) -> Vec<usize> {
    let mut next = vec![directives.len(); directives.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, directive) in directives.iter().enumerate() {
        match directive.kind {
            DirectiveKind::If => open.push(at),
            DirectiveKind::Elif | DirectiveKind::Else => {
                if let Some(arm) = open.last_mut() {
                    next[*arm] = at;
                    *arm = at;
                }
            }
            DirectiveKind::Endif => {
                if let Some(arm) = open.pop() {
                    next[arm] = at;
                }
            }
            _ => {}
        }
    }
    next
}
