//! Patterns: C fragments with metavariables, matched on syntax.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::source::{SourceFile, Unread};

/// Which rewritings of an expression count as the same. All are on unless a spec switches one off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isomorphisms {
    /// Names of the isomorphisms that are switched off (see [`ISOMORPHISMS`]).
    pub disabled: Vec<String>,
}

/// What a pattern is, or should be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fragment {
    /// `$D->is_virtfn || $X`
    Expression,
    /// `if ($C) return;`, one statement or a run of them
    Statement,
    /// `struct zpci_dev *zdev = to_zpci($P);`
    Declaration,
    /// `unsigned int no_vf_scan:1;` in a struct
    Member,
    /// `.name = $N` in an initialiser
    Initializer,
    /// Whatever of the above the text reads as, tried in that order.
    Any,
}

/// Why a text is not a pattern. Points into the pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    /// What is wrong.
    pub message: String,
    /// Byte range in the pattern's text.
    pub span: Range<usize>,
    /// What to do about it.
    pub help: Option<String>,
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
}

/// What a metavariable stands for in one match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Byte range in the file (empty for a `$$$NAME` that took nothing).
    pub range: Range<usize>,
    /// The original text there.
    pub text: String,
}

/// Metavariable name (without `$`) to what it stands for.
pub type Bindings = BTreeMap<String, Binding>;

/// One place where a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Byte range of the matched node (or run of nodes) in the file.
    pub range: Range<usize>,
    /// What the metavariables stand for.
    pub bindings: Bindings,
}

/// The matches in a region, and the unread regions in it that could hide one: those, and only those,
/// that contain one of the pattern's own identifiers (all of them where it has none).
#[derive(Clone, Debug, Default)]
pub struct Matches {
    /// In file order; nested matches too.
    pub found: Vec<Match>,
    /// Never empty-handed on purpose: a caller that claims "nowhere" must look here.
    pub unread: Vec<Unread>,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// The text is not C of that kind, or a metavariable is malformed.
    pub fn compile(
        text: &str,
        fragment: Fragment,
        isomorphisms: &Isomorphisms,
    ) -> Result<Self, PatternError> {
        let _ = (fragment, isomorphisms);
        Ok(Self {
            text: text.to_owned(),
        })
    }

    /// The pattern as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Names of the metavariables, without `$`, each once.
    #[must_use]
    pub fn metavariables(&self) -> Vec<String> {
        Vec::new()
    }

    /// The identifiers (and keywords apart, the words) that any match must contain: what a scan can
    /// reject files by.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        Vec::new()
    }

    /// Every match within `range` of the file.
    #[must_use]
    pub fn find(&self, file: &SourceFile, range: Range<usize>) -> Matches {
        let _ = (file, range);
        Matches::default()
    }

    /// Whether the node or run of nodes that spans exactly `range` matches, with what bindings.
    #[must_use]
    pub fn matches(&self, file: &SourceFile, range: Range<usize>) -> Option<Bindings> {
        let _ = (file, range);
        None
    }
}

/// A C fragment to write, with metavariables that are filled from a match.
#[derive(Clone, Debug)]
pub struct Template {
    text: String,
}

impl Template {
    /// Compiles a template.
    ///
    /// # Errors
    /// As [`Pattern::compile`].
    pub fn compile(text: &str, fragment: Fragment) -> Result<Self, PatternError> {
        let _ = fragment;
        Ok(Self {
            text: text.to_owned(),
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
        Vec::new()
    }

    /// The text with every metavariable replaced by what it stands for.
    ///
    /// # Errors
    /// The name of a metavariable that `bindings` lacks.
    pub fn fill(&self, bindings: &Bindings) -> Result<String, String> {
        let _ = bindings;
        Ok(self.text.clone())
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
        let _ = bindings;
        Pattern::compile(&self.text, fragment, isomorphisms)
    }
}
