//! Changes, kind by kind.

mod added;
mod site;

use super::Compiler;
use crate::model::{ChangeKind, Span};
use crate::raw::{ChangeKeys, Text, Texts};

/// The `function` key of the kinds that have one.
pub(super) fn functions_of(own: &ChangeKeys) -> Option<&Texts> {
    match own {
        ChangeKeys::Assign(keys) => keys.function.as_ref(),
        ChangeKeys::Test(keys) => keys.function.as_ref(),
        ChangeKeys::Split(keys) => keys.function.as_ref(),
        ChangeKeys::Comment(keys) => keys.function.as_ref(),
        ChangeKeys::Rewrite(keys) => keys.function.as_ref(),
        _ => None,
    }
}

impl Compiler<'_> {
    /// `comment` is the change's; `inherited` are the functions where `own` names none.
    pub(super) fn kind(
        &mut self,
        own: &ChangeKeys,
        comment: Option<&str>,
        inherited: Option<&Texts>,
    ) -> Option<ChangeKind> {
        let functions = functions_of(own).or(inherited);
        match own {
            ChangeKeys::Member(keys) => self.member(keys).map(ChangeKind::Member),
            ChangeKeys::Assign(keys) => self.assign(keys, functions).map(ChangeKind::Assign),
            ChangeKeys::Test(keys) => self.test(keys, functions).map(ChangeKind::Test),
            ChangeKeys::Split(keys) => self.split(keys, functions).map(ChangeKind::Split),
            ChangeKeys::Function(keys) => self.function(keys).map(ChangeKind::Function),
            ChangeKeys::Macro(keys) => self.macro_kind(keys).map(ChangeKind::Macro),
            ChangeKeys::Include(keys) => self.include(keys).map(ChangeKind::Include),
            ChangeKeys::Comment(keys) => self
                .comment(keys, comment, functions)
                .map(ChangeKind::Comment),
            ChangeKeys::Rewrite(keys) => self.rewrite(keys, functions).map(ChangeKind::Rewrite),
            ChangeKeys::Line(keys) => self.line_kind(keys).map(ChangeKind::Line),
            ChangeKeys::RustMethod(keys) => self.rust_method(keys).map(ChangeKind::RustMethod),
        }
    }

    fn functions(&mut self, texts: Option<&Texts>) -> Option<Vec<String>> {
        self.identifiers(texts, "function", "function")
    }

    /// As [`Self::functions`], where one has to be named.
    fn named_functions(&mut self, texts: Option<&Texts>, span: &Span) -> Option<Vec<String>> {
        let functions = self.functions(texts)?;
        if functions.is_empty() {
            let help = "`function = \"…\"`, or a list of alternatives";
            self.mistakes.report(
                span,
                "the change lacks the key `function`",
                "in which function?",
                help,
            );
            return None;
        }
        Some(functions)
    }

    /// `CONFIG_PCI` or `!CONFIG_PCI`
    pub(super) fn condition(&mut self, text: &Text) -> Option<String> {
        let name = text.value.strip_prefix('!').unwrap_or(&text.value);
        if crate::compile::place::is_identifier(name) {
            return Some(text.value.clone());
        }
        let message = format!("`{}` is not a condition", text.value.escape_debug());
        let help = "write `CONFIG_PCI` or `!CONFIG_PCI`";
        self.mistakes
            .report(&text.span, message, "malformed condition", help);
        None
    }
}
