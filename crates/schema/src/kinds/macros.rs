//! `macro`: a macro defined next to another, in each `#if` arm where that one is.

mod body;

use super::{Given, Kind, Subject};
use crate::beside::Beside;
use crate::compile::Compiler;
use crate::compile::place::places;
use crate::compile::words::{all, optional};
use crate::diagnostics::Span;
use crate::raw::{Text, Texts, section};

section! {
    /// A macro defined next to another, in each `#if` arm where that one is.
    MacroKeys at span {
        /// The macro's name.
        Required name: Text,
        /// Its parameters; without this key it is object-like.
        Optional params: Texts,
        /// The macro to come after, or alternatives.
        Optional after: Texts,
        /// The macro to come before, or alternatives.
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
            .and_then(|text| compiler.identifier(text, "macro"))
            .filter(|name| !is_predefined(name));
        let taken = keys.name.as_ref().filter(|text| is_predefined(&text.value));
        if let Some(text) = taken {
            let message = format!("no macro can be called `{}`", text.value);
            let label = match text.value.as_str() {
                "defined" => "an operator",
                _ => "C has it for its own",
            };
            let help = "give it another name";
            compiler.mistakes.report(&text.span, message, label, help);
        }
        let params = optional(keys.params.as_ref(), |texts| parameters(compiler, texts));
        let beside = compiler.required_beside(places!(keys), |compiler, text| {
            compiler.identifier(text, "macro")
        });
        let known = params.as_ref().and_then(Option::as_ref);
        let given = (keys.body.as_ref(), keys.arms.as_ref());
        let arms = bodies(compiler, &keys.span, given, known);
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

/// Whether C does not let a program define the name (C11 6.10.8).
fn is_predefined(name: &str) -> bool {
    matches!(
        name,
        "defined"
            | "__FILE__"
            | "__LINE__"
            | "__DATE__"
            | "__TIME__"
            | "__STDC__"
            | "__STDC_HOSTED__"
            | "__STDC_VERSION__"
            | "__VA_ARGS__"
            | "__VA_OPT__"
    )
}

/// The parameters of a macro.
pub(super) fn parameters(compiler: &mut Compiler<'_>, texts: &Texts) -> Option<Vec<String>> {
    let params = all(texts.items.iter().map(|text| parameter(compiler, text)))?;
    distinct(compiler, texts, &params)?;
    Some(params)
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
    let name = compiler.identifier(&plain, "parameter")?;
    if matches!(&*name, "__VA_ARGS__" | "__VA_OPT__") {
        let message = format!("no parameter can be called `{name}`");
        let help = "it is what `...` takes: write `...`";
        compiler
            .mistakes
            .report(&text.span, message, "C has it for its own", help);
        return None;
    }
    Some(text.value.clone())
}

/// Says that a name is taken by two parameters, or that `...` is not the last.
fn distinct(compiler: &mut Compiler<'_>, texts: &Texts, params: &[String]) -> Option<()> {
    let twice = params.iter().enumerate().find(|(at, name)| {
        let mut earlier = params.iter().take(*at);
        earlier.any(|other| other == *name)
    });
    let early = params
        .iter()
        .rev()
        .skip(1)
        .find(|name| name.ends_with("..."));
    let (message, help) = match (twice, early) {
        (Some((_, name)), _) => (
            format!("the parameter `{name}` is there twice"),
            "each parameter has a name of its own",
        ),
        (_, Some(name)) => (
            format!("`{name}` is not the last parameter"),
            "what takes any number of arguments is the last",
        ),
        _ => return Some(()),
    };
    compiler
        .mistakes
        .report(&texts.span, message, "no compiler takes this", help);
    None
}

/// The bodies of a macro: one for all arms, or one each.
pub(super) fn bodies(
    compiler: &mut Compiler<'_>,
    span: &Span,
    given: (Option<&Text>, Option<&Vec<ArmKeys>>),
    params: Option<&Vec<String>>,
) -> Option<Vec<MacroArm>> {
    match given {
        (Some(text), None) => {
            let body = body(compiler, text, params)?;
            Some(vec![MacroArm { when: None, body }])
        }
        (None, Some(arms)) if !arms.is_empty() => {
            all(arms.iter().map(|keys| arm(compiler, keys, params)))
        }
        (body, arms) => {
            let message = match (body, arms) {
                (Some(_), Some(_)) => "both `body` and `arms` are given",
                (None, None) => "neither `body` nor `arms` is given",
                _ => "`arms` is an empty list",
            };
            let help = "`body` where it is the same wherever the neighbour is, `arms` where each `#if` arm has its own";
            compiler
                .mistakes
                .report(span, message, "defined as what?", help);
            None
        }
    }
}

fn arm(
    compiler: &mut Compiler<'_>,
    keys: &ArmKeys,
    params: Option<&Vec<String>>,
) -> Option<MacroArm> {
    let when = keys.when.as_ref();
    let when = when.and_then(|text| compiler.condition(text));
    let body = keys
        .body
        .as_ref()
        .and_then(|text| body(compiler, text, params));
    Some(MacroArm {
        when: Some(when?),
        body: body?,
    })
}

/// A macro's body: each line but the last goes on with a backslash.
fn body(compiler: &mut Compiler<'_>, text: &Text, params: Option<&Vec<String>>) -> Option<String> {
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
    let fault = body::swallows(&body).or_else(|| body::misuses(&body, params));
    if let Some((message, help)) = fault {
        compiler
            .mistakes
            .report(&text.span, message, "no compiler takes this", help);
        return None;
    }
    Some(body)
}
