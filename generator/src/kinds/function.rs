//! `function`: a function defined before or after another.

use kernel_c::SourceFile;
use schema::model::{Function, Side};

use super::Context;
use crate::edit::Edit;
use crate::miss::Miss;
use crate::place;
use crate::site::{self, Plan, Site};

pub(crate) fn plan(context: &Context<'_>, function: &Function) -> Result<Plan, Miss> {
    let file = context.file;
    let wanted = [function.name.clone()];
    if let Ok((there, _)) = site::functions(file, &wanted) {
        let at = there.first().map_or(0, |f| f.name_range.start);
        return Err(Miss::present(format!("{}() is defined already", function.name)).at(file, at));
    }
    let comment = context
        .body
        .comment
        .as_deref()
        .map_or_else(String::new, |words| {
            let style = crate::layout::comment::prevailing_style(&file.text(0..file.bytes().len()));
            crate::layout::comment::above(words, "", style)
        });
    let text = format!("{comment}{}\n", function.define.trim());
    let Some(beside) = &function.beside else {
        let end = file.bytes().len();
        return Ok(Plan {
            edits: vec![Edit::insert(end, format!("\n{text}"))],
            sites: vec![Site {
                offset: end.saturating_sub(1),
                alternatives: Vec::new(),
            }],
        });
    };
    let (found, used) = site::functions(file, &beside.anchors)?;
    let key = if beside.side == Side::After {
        "after"
    } else {
        "before"
    };
    let alternatives: Vec<_> = used
        .into_iter()
        .map(|mut alternative| {
            key.clone_into(&mut alternative.key);
            alternative
        })
        .collect();
    let offsets: Vec<usize> = found.iter().map(|f| f.name_range.start).collect();
    site::counted(
        file,
        context.sites,
        &offsets,
        &format!("{}()", site::listed(&beside.anchors)),
    )?;
    let mut plan = Plan::default();
    for anchor in found {
        let edit = match beside.side {
            Side::Before => {
                let at = place::with_comment_above(file, anchor.range.start);
                Edit::insert(at, format!("{text}\n"))
            }
            Side::After => Edit::insert(after(file, anchor.range.end), format!("\n{text}")),
        };
        plan.edits.push(edit);
        plan.sites.push(Site {
            offset: anchor.name_range.start,
            alternatives: alternatives.clone(),
        });
    }
    Ok(plan)
}

/// The end of a definition's lines, with the EXPORT_SYMBOLs and the like that stand directly under it.
fn after(file: &SourceFile, end: usize) -> usize {
    let mut at = place::line_end(file, end.saturating_sub(1));
    loop {
        let text = place::line_text(file, file.line_of(at));
        let belongs = at < file.bytes().len()
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.contains('(')
            && text.trim_end().ends_with(");");
        if !belongs {
            return at;
        }
        at = place::line_end(file, at);
    }
}
