//! `macro`: a macro defined beside another, in each `#if` arm where that one is.

use askama::Template as _;
use kernel_c::items::MacroDefinition;
use schema::model::{Macro, MacroArm, Side};

use super::Context;
use crate::edit::Edit;
use crate::miss::Miss;
use crate::place;
use crate::site::{self, Plan, Site};

#[derive(askama::Template)]
#[template(path = "c/macro.c", escape = "none")]
struct MacroTemplate<'a> {
    name: &'a str,
    params: Option<String>,
    body: &'a str,
}

pub(crate) fn plan(context: &Context<'_>, define: &Macro) -> Result<Plan, Miss> {
    let file = context.file;
    let live = |found: &&MacroDefinition| !file.is_dead(found.range.start);
    if let Some(there) = file
        .macros()
        .iter()
        .filter(live)
        .find(|m| m.name == define.name)
    {
        return Err(Miss::present(format!("{} is defined already", define.name))
            .at(file, there.range.start));
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
        return Err(Miss::absent(format!(
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
            Miss::unfit(format!(
                "no arm of the spec is for this definition of {name}"
            ))
            .at(file, anchor.range.start)
        })?;
        unused.retain(|other| other.when != arm.when);
        let at = match beside.side {
            Side::After => place::line_end(file, anchor.range.end.saturating_sub(1)),
            Side::Before => place::with_comment_above(file, anchor.range.start),
        };
        plan.edits.push(Edit::insert(at, text(define, arm)?));
        plan.sites.push(Site {
            offset: anchor.range.start,
            alternatives: alternatives.clone(),
        });
    }
    if let Some(arm) = unused.first() {
        let when = arm.when.as_deref().unwrap_or("any condition");
        return Err(Miss::unfit(format!("{name} is not defined under {when}")));
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

fn text(define: &Macro, arm: &MacroArm) -> Result<String, Miss> {
    let text = MacroTemplate {
        name: &define.name,
        params: define.params.as_ref().map(|list| list.join(", ")),
        body: arm.body.trim(),
    }
    .render()
    .map_err(|error| Miss::spec(format!("the C template failed: {error}")))?;
    Ok(format!("{}\n", text.trim_end()))
}
