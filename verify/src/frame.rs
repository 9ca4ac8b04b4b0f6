//! What every series must leave alone, and what its mails must be true about: one module a check.

pub(crate) mod applies;
pub(crate) mod beside;
pub(crate) mod bidi;
pub(crate) mod bisect;
pub(crate) mod comments;
pub(crate) mod files;
pub(crate) mod layout;
pub(crate) mod mail;
mod spelling;
pub(crate) mod syntax;
pub(crate) mod tokens;
pub(crate) mod whitespace;

use trees::mail::Mail;

/// A mail and what to call it: its file, mostly.
#[derive(Clone, Debug)]
pub(crate) struct Named<'a> {
    pub(crate) name: String,
    pub(crate) mail: &'a Mail,
}

impl Named<'_> {
    /// `0001-x.patch: `, for messages about several mails.
    pub(crate) fn has_diff(&self) -> bool {
        !self.mail.diff.is_empty()
    }
}
