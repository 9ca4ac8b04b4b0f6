//! Patterns: C fragments with metavariables, matched on syntax.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::File;
use crate::types::DefinitionSource;
use ::syntax::Unread;
use alternatives::Expanded;
use form::Form;

mod adjacent;
mod alternatives;
mod answer;
mod bodies;
mod bound;
mod casts;
mod compile;
mod constraint;
mod find;
mod form;
mod fragment;
mod isomorphisms;
mod kinds;
mod matcher;
mod metavar;
mod nearest;
mod parse_text;
mod place;
pub mod precedence;
mod regrouped;
mod scan;
mod shape;
mod syntax;
mod template;
mod tried;
mod typed;
mod unfinished;
mod walk;

pub use answer::{Doubt, Matches, UntypedMatch};
pub use bodies::is_else_less;
pub use bound::BoundError;
pub use isomorphisms::{ISOMORPHISMS, Isomorphism};
pub use metavar::{Filled, Taken};
pub use nearest::NearMiss;
pub use template::Template;

/// Which rewritings of an expression count as the same. All are on unless a spec switches one off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

impl PatternError {
    /// With a span of whole letters: the grammar reads bytes, and may stumble inside one.
    fn on_letters(mut self, text: &str) -> Self {
        let Range { start, end } = self.span;
        self.span = text.floor_char_boundary(start)..text.ceil_char_boundary(end);
        self
    }
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    /// One for each choice of its alternatives, in the order in which they are tried. There is at least one.
    forms: Vec<Form>,
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
    /// In the body of a `#define`, which is read as a fragment by itself.
    pub in_macro: bool,
}

/// What matches by its syntax, the types of typed metavariables not asked for as yet; and the unread regions that could
/// hide more: those, and only those, that contain one of the pattern's own identifiers (all of them where it has none).
/// No more than a step on the way to [`Matches`]: nothing outside this module sees it.
#[derive(Clone, Debug, Default)]
struct Candidates {
    /// In file order; nested ones too.
    found: Vec<Match>,
    unread: Vec<Unread>,
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
        let form = |expanded: &Expanded| {
            compile::compile(&expanded.text, fragment, isomorphisms)
                .map_err(|error| expanded.blamed(error, text))
        };
        let forms = alternatives::forms(text)
            .and_then(|forms| forms.iter().map(form).collect::<Result<Vec<_>, _>>())
            .map_err(|error| error.on_letters(text))?;
        Ok(Self {
            text: text.to_owned(),
            forms,
        })
    }

    /// The pattern as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The pattern's forms: its text for each choice of its alternatives, in the order in which they are tried.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        self.forms.iter().map(|form| form.text.as_str())
    }

    /// Names of the metavariables, without `$`, each once: those that every alternative binds.
    #[must_use]
    pub fn metavariables(&self) -> Vec<String> {
        in_all(
            self.forms
                .iter()
                .map(|form| metavar::names(&form.metavariables)),
        )
    }

    /// The identifiers (and keywords apart, the words) that any match must contain.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        in_all(self.forms.iter().map(|form| form.words.clone()))
    }

    /// Identifiers of which any match contains at least one: what a scan can reject files by. Of each alternative the
    /// longest, which is the rarest, mostly; empty where an alternative has none, so that any file may match.
    #[must_use]
    pub fn telling_words(&self) -> Vec<String> {
        let mut telling: Vec<String> = Vec::new();
        for form in &self.forms {
            let words = form.telling_words();
            if words.is_empty() {
                return Vec::new();
            }
            telling.extend(words);
        }
        telling.sort();
        telling.dedup();
        telling
    }

    /// The typed metavariables: name to type as written, `struct pci_dev *`. An anonymous one is called
    /// `_#` and its number.
    #[must_use]
    pub fn typed(&self) -> BTreeMap<String, String> {
        self.forms.iter().flat_map(Form::typed).collect()
    }

    /// Every match within `range` of the file. Where the pattern has typed metavariables, `definitions` are asked for
    /// the types of what they stand for; where it has none, nothing is looked up.
    pub fn find(
        &self,
        file: &File,
        range: Range<usize>,
        definitions: &dyn DefinitionSource,
    ) -> Matches {
        let one = |form: &Form| form.find(file, range.clone(), definitions);
        tried::in_order(&self.forms, one)
    }

    /// Where the pattern is a chain (of `||`, `&&`, `|` or `&`) and a longer one of the same operator has taken it in: the
    /// runs of neighbouring operands that are its own, in any order where the operator commutes. [`Pattern::find`] does not
    /// give these: a condition is matched whole. In the bodies of macros none is looked for.
    pub fn find_runs(
        &self,
        file: &File,
        range: Range<usize>,
        definitions: &dyn DefinitionSource,
    ) -> Matches {
        let one = |form: &Form| {
            let candidates = find::find_runs(form, file, range.clone(), definitions);
            typed::sorted(form, file, candidates, definitions)
        };
        tried::in_order(&self.forms, one)
    }

    /// What in `range` comes closest to the pattern without matching it, best first, at most `limit`. What matches but for
    /// the type of a typed metavariable is as close as can be.
    #[must_use]
    pub fn nearest(
        &self,
        file: &File,
        range: Range<usize>,
        limit: usize,
        definitions: &dyn DefinitionSource,
    ) -> Vec<NearMiss> {
        let one = |form: &Form| nearest::nearest(form, file, range.clone(), limit, definitions);
        tried::nearest(&self.forms, limit, one)
    }

    /// Whether the node or run of nodes that spans exactly `range` matches, with what bindings.
    ///
    /// # Errors
    /// It was not read, or a typed metavariable stands for something of unknown type.
    pub fn matches(
        &self,
        file: &File,
        range: Range<usize>,
        definitions: &dyn DefinitionSource,
    ) -> Result<Option<Bindings>, Doubt> {
        tried::first(&self.forms, |form| form.matches(file, &range, definitions))
    }
}

/// What all lists have, in the order of the first.
fn in_all(mut lists: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let mut all = lists.next().unwrap_or_default();
    for list in lists {
        all.retain(|one| list.contains(one));
    }
    all
}
