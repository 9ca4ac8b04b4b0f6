//! `guard`: statements put under a condition.

use query::pattern::{Fragment, Pattern, Template};

use super::insert::statements;
use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::compile::words::optional;
use crate::raw::{Text, Texts, section};

section! {
    /// Statements put under a condition.
    GuardKeys at span {
        /// The function, or alternatives: the first that the file defines.
        Optional function: Texts,
        /// The statement, or several in a row: a pattern, or alternatives.
        Required statement: Texts,
        /// The condition that they run under.
        Required by: Text,
        /// What runs where the condition is false: statements, written as at column 0.
        Optional r#else as "else": Text,
    }
}

/// Statements put under a condition.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The function: the first of these that the file defines.
    pub functions: Vec<String>,
    /// The statements: the first of these that match.
    pub statements: Vec<Pattern>,
    /// The condition.
    pub by: Template,
    /// What runs otherwise.
    pub otherwise: Option<Template>,
}

impl Kind for Guard {
    type Keys = GuardKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
function = "vfio_bar_restore"
statement = "pci_info($PDEV, $$$ARGS);"
by = "vdev->bardirty"
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(keys: &GuardKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &GuardKeys, given: &Given<'_>) -> Option<Self> {
        let functions = compiler.named_functions(given.functions, &keys.span);
        let patterns = keys.statement.as_ref();
        let patterns =
            patterns.and_then(|texts| compiler.patterns(texts, "statement", Fragment::Any));
        let by = keys
            .by
            .as_ref()
            .and_then(|text| compiler.template(text, Fragment::Expression));
        let otherwise = optional(keys.r#else.as_ref(), |text| {
            statements(compiler, text, true)?;
            compiler.template(text, Fragment::Statement)
        });
        let anchors = patterns.as_deref().unwrap_or_default();
        let own = otherwise.as_ref().and_then(Option::as_ref);
        for (key, text, template) in [
            ("by", keys.by.as_ref(), by.as_ref()),
            ("else", keys.r#else.as_ref(), own),
        ] {
            if let (Some(text), Some(template)) = (text, template) {
                compiler.bound(text, template, key, anchors, "statement");
            }
        }
        Some(Self {
            functions: functions?,
            statements: patterns?,
            by: by?,
            otherwise: otherwise?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}
