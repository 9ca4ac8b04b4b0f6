//! `rename`: the name at each of its places; what was aligned with something stays so.

use std::ops::Range;

use query::File;
use schema::model::Rename;
use sites::kinds::rename::{self as anchors, Found, Thing};
use sites::lines::whole_lines;
use sites::{Resolver, Unresolved};

use crate::edit::Edit;
use crate::fragment::Writes;
use crate::inline::{Group, is_balanced, laid_out, statement_lines};
use crate::layout::columns::{pad, width};
use crate::layout::{HARD_WIDTH, PREFERRED_WIDTH};
use crate::plan::{Context, Plan, Site};

pub(crate) const WRITES: Writes = Writes::NoFragment("the spec has the name");

/// What the change renames, as the file declares it.
///
/// # Errors
/// It is called so already, or the file does not declare it.
pub(crate) fn thing_of<'f>(
    resolver: &Resolver<'f>,
    rename: &Rename,
) -> Result<Thing<'f>, Unresolved> {
    if let Some(present) = anchors::present(resolver.file, rename) {
        return Err(present);
    }
    let chosen = anchors::find(resolver, rename)?;
    let name = rename.names.get(chosen.index).map_or("", String::as_str);
    Ok(Thing::new(resolver.file, rename, chosen.index, name))
}

pub(crate) fn plan(context: &Context<'_>, rename: &Rename) -> Result<Plan, Unresolved> {
    let thing = thing_of(&context.resolver, rename)?;
    let found = found_in(context.file, &thing, rename, &context.resolver)?;
    Ok(in_file(context.file, rename, &thing, &found))
}

/// What a file has of the name.
///
/// # Errors
/// A place of it forbids the change.
pub(crate) fn found_in(
    file: &File,
    thing: &Thing<'_>,
    rename: &Rename,
    resolver: &Resolver<'_>,
) -> Result<Found, Unresolved> {
    let found = anchors::places(file, thing, &resolver.definitions);
    let taken = anchors::taken(file, thing, &rename.to, Some(&found));
    let mut refusals = found.refusals.iter().chain(&taken);
    match refusals.next() {
        None => Ok(found),
        Some(refusal) => Err(refused(file, refusal)),
    }
}

/// A refusal as what stops the change.
pub(crate) fn refused(file: &File, refusal: &sites::kinds::signature::Refusal) -> Unresolved {
    let message = refusal.message.as_str();
    let unresolved = match refusal.is_unread {
        true => Unresolved::unread(message),
        false => Unresolved::unfit(message),
    };
    let hint =
        "`scope` names the folders and files of what is meant; what is elsewhere keeps its name";
    unresolved.at(file, refusal.at).hint(hint)
}

/// The edits of a file, all of it as `found` has it.
pub(crate) fn in_file(file: &File, rename: &Rename, thing: &Thing<'_>, found: &Found) -> Plan {
    let mut groups = Vec::new();
    for place in &found.places {
        groups.push(group(file, place, &rename.to));
    }
    let mut words = found.docs.clone();
    if rename.prose {
        words.extend(anchors::prose_in(file.bytes(), thing, &found.mentions));
    }
    let mut apart = Vec::new();
    for word in words {
        let edit = Edit::replace(word, rename.to.as_str());
        let mut around = groups.iter_mut();
        let around = around.find(|group| {
            group.lines.start <= edit.range.start && edit.range.end <= group.lines.end
        });
        match around {
            Some(group) => group.edits.push(edit),
            None => apart.push(edit),
        }
    }
    // Two places of one statement are one group; so is the gap behind them one edit.
    let mut groups = merged(groups);
    for group in &mut groups {
        keep_columns(file, group);
    }
    let (text, bytes): (Vec<Group>, Vec<Group>) = groups
        .into_iter()
        .partition(|group| is_text(file.slice(group.lines.clone())));
    let mut edits = laid_out(file, text);
    edits.extend(bytes.into_iter().flat_map(|group| group.edits));
    edits.extend(apart);
    let sites = Site::each(found.places.iter().map(|place| place.start), &[]);
    Plan { edits, sites }
}

/// The line that keeps the old name.
///
/// # Errors
/// The file declares nothing that it could be behind.
pub(crate) fn kept_name(
    file: &File,
    rename: &Rename,
    thing: &Thing<'_>,
) -> Result<Edit, Unresolved> {
    let name = &thing.name;
    let end = anchors::end_of_first(file, thing.sort, name).ok_or_else(|| {
        Unresolved::absent(format!("`{name}` is not declared here, to keep its name"))
    })?;
    let at = whole_lines(file, &(end.saturating_sub(1)..end)).end;
    Ok(Edit::insert(at, format!("#define {name} {}\n", rename.to)))
}

/// Whether lines can be laid out: they are UTF-8, and no construct is only begun or only ended in them.
fn is_text(lines: &[u8]) -> bool {
    std::str::from_utf8(lines).is_ok() && is_balanced(lines)
}

fn group(file: &File, place: &Range<usize>, to: &str) -> Group {
    let edits = vec![Edit::replace(place.clone(), to)];
    if let Some(known) = file.macro_at(place.start) {
        return Group {
            lines: whole_lines(file, &known.range),
            edits,
            // Its lines end in backslashes: they are let be.
            limit: usize::MAX,
        };
    }
    let lines = statement_lines(file, place);
    let list = whole_lines(file, &head(file, place));
    let own = file.text(whole_lines(file, place));
    let is_long = own.lines().any(|line| width(line) > PREFERRED_WIDTH);
    Group {
        lines: lines.start.min(list.start)..lines.end.max(list.end),
        edits,
        limit: match is_long {
            true => HARD_WIDTH,
            false => PREFERRED_WIDTH,
        },
    }
}

/// The name and the parameters of the function in whose head a place is; else the place.
fn head(file: &File, place: &Range<usize>) -> Range<usize> {
    let mut head = place.clone();
    let mut node = file.node_at(place.clone());
    while let Some(current) = node {
        match current.kind() {
            "function_declarator" => {
                head = head.start.min(current.start_byte())..head.end.max(current.end_byte());
            }
            "function_definition" | "compound_statement" | "translation_unit" => break,
            _ => {}
        }
        node = current.parent();
    }
    head
}

fn merged(mut groups: Vec<Group>) -> Vec<Group> {
    let mut all: Vec<Group> = Vec::new();
    groups.sort_by_key(|group| group.lines.start);
    for group in groups {
        match all.last_mut() {
            Some(last) if group.lines.start < last.lines.end => {
                last.lines.end = last.lines.end.max(group.lines.end);
                last.limit = last.limit.max(group.limit);
                last.edits.extend(group.edits);
            }
            _ => all.push(group),
        }
    }
    all
}

/// Keeps what is behind a name in its column, where tabs put it there: a value, a comment, a backslash.
fn keep_columns(file: &File, group: &mut Group) {
    group.edits.sort_by_key(|edit| edit.range.start);
    let mut gaps = Vec::new();
    let mut at = 0;
    while let Some(first) = group.edits.get(at) {
        let line = whole_lines(file, &first.range);
        let on_line: Vec<&Edit> = group
            .edits
            .iter()
            .filter(|edit| line.contains(&edit.range.start))
            .collect();
        gaps.extend(gaps_of(file, &line, &on_line));
        at += on_line.len().max(1);
    }
    group.edits.extend(gaps);
    group.edits.sort_by_key(|edit| edit.range.start);
}

fn gaps_of(file: &File, line: &Range<usize>, edits: &[&Edit]) -> Vec<Edit> {
    let Ok(text) = std::str::from_utf8(file.slice(line.clone())) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut moved = 0_isize;
    for (index, edit) in edits.iter().enumerate() {
        let (old, new) = (edit.range.len(), edit.text.len());
        moved += isize::try_from(new).unwrap_or(0) - isize::try_from(old).unwrap_or(0);
        let from = edit.range.end - line.start;
        let end = edits
            .get(index + 1)
            .map_or(text.len(), |next| next.range.start - line.start);
        let Some(gap) = tabs_in(text, from..end) else {
            continue;
        };
        let was = width(text.get(..gap.start).unwrap_or_default());
        let target = width(text.get(..gap.end).unwrap_or_default());
        let Some(is) = was.checked_add_signed(moved) else {
            continue;
        };
        let blank = pad(is, target);
        moved = 0;
        if target <= is {
            moved = isize::try_from(is + 1 - target).unwrap_or(0);
        }
        let range = line.start + gap.start..line.start + gap.end;
        found.push(Edit::replace(range, blank));
    }
    found
}

/// The first white space with a tab in a part of a line that something follows.
fn tabs_in(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = text.get(range.clone())?;
    let is_blank = |c: char| matches!(c, ' ' | '\t');
    let mut at = 0;
    while let Some(start) = part.get(at..)?.find(is_blank) {
        let start = at + start;
        let rest = part.get(start..)?;
        let end = start + rest.find(|c| !is_blank(c)).unwrap_or(rest.len());
        let follows = text
            .get(range.start + end..)
            .is_some_and(|rest| !rest.trim_end().is_empty());
        if part.get(start..end)?.contains('\t') && follows {
            return Some(range.start + start..range.start + end);
        }
        at = end;
    }
    None
}
