//! `declaration`: a declaration at file level, apart from its neighbours where it has a body or they have.

use query::File;
use schema::model::{Declaration, Side};
use sites::kinds::declaration;
use sites::{Unresolved, lines};

use crate::edit::Edit;
use crate::fragment::{Commented, Writes, fragment};
use crate::layout::comment::{self, CommentTemplate};
use crate::plan::{Context, Plan, Site};
use templates::Page as _;

pub(crate) const WRITES: Writes = Writes::Fragments(&[Commented::PATH, CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, change: &Declaration) -> Result<Plan, Unresolved> {
    let file = context.file;
    if let Some(present) = declaration::present(file, change) {
        return Err(present);
    }
    let found = declaration::find(&context.resolver, change)?;
    let mut plan = Plan::default();
    for range in &found.found {
        let at = place(context, range.clone(), change.beside.side)?;
        let words = context.body.comment.as_deref();
        let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
        let above = words
            .map(|words| comment::above(words, "", style))
            .transpose()?;
        let above = above.unwrap_or_default();
        let is_apart = change.declare.contains('{')
            || !above.is_empty()
            || file.slice(range.clone()).contains(&b'{');
        let text = fragment(&Commented {
            above,
            code: &change.declare,
            gap: String::new(),
            behind: String::new(),
        })?;
        let line = file.line_of(at);
        let is_blank = |line: usize| lines::line_text(file, line).trim().is_empty();
        let has_code = |line: usize| (1..=file.lines().count()).contains(&line) && !is_blank(line);
        let (before, behind) = change.blank;
        let lead = (is_apart || before) && line.checked_sub(1).is_some_and(has_code);
        let trail = (is_apart || behind) && has_code(line) && at < file.bytes().len();
        let blank = |wanted: bool| if wanted { "\n" } else { "" };
        let text = format!("{}{text}\n{}", blank(lead), blank(trail));
        plan.edits.push(Edit::beside(at, change.beside.side, text));
    }
    let offsets = found.found.iter().map(|range| range.start);
    plan.sites = Site::each(offsets, &found.alternatives);
    Ok(plan)
}

/// The line start that it goes to.
fn place(
    context: &Context<'_>,
    range: std::ops::Range<usize>,
    side: Side,
) -> Result<usize, Unresolved> {
    let file = context.file;
    let unfit = |file: &File| {
        Unresolved::unfit("other code is on the line of what it goes next to").at(file, range.start)
    };
    match side {
        Side::Before => {
            let start = lines::line_start(file, range.start);
            match file.text(start..range.start).trim().is_empty() {
                true => Ok(lines::with_comment_above(file, range.start)),
                false => Err(unfit(file)),
            }
        }
        Side::After => {
            let name = file
                .function_at(range.start)
                .map(|function| function.name.clone());
            let end = match name {
                Some(name) => sites::kinds::delete::with_exports(file, range.end, &name),
                None => range.end,
            };
            match lines::shares_its_end(file, end) {
                true => Err(unfit(file)),
                false => Ok(context
                    .inserted
                    .past(lines::end_with_trailing_comment(file, end))),
            }
        }
    }
}
