//! `include`: a header included, where the order of the others wants it.

use query::File;
use schema::model::{Include, Side};
use sites::kinds::include as includes;
use syntax::items::IncludeDirective;

use crate::edit::Edit;
use crate::fragment::{Commented, Writes, fragment};
use crate::layout::comment;
use crate::layout::comment::CommentTemplate;
use crate::plan::{Context, Plan, Site};
use sites::{Unresolved, lines};
use templates::Page as _;

/// The directive, without its comment.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/include.c", escape = "none")]
struct IncludeTemplate<'a> {
    header: &'a str,
}

templates::page!(IncludeTemplate<'_>, "c/include.c");

pub(crate) const WRITES: Writes = Writes::Fragments(&[
    IncludeTemplate::PATH,
    Commented::PATH,
    CommentTemplate::PATH,
]);

pub(crate) fn plan(context: &Context<'_>, include: &Include) -> Result<Plan, Unresolved> {
    let file = context.file;
    let (name, system) = includes::header(&include.header);
    let live = includes::live(file);
    if let Some(present) = includes::present(file, include) {
        return Err(present);
    }
    let mut apart = false;
    let (anchor, side, alternatives) =
        match (includes::find(&context.resolver, include)?, &include.beside) {
            (Some((directive, used)), Some(beside)) => (directive, beside.side, used),
            _ => {
                let spot = ordered(file, &live, name, system)
                    .ok_or_else(|| Unresolved::absent("the file includes nothing to go next to"))?;
                apart = spot.apart;
                (spot.directive, spot.side, Vec::new())
            }
        };
    let at = match side {
        Side::Before => lines::line_start(file, anchor.range.start),
        Side::After => {
            let end = lines::line_end(file, anchor.range.end.saturating_sub(1));
            match include.beside {
                Some(_) => context.inserted.past(end),
                None => end,
            }
        }
    };
    let above = match context.body.comment.as_deref() {
        Some(words) => comment::above(words, "", comment::BlockStyle::Kernel)?,
        None => String::new(),
    };
    let code = fragment(&IncludeTemplate {
        header: &include.header,
    })?;
    let text = fragment(&Commented {
        above,
        code: &code,
        gap: String::new(),
        behind: String::new(),
    })?;
    let text = match side {
        Side::After if apart => format!("\n{text}\n"),
        Side::Before if apart => format!("{text}\n\n"),
        _ => text + "\n",
    };
    Ok(Plan {
        edits: vec![Edit::beside(at, side, text)],
        sites: vec![Site {
            offset: anchor.range.start,
            alternatives,
        }],
    })
}

/// Where the includes on one line after the other that end in `last` begin.
fn last_block(file: &File, live: &[&IncludeDirective], last: &IncludeDirective) -> usize {
    let mut start = last.range.start;
    for known in live
        .iter()
        .rev()
        .filter(|known| known.range.start < last.range.start)
    {
        if file.line_of(known.range.start) + 1 != file.line_of(start) {
            break;
        }
        start = known.range.start;
    }
    start
}

/// Where an include goes, and the blank lines that part its group from the others.
struct Spot<'d> {
    directive: &'d IncludeDirective,
    side: Side,
    /// The first of its delimiters is a group of its own.
    apart: bool,
}

/// Before the first unconditional include of the same folder that sorts after it, else after the last of
/// the same folder, else after the last of the same delimiters; the first of its delimiters goes to the others, with a
/// blank line between: `<…>` is above `"…"`. Where those of the folder are in several blocks and only the last block is
/// sorted, that one is.
fn ordered<'d>(
    file: &File,
    live: &[&'d IncludeDirective],
    name: &str,
    system: bool,
) -> Option<Spot<'d>> {
    let folder = |header: &str| header.split_once('/').map(|(folder, _)| folder.to_owned());
    let open: Vec<&IncludeDirective> = live
        .iter()
        .copied()
        .filter(|d| d.conditions.len() <= includes::guard_depth(live))
        .collect();
    let mut same: Vec<&IncludeDirective> = open
        .iter()
        .copied()
        .filter(|d| d.system == system && folder(&d.header) == folder(name))
        .collect();
    let mut sorted = in_order(&same);
    if sorted.is_none() && !same.is_empty() {
        let start = last_block(file, live, same.last().copied()?);
        same.retain(|known| known.range.start >= start);
        sorted = in_order(&same);
    }
    let spot = |directive: &'d IncludeDirective, side: Side, apart: bool| {
        Some(Spot {
            directive,
            side,
            apart,
        })
    };
    let mut sorted = sorted.unwrap_or_default().into_iter();
    let is_later = |known: &IncludeDirective| sort_key(&known.header) > sort_key(name);
    if let Some(next) = sorted.find(|known| is_later(known)) {
        // One that is elsewhere than its name wants it is passed as well, where it is later.
        let above = same.iter().rev();
        let above = above.skip_while(|known| known.range.start >= next.range.start);
        let next = above
            .take_while(|known| is_later(known))
            .last()
            .unwrap_or(&next);
        return spot(next, Side::Before, false);
    }
    let of_delimiters = || open.iter().rev().find(|d| d.system == system);
    if let Some(last) = same.last().or_else(of_delimiters) {
        return spot(last, Side::After, false);
    }
    match system {
        true => spot(open.first()?, Side::Before, true),
        false => spot(open.last()?, Side::After, true),
    }
}

/// The order of the names: `phy.h` is before `phy-lane.h`.
fn sort_key(header: &str) -> &str {
    header.strip_suffix(".h").unwrap_or(header)
}

/// Those that are in the order of their names, if that is all of them or nearly all: of a list that was kept sorted, one in
/// four may be elsewhere.
fn in_order<'d>(all: &[&'d IncludeDirective]) -> Option<Vec<&'d IncludeDirective>> {
    if all.is_sorted_by_key(|known| &known.header) {
        return Some(all.to_vec());
    }
    let mut runs: Vec<Vec<&'d IncludeDirective>> = Vec::with_capacity(all.len());
    for &known in all {
        let before = runs.iter().filter(|run| {
            let last = run.last();
            last.is_some_and(|last| sort_key(&last.header) <= sort_key(&known.header))
        });
        let mut run = before
            .max_by_key(|run| run.len())
            .cloned()
            .unwrap_or_default();
        run.push(known);
        runs.push(run);
    }
    let longest = runs.into_iter().max_by_key(Vec::len)?;
    let strays = all.len() - longest.len();
    (strays == 0 || all.len() > 3 && strays <= (all.len() / 4).max(1)).then_some(longest)
}
