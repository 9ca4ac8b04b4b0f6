//! `redefine`: the body of a macro, in the place of its old one.

use schema::model::{MacroArm, Redefine};
use sites::kinds::redefine as anchors;
use sites::{Unresolved, lines};
use syntax::items::MacroDefinition;

use crate::edit::Edit;
use crate::fragment::Writes;
use crate::layout::{PREFERRED_WIDTH, columns};
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes = Writes::NoFragment("the spec has the body");

pub(crate) fn plan(context: &Context<'_>, redefine: &Redefine) -> Result<Plan, Unresolved> {
    let file = context.file;
    let chosen = anchors::find(&context.resolver, redefine)?;
    if let Some(present) = anchors::present(file, redefine, &chosen.found) {
        return Err(present);
    }
    let mut plan = Plan::default();
    for (known, arm) in &chosen.found {
        if !anchors::is_so(file, redefine, known, arm) {
            plan.edits.push(edit(context, redefine, known, arm));
        }
        plan.sites.push(Site {
            offset: known.range.start,
            alternatives: chosen.alternatives.clone(),
        });
    }
    Ok(plan)
}

/// The new body, and the new parameters if there are any, with what is between them and the name as it was.
fn edit(
    context: &Context<'_>,
    redefine: &Redefine,
    known: &MacroDefinition,
    arm: &MacroArm,
) -> Edit {
    let file = context.file;
    let body = arm.body.trim();
    let head = file.text(known.name_range.end..known.body.start);
    let old_params = head.rfind(')').filter(|_| known.params.is_some());
    let (old_params, gap) = head.split_at(old_params.map_or(0, |at| at + 1));
    let params = match &redefine.params {
        Some(params) => format!("({})", params.join(", ")),
        None => old_params.to_owned(),
    };
    // Lines below the name are indented as the old ones were.
    let indentation = gap.rfind('\n').and_then(|at| gap.get(at + 1..));
    // One that was below the name is beside it where there is room.
    let has_lines = body.contains('\n');
    let name = lines::line_start(file, known.range.start)..known.name_range.end;
    let beside = format!("{}{params} {body}", file.text(name));
    let is_beside = !has_lines && columns::width(&beside) <= PREFERRED_WIDTH;
    let gap = match gap {
        _ if body.is_empty() => "",
        // A definition without a body has nothing there, and a body that begins with a backslash is laid out by the spec.
        gap if gap.is_empty() || body.starts_with('\\') => " ",
        _ if indentation.is_some() && is_beside => " ",
        gap => gap,
    };
    let body = match indentation.filter(|_| !body.starts_with('\\')) {
        Some(indentation) => body.replace('\n', &format!("\n{indentation}")),
        None => body.to_owned(),
    };
    Edit::replace(
        known.name_range.end..known.body.end,
        format!("{params}{gap}{body}"),
    )
}
