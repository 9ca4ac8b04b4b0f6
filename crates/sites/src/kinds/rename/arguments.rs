//! What a macro makes of a name that it is given: a value, a member's name, a tag, or a part of another name.

use query::File;
use query::types::DefinitionSource;
use syntax::items::MacroDefinition;

use super::text::{Around, code_of, is_tag_keyword};

/// How many macros deep one may hand its argument on.
const MAX_NESTING: usize = 6;

/// All that becomes of an argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    /// It is evaluated, or nothing was found that is made of it.
    pub(super) value: bool,
    /// It is behind `->` or `.`, or is the member of an `offsetof()`.
    pub(super) member: bool,
    /// It is behind `struct`, `union` or `enum`.
    pub(super) tag: bool,
    /// It is pasted together with something, or made a string.
    pub(super) text: bool,
    /// It is handed on deeper than is followed.
    pub(super) unknown: bool,
}

impl Made {
    const VALUE: Self = Self {
        value: true,
        member: false,
        tag: false,
        text: false,
        unknown: false,
    };

    const MEMBER: Self = Self {
        value: false,
        member: true,
        ..Self::VALUE
    };

    fn and(self, other: Self) -> Self {
        Self {
            value: self.value || other.value,
            member: self.member || other.member,
            tag: self.tag || other.tag,
            text: self.text || other.text,
            unknown: self.unknown || other.unknown,
        }
    }
}

/// What the call makes of its argument.
pub(super) fn made(
    file: &File,
    near: &dyn DefinitionSource,
    callee: &str,
    argument: usize,
) -> Made {
    nested(file, near, (callee, argument), MAX_NESTING)
}

fn nested(
    file: &File,
    near: &dyn DefinitionSource,
    (callee, argument): (&str, usize),
    nesting: usize,
) -> Made {
    match (callee, argument) {
        ("offsetof" | "__builtin_offsetof" | "sizeof_field" | "offsetofend", 1)
        | ("container_of" | "container_of_const", 2) => return Made::MEMBER,
        _ if dialect::words::is_keyword(callee.as_bytes()) => return Made::VALUE,
        _ => {}
    }
    let Some(nesting) = nesting.checked_sub(1) else {
        return Made {
            unknown: true,
            ..Made::default()
        };
    };
    let own = |file: &File| -> Vec<MacroDefinition> {
        let macros = file.macros().iter();
        let macros =
            macros.filter(|known| known.name == callee && !file.is_dead(known.range.start));
        macros.cloned().collect()
    };
    let macros = own(file);
    if !macros.is_empty() {
        return of_macros(file, near, &macros, argument, nesting);
    }
    match near.header_defining(file, callee) {
        Some(home) => of_macros(&home, near, &own(&home), argument, nesting),
        None => Made::VALUE,
    }
}

fn of_macros(
    home: &File,
    near: &dyn DefinitionSource,
    macros: &[MacroDefinition],
    argument: usize,
    nesting: usize,
) -> Made {
    let all = macros.iter().map(|known| {
        let Some(params) = &known.params else {
            // `#define f g`: the arguments are g's.
            let words: Vec<&str> = dialect::token::texts(home.slice(known.body.clone())).collect();
            return match words[..] {
                [alias] if alias != known.name => nested(home, near, (alias, argument), nesting),
                _ => Made::VALUE,
            };
        };
        match params.get(argument) {
            Some(param) if param != "..." => of_parameter(home, near, known, param, nesting),
            _ => Made::VALUE,
        }
    });
    all.reduce(Made::and).unwrap_or(Made::VALUE)
}

/// What the body of a macro makes of a parameter.
fn of_parameter(
    home: &File,
    near: &dyn DefinitionSource,
    known: &MacroDefinition,
    param: &str,
    nesting: usize,
) -> Made {
    let code = code_of(home, known.body.clone());
    let uses = code
        .iter()
        .filter(|token| home.slice(token.range.clone()) == param.as_bytes());
    let made = uses.filter_map(|token| {
        let around = Around::new(home, &code, token.range.start)?;
        let before = around.text(-1);
        Some(match before {
            b"#" | b"##" => Made {
                value: false,
                text: true,
                ..Made::VALUE
            },
            _ if around.is_pasted() => Made {
                value: false,
                text: true,
                ..Made::VALUE
            },
            b"->" | b"." => Made::MEMBER,
            _ if is_tag_keyword(before) => Made {
                value: false,
                tag: true,
                ..Made::VALUE
            },
            _ => match around.call() {
                Some(call) => nested(home, near, call, nesting),
                None => Made::VALUE,
            },
        })
    });
    made.reduce(Made::and).unwrap_or(Made::VALUE)
}
