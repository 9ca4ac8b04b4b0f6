//! `macro`: one definition in each `#if` arm where the neighbour is, with the declared body, and
//! parameters that are safe to hand any expression.

use std::ops::Range;

use dialect::token::{TokenKind, exact_text, tokens};
use query::File;
use schema::model::{Macro, Subject};
use sites::kinds::macros::{arm, live};
use syntax::items::{Condition, MacroDefinition};

use super::effect::undefined;
use super::function::first_difference;
use super::undef::by_header;
use super::{Ctx, Judged, in_order, none_of};
use crate::comparison::Image;
use crate::explained::Explained;
use crate::nodes::normal;
use sites::brief;

/// The neighbour's definitions: of the first anchor that the file defines.
fn neighbours<'a>(file: &'a File, kind: &Macro) -> Vec<&'a MacroDefinition> {
    kind.beside
        .anchors
        .iter()
        .map(|anchor| live(file, anchor))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// What it looks for, in words.
pub(super) fn sought(kind: &Macro) -> String {
    none_of(kind.beside.anchors.iter().map(String::as_str))
}

pub(super) fn judge(ctx: &Ctx<'_>, kind: &Macro) -> Judged {
    let file = match ctx.file(Image::After) {
        Ok(file) => file,
        Err(finding) => return Judged::only(*finding),
    };
    let mut judged = Judged::default();
    let mut own = live(&file, &kind.name);
    for anchor in neighbours(&file, kind) {
        let mut here: Vec<&MacroDefinition> = Vec::new();
        own.retain(|known| {
            let same = known.conditions == anchor.conditions;
            if same {
                here.push(known);
            }
            !same
        });
        in_arm(ctx, kind, &file, anchor, &here, &mut judged);
    }
    for stray in own {
        let message = format!(
            "`{}` is also defined {}, where its neighbour is not",
            kind.name,
            shown(&stray.conditions)
        );
        judged.put(
            ctx.violated("one-definition", message),
            &file,
            stray.name_range.start,
        );
        judged.comment_scope(file.path(), stray.range.clone());
    }
    if judged.findings.is_empty() {
        let message = format!("`{}` and its neighbour are not defined", kind.name);
        judged
            .findings
            .push(ctx.violated("one-definition", message).in_file(file.path()));
    }
    judged
}

/// `under #if CONFIG_PCI`
pub(super) fn shown(conditions: &[Condition]) -> String {
    let texts: Vec<String> = conditions
        .iter()
        .map(|c| format!("{}{}", if c.negated { "!" } else { "" }, c.expression))
        .collect();
    if texts.is_empty() {
        "under no `#if`".to_owned()
    } else {
        format!("under `#if {}`", texts.join(" && "))
    }
}

fn in_arm(
    ctx: &Ctx<'_>,
    kind: &Macro,
    file: &File,
    anchor: &MacroDefinition,
    here: &[&MacroDefinition],
    judged: &mut Judged,
) {
    let definition = match here {
        [one] => *one,
        [] => {
            let message = format!(
                "`{}` is not defined {}, where `{}` is",
                kind.name,
                shown(&anchor.conditions),
                anchor.name
            );
            return judged.put(
                ctx.violated("one-definition", message),
                file,
                anchor.name_range.start,
            );
        }
        [.., last] => {
            let message = format!(
                "`{}` is defined {} times {}",
                kind.name,
                here.len(),
                shown(&anchor.conditions)
            );
            let finding = ctx.violated("one-definition", message);
            return judged.put(finding, file, last.name_range.start);
        }
    };
    let at = definition.name_range.start;
    let message = format!(
        "`{}` is defined once {}",
        kind.name,
        shown(&anchor.conditions)
    );
    // In the other arm of an `#if` there is nothing of it to take away.
    let is_apart = |at: &usize| {
        let there = file.conditions_at(*at);
        there.iter().any(|other| {
            let mut own = definition.conditions.iter();
            own.any(|own| own.expression == other.expression && own.negated != other.negated)
        })
    };
    let below = definition.range.end..file.bytes().len();
    let gone = undefined(file, &kind.name, below).filter(|at| !is_apart(at));
    let by_header = || match ctx.comparison.before {
        Some(_) => None,
        None => by_header(ctx, file, &kind.name, definition.range.end),
    };
    let finding = match gone {
        None => match by_header() {
            None => ctx.holds("one-definition", message),
            Some((header, below)) => {
                let line = file.line_of(below);
                let message = format!(
                    "what line {line} includes may take it away: {header} has `#undef {}`",
                    kind.name
                );
                ctx.unknown("one-definition", message)
            }
        },
        Some(below) => {
            let line = file.line_of(below);
            let message = format!("`#undef {}` in line {line} takes the macro away", kind.name);
            ctx.violated("one-definition", message)
        }
    };
    judged.put(finding, file, at);
    body(ctx, kind, file, definition, judged);
    parameters(ctx, &kind.name, file, definition, judged);
    beside(ctx, kind, file, anchor, definition, judged);
    super::words::of_macro(ctx, file, &definition.range, judged);
    judged.comment_scope(file.path(), definition.range.clone());
    judged.explained_tokens.push(Explained::inserted(
        file.path(),
        vec![definition.range.clone()],
    ));
}

fn body(
    ctx: &Ctx<'_>,
    kind: &Macro,
    file: &File,
    definition: &MacroDefinition,
    judged: &mut Judged,
) {
    let at = definition.name_range.start;
    let Some(arm) = arm(kind, &definition.conditions) else {
        let message = format!(
            "the spec has no body for `{}` {}",
            kind.name,
            shown(&definition.conditions)
        );
        return judged.put(ctx.violated("as-declared", message), file, at);
    };
    let have = normal(&spliced(file.slice(definition.body.clone())));
    let want = normal(&spliced(arm.body.as_bytes()));
    let params = spelled_parameters(file, definition);
    let finding = if params != kind.params.as_ref().map(|params| tight(params)) {
        let list = |params: &Option<Vec<String>>| match params {
            Some(params) => format!("({})", params.join(", ")),
            None => String::new(),
        };
        let message = format!(
            "the macro is `{}{}`; the spec says `{}{}`",
            kind.name,
            list(&params),
            kind.name,
            list(&kind.params)
        );
        ctx.violated("as-declared", message)
    } else if have == want {
        ctx.holds(
            "as-declared",
            format!("`{}` expands to `{}`", kind.name, brief(&want, 60)),
        )
    } else {
        let (have, want) = first_difference(&have, &want);
        let message = format!("`{}` has `{have}` where the spec says `{want}`", kind.name);
        ctx.violated("as-declared", message)
    };
    judged.put(finding, file, at);
}

/// The parameters as they are written: `args...` is another than `args`.
pub(super) fn spelled_parameters(file: &File, definition: &MacroDefinition) -> Option<Vec<String>> {
    definition.params.as_ref()?;
    let head = spliced(file.slice(definition.name_range.end..definition.body.start));
    let words: Vec<String> = tokens(&head)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .map(|token| exact_text(head.get(token.range).unwrap_or_default()).into_owned())
        .collect();
    let list = words.concat();
    let list = list.trim_start_matches('(');
    let list = list.rsplit_once(')').map_or(list, |(list, _)| list);
    let names = list.split(',').filter(|name| !name.is_empty());
    Some(names.map(str::to_owned).collect())
}

/// The parameters without white space.
pub(super) fn tight(params: &[String]) -> Vec<String> {
    let parts = |name: &String| name.split_whitespace().collect::<String>();
    params.iter().map(parts).collect()
}

/// A body without its line splices.
fn spliced(text: &[u8]) -> Vec<u8> {
    exact_text(text)
        .replace("\\\r\n", " ")
        .replace("\\\n", " ")
        .into_bytes()
}

/// Every use of a parameter is parenthesised, an argument of its own, or an operand of `#` or `##`.
pub(super) fn parameters(
    ctx: &Ctx<'_>,
    own: &str,
    file: &File,
    definition: &MacroDefinition,
    judged: &mut Judged,
) {
    let Some(params) = &definition.params else {
        return;
    };
    let text = spliced(file.slice(definition.body.clone()));
    let words: Vec<(TokenKind, String)> = tokens(&text)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .map(|token| {
            let slice = text.get(token.range).unwrap_or_default();
            (token.kind, exact_text(slice).into_owned())
        })
        .collect();
    let word = |at: Option<usize>| {
        at.and_then(|at| words.get(at))
            .map_or("", |(_, word)| word.as_str())
    };
    let bare = words.iter().enumerate().find(|(at, (kind, text))| {
        let previous = word(at.checked_sub(1));
        let next = word(Some(at + 1));
        *kind == TokenKind::Word
            && params.contains(text)
            && !(matches!(previous, "(" | ",") && matches!(next, ")" | ","))
            && !matches!(previous, "#" | "##")
            && next != "##"
            && !matches!(previous, "->" | ".")
    });
    let finding = match bare {
        Some((_, (_, name))) => {
            let message = format!("`{own}` uses its parameter `{name}` without parentheses");
            ctx.violated("parameters", message)
        }
        None => ctx.holds("parameters", "every parameter is used safely"),
    };
    judged.put(finding, file, definition.name_range.start);
}

/// Nothing but other new macros stands between it and its neighbour.
fn beside(
    ctx: &Ctx<'_>,
    kind: &Macro,
    file: &File,
    anchor: &MacroDefinition,
    definition: &MacroDefinition,
    judged: &mut Judged,
) {
    let (word, first, second) = in_order(kind.beside.side, &anchor.range, &definition.range);
    let finding = if first.end <= second.start && is_empty(ctx, file, first.end..second.start) {
        ctx.holds("beside", format!("directly {word} `{}`", anchor.name))
    } else {
        let message = format!("`{}` is not directly {word} `{}`", kind.name, anchor.name);
        ctx.violated("beside", message)
    };
    judged.put(finding, file, definition.name_range.start);
}

fn is_empty(ctx: &Ctx<'_>, file: &File, range: Range<usize>) -> bool {
    let text = file.slice(range.clone());
    tokens(text)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .all(|token| {
            let at = range.start + token.range.start;
            file.macros()
                .iter()
                .any(|known| known.range.contains(&at) && is_declared(ctx, &known.name))
        })
}

fn is_declared(ctx: &Ctx<'_>, name: &str) -> bool {
    ctx.spec_has(|subject| matches!(subject, Subject::Macro(known) if known == name))
}
