//! `split`: an `if` block ended before a statement, the rest under another condition.

use query::File;
use query::pattern::{Fragment, Pattern};
use schema::model::Split;
use sites::kinds::split;
use sites::statement::pragma_before;
use sites::widening::{addition, widened};
use sites::{Unresolved, lines};
use syntax::Node;
use templates::Page as _;

use crate::edit::Edit;
use crate::fragment::{Writes, fragment};
use crate::layout::comment::CommentTemplate;
use crate::layout::{comment, expression};
use crate::place;
use crate::plan::{Context, Plan, Site};

/// What ends the first block and begins the second.
#[derive(askama::Template, serde::Serialize)]
#[template(path = "c/split.c", escape = "none")]
struct SplitTemplate<'a> {
    indentation: &'a str,
    comment: String,
    condition: String,
}

templates::page!(SplitTemplate<'_>, "c/split.c");

pub(crate) const WRITES: Writes = Writes::Fragments(&[SplitTemplate::PATH, CommentTemplate::PATH]);

pub(crate) fn plan(context: &Context<'_>, change: &Split) -> Result<Plan, Unresolved> {
    let file = context.file;
    if let Some(present) = split::present(&context.resolver, change)? {
        return Err(present);
    }
    let mut plan = Plan::default();
    for site in split::find(&context.resolver, change)? {
        keep_scope(context, site.branch, site.first)?;
        let (connective, new) = addition(&change.becomes, &site.test.bindings)?;
        let condition = widened(&file.text(site.test.range.clone()), connective, &new);
        plan.edits
            .push(edit(context, site.branch, site.first, &condition)?);
        plan.sites.push(Site {
            offset: site.first.start_byte(),
            alternatives: site.alternatives,
        });
    }
    Ok(plan)
}

/// Refuses to end a block whose own variables the rest uses.
fn keep_scope(context: &Context<'_>, branch: Node<'_>, first: Node<'_>) -> Result<(), Unresolved> {
    let file = context.file;
    let Some(block) = branch.child_by_field_name("consequence") else {
        return Ok(());
    };
    let rest = first.start_byte()..block.end_byte();
    let mut cursor = block.walk();
    for declaration in block
        .named_children(&mut cursor)
        .filter(|node| node.kind() == "declaration" && node.end_byte() <= rest.start)
    {
        for name in declared_names(file, declaration) {
            let pattern = Pattern::compile(&name, Fragment::Expression, &Default::default());
            let used = match pattern {
                Ok(name) => !context.resolver.matches_in(&name, &rest)?.is_empty(),
                Err(_) => false,
            };
            if used {
                return Err(Unresolved::unfit(format!(
                    "`{name}` is declared in the first block and used in the second"
                ))
                .at(file, declaration.start_byte()));
            }
        }
    }
    Ok(())
}

fn declared_names(file: &File, declaration: Node<'_>) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = declaration.walk();
    for mut declarator in declaration.children_by_field_name("declarator", &mut cursor) {
        while let Some(inner) = declarator.child_by_field_name("declarator") {
            declarator = inner;
        }
        if declarator.kind() == "identifier" {
            names.push(file.text(declarator.byte_range()).into_owned());
        }
    }
    names
}

/// The boundary takes the place of the blank line that parted the two halves.
fn edit(
    context: &Context<'_>,
    branch: Node<'_>,
    first: Node<'_>,
    condition: &str,
) -> Result<Edit, Unresolved> {
    let file = context.file;
    let indentation = place::indentation(file, branch.start_byte());
    let comment = match context.body.comment.as_deref() {
        Some(words) => {
            let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
            comment::above(words, &indentation, style)?
        }
        None => String::new(),
    };
    let head = format!("{indentation}if (");
    let text = fragment(&SplitTemplate {
        indentation: &indentation,
        comment,
        condition: expression::fit_within(&head, &sites::one_line(condition), ") {"),
    })?;
    if pragma_before(file, first.start_byte()) {
        let message = "a `#pragma` is directly before the statement, and is about it";
        return Err(Unresolved::unfit(message).at(file, first.start_byte()));
    }
    let at = lines::with_comment_above(file, first.start_byte());
    let mut line = file.line_of(at);
    while line > 1 && lines::line_text(file, line - 1).trim().is_empty() {
        line -= 1;
    }
    let start = file.lines().range_of(line).start;
    Ok(Edit::replace(start..at, text + "\n"))
}
