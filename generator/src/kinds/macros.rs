//! `macro`: a macro defined beside another, in each `#if` arm where that one is.

use schema::model::{Macro, MacroArm, Side};
use sites::kinds::macros as anchors;
use syntax::items::MacroDefinition;
use templates::Page as _;

use crate::edit::Edit;
use crate::fragment::{Commented, Writes, fragment};
use crate::layout::comment::CommentTemplate;
use crate::layout::{PREFERRED_WIDTH, columns, comment, expression};
use crate::plan::{Context, Plan, Site};
use sites::{Unresolved, lines};

/// A definition, without its comment.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/macro.c", escape = "none")]
struct MacroTemplate<'a> {
    name: &'a str,
    function_like: bool,
    params: String,
    gap: String,
    body: &'a str,
}

templates::page!(MacroTemplate<'_>, "c/macro.c");

pub(crate) const WRITES: Writes =
    Writes::Fragments(&[MacroTemplate::PATH, Commented::PATH, CommentTemplate::PATH]);

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
            Side::After => {
                let end = lines::line_end(file, anchor.range.end.saturating_sub(1));
                context.inserted.past(end)
            }
            Side::Before => lines::with_comment_above(file, anchor.range.start),
        };
        plan.edits.push(Edit::beside(
            at,
            beside.side,
            text(context, define, arm, anchor)?,
        ));
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
    let line = lines::line_text(file, file.line_of(anchor.range.start));
    let start = lines::line_start(file, anchor.range.start);
    let code = fragment(&MacroTemplate {
        name: &define.name,
        function_like: define.params.is_some(),
        params: define.params.as_deref().unwrap_or_default().join(", "),
        gap: value_column(&line, start, define, anchor).map_or_else(
            || " ".to_owned(),
            |column| {
                gap(
                    columns::width("#define ") + columns::width(&define.name),
                    column,
                )
            },
        ),
        body: arm.body.trim(),
    })?;
    let code = code.trim_end();
    let code = match code.contains('\n') {
        true => code.to_owned(),
        false => expression::fit_new(code),
    };
    let mut commented = Commented {
        above: String::new(),
        code: &code,
        gap: String::new(),
        behind: String::new(),
    };
    if let Some(words) = context.body.comment.as_deref() {
        match gap_before(&code, words, &line)? {
            Some((gap, behind)) => (commented.gap, commented.behind) = (gap, behind),
            None => {
                let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
                commented.above = comment::above(words, "", style)?;
            }
        }
    }
    Ok(fragment(&commented)? + "\n")
}

/// White space from the end of the name to the neighbour's value; a tab where the name is too long.
fn gap(name_end: usize, column: usize) -> String {
    match name_end < column {
        true => columns::pad(name_end, column),
        false => "\t".to_owned(),
    }
}

/// A comment behind the definition, in the column of the neighbour's, and the white space that leads there; none where
/// it has to go above.
fn gap_before(
    code: &str,
    words: &str,
    neighbour: &str,
) -> Result<Option<(String, String)>, Unresolved> {
    let comment = neighbour.rfind("/*").and_then(|at| neighbour.get(..at));
    let Some(column) = comment.map(columns::width).filter(|_| !code.contains('\n')) else {
        return Ok(None);
    };
    let behind = comment::trailing(words)?;
    let end = columns::width(code);
    let gap = columns::pad(end, column);
    let fits = columns::advance(&behind, columns::advance(&gap, end)) <= PREFERRED_WIDTH;
    Ok(fits.then_some((gap, behind)))
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
