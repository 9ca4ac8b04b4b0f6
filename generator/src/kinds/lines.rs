//! `lines`: lines of a file that is not C (Kconfig, Makefile, MAINTAINERS, rst, devicetree, assembler …).

use schema::model::{Lines, Side};
use sites::kinds::lines::{self as anchors, FileLines, Place};
use sites::{Unresolved, lines};

use crate::edit::{self, Edit};
use crate::fragment::Writes;
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes = Writes::NoFragment("the file is not C: the spec has the lines");

pub(crate) fn plan(context: &Context<'_>, change: &Lines) -> Result<Plan, Unresolved> {
    let file = context.file;
    let others = anchors::others(context.spec, file.path(), change);
    if let Some(present) = anchors::present(&context.resolver, change, &others)? {
        return Err(present);
    }
    let found = anchors::find(&context.resolver, change)?;
    let mut edits: Vec<Edit> = Vec::new();
    for place in &found.found {
        let edit = edit(context, change, place)?;
        whole_lines(context, change, &edit)
            .map_err(|unresolved| unresolved.at(file, place.anchor.start))?;
        edits.push(edit);
    }
    is_where_declared(context, change, &edits, found.found.len())?;
    Ok(Plan {
        sites: Site::each(
            found.found.iter().map(|place| place.anchor.start),
            &found.alternatives,
        ),
        edits,
    })
}

fn edit(context: &Context<'_>, change: &Lines, place: &Place) -> Result<Edit, Unresolved> {
    let bytes = context.file.written();
    let mut new: String = change.new.iter().flat_map(|line| [line, "\n"]).collect();
    if change.old.is_empty() {
        let behind = change
            .beside
            .as_ref()
            .is_none_or(|beside| beside.side == Side::After);
        let at = if behind {
            context.inserted.past(place.old.start)
        } else {
            place.old.start
        };
        let is_joined = at > 0 && bytes.get(at - 1) != Some(&b'\n');
        if is_joined {
            new.insert(0, '\n');
        }
        let side = if behind { Side::After } else { Side::Before };
        return Ok(Edit::beside(at, side, new));
    }
    // A file that does not end with a newline still does not.
    let has_end = bytes
        .get(place.old.clone())
        .is_some_and(|old| old.ends_with(b"\n"));
    if !has_end {
        new.truncate(new.trim_end_matches('\n').len());
    }
    Ok(Edit::replace(place.old.clone(), new))
}

/// Refuses what would tear lines that a backslash joins.
fn whole_lines(context: &Context<'_>, change: &Lines, edit: &Edit) -> Result<(), Unresolved> {
    let file = context.file;
    let range = &edit.range;
    let above = range
        .start
        .checked_sub(1)
        .map(|at| lines::line_text(file, file.line_of(at)));
    let is_last = range.end >= file.written().len();
    let below = (!is_last).then(|| lines::line_text(file, file.line_of(range.end)));
    match anchors::torn(file.path(), change, above.as_deref(), below.as_deref()) {
        Some(message) => Err(Unresolved::unfit(message)),
        None => Ok(()),
    }
}

/// Refuses lines that would not be in the part that they are declared for: such as a new entry at the end of another.
fn is_where_declared(
    context: &Context<'_>,
    change: &Lines,
    edits: &[Edit],
    count: usize,
) -> Result<(), Unresolved> {
    let file = context.file;
    let sorted = edit::sorted(edits.to_vec());
    let Some(bytes) = sorted.and_then(|edits| edit::apply(file.written(), &edits)) else {
        return Ok(());
    };
    let text = FileLines::read(file.path(), &bytes, context.resolver.sites, change)?;
    let others = anchors::others(context.spec, file.path(), change);
    let made = anchors::made(&text, change, &others).len();
    if change.new.is_empty() || made >= count {
        return Ok(());
    }
    let within = change.within.join("` or `");
    let message = format!("the new lines would be no part of `{within}`");
    let hint = "say with `after` what they come behind, and leave `within` out where that is the end of another part";
    Err(Unresolved::unfit(message).hint(hint))
}
