//! Words that a user adds: in a file (`--words`), or in the `[dialect]` table of a spec.
//!
//! A tree out of the kernel, or a newer one, has macros that neither the tables nor the tree's own
//! definitions explain. They are said here, without a release.

use std::collections::BTreeSet;

use super::kind::MacroKind;

/// What a word of the user's is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// An annotation: it means nothing to who reads the code.
    Annotation,
    /// An annotation with arguments in parentheses.
    Attribute,
    /// A macro that heads a loop.
    Loop,
    /// A macro that heads a condition.
    Condition,
    /// A macro that is a statement, with no `;` after it.
    Statement,
    /// A macro that declares a variable, as `LIST_HEAD(name)` does.
    Declaration,
    /// A function or macro that does not return.
    Noreturn,
    /// How the name of a lock class ends that `scoped_guard()` may fail to take.
    Lock,
}

/// The words that a user adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(BTreeSet<(Role, String)>);

impl Words {
    /// Adds a word.
    pub fn add(&mut self, role: Role, word: &str) {
        self.0.insert((role, word.to_owned()));
    }

    /// Adds all words of `others`.
    pub fn merge(&mut self, others: &Self) {
        self.0.extend(others.0.iter().cloned());
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words of a role, sorted.
    pub fn of(&self, role: Role) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(other, _)| *other == role)
            .map(|(_, word)| word.as_str())
    }

    /// Whether `word` has this role.
    #[must_use]
    pub fn has(&self, role: Role, word: &[u8]) -> bool {
        !self.0.is_empty() && self.of(role).any(|known| known.as_bytes() == word)
    }

    /// What a macro is to the dialect, where a word says so.
    pub(crate) fn kind(&self, name: &[u8]) -> Option<MacroKind> {
        const KINDS: [(Role, MacroKind); 5] = [
            (Role::Annotation, MacroKind::Annotation),
            (Role::Attribute, MacroKind::Annotation),
            (Role::Loop, MacroKind::Loop),
            (Role::Condition, MacroKind::Condition),
            (Role::Statement, MacroKind::Statement),
        ];
        KINDS
            .into_iter()
            .find(|(role, _)| self.has(*role, name))
            .map(|(_, kind)| kind)
    }
}
