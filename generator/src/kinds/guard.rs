//! `guard`: statements go one level deeper, under an `if`.

use dialect::token::{TokenKind, tokens};
use query::types::DefinitionSource;
use schema::model::Guard;
use sites::block::{self, ItemKind};
use sites::kinds::guard::{self, Statements};
use sites::widening::filled;
use sites::{Unresolved, lines, statement};
use templates::Page as _;

use super::insert::text::{indented, is_one_plain};
use crate::anchor;
use crate::braces;
use crate::edit::Edit;
use crate::fragment::{Writes, fragment};
use crate::layout::comment::CommentTemplate;
use crate::layout::{comment, expression, shifted};
use crate::place::Indent;
use crate::plan::{Context, Plan, Site};

/// The statements under their condition.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/guard.c", escape = "none")]
struct GuardTemplate<'a> {
    comment: String,
    indentation: &'a str,
    condition: String,
    braces: bool,
    code: String,
    otherwise: String,
}

templates::page!(GuardTemplate<'_>, "c/guard.c");

pub(crate) const WRITES: Writes = Writes::Fragments(&[GuardTemplate::PATH, CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, change: &Guard) -> Result<Plan, Unresolved> {
    if let Some(present) = guard::present(&context.resolver, change)? {
        return Err(present);
    }
    let found = guard::find(&context.resolver, change)?;
    let mut plan = Plan::default();
    for run in &found.found {
        fits(context, run)?;
        plan.edits.push(edit(context, change, run)?);
    }
    let offsets = found.found.iter().map(|run| run.range.start);
    plan.sites = Site::each(offsets, &found.alternatives);
    Ok(plan)
}

/// Whether the statements mean the same where they are a block of their own.
fn fits(context: &Context<'_>, run: &Statements<'_>) -> Result<(), Unresolved> {
    let file = context.file;
    let unfit = |message: &str, at: usize| Err(Unresolved::unfit(message).at(file, at));
    let start = run.range.start;
    let before = file.text(lines::line_start(file, start)..start);
    if !before.trim().is_empty() || lines::shares_its_end(file, run.range.end) {
        return unfit("other code is on the lines of the statements", start);
    }
    if statement::pragma_before(file, start) {
        return unfit(
            "a `#pragma` is directly before the statement, and is about it",
            start,
        );
    }
    let text = file.slice(run.range.clone());
    let directive = tokens(text)
        .into_iter()
        .find(|token| token.kind == TokenKind::Directive);
    if let Some(directive) = directive {
        let message = "a preprocessor directive is among the statements";
        return unfit(message, start + directive.range.start);
    }
    let inside = |node: &block::Item<'_>| run.range.contains(&node.range.start);
    let items = block::around(run.first)
        .map(block::items)
        .unwrap_or_default();
    for item in items.iter().filter(|item| inside(item)) {
        let at = item.range.start;
        if item.kind == ItemKind::Label {
            return unfit("a label is among the statements", at);
        }
        if statement::declares(file, &context.resolver.definitions, item.node)
            || statement::ends_with_block(file, item.node).is_some()
        {
            let message = "what it declares ends with the new block, and the rest may need it";
            return unfit(message, at);
        }
    }
    let parent = run.first.parent().map_or("", |parent| parent.kind());
    if parent == "labeled_statement"
        || parent == "case_statement"
        || parent == "compound_statement"
        || parent.starts_with("preproc")
    {
        return Ok(());
    }
    let (_, groups) = braces::body(file, &run.range, "if (spec)\n\tspec();")?;
    match groups.is_empty() {
        true => Ok(()),
        false => unfit(
            "an `else` follows that the new `if` would take for its own",
            start,
        ),
    }
}

fn edit(context: &Context<'_>, change: &Guard, run: &Statements<'_>) -> Result<Edit, Unresolved> {
    let file = context.file;
    let indentation = anchor::indentation(file, run.first);
    let own = Indent::of(file, run.range.start).with(&indentation);
    let deeper = own.deeper();
    let end = lines::end_with_trailing_comment(file, run.range.end);
    let start = lines::line_start(file, run.range.start);
    let text = file.text(start..end).into_owned();
    // The lines are written anew, and without blanks at their ends.
    let text = text.lines().map(str::trim_end).collect::<Vec<_>>();
    let text = text.join("\n");
    let code = shifted(&format!("\n{text}"), &own.own, &deeper.own);
    let otherwise = change.otherwise.as_ref();
    let otherwise = otherwise
        .map(|code| filled(code, &run.bindings))
        .transpose()?;
    let otherwise = otherwise
        .as_deref()
        .map(|code| code.trim_matches('\n').trim_end());
    let home = (file, &context.resolver.definitions as &dyn DefinitionSource);
    sites::effects::fits(home, run.range.start, &run.bindings, &change.by, true)?;
    let by = sites::one_line(&filled(&change.by, &run.bindings)?);
    let is_plain =
        is_one_plain(&file.text(run.range.clone())) && otherwise.is_none_or(is_one_plain);
    let comment = match context.body.comment.as_deref() {
        Some(words) => {
            let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
            comment::above(words, &indentation, style)?
        }
        None => String::new(),
    };
    let head = format!("{indentation}if (");
    let text = fragment(&GuardTemplate {
        comment,
        indentation: &indentation,
        condition: expression::fit_within(&head, &by, if is_plain { ")" } else { ") {" }),
        braces: !is_plain,
        code: code.trim_start_matches('\n').to_owned(),
        otherwise: otherwise.map_or_else(String::new, |code| indented(code, &deeper)),
    })?;
    Ok(Edit::replace(start..end, text + "\n"))
}
