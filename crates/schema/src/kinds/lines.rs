//! `lines`: lines of a file that is not C, in a part of it.

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::place::places;
use crate::compile::words::all;
use crate::raw::{Text, Texts, section};

section! {
    /// Lines added to, replaced in or deleted from a file that is not C: Kconfig, Makefile, MAINTAINERS, rst, devicetree,
    /// defconfig, assembler, scripts, any text. Blank lines are lines like others.
    LinesKeys at span {
        /// The part of the file that the lines are in, or alternatives: `config HINIC`, `obj-$(CONFIG_PCI)`, a section's
        /// title, `&i2c1/codec@1a`, `CONFIG_PCI`, a label.
        Optional within: Texts,
        /// The lines that come. Without `after` or `before` they go to the end of the part, or of the file.
        Optional add: Text,
        /// The lines that go, where others come in their place.
        Optional replace: Text,
        /// The lines that come in place of `replace`.
        Optional with: Text,
        /// The lines that go.
        Optional delete: Text,
        /// The line, or lines, directly before them, or alternatives. White space between words is as good as any other.
        Optional after: Texts,
        /// The line, or lines, directly behind them, or alternatives.
        Optional before: Texts,
    }
}

/// Lines of a file that is not C.
#[derive(Clone, Debug)]
pub struct Lines {
    /// The part that they are in: the first of these that the file has. Empty: the whole file.
    pub within: Vec<String>,
    /// The lines that go; empty where lines only come.
    pub old: Vec<String>,
    /// The lines that come; empty where lines only go.
    pub new: Vec<String>,
    /// The lines next to them. None: the old lines are there once, or the new ones go to the end.
    pub beside: Option<Beside<Vec<String>>>,
}

impl Kind for Lines {
    type Keys = LinesKeys;

    const EXAMPLE: &'static str = r#"
file = "drivers/vfio/pci/Kconfig"
within = "config VFIO_PCI"
after = "depends on PCI"
add = '''
	depends on EVENTFD
	select IRQ_BYPASS_MANAGER
'''
"#;

    const HAS_OWN_COMMENTS: bool = true;

    fn functions(_: &LinesKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &LinesKeys, given: &Given<'_>) -> Option<Self> {
        super::no_comment(compiler, given, "write it among the lines");
        let within = within(compiler, keys.within.as_ref());
        let change = change(compiler, keys);
        let beside = compiler.beside(places!(keys), lines);
        let (old, new) = change?;
        Some(Self {
            within: within?,
            old,
            new,
            beside: beside?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::File
    }
}

fn within(compiler: &mut Compiler<'_>, texts: Option<&Texts>) -> Option<Vec<String>> {
    let Some(texts) = texts else {
        return Some(Vec::new());
    };
    let items = compiler.some(texts, "within")?;
    all(items.iter().map(|text| {
        if !text.value.trim().is_empty() && !text.value.trim().contains('\n') {
            return Some(text.value.clone());
        }
        let help =
            "name one part as the file does: `config PCI`, `obj-y`, a heading, a node's path";
        let message = "`within` names no part of a file";
        compiler
            .mistakes
            .report(&text.span, message, "no name", help);
        None
    }))
}

/// The lines that go, and those that come.
fn change(compiler: &mut Compiler<'_>, keys: &LinesKeys) -> Option<(Vec<String>, Vec<String>)> {
    const HELP: &str =
        "`add = '''…'''`, `delete = '''…'''`, or `replace = '''…'''` and `with = '''…'''`";
    let mut report = |message: &str, label: &str| {
        compiler.mistakes.report(&keys.span, message, label, HELP);
    };
    match (&keys.add, &keys.replace, &keys.with, &keys.delete) {
        (Some(add), None, None, None) => Some((Vec::new(), lines(compiler, add)?)),
        (None, None, None, Some(delete)) => Some((lines(compiler, delete)?, Vec::new())),
        (None, Some(old), Some(new), None) => {
            let (old, new) = (lines(compiler, old), lines(compiler, new));
            let (old, new) = (old?, new?);
            if old == new {
                let message = "`with` is what `replace` is";
                let span = keys.with.as_ref().map_or(&keys.span, |text| &text.span);
                compiler
                    .mistakes
                    .report(span, message, "nothing changes", HELP);
                return None;
            }
            Some((old, new))
        }
        (None, Some(_), None, None) => {
            report("`replace` lacks `with`", "by what?");
            None
        }
        (None, None, Some(_), None) => {
            report("`with` lacks `replace`", "in place of what?");
            None
        }
        (None, None, None, None) => {
            report(
                "the change has no `add`, `replace` or `delete`",
                "which lines?",
            );
            None
        }
        _ => {
            report(
                "only one of `add`, `replace` and `delete` is allowed",
                "more than one",
            );
            None
        }
    }
}

/// The lines of a text, without their ends. A newline ends a line, and the last may have none.
fn lines(compiler: &mut Compiler<'_>, text: &Text) -> Option<Vec<String>> {
    if text.value.is_empty() {
        let help = "`\"\\n\"` is a blank line";
        compiler
            .mistakes
            .report(&text.span, "there are no lines here", "empty", help);
        return None;
    }
    if let Some(at) = text.value.find('\r') {
        let span = compiler.inside(text, &(at..at + 1));
        let help = "leave it out: the file's own line ends are used";
        compiler
            .mistakes
            .report(&span, "a carriage return", "not part of a line", help);
        return None;
    }
    let body = text.value.strip_suffix('\n').unwrap_or(&text.value);
    Some(body.split('\n').map(ToOwned::to_owned).collect())
}
