//! Places: files, functions, and before or after what.

use dialect::TreePath;
use query::pattern::{Fragment, Pattern};

use super::Compiler;
use super::words::all;
use crate::model::{Beside, Side, Span};
use crate::raw::{Text, Texts};

impl Compiler<'_> {
    /// The items of a list that must have one.
    pub(super) fn some<'t>(&mut self, texts: &'t Texts, key: &str) -> Option<&'t [Text]> {
        if texts.items.is_empty() {
            let help = "name at least one; of several, the first that the tree has is used";
            self.mistakes.report(
                &texts.span,
                format!("`{key}` is an empty list"),
                "empty",
                help,
            );
            return None;
        }
        Some(&texts.items)
    }

    /// Paths inside a tree.
    pub(super) fn paths(&mut self, texts: &Texts, key: &str) -> Option<Vec<TreePath>> {
        let items = self.some(texts, key)?;
        all(items.iter().map(|text| self.path(text)))
    }

    fn path(&mut self, text: &Text) -> Option<TreePath> {
        match TreePath::new(&text.value) {
            Ok(path) => Some(path),
            Err(error) => {
                let help =
                    "write a path like `drivers/pci/bus.c`: relative to the top of the kernel tree";
                self.mistakes
                    .report(&text.span, error.to_string(), "not a path in a tree", help);
                None
            }
        }
    }

    /// A C identifier; `what` says of what.
    pub(super) fn identifier(&mut self, text: &Text, what: &str) -> Option<String> {
        if is_identifier(&text.value) {
            return Some(text.value.clone());
        }
        let message = format!(
            "`{}` is not the name of a {what}",
            text.value.escape_debug()
        );
        let help = "a name has letters, digits and `_`, and starts with no digit";
        self.mistakes
            .report(&text.span, message, "not a C identifier", help);
        None
    }

    /// Names, at least one where the key is given.
    pub(super) fn identifiers(
        &mut self,
        texts: Option<&Texts>,
        key: &str,
        what: &str,
    ) -> Option<Vec<String>> {
        let Some(texts) = texts else {
            return Some(Vec::new());
        };
        let items = self.some(texts, key)?;
        all(items.iter().map(|text| self.identifier(text, what)))
    }

    /// `before = …` or `after = …`, each item made by `make`; none where neither is given.
    pub(super) fn beside<T>(
        &mut self,
        places: Places<'_>,
        mut make: impl FnMut(&mut Self, &Text) -> Option<T>,
    ) -> Option<Option<Beside<T>>> {
        let (side, texts) = match (places.before, places.after) {
            (None, None) => return Some(None),
            (Some(texts), None) => (Side::Before, texts),
            (None, Some(texts)) => (Side::After, texts),
            (Some(_), Some(after)) => {
                let help = "keep the neighbour that is there in more trees";
                let message = "both `before` and `after` are given";
                self.mistakes
                    .report(&after.span, message, "one of them is enough", help);
                return None;
            }
        };
        let items = self.some(texts, side.key())?;
        let anchors = all(items.iter().map(|text| make(self, text)))?;
        Some(Some(Beside { side, anchors }))
    }

    /// As [`Self::beside`], where one of them has to be given.
    pub(super) fn required_beside<T>(
        &mut self,
        places: Places<'_>,
        make: impl FnMut(&mut Self, &Text) -> Option<T>,
    ) -> Option<Beside<T>> {
        let span = places.span;
        let beside = self.beside(places, make)?;
        if beside.is_none() {
            let help = "name code that the reader recognises there";
            let message = "neither `before` nor `after` says where";
            self.mistakes.report(span, message, "no place", help);
        }
        beside
    }

    /// The neighbour as a name.
    pub(super) fn beside_name(
        &mut self,
        places: Places<'_>,
        what: &str,
    ) -> Option<Option<Beside<String>>> {
        self.beside(places, |compiler, text| compiler.identifier(text, what))
    }

    /// The neighbour as code.
    pub(super) fn beside_code(&mut self, places: Places<'_>) -> Option<Beside<Pattern>> {
        self.required_beside(places, |compiler, text| {
            compiler.pattern(text, Fragment::Any)
        })
    }
}

/// What a table says about before and after.
#[derive(Clone, Copy)]
pub(super) struct Places<'r> {
    pub(in crate::compile) before: Option<&'r Texts>,
    pub(super) after: Option<&'r Texts>,
    /// The table.
    pub(super) span: &'r Span,
}

/// [`Places`] of a raw table that has `before` and `after`.
macro_rules! places {
    ($raw:expr) => {
        $crate::compile::place::Places {
            before: $raw.before.as_ref(),
            after: $raw.after.as_ref(),
            span: &$raw.span,
        }
    };
}
pub(super) use places;

impl Side {
    fn key(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

pub(super) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
