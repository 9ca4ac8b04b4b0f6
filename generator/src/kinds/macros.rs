//! `macro`: a macro defined beside another, in each `#if` arm where that one is.

use query::File;
use schema::model::{Macro, MacroArm, Side};
use sites::kinds::macros as anchors;
use syntax::items::MacroDefinition;
use templates::Page as _;

use crate::edit::Edit;
use crate::fragment::{Commented, Writes, fragment};
use crate::layout::beside::Comments;
use crate::layout::comment::CommentTemplate;
use crate::layout::define::Around;
use crate::layout::{columns, comment, expression};
use crate::plan::{Context, Plan, Site};
use sites::{Unresolved, lines};

/// A definition, without its comment.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/macro.c", escape = "none")]
struct MacroTemplate<'a> {
    /// `#define` as the neighbour has it: registers' bits are mostly one blank more away from it.
    directive: &'a str,
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
                let mut end = lines::line_end(file, anchor.range.end.saturating_sub(1));
                // An empty line behind a backslash is the macro's, too.
                while is_continued(file, end) {
                    let next = lines::line_end(file, end);
                    if next <= end {
                        let message =
                            "the file ends in a backslash, which would take in the next line";
                        return Err(Unresolved::unfit(message).at(file, anchor.range.start));
                    }
                    end = next;
                }
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

/// Whether the line that ends at `end` goes on with the next one.
fn is_continued(file: &File, end: usize) -> bool {
    let line = file.text(lines::line_start(file, end.saturating_sub(1))..end);
    line.trim_end_matches(['\n', '\r']).ends_with('\\')
}

/// The definition, its body and its comment in the neighbours' columns.
fn text(
    context: &Context<'_>,
    define: &Macro,
    arm: &MacroArm,
    anchor: &MacroDefinition,
) -> Result<String, Unresolved> {
    let file = context.file;
    let around = Around::of(file, anchor);
    let body = arm.body.trim();
    let directive = file.text(anchor.range.start..anchor.name_range.start);
    let is_plain = !directive.contains(['\n', '/']);
    let mut page = MacroTemplate {
        directive: if is_plain { &directive } else { "#define " },
        name: &define.name,
        function_like: define.params.is_some(),
        params: define.params.as_deref().unwrap_or_default().join(", "),
        gap: String::new(),
        body: "",
    };
    if !body.contains('\n') {
        let head = fragment(&page)?;
        page.gap = around.gap(columns::width(&head), page.function_like);
    } else {
        page.gap = " ".to_owned();
    }
    page.body = body;
    let code = fragment(&page)?;
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
    let mut apart = false;
    if let Some(words) = context.body.comment.as_deref() {
        match gap_before(&code, words, &around.comments)? {
            Some((gap, behind)) => (commented.gap, commented.behind) = (gap, behind),
            None => {
                let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
                commented.above = comment::above(words, "", style)?;
                apart = around.comments.are_apart();
            }
        }
    }
    let text = fragment(&commented)? + "\n";
    Ok(match (apart, define.beside.side) {
        (true, Side::Before) => text + "\n",
        (true, Side::After) => format!("\n{text}"),
        (false, _) => text,
    })
}

/// A comment behind the definition, in the column of the neighbours', and the white space that leads there; none where
/// it has to go above.
fn gap_before(
    code: &str,
    words: &str,
    comments: &Comments,
) -> Result<Option<(String, String)>, Unresolved> {
    let is_line = !code.contains('\n') && !words.trim().contains('\n');
    let column = comments
        .column()
        .filter(|_| is_line && !comments.are_above());
    let Some(column) = column else {
        return Ok(None);
    };
    let behind = comment::trailing(words)?;
    let end = columns::width(code);
    let gap = columns::pad(end, column);
    let fits = columns::advance(&behind, columns::advance(&gap, end)) <= comments.width_limit();
    Ok(fits.then_some((gap, behind)))
}
