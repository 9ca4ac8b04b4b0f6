//! `include`: a header included.

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::place::places;
use crate::raw::{Text, Texts, section};

section! {
    /// A header included.
    IncludeKeys at span {
        /// `<linux/pci.h>` or `"pci.h"`, delimiters included.
        Required header: Text,
        /// The include to come after, as written between its delimiters, or alternatives.
        Optional after: Texts,
        /// The include to come before, or alternatives. Without either: where the order wants it.
        Optional before: Texts,
    }
}

/// A header included.
#[derive(Clone, Debug)]
pub struct Include {
    /// `<linux/pci.h>` or `"pci.h"`.
    pub header: String,
    /// The neighbouring include, as written between the delimiters; none: where the order wants it.
    pub beside: Option<Beside<String>>,
}

impl Kind for Include {
    type Keys = IncludeKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/vfio_pci_config.c"
header = '<linux/bits.h>'
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(_: &IncludeKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &IncludeKeys, _: &Given<'_>) -> Option<Self> {
        let header = keys.header.as_ref();
        let header = header.and_then(|text| header_name(compiler, text));
        let beside = compiler.beside(places!(keys), |compiler, text| {
            compiler.line(text, "include")
        });
        Some(Self {
            header: header?,
            beside: beside?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::File
    }
}

fn header_name(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    let header = text.value.as_str();
    let between = |open, close| {
        header
            .strip_prefix(open)
            .and_then(|rest: &str| rest.strip_suffix(close))
    };
    let inner = between('<', '>').or_else(|| between('"', '"'));
    let fits = |c: char| c.is_ascii_alphanumeric() || "._+-/".contains(c);
    if inner.is_some_and(|inner| !inner.is_empty() && inner.chars().all(fits)) {
        return Some(header.to_owned());
    }
    let message = format!("`{}` is not a header", header.escape_debug());
    let help = "write the delimiters too: `'<linux/pci.h>'` or `'\"pci.h\"'`";
    compiler
        .mistakes
        .report(&text.span, message, "malformed header", help);
    None
}
