//! `rewrite`: a pattern replaced.

use query::pattern::{Fragment, Pattern, Template};

use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::raw::{Text, Texts, section};

section! {
    /// A pattern replaced; what its metavariables stand for keeps its own bytes.
    RewriteKeys {
        /// The functions it is confined to; without it, the whole file.
        Optional function: Texts,
        /// The old form: a pattern, or alternatives.
        Required pattern: Texts,
        /// The new form.
        Required to: Text,
    }
}

/// Pattern to replacement.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The functions it is confined to. Empty: the whole file.
    pub functions: Vec<String>,
    /// The old form: the first that stands there.
    pub patterns: Vec<Pattern>,
    /// The new form.
    pub replacement: Template,
}

impl Kind for Rewrite {
    type Keys = RewriteKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
pattern = "kmalloc($SIZE, GFP_KERNEL)"
to = "kmalloc($SIZE, GFP_KERNEL_ACCOUNT)"
all = true
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(keys: &RewriteKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &RewriteKeys, given: &Given<'_>) -> Option<Self> {
        let functions = compiler.functions(given.functions);
        let patterns = keys.pattern.as_ref();
        let patterns =
            patterns.and_then(|texts| compiler.patterns(texts, "pattern", Fragment::Any));
        let replacement = keys.to.as_ref().and_then(|text| {
            let template = compiler.template(text, Fragment::Any)?;
            let by = patterns.as_deref().unwrap_or_default();
            compiler.bound(text, &template, "to", by, "pattern");
            Some(template)
        });
        Some(Self {
            functions: functions?,
            patterns: patterns?,
            replacement: replacement?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}
