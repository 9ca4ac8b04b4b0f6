//! `line`: a line in a file that is not C (Kconfig, Makefile, rst, MAINTAINERS).

use schema::model::{Line, Side, Sites};

use super::Context;
use crate::edit::Edit;
use crate::place;
use crate::site::{self, Plan, Site};
use crate::unresolved::Unresolved;

pub(crate) fn plan(context: &Context<'_>, line: &Line) -> Result<Plan, Unresolved> {
    let file = context.file;
    let lines: Vec<(String, usize)> = (1..=file.lines().count())
        .map(|number| {
            (
                place::line_text(file, number),
                file.lines().range_of(number).start,
            )
        })
        .collect();
    if let Some(index) = lines
        .iter()
        .position(|(text, _)| text.trim() == line.add.trim())
    {
        return Err(there(line, &lines, index).at_line(index + 1));
    }
    let Some(beside) = &line.beside else {
        let end = file.bytes().len();
        let newline = if file.bytes().is_empty() || file.bytes().ends_with(b"\n") {
            ""
        } else {
            "\n"
        };
        return Ok(Plan {
            edits: vec![Edit::insert(end, format!("{newline}{}\n", line.add))],
            sites: vec![Site {
                offset: end.saturating_sub(1),
                alternatives: Vec::new(),
            }],
        });
    };
    for (index, anchor) in beside.anchors.iter().enumerate() {
        let found: Vec<usize> = lines
            .iter()
            .filter(|(text, _)| text.trim() == anchor.trim())
            .map(|(_, at)| *at)
            .collect();
        if found.is_empty() {
            continue;
        }
        // It is declared to stand once, whatever else is said.
        site::counted(file, Sites::One, &found, &format!("`{}`", anchor.trim()))?;
        let key = if beside.side == Side::After {
            "after"
        } else {
            "before"
        };
        let alternatives = site::alternative(key, index, beside.anchors.len(), anchor);
        let mut plan = Plan::default();
        for at in found {
            let insert = match beside.side {
                Side::Before => at,
                Side::After => place::line_end(file, at),
            };
            let joins = insert > at && !file.slice(at..insert).ends_with(b"\n");
            let newline = if joins { "\n" } else { "" };
            plan.edits
                .push(Edit::insert(insert, format!("{newline}{}\n", line.add)));
            plan.sites.push(Site {
                offset: at,
                alternatives: alternatives.clone(),
            });
        }
        return Ok(plan);
    }
    let near = site::similar_names(
        file,
        &beside.anchors,
        lines.iter().map(|(text, at)| (text, *at)),
    );
    Err(Unresolved::absent(format!("no line `{}`", site::listed(&beside.anchors))).near(near))
}

/// Says that the line is there: where it was declared, or elsewhere.
fn there(line: &Line, lines: &[(String, usize)], index: usize) -> Unresolved {
    let add = line.add.trim();
    let beside = line.beside.as_ref().is_none_or(|beside| {
        let neighbour = match beside.side {
            Side::After => index.checked_sub(1),
            Side::Before => Some(index + 1),
        };
        let neighbour = neighbour.and_then(|index| lines.get(index));
        neighbour.is_some_and(|(text, _)| {
            beside
                .anchors
                .iter()
                .any(|anchor| anchor.trim() == text.trim())
        })
    });
    if beside {
        Unresolved::present(format!("`{add}` stands there already"))
    } else {
        Unresolved::unfit(format!(
            "`{add}` stands elsewhere already, and is declared to stand once"
        ))
    }
}
