//! `macro`: a macro defined beside another, in each `#if` arm where that one is.

use askama::Template as _;
use schema::model::{Macro, MacroArm, Side};
use syntax::items::MacroDefinition;

use super::Context;
use crate::edit::Edit;
use crate::layout::{PREFERRED_WIDTH, columns, comment, expression};
use crate::place;
use crate::site::{self, Plan, Site};
use crate::unresolved::Unresolved;

#[derive(askama::Template)]
#[template(path = "c/macro.c", escape = "none")]
struct MacroTemplate<'a> {
    name: &'a str,
    params: Option<String>,
    body: &'a str,
}

pub(crate) fn plan(context: &Context<'_>, define: &Macro) -> Result<Plan, Unresolved> {
    let file = context.file;
    let live = |found: &&MacroDefinition| !file.is_dead(found.range.start);
    if let Some(there) = file
        .macros()
        .iter()
        .filter(live)
        .find(|m| m.name == define.name)
    {
        return Err(
            Unresolved::present(format!("{} is defined already", define.name))
                .at(file, there.range.start),
        );
    }
    let beside = &define.beside;
    let found = beside.anchors.iter().enumerate().find_map(|(index, name)| {
        let anchors: Vec<&MacroDefinition> = file
            .macros()
            .iter()
            .filter(live)
            .filter(|m| m.name == *name)
            .collect();
        (!anchors.is_empty()).then_some((index, name, anchors))
    });
    let Some((index, name, anchors)) = found else {
        let names = file.macros().iter().map(|m| (&m.name, m.range.start));
        return Err(Unresolved::absent(format!(
            "no macro {} in this file",
            site::listed(&beside.anchors)
        ))
        .near(site::similar_names(file, &beside.anchors, names)));
    };
    let key = if beside.side == Side::After {
        "after"
    } else {
        "before"
    };
    let alternatives = site::alternative(key, index, beside.anchors.len(), name);
    let mut plan = Plan::default();
    let mut unused: Vec<&MacroArm> = define.arms.iter().collect();
    for anchor in anchors {
        let arm = arm_of(define, anchor).ok_or_else(|| {
            Unresolved::unfit(format!(
                "no arm of the spec is for this definition of {name}"
            ))
            .at(file, anchor.range.start)
        })?;
        unused.retain(|other| other.when != arm.when);
        let at = match beside.side {
            Side::After => place::line_end(file, anchor.range.end.saturating_sub(1)),
            Side::Before => place::with_comment_above(file, anchor.range.start),
        };
        plan.edits
            .push(Edit::insert(at, text(context, define, arm, anchor)?));
        plan.sites.push(Site {
            offset: anchor.range.start,
            alternatives: alternatives.clone(),
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

/// The arm whose condition the neighbour stands under.
fn arm_of<'m>(define: &'m Macro, anchor: &MacroDefinition) -> Option<&'m MacroArm> {
    define.arms.iter().find(|arm| match &arm.when {
        None => true,
        Some(when) => {
            let (negated, expression) = match when.strip_prefix('!') {
                Some(rest) => (true, rest),
                None => (false, when.as_str()),
            };
            anchor
                .conditions
                .iter()
                .any(|c| c.expression == expression.trim() && c.negated == negated)
        }
    })
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
    let line = place::line_text(file, file.line_of(anchor.range.start));
    let start = place::line_start(file, anchor.range.start);
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
