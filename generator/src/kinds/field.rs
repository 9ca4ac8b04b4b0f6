//! `field`: an entry of a list, on a line of its own where its neighbour has one, in the neighbours' columns.

use std::ops::Range;

use query::File;
use schema::model::{Field, Side};
use sites::kinds::field::{self, Entry, FieldSite};
use sites::{Unresolved, lines};

use super::insert::text::indented;
use crate::edit::Edit;
use crate::fragment::{Commented, Writes, fragment};
use crate::inline::{Group, laid_out};
use crate::layout::beside::{Comments, most};
use crate::layout::comment::{self, CommentTemplate};
use crate::layout::{PREFERRED_WIDTH, columns};
use crate::place::{self, Indent};
use crate::plan::{Context, Plan, Site};
use templates::Page as _;

/// How many entries on either side say how the lines are laid out.
const NEIGHBOURS: usize = 4;

pub(crate) const WRITES: Writes = Writes::Fragments(&[Commented::PATH, CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, change: &Field) -> Result<Plan, Unresolved> {
    if let Some(present) = field::present(&context.resolver, change)? {
        return Err(present);
    }
    let found = field::find(&context.resolver, change)?;
    let mut plan = Plan::default();
    let mut groups = Vec::new();
    for site in &found {
        let file = context.file;
        let near = site.near.and_then(|near| site.entries.get(near));
        let Some(near) = near else {
            return Err(Unresolved::unfit("the list is empty, and shows no place")
                .at(file, site.list.start_byte()));
        };
        shifts_no_values(file, change, site)?;
        if has_own_lines(file, near) {
            plan.edits.extend(own_line(context, change, site, near)?);
        } else {
            groups.push(within_line(context, change, site, near)?);
        }
        plan.sites
            .extend(Site::each([site.offset()], &site.alternatives));
    }
    plan.edits.extend(laid_out(context.file, groups));
    Ok(plan)
}

/// In a header of userspace no value gets another number.
fn shifts_no_values(file: &File, change: &Field, site: &FieldSite<'_>) -> Result<(), Unresolved> {
    let is_enum = matches!(change.of, schema::model::FieldOf::Enum(_));
    let next = site.entries.get(site.at());
    let shifts = next.is_some_and(|next| !next.code.contains(" = "));
    if is_enum && shifts && file.path().as_str().starts_with("include/uapi/") {
        let message = "the values behind it would be others, and userspace knows them";
        return Err(Unresolved::unfit(message).at(file, site.offset()));
    }
    Ok(())
}

fn has_own_lines(file: &File, entry: &Entry<'_>) -> bool {
    let start = entry.node.start_byte();
    let before = file.text(lines::line_start(file, start)..start);
    before.trim().is_empty() && !lines::shares_its_end(file, entry.end())
}

/// The entry on the line of its neighbour.
fn within_line(
    context: &Context<'_>,
    change: &Field,
    site: &FieldSite<'_>,
    near: &Entry<'_>,
) -> Result<Group, Unresolved> {
    let file = context.file;
    if context.body.comment.is_some() {
        let message = "the entries are on one line, which has no place for a comment";
        return Err(Unresolved::unfit(message).at(file, near.node.start_byte()));
    }
    let set = sites::one_line(&change.set);
    let edit = match (site.side, &near.comma) {
        (Side::After, Some(comma)) => {
            let at = context.inserted.past(comma.end);
            Edit::beside(at, Side::After, format!(" {set},"))
        }
        (Side::After, None) => Edit::insert(near.node.end_byte(), format!(", {set}")),
        (Side::Before, _) => Edit::insert(near.node.start_byte(), format!("{set}, ")),
    };
    let at = edit.range.start;
    Ok(Group {
        lines: lines::whole_lines(file, &(at.saturating_sub(1)..at)),
        edits: vec![edit],
        limit: PREFERRED_WIDTH,
    })
}

/// The entry on a line of its own, and the comma that its neighbour needs.
fn own_line(
    context: &Context<'_>,
    change: &Field,
    site: &FieldSite<'_>,
    near: &Entry<'_>,
) -> Result<Vec<Edit>, Unresolved> {
    let file = context.file;
    let mut edits = Vec::new();
    let (at, has_comma) = match site.side {
        Side::After => {
            let end = match change.beside {
                None => at_the_end(file, site, near)?,
                Some(_) => None,
            };
            let end = end.unwrap_or_else(|| lines::end_with_trailing_comment(file, near.end()));
            if near.comma.is_none() {
                edits.push(Edit::insert(near.node.end_byte(), ","));
            }
            (context.inserted.past(end), near.comma.is_some())
        }
        Side::Before => (
            lines::with_comment_above(file, near.node.start_byte()),
            true,
        ),
    };
    let neighbours = neighbours(site);
    let indentation = place::indentation(file, near.node.start_byte());
    let own = Indent::by_tabs(&indentation);
    let code = indented(&aligned(file, &change.set, &neighbours), &own);
    let comma = if has_comma { "," } else { "" };
    let code = format!("{code}{comma}");
    let text = commented(context, &code, &indentation, &neighbours)?;
    edits.push(Edit::beside(at, site.side, text + "\n"));
    Ok(edits)
}

/// The line of the closing brace, where the last entry is under an `#if` that the list as a whole is not under.
fn at_the_end(
    file: &File,
    site: &FieldSite<'_>,
    last: &Entry<'_>,
) -> Result<Option<usize>, Unresolved> {
    let start = last.node.start_byte();
    if file.conditions_at(start) == file.conditions_at(site.list.start_byte()) {
        return Ok(None);
    }
    let close = site.list.end_byte().saturating_sub(1);
    let line = lines::line_start(file, close);
    let is_alone = file.text(line..close).trim().is_empty();
    if last.comma.is_none() || !is_alone {
        let message =
            "the last entry is under an `#if` that the new one is not under; name a neighbour";
        return Err(Unresolved::unfit(message).at(file, start));
    }
    Ok(Some(line))
}

/// The entries around the new one, the nearest first.
fn neighbours<'s, 'f>(site: &'s FieldSite<'f>) -> Vec<&'s Entry<'f>> {
    let at = site.at();
    let mut order = Vec::new();
    for distance in 0..NEIGHBOURS {
        order.extend(at.checked_sub(distance + 1));
        order.push(at + distance);
    }
    let near = site.near.filter(|near| order.first() != Some(near));
    let order = near.into_iter().chain(order);
    let mut found: Vec<&Entry<'_>> = Vec::new();
    for entry in order.filter_map(|at| site.entries.get(at)) {
        if found.iter().all(|known| known.node != entry.node) {
            found.push(entry);
        }
    }
    found
}

/// The entry with its `=` in the column of the neighbours'.
fn aligned(file: &File, set: &str, neighbours: &[&Entry<'_>]) -> String {
    let Some((name, value)) = set.split_once('=') else {
        return set.to_owned();
    };
    let (name, value) = (name.trim_end(), value.trim_start());
    if name.contains(['{', '(', '"']) || value.starts_with('=') {
        return set.to_owned();
    }
    let mut targets = Vec::new();
    let (mut blanks, mut behind) = (0_usize, None);
    let mut indentation = String::new();
    for entry in neighbours {
        let start = entry.node.start_byte();
        let line = lines::line_text(file, file.line_of(start));
        let own = columns::indentation(&line).to_owned();
        let Some((before, rest)) = line.split_once('=') else {
            continue;
        };
        let head = before.trim_end();
        if line.len() - line.trim_start().len() != own.len() || entry.key.is_none() {
            continue;
        }
        let gap = rest.get(..rest.len() - rest.trim_start().len());
        behind = behind.or_else(|| gap.map(str::to_owned));
        if indentation.is_empty() {
            indentation = own;
        }
        match before.get(head.len()..) {
            Some(" ") => blanks += 1,
            _ => targets.push(columns::width(before)),
        }
    }
    let behind = behind.unwrap_or_else(|| " ".to_owned());
    let column = most(&targets).filter(|_| targets.len() >= blanks);
    let head = columns::width(&format!("{indentation}{name}"));
    let gap = match column {
        Some(column) => columns::pad(head, column),
        None => " ".to_owned(),
    };
    format!("{name}{gap}={behind}{value}")
}

/// The lines of the entry with its comment, where the neighbours have theirs.
fn commented(
    context: &Context<'_>,
    code: &str,
    indentation: &str,
    neighbours: &[&Entry<'_>],
) -> Result<String, Unresolved> {
    let Some(words) = context.body.comment.as_deref() else {
        return Ok(code.to_owned());
    };
    let file = context.file;
    let ranges: Vec<Range<usize>> = neighbours
        .iter()
        .map(|entry| entry.node.start_byte()..entry.end())
        .collect();
    let comments = Comments::of(file, &ranges);
    if let Some(column) = comments.column().filter(|_| !comments.are_above()) {
        let last = code.lines().next_back().unwrap_or_default();
        let behind = comment::trailing(words)?;
        let gap = match columns::width(last) + 1 {
            next if next == column => " ".to_owned(),
            next => columns::pad(next - 1, column),
        };
        let line = format!("{last}{gap}{behind}");
        if columns::width(&line) <= comments.width_limit() {
            return fragment(&Commented {
                above: String::new(),
                code,
                gap,
                behind,
            });
        }
    }
    let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
    fragment(&Commented {
        above: comment::above(words, indentation, style)?,
        code,
        gap: String::new(),
        behind: String::new(),
    })
}
