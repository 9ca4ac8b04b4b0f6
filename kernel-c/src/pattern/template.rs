//! C fragments to write, with metavariables that are filled from a match.

use super::compile::{failure, scan};
use super::metavar::{PatternText, names};
use super::{Bindings, Fragment, Isomorphisms, Pattern, PatternError};

/// A C fragment to write, with metavariables that are filled from a match.
#[derive(Clone, Debug)]
pub struct Template {
    text: String,
    scanned: PatternText,
}

impl Template {
    /// Compiles a template.
    ///
    /// # Errors
    /// As [`Pattern::compile`].
    pub fn compile(text: &str, fragment: Fragment) -> Result<Self, PatternError> {
        let scanned = scan(text)?;
        super::compile::readable(&scanned, fragment)?;
        Ok(Self {
            text: text.to_owned(),
            scanned,
        })
    }

    /// The template as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Names of the metavariables, without `$`, each once.
    #[must_use]
    pub fn metavariables(&self) -> Vec<String> {
        names(&self.scanned.metavariables)
    }

    /// The text with every metavariable replaced by what it stands for.
    ///
    /// # Errors
    /// The name of a metavariable that `bindings` lacks.
    pub fn fill(&self, bindings: &Bindings) -> Result<String, String> {
        self.scanned
            .filled(|name| bindings.get(name).map(|b| b.text.clone()))
    }

    /// The template, filled, as a pattern that matches just that: how the verifier looks for what
    /// the generator should have written.
    ///
    /// # Errors
    /// As [`Template::fill`] and [`Pattern::compile`].
    pub fn to_pattern(
        &self,
        bindings: &Bindings,
        fragment: Fragment,
        isomorphisms: &Isomorphisms,
    ) -> Result<Pattern, PatternError> {
        let text = self.fill(bindings).map_err(|name| {
            let message = format!("`${name}` stands for nothing here");
            failure(0..self.text.len(), &message, "")
        })?;
        Pattern::compile(&text, fragment, isomorphisms)
    }
}
