//! `line`: a line in a file that is not C.

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::place::places;
use crate::raw::{Text, Texts, section};

section! {
    /// A line in a file that is not C: Kconfig, Makefile, rst, MAINTAINERS.
    LineKeys at span {
        /// The line, without a newline.
        Required add: Text,
        /// The line to come after, or alternatives.
        Optional after: Texts,
        /// The line to come before, or alternatives. Without either: the end of the file.
        Optional before: Texts,
    }
}

/// A line in a file that is not C.
#[derive(Clone, Debug)]
pub struct Line {
    /// The line, without its newline.
    pub add: String,
    /// The neighbouring line, white space at both ends apart. None: the end of the file.
    pub beside: Option<Beside<String>>,
}

impl Kind for Line {
    type Keys = LineKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/Kconfig"
after = "tristate \"VFIO support for PCI devices\""
add = "\tdepends on MMU"
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(_: &LineKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &LineKeys, given: &Given<'_>) -> Option<Self> {
        super::no_comment(compiler, given, "write it as a line");
        let add = keys.add.as_ref();
        let checked = add.and_then(|text| indented(compiler, text, "add"));
        let side = if keys.before.is_some() {
            "before"
        } else {
            "after"
        };
        let beside = compiler.beside(places!(keys), |compiler, text| {
            indented(compiler, text, side)
        });
        Some(Self {
            add: checked?.trim_end().to_owned(),
            beside: beside?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::File
    }
}

/// One line with its indentation.
fn indented(compiler: &mut Compiler<'_>, text: &Text, key: &str) -> Option<String> {
    if let Some(at) = text.value.trim_end_matches('\n').find('\n') {
        let span = compiler.inside(text, &(at..at + 1));
        let message = format!("`{key}` has more than one line, and a `line` change is for one");
        let help = match key {
            "add" => {
                "declare a change for each line; those with one neighbour go in, in their order"
            }
            _ => "name one line of the file",
        };
        compiler
            .mistakes
            .report(&span, message, "another begins", help);
        return None;
    }
    let tabs_apart = Text {
        value: text
            .value
            .replace('\t', " ")
            .trim_end_matches('\n')
            .to_owned(),
        span: text.span.clone(),
    };
    compiler.line(&tabs_apart, key)?;
    Some(text.value.trim_end_matches('\n').to_owned())
}
