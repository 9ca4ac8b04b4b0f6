//! Pages: the shipped templates, and a user's own.
//!
//! The templates in `templates/` are compiled in by askama, so that one with a mistake, or none at all, does not
//! build. What people read, the mails and the HTML report, can be worded otherwise in a folder of the user's
//! (`--templates DIR`); minijinja renders those. Both engines read Jinja, each with forms of its own, and the
//! shipped templates keep to what they share: a copy of one is a user's template, and gives the same bytes.
//! Fragments of C are not for users: the verifier asks for the code that the spec declares, however it is worded.

mod engine;
mod folder;

pub use folder::{FolderError, Templates};

use serde::Serialize;

/// What a template is filled with. [`page!`] implements it.
pub trait Page: askama::Template + Serialize {
    /// The template below `templates/`.
    const PATH: &'static str;
    /// Its text.
    const SOURCE: &'static str;
}

/// Makes a page of a struct whose askama template is at this path below `templates/`; for a crate at the top of the
/// repository.
#[macro_export]
macro_rules! page {
    ($page:ty, $path:literal) => {
        impl $crate::Page for $page {
            const PATH: &'static str = $path;
            const SOURCE: &'static str =
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates/", $path));
        }
    };
}

/// Why a page could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}{}: {message}", line.map_or_else(String::new, |line| format!(":{line}")))]
pub struct TemplateError {
    /// The template, as the user would find it.
    pub path: String,
    /// The line in it.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

/// A page by the shipped template.
///
/// In a debug build the other engine renders it too, and has to agree: so every test of whoever makes pages
/// compares the two, on all the values that tests have.
///
/// # Errors
/// The template fails, which no shipped one does.
pub fn shipped<P: Page>(page: &P) -> Result<String, TemplateError> {
    let text = page.render().map_err(|error| TemplateError {
        path: format!("templates/{}", P::PATH),
        line: None,
        message: error.to_string(),
    })?;
    debug_assert_eq!(
        engine::Engine::of_source(P::PATH, P::SOURCE)
            .and_then(|engine| engine.render(P::PATH, page)),
        Ok(text.clone()),
        "{} is not the same to both engines",
        P::PATH
    );
    Ok(text)
}
