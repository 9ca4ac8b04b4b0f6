//! `export`: a function exported to modules.

use super::{Given, Kind, Subject};
use crate::compile::Compiler;
use crate::compile::place::is_identifier;
use crate::raw::{Text, Texts, section};

section! {
    /// A function exported to modules, directly after its definition.
    ExportKeys at span {
        /// The function that the file defines, or alternatives.
        Required function: Texts,
        /// `EXPORT_SYMBOL`, `EXPORT_SYMBOL_GPL`, `EXPORT_SYMBOL_NS` or `EXPORT_SYMBOL_NS_GPL`.
        Required by: Text,
        /// The namespace, with `EXPORT_SYMBOL_NS` and `EXPORT_SYMBOL_NS_GPL`: `PCI_IOV`, and from 6.13 on `"PCI_IOV"` in
        /// quotes, as the tree has it.
        Optional namespace: Text,
    }
}

/// A function exported to modules.
#[derive(Clone, Debug)]
pub struct Export {
    /// The function: the first of these that the file defines.
    pub functions: Vec<String>,
    /// `EXPORT_SYMBOL_GPL`
    pub by: String,
    /// As the code has it, with its quotes if it has any.
    pub namespace: Option<String>,
}

impl Export {
    /// The line that exports a function.
    #[must_use]
    pub fn line(&self, function: &str) -> String {
        match &self.namespace {
            Some(namespace) => format!("{}({function}, {namespace});", self.by),
            None => format!("{}({function});", self.by),
        }
    }
}

impl Kind for Export {
    type Keys = ExportKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
function = "__vfio_pci_memory_enabled"
by = "EXPORT_SYMBOL_GPL"
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(keys: &ExportKeys) -> Option<&Texts> {
        keys.function.as_ref()
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &ExportKeys, given: &Given<'_>) -> Option<Self> {
        super::no_comment(compiler, given, "an export has none");
        let functions = compiler.named_functions(given.functions, &keys.span);
        let by = keys.by.as_ref().and_then(|text| by(compiler, text));
        let namespace = namespace(compiler, keys);
        Some(Self {
            functions: functions?,
            by: by?,
            namespace: namespace?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Within(&self.functions)
    }
}

fn by(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    let known = [
        "EXPORT_SYMBOL",
        "EXPORT_SYMBOL_GPL",
        "EXPORT_SYMBOL_NS",
        "EXPORT_SYMBOL_NS_GPL",
    ];
    if known.contains(&text.value.as_str()) {
        return Some(text.value.clone());
    }
    let message = format!("`{}` exports no symbol", text.value.escape_debug());
    let help = "`EXPORT_SYMBOL`, `EXPORT_SYMBOL_GPL`, `EXPORT_SYMBOL_NS` or `EXPORT_SYMBOL_NS_GPL`";
    compiler
        .mistakes
        .report(&text.span, message, "no such macro", help);
    None
}

fn namespace(compiler: &mut Compiler<'_>, keys: &ExportKeys) -> Option<Option<String>> {
    let by = keys.by.as_ref().map_or("", |text| text.value.as_str());
    let help = "`namespace = \"PCI_IOV\"` goes with `EXPORT_SYMBOL_NS` and `EXPORT_SYMBOL_NS_GPL`";
    match (&keys.namespace, by.contains("_NS")) {
        (None, false) => Some(None),
        (None, true) => {
            let message = format!("`{by}` lacks a namespace");
            compiler
                .mistakes
                .report(&keys.span, message, "`namespace` is missing here", help);
            None
        }
        (Some(text), false) => {
            let message = format!("`{by}` takes no namespace");
            compiler
                .mistakes
                .report(&text.span, message, "not with this macro", help);
            None
        }
        (Some(text), true) => {
            let quoted = text.value.strip_prefix('"');
            let bare = quoted.and_then(|rest| rest.strip_suffix('"'));
            if is_identifier(bare.unwrap_or(&text.value)) {
                return Some(Some(text.value.clone()));
            }
            let message = format!("`{}` is no namespace", text.value.escape_debug());
            compiler
                .mistakes
                .report(&text.span, message, "not a name", help);
            None
        }
    }
}
