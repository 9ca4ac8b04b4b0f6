//! `function`: a function defined before or after another.

mod own;

use std::ops::Range;

use query::File;
use schema::model::{Function, Side};
use sites::kinds::function as neighbours;

use crate::edit::Edit;
use crate::fragment::{Commented, Writes, fragment};
use crate::layout::comment::{self, CommentTemplate};
use crate::plan::{Context, Plan, Site};
use sites::{Unresolved, lines};
use templates::Page as _;

pub(crate) const WRITES: Writes = Writes::Fragments(&[Commented::PATH, CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, function: &Function) -> Result<Plan, Unresolved> {
    let file = context.file;
    if let Some(present) = neighbours::present(file, function) {
        return Err(present);
    }
    // A form that defines a function may inherit words that stand in the definition already.
    let define = sites::words::words_of(&function.define);
    let words = context.body.comment.as_deref();
    let words = words.filter(|words| !define.contains(&sites::words::fold(words)));
    let above = match words {
        Some(words) => {
            let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
            comment::above(words, "", style)?
        }
        None => String::new(),
    };
    let text = fragment(&Commented {
        above,
        code: function.define.trim(),
        gap: String::new(),
        behind: String::new(),
    })? + "\n";
    let Some((side, found)) = neighbours::find(&context.resolver, function)? else {
        let end = end_of_code(file);
        return Ok(Plan {
            edits: vec![Edit::insert(end, aired(file, end, &text, false))],
            sites: vec![Site {
                offset: end.saturating_sub(1),
                alternatives: Vec::new(),
            }],
        });
    };
    let mut plan = Plan::default();
    for anchor in found.found {
        apart(file, &anchor.range, side)?;
        let at = match side {
            Side::Before => lines::with_comment_above(file, anchor.range.start),
            Side::After => {
                let name = anchor.name.trim_end_matches("()");
                let end = own::end_with_own(file, name, anchor.range.end);
                context.inserted.past(end)
            }
        };
        // Stubs of one line stand close to each other.
        let stub = |range: Range<usize>| !file.text(range).trim().contains('\n');
        let tight = !text.trim().contains('\n') && stub(anchor.range.clone());
        plan.edits
            .push(Edit::beside(at, side, aired(file, at, &text, tight)));
        plan.sites.push(Site {
            offset: anchor.at,
            alternatives: found.alternatives.clone(),
        });
    }
    Ok(plan)
}

/// The definition with a blank line to either neighbour; to the start and the end of the file, and to
/// the directives of an `#if`, there is none.
fn aired(file: &File, at: usize, text: &str, tight: bool) -> String {
    let line = file.line_of(at);
    let above = match at {
        0 => String::new(),
        _ => lines::line_text(file, file.line_of(at - 1)),
    };
    let below = match at < file.bytes().len() {
        true => lines::line_text(file, line),
        false => String::new(),
    };
    let joins = at > 0 && file.bytes().get(at - 1) != Some(&b'\n');
    let opens = |line: &str| {
        line.starts_with("#if") || line.starts_with("#else") || line.starts_with("#elif")
    };
    let lead = at > 0 && !tight && !above.trim().is_empty() && !opens(&above);
    let trail =
        at < file.bytes().len() && !tight && !below.trim().is_empty() && !below.starts_with('#');
    format!(
        "{}{}{text}{}",
        if joins { "\n" } else { "" },
        if lead { "\n" } else { "" },
        if trail { "\n" } else { "" },
    )
}

/// The end of the file; of a header, the line start of the `#endif` that closes its guard.
fn end_of_code(file: &File) -> usize {
    let end = file.bytes().len();
    let mut line = file.lines().count();
    while line > 1 && lines::line_text(file, line).trim().is_empty() {
        line -= 1;
    }
    let guarded =
        file.path().as_str().ends_with(".h") && lines::line_text(file, line).starts_with("#endif");
    if !guarded {
        return end;
    }
    let mut start = file.lines().range_of(line).start;
    // The blank line before it stays there.
    if line > 1 && lines::line_text(file, line - 1).trim().is_empty() {
        start = file.lines().range_of(line - 1).start;
    }
    start
}

/// Refuses a neighbour that shares its line with other code, on the side of the new function.
fn apart(file: &File, anchor: &Range<usize>, side: Side) -> Result<(), Unresolved> {
    let start = anchor.start;
    let shares = match side {
        Side::Before => !file
            .text(lines::line_start(file, start)..start)
            .trim()
            .is_empty(),
        Side::After => lines::shares_its_end(file, anchor.end),
    };
    if shares {
        let message = "other code is on the line where the new function would go";
        return Err(Unresolved::unfit(message).at(file, start));
    }
    Ok(())
}
