//! `line`: a line in a file that is not C (Kconfig, Makefile, rst, MAINTAINERS).

use schema::model::{Line, Side};
use sites::kinds::line as anchors;
use sites::{Unresolved, lines};

use crate::edit::Edit;
use crate::fragment::Writes;
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes = Writes::NoFragment("the file is not C: the spec has the line");

pub(crate) fn plan(context: &Context<'_>, line: &Line) -> Result<Plan, Unresolved> {
    let file = context.file;
    if let Some(unfit) = anchors::of_c(file.path()) {
        return Err(unfit);
    }
    if let Some(present) = anchors::present(file, line) {
        return Err(present);
    }
    let Some((side, found)) = anchors::find(&context.resolver, line)? else {
        let end = file.bytes().len();
        let last = (end > 0).then(|| lines::line_text(file, file.line_of(end - 1)));
        if let Some(message) = anchors::torn(context.spec, &line.add, last.as_deref(), None) {
            return Err(Unresolved::unfit(message).at(file, end.saturating_sub(1)));
        }
        let newline = if file.bytes().is_empty() || file.bytes().ends_with(b"\n") {
            ""
        } else {
            "\n"
        };
        return Ok(Plan {
            edits: vec![Edit::insert(end, format!("{newline}{}\n", line.add))],
            sites: Site::each([end.saturating_sub(1)], &[]),
        });
    };
    for &at in &found.found {
        let insert = place(context, side, at);
        let number = file.line_of(insert);
        let before = (insert > 0).then(|| lines::line_text(file, file.line_of(insert - 1)));
        let below = (insert < file.bytes().len()).then(|| lines::line_text(file, number));
        if let Some(message) =
            anchors::torn(context.spec, &line.add, before.as_deref(), below.as_deref())
        {
            return Err(Unresolved::unfit(message).at(file, at));
        }
    }
    let edits = found.found.iter().map(|&at| {
        let insert = place(context, side, at);
        let joins = insert > at && !file.slice(at..insert).ends_with(b"\n");
        let newline = if joins { "\n" } else { "" };
        Edit::beside(insert, side, format!("{newline}{}\n", line.add))
    });
    Ok(Plan {
        edits: edits.collect(),
        sites: Site::each(found.found.iter().copied(), &found.alternatives),
    })
}

/// Where the line goes, next to the neighbour that begins at `at`.
fn place(context: &Context<'_>, side: Side, at: usize) -> usize {
    match side {
        Side::Before => at,
        Side::After => context.inserted.past(lines::line_end(context.file, at)),
    }
}
