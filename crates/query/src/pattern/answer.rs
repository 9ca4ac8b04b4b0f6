//! What a search answers: the matches, and every place that could be one more.
//!
//! A list of matches alone invites the wrong conclusion, that there are no others. So the two come
//! together: who takes the matches has the doubts in hand, and has to name what is thrown away.

use std::ops::Range;

use super::Match;
use crate::File;
use crate::types::TypeName;
use syntax::Unread;

/// The matches in a region, and what in it could be one and is not known to be.
#[derive(Clone, Debug, Default)]
#[must_use = "a match may hide in what was not read, or be of a type that is not known"]
pub struct Matches {
    pub(super) found: Vec<Match>,
    pub(super) other: Vec<(Match, TypeName)>,
    pub(super) doubts: Vec<Doubt>,
}

/// A place that could be a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Code that was not read and contains one of the pattern's own identifiers, or any where it has none.
    Unread(Unread),
    /// A match whose typed metavariable stands for something of unknown type.
    Untyped(Box<UntypedMatch>),
}

/// A match whose typed metavariable stands for something of unknown type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntypedMatch {
    /// It.
    pub found: Match,
    /// The metavariable's name.
    pub metavariable: String,
    /// Why the type is not known.
    pub reason: String,
}

impl Matches {
    /// The matches, in file order and nested ones too, and the places that could be matches.
    pub fn parts(self) -> (Vec<Match>, Vec<Doubt>) {
        (self.found, self.doubts)
    }

    /// The matches, where nothing is in doubt.
    ///
    /// # Errors
    /// The first place that could be another.
    pub fn settled(self) -> Result<Vec<Match>, Doubt> {
        match self.doubts.into_iter().next() {
            Some(doubt) => Err(doubt),
            None => Ok(self.found),
        }
    }

    /// Whether there is a match: one that was found settles it, whatever else may be one.
    ///
    /// # Errors
    /// None was found, and this place could be one.
    pub fn any(self) -> Result<bool, Doubt> {
        if self.found.is_empty() {
            self.settled().map(|found| !found.is_empty())
        } else {
            Ok(true)
        }
    }

    /// What matches but for a typed metavariable, which stands for something of this other type.
    #[must_use]
    pub fn of_other_types(&self) -> &[(Match, TypeName)] {
        &self.other
    }

    /// The same question about the places that `asked` accepts alone: what is in doubt elsewhere is no doubt.
    pub fn among(mut self, asked: impl Fn(&Range<usize>) -> bool) -> Self {
        self.found.retain(|found| asked(&found.range));
        self.other.retain(|(found, _)| asked(&found.range));
        self.doubts.retain(|doubt| asked(doubt.range()));
        self
    }

    /// The answers to two questions as one.
    pub fn and(mut self, more: Self) -> Self {
        self.found.extend(more.found);
        self.other.extend(more.other);
        self.doubts.extend(more.doubts);
        self
    }
}

impl Doubt {
    /// Where it is.
    #[must_use]
    pub fn range(&self) -> &Range<usize> {
        match self {
            Self::Unread(unread) => &unread.range,
            Self::Untyped(untyped) => &untyped.found.range,
        }
    }

    /// Why it is in doubt: the cause of the unread code, or what hides the type.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Unread(unread) => &unread.cause,
            Self::Untyped(untyped) => &untyped.reason,
        }
    }

    /// What to say of it where `pattern` was looked for.
    #[must_use]
    pub fn says(&self, file: &File, pattern: &str) -> String {
        match self {
            Self::Unread(unread) => format!(
                "`{pattern}` may be in code that could not be read: {}",
                unread.cause
            ),
            Self::Untyped(untyped) => {
                let text = file.text(untyped.found.range.clone());
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let name = match untyped.metavariable.strip_prefix("_#") {
                    Some(_) => "_",
                    None => &untyped.metavariable,
                };
                format!(
                    "whether `{text}` is `{pattern}` is not known: the type of `${name}` could not be resolved: {}",
                    untyped.reason
                )
            }
        }
    }

    /// The code, or the match, as unread code: for who lists what was not looked at.
    #[must_use]
    pub fn into_unread(self) -> Unread {
        match self {
            Self::Unread(unread) => unread,
            Self::Untyped(untyped) => Unread {
                range: untyped.found.range,
                cause: format!("the type is not known: {}", untyped.reason),
            },
        }
    }
}
