//! `macro`: a macro defined next to another, in each `#if` arm where that one is.

use dialect::token::{TokenKind, tokens};

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::place::places;
use crate::compile::words::{all, optional};
use crate::raw::{Text, Texts, section};

section! {
    /// A macro defined next to another, in each `#if` arm where that one is.
    MacroKeys at span {
        /// The macro's name.
        Required name: Text,
        /// Its parameters; without this key it is object-like.
        Optional params: Texts,
        /// The macro to stand after, or alternatives.
        Optional after: Texts,
        /// The macro to stand before, or alternatives.
        Optional before: Texts,
        /// The body, where it is the same wherever the neighbour is (or `arms`).
        Optional body: Text,
        /// The bodies, one an `#if` arm (or `body`).
        Optional arms: Vec<ArmKeys>,
    }
}

section! {
    /// A macro's body in one `#if` arm.
    ArmKeys {
        /// The arm: `CONFIG_PCI`, `!CONFIG_PCI`.
        Required when: Text,
        /// The body; may have several lines.
        Required body: Text,
    }
}

/// A macro defined next to another, in each `#if` arm where that one is.
#[derive(Clone, Debug)]
pub struct Macro {
    /// Its name.
    pub name: String,
    /// Parameter names; none: object-like.
    pub params: Option<Vec<String>>,
    /// The neighbouring macro, by name.
    pub beside: Beside<String>,
    /// One body an arm.
    pub arms: Vec<MacroArm>,
}

/// A macro's body in one `#if` arm.
#[derive(Clone, Debug)]
pub struct MacroArm {
    /// `CONFIG_PCI`, `!CONFIG_PCI`; none: wherever the neighbour is (then it is the only arm).
    pub when: Option<String>,
    /// The body as written; may have several lines.
    pub body: String,
}

impl Kind for Macro {
    type Keys = MacroKeys;

    const EXAMPLE: &'static str = r#"
file = "include/linux/pci.h"
name = "dev_is_vf"
params = ["d"]
after = "dev_is_pf"
arms = [
	{ when = "CONFIG_PCI", body = "(to_pci_dev(d)->is_virtfn)" },
	{ when = "!CONFIG_PCI", body = "(false)" },
]
"#;

    const HAS_OWN_COMMENTS: bool = false;

    fn functions(_: &MacroKeys) -> Option<&Texts> {
        None
    }

    fn compile(compiler: &mut Compiler<'_>, keys: &MacroKeys, _: &Given<'_>) -> Option<Self> {
        let name = keys
            .name
            .as_ref()
            .and_then(|text| compiler.identifier(text, "macro"));
        let params = optional(keys.params.as_ref(), |texts| {
            all(texts.items.iter().map(|text| parameter(compiler, text)))
        });
        let beside = compiler.required_beside(places!(keys), |compiler, text| {
            compiler.identifier(text, "macro")
        });
        let arms = arms(compiler, keys);
        Some(Self {
            name: name?,
            params: params?,
            beside: beside?,
            arms: arms?,
        })
    }

    fn subject(&self) -> Subject<'_> {
        Subject::Macro(&self.name)
    }
}

fn parameter(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    if text.value == "..." {
        return Some(text.value.clone());
    }
    let name = text.value.strip_suffix("...").unwrap_or(&text.value);
    let plain = Text {
        value: name.to_owned(),
        span: text.span.clone(),
    };
    compiler.identifier(&plain, "parameter")?;
    Some(text.value.clone())
}

fn arms(compiler: &mut Compiler<'_>, keys: &MacroKeys) -> Option<Vec<MacroArm>> {
    match (&keys.body, &keys.arms) {
        (Some(text), None) => {
            let body = body(compiler, text)?;
            Some(vec![MacroArm { when: None, body }])
        }
        (None, Some(arms)) if !arms.is_empty() => all(arms.iter().map(|keys| arm(compiler, keys))),
        (body, arms) => {
            let message = match (body, arms) {
                (Some(_), Some(_)) => "both `body` and `arms` are given",
                (None, None) => "neither `body` nor `arms` is given",
                _ => "`arms` is an empty list",
            };
            let help = "`body` where it is the same wherever the neighbour is, `arms` where each `#if` arm has its own";
            compiler
                .mistakes
                .report(&keys.span, message, "defined as what?", help);
            None
        }
    }
}

fn arm(compiler: &mut Compiler<'_>, keys: &ArmKeys) -> Option<MacroArm> {
    let when = keys.when.as_ref();
    let when = when.and_then(|text| compiler.condition(text));
    let body = keys.body.as_ref().and_then(|text| body(compiler, text));
    Some(MacroArm {
        when: Some(when?),
        body: body?,
    })
}

/// A macro's body: each line but the last goes on with a backslash.
fn body(compiler: &mut Compiler<'_>, text: &Text) -> Option<String> {
    let body = compiler.prose(text, "body")?;
    let lines: Vec<&str> = body.lines().collect();
    let last = lines.len().saturating_sub(1);
    let torn = lines
        .iter()
        .enumerate()
        .find(|(index, line)| (*index < last) != line.ends_with('\\'));
    if let Some((_, line)) = torn.filter(|_| !body.is_empty()) {
        let message = format!("the line `{line}` ends wrongly for a macro's body");
        let help =
            "each line but the last ends with a backslash; write the body between ''' and '''";
        compiler
            .mistakes
            .report(&text.span, message, "torn body", help);
        return None;
    }
    if let Some((message, help)) = swallows(&body) {
        compiler
            .mistakes
            .report(&text.span, message, "left open", help);
        return None;
    }
    Some(body)
}

/// A comment or a literal that would take in what follows the body.
fn swallows(body: &str) -> Option<(String, &'static str)> {
    // A line that follows tells an open comment from one that ends.
    let code = format!("{body}\nx");
    let all = tokens(code.as_bytes());
    let last = all.last()?;
    let text = code.get(last.range.clone())?;
    if last.kind == TokenKind::Comment {
        let message = format!("the comment `{}` does not end", text.lines().next()?);
        return Some((message, "close it with `*/`"));
    }
    let line_comment = all.iter().find(|token| {
        token.kind == TokenKind::Comment && code.get(token.range.clone()).is_some_and(|text| {
            text.starts_with("//") && text.contains('\n')
        })
    });
    if line_comment.is_some() {
        let message = "a `//` comment goes on over the `\\`, and takes in the next line".to_owned();
        return Some((message, "write `/* … */`"));
    }
    let open = all.iter().find_map(|token| {
        let text = code.get(token.range.clone())?;
        let quote = match token.kind {
            TokenKind::String => '"',
            TokenKind::Char => '\'',
            _ => return None,
        };
        let inside = text.split_once(quote)?.1.strip_suffix(quote);
        let is_escaped = |inside: &str| {
            let slashes = inside.len() - inside.trim_end_matches('\\').len();
            slashes % 2 == 1
        };
        inside.is_none_or(is_escaped).then(|| text.to_owned())
    })?;
    let message = format!("the literal `{open}` does not end");
    Some((message, "close it"))
}
