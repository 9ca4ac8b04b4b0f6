//! What a mail answers: the mail that the spec names, and the cover letter of its own series.

/// The ids of the mails that a mail answers, the nearest last.
pub(super) struct Answers(Vec<String>);

impl Answers {
    /// `first` is the spec's `in-reply-to`, `cover` the cover letter's id in its angle brackets.
    pub(super) fn new(first: Option<&str>, cover: Option<String>) -> Self {
        let first = first.map(|id| format!("<{id}>"));
        Self(first.into_iter().chain(cover).collect())
    }

    /// Whether it answers any.
    pub(super) fn is_some(&self) -> bool {
        !self.0.is_empty()
    }

    /// What `In-Reply-To:` has.
    pub(super) fn nearest(&self) -> String {
        self.0.last().cloned().unwrap_or_default()
    }

    /// What `References:` has, one a line as git folds them.
    pub(super) fn all(&self) -> String {
        self.0.join("\n\t")
    }
}
