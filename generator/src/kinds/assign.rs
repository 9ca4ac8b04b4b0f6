//! `assign`: a location set, under a condition, beside a statement of a function.

use query::pattern::Bindings;
use schema::model::{Assign, Side};
use sites::kinds::assign;
use sites::statement::{self, Anchor};

use crate::anchor;
use crate::edit::Edit;
use crate::fragment::{Writes, fragment};
use crate::layout::comment::CommentTemplate;
use crate::layout::statement::Beside;
use crate::layout::{air, comment, expression};
use crate::place::Indent;
use crate::plan::{Context, Plan, Site};
use sites::Unresolved;
use sites::widening::filled;
use templates::Page as _;

/// The statement, with its comment and its condition.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/assign.c", escape = "none")]
struct AssignTemplate<'a> {
    comment: String,
    indentation: &'a str,
    deeper: &'a str,
    conditional: bool,
    condition: String,
    set: String,
}

templates::page!(AssignTemplate<'_>, "c/assign.c");

pub(crate) const WRITES: Writes = Writes::Fragments(&[AssignTemplate::PATH, CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, assign: &Assign) -> Result<Plan, Unresolved> {
    let file = context.file;
    let anchors = assign::find(&context.resolver, assign)?;
    if let Some(present) = assign::present(&context.resolver, assign, &anchors.found)? {
        return Err(present);
    }
    let mut plan = Plan::default();
    for m in &anchors.found {
        let set = filled(&assign.set, &m.bindings)?;
        for new in assign.when.iter().chain([&assign.set]) {
            sites::effects::fits(
                (file, &context.resolver.definitions),
                m.range.start,
                &m.bindings,
                new,
                true,
            )?;
        }
        let Some(anchor) = statement::of(file, &m.range) else {
            continue;
        };
        plan.edits
            .push(insertion(context, assign, anchor, &m.bindings, &set)?);
        plan.sites
            .extend(Site::each([m.range.start], &anchors.alternatives));
    }
    Ok(plan)
}

fn insertion(
    context: &Context<'_>,
    assign: &Assign,
    anchor: Anchor<'_>,
    bindings: &Bindings,
    set: &str,
) -> Result<Edit, Unresolved> {
    let file = context.file;
    let at = anchor::beside(context, anchor, assign.beside.side)?;
    let indentation = anchor::indentation(file, anchor.first);
    let own = Indent::of(file, anchor.first.start_byte()).with(&indentation);
    let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
    let words = context.body.comment.as_deref();
    let comment = match words {
        Some(words) => comment::above(words, &indentation, style)?,
        None => String::new(),
    };
    let when = assign
        .when
        .as_ref()
        .map(|when| filled(when, bindings))
        .transpose()?;
    let head = format!("{indentation}if (");
    let deeper = match when {
        Some(_) => own.inside(1, 0),
        None => indentation.clone(),
    };
    let condition = when.as_deref().map(sites::one_line);
    let text = fragment(&AssignTemplate {
        comment,
        indentation: &indentation,
        deeper: &deeper,
        conditional: condition.is_some(),
        condition: condition.map_or_else(String::new, |condition| {
            expression::fit_within(&head, &condition, ")")
        }),
        set: expression::fit_within(&deeper, set, ";"),
    })? + "\n";
    let beside = [Side::Before, Side::After].map(|side| anchor::neighbour(context, at, side));
    let [before, after] = beside;
    let (lead, trail) = match text.lines().count() > 1 {
        true => air::around(file, anchor.first.start_byte()).beside(before, after),
        false => (before == Beside::Declaration, false),
    };
    let blank = |wanted: bool| if wanted { "\n" } else { "" };
    Ok(Edit::beside(
        at,
        assign.beside.side,
        format!("{}{text}{}", blank(lead), blank(trail)),
    ))
}
