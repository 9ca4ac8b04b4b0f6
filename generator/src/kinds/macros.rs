//! `macro`: a macro defined beside another, in each `#if` arm where that one is.

use askama::Template as _;
use schema::model::{Macro, MacroArm, Side};
use sites::kinds::macros as anchors;
use syntax::items::MacroDefinition;

use crate::edit::Edit;
use crate::layout::{PREFERRED_WIDTH, columns, comment, expression};
use crate::plan::{Context, Plan, Site};
use sites::{Unresolved, lines};

#[derive(askama::Template)]
#[template(path = "c/macro.c", escape = "none")]
struct MacroTemplate<'a> {
    name: &'a str,
    params: Option<String>,
    body: &'a str,
}

pub(crate) fn plan(context: &Context<'_>, define: &Macro) -> Result<Plan, Unresolved> {
    let file = context.file;
    if let Some(present) = anchors::present(file, define) {
        return Err(present);
    }
    let beside = &define.beside;
    let found = anchors::find(&context.resolver, define)?;
    let name = found.found.first().map_or("", |anchor| &anchor.name);
    let mut plan = Plan::default();
    let mut unused: Vec<&MacroArm> = define.arms.iter().collect();
    for anchor in &found.found {
        let arm = anchors::arm(define, &anchor.conditions).ok_or_else(|| {
            Unresolved::unfit(format!(
                "no arm of the spec is for this definition of {name}"
            ))
            .at(file, anchor.range.start)
        })?;
        unused.retain(|other| other.when != arm.when);
        let at = match beside.side {
            Side::After => lines::line_end(file, anchor.range.end.saturating_sub(1)),
            Side::Before => lines::with_comment_above(file, anchor.range.start),
        };
        plan.edits
            .push(Edit::insert(at, text(context, define, arm, anchor)?));
        plan.sites.push(Site {
            offset: anchor.range.start,
            alternatives: found.alternatives.clone(),
        });
    }
    if let Some(arm) = unused.first() {
        let when = arm.when.as_deref().unwrap_or("any condition");
        return Err(Unresolved::unfit(format!(
            "{name} is not defined under {when}"
        )));
    }
    Ok(plan)
}

/// The definition, its body and its comment in the neighbour's columns.
fn text(
    context: &Context<'_>,
    define: &Macro,
    arm: &MacroArm,
    anchor: &MacroDefinition,
) -> Result<String, Unresolved> {
    let file = context.file;
    let mut text = MacroTemplate {
        name: &define.name,
        params: define.params.as_ref().map(|list| list.join(", ")),
        body: arm.body.trim(),
    }
    .render()
    .map_err(|error| Unresolved::spec(format!("the C template failed: {error}")))?
    .trim_end()
    .to_owned();
    let line = lines::line_text(file, file.line_of(anchor.range.start));
    let start = lines::line_start(file, anchor.range.start);
    if let Some(column) = value_column(&line, start, define, anchor) {
        let head = format!("#define {}", define.name);
        let width = columns::width(&head);
        let gap = if width < column {
            columns::pad(width, column)
        } else {
            "\t".to_owned()
        };
        text = format!("{head}{gap}{}", arm.body.trim());
    }
    let text = if text.contains('\n') {
        text
    } else {
        expression::fit_new(&text)
    };
    let Some(words) = context.body.comment.as_deref() else {
        return Ok(format!("{text}\n"));
    };
    let column = line
        .rfind("/*")
        .and_then(|at| line.get(..at))
        .map(columns::width);
    if let Some(column) = column.filter(|_| !text.contains('\n')) {
        let trailing = format!(
            "{text}{}{}",
            columns::pad(columns::width(&text), column),
            comment::trailing(words)
        );
        if columns::width(&trailing) <= PREFERRED_WIDTH {
            return Ok(format!("{trailing}\n"));
        }
    }
    let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
    Ok(format!("{}{text}\n", comment::above(words, "", style)))
}

/// The column that the neighbour's value stands in, where both are object-like and a tab leads there.
fn value_column(
    line: &str,
    start: usize,
    define: &Macro,
    anchor: &MacroDefinition,
) -> Option<usize> {
    if define.params.is_some() || anchor.params.is_some() {
        return None;
    }
    let name_end = anchor.name_range.end.checked_sub(start)?;
    let rest = line.get(name_end..)?;
    let gap = columns::indentation(rest);
    let tabbed = gap.contains('\t') && gap.len() < rest.len();
    tabbed
        .then(|| line.get(..name_end + gap.len()).map(columns::width))
        .flatten()
}
