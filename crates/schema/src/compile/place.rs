//! Places: files, functions, before or after what, under what condition, how often.

use dialect::TreePath;
use query::pattern::{Fragment, Pattern};

use super::Compiler;
use super::words::all;
use crate::beside::{Beside, Side};
use crate::diagnostics::Span;
use crate::raw::{Int, Text, Texts};

impl Compiler<'_> {
    /// The items of a list that must have one.
    pub(crate) fn some<'t>(&mut self, texts: &'t Texts, key: &str) -> Option<&'t [Text]> {
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
    pub(crate) fn paths(&mut self, texts: &Texts, key: &str) -> Option<Vec<TreePath>> {
        let items = self.some(texts, key)?;
        all(items.iter().map(|text| self.path(text)))
    }

    pub(crate) fn path(&mut self, text: &Text) -> Option<TreePath> {
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
    pub(crate) fn identifier(&mut self, text: &Text, what: &str) -> Option<String> {
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

    /// A function's name, or `FILE:NAME` where several files have one of the name.
    pub(crate) fn function_or_one_in(&mut self, text: &Text) -> Option<String> {
        let Some((file, name)) = text.value.rsplit_once(':') else {
            return self.identifier(text, "function");
        };
        let is_file = TreePath::new(file).is_ok_and(|path| path.is_c());
        if is_file && is_identifier(name) {
            return Some(text.value.clone());
        }
        let message = format!(
            "`{}` is not the name of a function in a file",
            text.value.escape_debug()
        );
        let help = "write the file and the function: `drivers/pci/iov.c:pci_iov_add_virtfn`";
        self.mistakes
            .report(&text.span, message, "not FILE:FUNCTION", help);
        None
    }

    /// Functions that may be left out: the key `function`.
    pub(crate) fn functions(&mut self, texts: Option<&Texts>) -> Option<Vec<String>> {
        self.identifiers(texts, "function", "function")
    }

    /// As [`Self::functions`], where one has to be named.
    pub(crate) fn named_functions(
        &mut self,
        texts: Option<&Texts>,
        span: &Span,
    ) -> Option<Vec<String>> {
        let functions = self.functions(texts)?;
        if functions.is_empty() {
            let help = "`function = \"…\"`, or a list of alternatives";
            let message = "the change lacks the key `function`";
            self.mistakes
                .report(span, message, "in which function?", help);
            return None;
        }
        Some(functions)
    }

    /// `CONFIG_PCI` or `!CONFIG_PCI`
    pub(crate) fn condition(&mut self, text: &Text) -> Option<String> {
        let name = text.value.strip_prefix('!').unwrap_or(&text.value);
        if is_identifier(name) {
            return Some(text.value.clone());
        }
        let message = format!("`{}` is not a condition", text.value.escape_debug());
        let help = "write `CONFIG_PCI` or `!CONFIG_PCI`";
        self.mistakes
            .report(&text.span, message, "malformed condition", help);
        None
    }

    /// A number that counts something.
    pub(crate) fn number(&mut self, number: &Int, key: &str) -> Option<usize> {
        let counted = usize::try_from(number.value).ok();
        if counted.is_none() {
            let message = format!("`{key}` is 0 or more, not {}", number.value);
            let help = "write 0 or a positive number";
            self.mistakes
                .report(&number.span, message, "negative", help);
        }
        counted
    }

    /// Names, at least one where the key is given.
    pub(crate) fn identifiers(
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
    pub(crate) fn beside<T>(
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
    pub(crate) fn required_beside<T>(
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
    pub(crate) fn beside_name(
        &mut self,
        places: Places<'_>,
        what: &str,
    ) -> Option<Option<Beside<String>>> {
        self.beside(places, |compiler, text| compiler.identifier(text, what))
    }

    /// The neighbour as code.
    pub(crate) fn beside_code(&mut self, places: Places<'_>) -> Option<Beside<Pattern>> {
        self.required_beside(places, |compiler, text| {
            compiler.pattern(text, Fragment::Any)
        })
    }
}

/// What a table says about before and after.
#[derive(Clone, Copy)]
pub(crate) struct Places<'r> {
    pub(crate) before: Option<&'r Texts>,
    pub(crate) after: Option<&'r Texts>,
    /// The table.
    pub(crate) span: &'r Span,
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
pub(crate) use places;

/// Whether the text is a C identifier.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
