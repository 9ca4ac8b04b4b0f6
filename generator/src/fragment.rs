//! Fragments of C, by their templates in `templates/c/`.
//!
//! A template has the words of the C; where the lines break and which columns things are in depends on what is around,
//! and is given to it.

use sites::Unresolved;
use templates::Page;

/// What a kind writes into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// Fragments of C, by these templates.
    Fragments(&'static [&'static str]),
    /// No fragment of its own: why not.
    NoFragment(&'static str),
}

/// A fragment, without the newline at its end.
///
/// # Errors
/// The template fails, which no shipped one does.
pub(crate) fn fragment(page: &impl Page) -> Result<String, Unresolved> {
    templates::shipped(page).map_err(|error| Unresolved::spec(error.to_string()))
}

/// Code with its comment, above it or behind it.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/commented.c", escape = "none")]
pub(crate) struct Commented<'a> {
    /// The lines of a comment above, each with its newline.
    pub(crate) above: String,
    /// The code.
    pub(crate) code: &'a str,
    /// White space before a comment behind.
    pub(crate) gap: String,
    /// A comment behind.
    pub(crate) behind: String,
}

templates::page!(Commented<'_>, "c/commented.c");
