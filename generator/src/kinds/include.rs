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
    let (anchor, side, alternatives) =
        match (includes::find(&context.resolver, include)?, &include.beside) {
            (Some((directive, used)), Some(beside)) => (directive, beside.side, used),
            _ => {
                let (directive, side) = ordered(file, &live, name, system)
                    .ok_or_else(|| Unresolved::unfit("the file includes nothing to go next to"))?;
                (directive, side, Vec::new())
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
    Ok(Plan {
        edits: vec![Edit::beside(at, side, text + "\n")],
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

/// Before the first unconditional include of the same folder that sorts after it, else after the last of
/// the same folder, else after the last of the same delimiters, else after the last. Where those of the folder are in
/// several blocks and only the last block is sorted, that one is.
fn ordered<'d>(
    file: &File,
    live: &[&'d IncludeDirective],
    name: &str,
    system: bool,
) -> Option<(&'d IncludeDirective, Side)> {
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
    let is_sorted = |all: &[&IncludeDirective]| all.is_sorted_by_key(|known| &known.header);
    if !is_sorted(&same) {
        let start = last_block(file, live, same.last().copied()?);
        same.retain(|known| known.range.start >= start);
    }
    let sorted = is_sorted(&same);
    if let Some(next) = same.iter().find(|d| sorted && d.header.as_str() > name) {
        return Some((next, Side::Before));
    }
    let last = same
        .last()
        .or_else(|| open.iter().rev().find(|d| d.system == system))
        .or_else(|| open.last())?;
    Some((last, Side::After))
}
