//! `include`: a header included, where the order of the others wants it.

use askama::Template as _;
use schema::model::{Include, Side};
use syntax::items::IncludeDirective;

use super::Context;
use crate::edit::Edit;
use crate::layout::comment;
use crate::place;
use crate::site::{self, Plan, Site};
use crate::unresolved::Unresolved;

#[derive(askama::Template)]
#[template(path = "c/include.c", escape = "none")]
struct IncludeTemplate<'a> {
    header: &'a str,
}

pub(crate) fn plan(context: &Context<'_>, include: &Include) -> Result<Plan, Unresolved> {
    let file = context.file;
    let system = include.header.starts_with('<');
    let name = include.header.trim_matches(['<', '>', '"']);
    let live: Vec<&IncludeDirective> = file
        .includes()
        .iter()
        .filter(|directive| !file.is_dead(directive.range.start))
        .collect();
    let there = live
        .iter()
        .filter(|d| d.header == name && d.system == system);
    let depth = guard_depth(&live);
    if let Some(there) = there
        .clone()
        .find(|d| d.conditions.len() <= depth)
        .or_else(|| there.clone().next())
    {
        let unresolved = match there.conditions.get(depth) {
            None => Unresolved::present(format!("{} is included already", include.header)),
            Some(condition) => Unresolved::unfit(format!(
                "{} is included under {}{} alone",
                include.header,
                if condition.negated { "!" } else { "" },
                condition.expression
            )),
        };
        return Err(unresolved.at(file, there.range.start));
    }
    if let Some(other) = live.iter().find(|d| d.header == name) {
        let text = site::one_line(&file.text(other.range.clone()));
        return Err(
            Unresolved::unfit(format!("{name} is included already, as `{text}`"))
                .at(file, other.range.start),
        );
    }
    let (anchor, side, alternatives) = match &include.beside {
        Some(beside) => {
            let found = beside
                .anchors
                .iter()
                .enumerate()
                .find_map(|(index, wanted)| {
                    let wanted = wanted.trim_matches(['<', '>', '"']);
                    live.iter()
                        .find(|d| d.header == wanted)
                        .map(|d| (index, *d))
                });
            let (index, directive) =
                found.ok_or_else(|| missing(context, &live, &beside.anchors))?;
            let key = if beside.side == Side::After {
                "after"
            } else {
                "before"
            };
            (
                directive,
                beside.side,
                site::alternative(key, index, beside.anchors.len(), &directive.header),
            )
        }
        None => {
            let (directive, side) = ordered(&live, name, system)
                .ok_or_else(|| Unresolved::unfit("the file includes nothing to stand beside"))?;
            (directive, side, Vec::new())
        }
    };
    let at = match side {
        Side::Before => place::line_start(file, anchor.range.start),
        Side::After => place::line_end(file, anchor.range.end.saturating_sub(1)),
    };
    let above = context
        .body
        .comment
        .as_deref()
        .map_or_else(String::new, |words| {
            comment::above(words, "", comment::BlockStyle::Kernel)
        });
    let text = IncludeTemplate {
        header: &include.header,
    }
    .render()
    .map_err(|error| Unresolved::spec(format!("the C template failed: {error}")))?;
    Ok(Plan {
        edits: vec![Edit::insert(at, format!("{above}{}\n", text.trim_end()))],
        sites: vec![Site {
            offset: anchor.range.start,
            alternatives,
        }],
    })
}

fn missing(context: &Context<'_>, live: &[&IncludeDirective], wanted: &[String]) -> Unresolved {
    let names = live.iter().map(|d| (&d.header, d.range.start));
    Unresolved::absent(format!("{} is not included here", site::listed(wanted)))
        .near(site::similar_names(context.file, wanted, names))
}

/// Before the first unconditional include of the same folder that sorts after it, else after the last of
/// the same folder, else after the last of the same delimiters, else after the last.
fn ordered<'d>(
    live: &[&'d IncludeDirective],
    name: &str,
    system: bool,
) -> Option<(&'d IncludeDirective, Side)> {
    let folder = |header: &str| header.split_once('/').map(|(folder, _)| folder.to_owned());
    let open: Vec<&IncludeDirective> = live
        .iter()
        .copied()
        .filter(|d| d.conditions.len() <= guard_depth(live))
        .collect();
    let same: Vec<&IncludeDirective> = open
        .iter()
        .copied()
        .filter(|d| d.system == system && folder(&d.header) == folder(name))
        .collect();
    let sorted = same
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a.header <= b.header));
    if let Some(next) = same.iter().find(|d| sorted && d.header.as_str() > name) {
        return Some((next, Side::Before));
    }
    let last = same
        .last()
        .or_else(|| open.iter().rev().find(|d| d.system == system))
        .or_else(|| open.last())?;
    Some((last, Side::After))
}

/// A header's guard is a condition that all its includes stand under.
fn guard_depth(live: &[&IncludeDirective]) -> usize {
    live.iter().map(|d| d.conditions.len()).min().unwrap_or(0)
}
