//! `assign`: a location set, under a condition, beside a statement of a function.

use askama::Template as _;
use query::File;
use query::pattern::{Bindings, Fragment, Match, Pattern};
use schema::model::{Assign, Side};

use super::Context;
use super::condition::filled;
use crate::anchor::{self, Anchor};
use crate::edit::Edit;
use crate::layout::statement::{self, Beside};
use crate::layout::{comment, expression};
use crate::place;
use crate::site::{self, Plan, Site};
use crate::unresolved::Unresolved;

#[derive(askama::Template)]
#[template(path = "c/assign.c", escape = "none")]
struct AssignTemplate<'a> {
    when: Option<&'a str>,
    set: &'a str,
}

pub(crate) fn plan(context: &Context<'_>, assign: &Assign) -> Result<Plan, Unresolved> {
    let file = context.file;
    let (functions, mut used) = site::functions(file, &assign.functions)?;
    let bodies: Vec<_> = functions
        .iter()
        .map(|function| function.body.clone())
        .collect();
    let key = if assign.beside.side == Side::After {
        "after"
    } else {
        "before"
    };
    let whole = |found: &Match| Ok(anchor::of(file, &found.range).is_some());
    let (found, alternatives) =
        site::matches(context, &bodies, key, &assign.beside.anchors, &whole)?;
    used.extend(alternatives);
    let offsets: Vec<usize> = found.iter().map(|m| m.range.start).collect();
    let what = assign.beside.anchors.first().map_or("", Pattern::text);
    site::counted(file, context.sites, &offsets, &format!("`{what}`"))?;

    let mut plan = Plan::default();
    for m in &found {
        let set = filled(&assign.set, &m.bindings)?;
        // What another definition of the function sets, in the other arm of an `#if`, is not set here.
        let own = bodies
            .iter()
            .filter(|body| body.contains(&m.range.start))
            .cloned();
        if let Some(at) = already(context, &set, &own.collect::<Vec<_>>())? {
            return Err(Unresolved::present(format!("`{set}` stands there already")).at(file, at));
        }
        let Some(anchor) = anchor::of(file, &m.range) else {
            continue;
        };
        plan.edits
            .push(insertion(context, assign, anchor, &m.bindings, &set)?);
        plan.sites.push(Site {
            offset: m.range.start,
            alternatives: used.clone(),
        });
    }
    Ok(plan)
}

/// Where the functions set that already.
fn already(
    context: &Context<'_>,
    set: &str,
    bodies: &[std::ops::Range<usize>],
) -> Result<Option<usize>, Unresolved> {
    let Ok(pattern) = Pattern::compile(set, Fragment::Expression, context.isomorphisms) else {
        return Ok(None);
    };
    for body in bodies {
        if let Some(found) = site::live_matches(context, &pattern, body)?.first() {
            return Ok(Some(found.range.start));
        }
    }
    Ok(None)
}

fn insertion(
    context: &Context<'_>,
    assign: &Assign,
    anchor: Anchor<'_>,
    bindings: &Bindings,
    set: &str,
) -> Result<Edit, Unresolved> {
    let file = context.file;
    let at = anchor::beside(file, anchor, assign.beside.side)?;
    let indentation = place::indentation(file, anchor.first.start_byte());
    let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
    let words = context.body.comment.as_deref();
    let above = words.map_or_else(String::new, |words| {
        comment::above(words, &indentation, style)
    });
    let when = assign
        .when
        .as_ref()
        .map(|when| filled(when, bindings))
        .transpose()?;
    let code = AssignTemplate {
        when: when.as_deref().map(site::one_line).as_deref(),
        set,
    }
    .render()
    .map_err(|error| Unresolved::spec(format!("the C template failed: {error}")))?;
    let code = expression::fit_new(&statement::indent(code.trim_end(), &indentation));
    let text = format!("{above}{}\n", code.trim_end());
    let group = text.lines().count() > 1;
    let (lead, trail) = statement::blank_lines(
        neighbour(file, at, Side::Before),
        neighbour(file, at, Side::After),
        group,
    );
    let blank = |wanted: bool| if wanted { "\n" } else { "" };
    Ok(Edit::insert(
        at,
        format!("{}{text}{}", blank(lead), blank(trail)),
    ))
}

/// What stands on one side of the line start `at`.
fn neighbour(file: &File, at: usize, side: Side) -> Beside {
    let line = match side {
        Side::Before => file.line_of(at.saturating_sub(1)),
        Side::After => file.line_of(at),
    };
    let text = place::line_text(file, line);
    if let Some(plain) = statement::plain_neighbour(&text) {
        return plain;
    }
    let range = file.lines().range_of(line);
    let first = range.start + text.len() - text.trim_start().len();
    let mut node = file
        .root()
        .named_descendant_for_byte_range(first, first + 1);
    while let Some(current) = node {
        match current.kind() {
            "declaration" => return Beside::Declaration,
            "compound_statement" => break,
            _ => node = current.parent(),
        }
    }
    Beside::Code
}
