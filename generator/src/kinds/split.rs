//! `split`: an `if` block ended before a statement, the rest under another condition.

use std::ops::Range;

use askama::Template as _;
use query::File;
use query::pattern::{Fragment, Match, Pattern};
use schema::model::Split;
use syntax::Node;

use super::Context;
use super::condition::{addition, widened};
use crate::anchor;
use crate::edit::Edit;
use crate::failure::NearMiss;
use crate::layout::{comment, expression, statement};
use crate::place;
use crate::site::{self, Plan, Site};
use crate::unresolved::{Reason, Unresolved};

#[derive(askama::Template)]
#[template(path = "c/split.c", escape = "none")]
struct SplitTemplate<'a> {
    condition: &'a str,
}

pub(crate) fn plan(context: &Context<'_>, split: &Split) -> Result<Plan, Unresolved> {
    let file = context.file;
    let (functions, mut used) = site::functions(file, &split.functions)?;
    let bodies: Vec<_> = functions
        .iter()
        .map(|function| function.body.clone())
        .collect();
    if let Some(at) = already(context, split, &bodies)? {
        return Err(Unresolved::present("the block is split already").at(file, at));
    }
    // The whole condition of an `if` whose block has the statement, and not as its first.
    let has_boundary = |found: &Match| match if_around(file, &found.range) {
        Some(branch) => Ok(boundary(context, split, branch)?.is_some()),
        None => Ok(false),
    };
    let (found, alternatives) =
        site::matches(context, &bodies, "where", &split.tests, &has_boundary)
            .map_err(|unresolved| explained(context, split, &bodies, unresolved))?;
    used.extend(alternatives);
    let offsets: Vec<usize> = found.iter().map(|m| m.range.start).collect();
    site::counted(file, context.sites, &offsets, "an `if` to split")?;

    let mut plan = Plan::default();
    for m in &found {
        let Some(branch) = if_around(file, &m.range) else {
            continue;
        };
        if branch.child_by_field_name("alternative").is_some() {
            return Err(Unresolved::unfit(
                "the `if` has an `else`, which would change its meaning",
            )
            .at(file, branch.start_byte()));
        }
        if branch
            .parent()
            .is_some_and(|parent| parent.kind() == "else_clause")
        {
            return Err(Unresolved::unfit(
                "the `if` follows an `else`, which the second block would leave",
            )
            .at(file, branch.start_byte()));
        }
        anchor::in_list(file, branch)?;
        let Some((first, used_before)) = boundary(context, split, branch)? else {
            continue;
        };
        let first = first?;
        keep_scope(context, branch, first)?;
        let (connective, new) = addition(&split.becomes, &m.bindings)?;
        let condition = widened(&file.text(m.range.clone()), connective, &new);
        plan.edits.push(edit(context, branch, first, &condition)?);
        let mut alternatives = used.clone();
        alternatives.extend(used_before);
        plan.sites.push(Site {
            offset: first.start_byte(),
            alternatives,
        });
    }
    Ok(plan)
}

/// Adds the blocks that have the statement, and the `if`s that have the condition and not the statement.
fn explained(
    context: &Context<'_>,
    split: &Split,
    bodies: &[Range<usize>],
    unresolved: Unresolved,
) -> Unresolved {
    if unresolved.reason != Reason::Absent {
        return unresolved;
    }
    let file = context.file;
    // What is in doubt has been said already; here it is about what to show.
    let tested = |tests: &[Pattern]| -> Vec<Match> {
        let found = tests.iter().flat_map(|p| {
            bodies
                .iter()
                .flat_map(|body| p.find(file, body.clone(), context.definitions).parts().0)
        });
        found.filter(|m| !file.is_dead(m.range.start)).collect()
    };
    let mut near: Vec<Range<usize>> = tested(&split.before)
        .iter()
        .filter_map(|m| {
            let mut node = file.node_at(m.range.clone())?;
            while node.kind() != "if_statement" {
                node = node.parent()?;
            }
            Some(node.byte_range())
        })
        .collect();
    let conditions = tested(&split.tests);
    near.extend(conditions.iter().map(|m| m.range.clone()));
    let mut found: Vec<NearMiss> = near
        .iter()
        .map(|range| site::near_line(file, range.start))
        .collect();
    found.extend(unresolved.near.iter().cloned());
    found.dedup_by(|a, b| a.line == b.line);
    found.truncate(3);
    let what = split.tests.first().map_or("", Pattern::text);
    let message = if conditions.is_empty() {
        unresolved.message.clone()
    } else {
        format!("`{what}` is not the whole condition of an `if` whose own block has the statement")
    };
    Unresolved {
        message,
        ..unresolved
    }
    .near(found)
}

/// The `if` whose whole condition is at `range`.
fn if_around<'f>(file: &'f File, range: &Range<usize>) -> Option<Node<'f>> {
    let mut node = file.node_at(range.clone())?;
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            "parenthesized_expression" => node = parent,
            "if_statement" if parent.child_by_field_name("condition") == Some(node) => {
                return Some(parent);
            }
            _ => return None,
        }
    }
}

type Boundary<'f> = (
    Result<Node<'f>, Unresolved>,
    Vec<crate::manifest::Alternative>,
);

/// The first statement of the second block; an error in it where it is the first of all.
fn boundary<'f>(
    context: &Context<'f>,
    split: &Split,
    branch: Node<'f>,
) -> Result<Option<Boundary<'f>>, Unresolved> {
    let file = context.file;
    let Some(block) = branch
        .child_by_field_name("consequence")
        .filter(|block| block.kind() == "compound_statement")
    else {
        return Ok(None);
    };
    let mut cursor = block.walk();
    let statements: Vec<Node<'_>> = block
        .named_children(&mut cursor)
        .filter(|node| node.kind() != "comment")
        .collect();
    for (index, pattern) in split.before.iter().enumerate() {
        let found = site::live_matches(context, pattern, &block.byte_range())?;
        let Some(position) = statements.iter().position(|statement| {
            found.iter().any(|m| {
                m.range == statement.byte_range()
                    || (m.range.start == statement.start_byte()
                        && m.range.end + 1 >= statement.end_byte())
            })
        }) else {
            continue;
        };
        let Some(&statement) = statements.get(position) else {
            continue;
        };
        let used = site::alternative("before", index, split.before.len(), pattern.text());
        if position == 0 {
            let unresolved = Unresolved::unfit(
                "the statement is the first of its block; nothing would stay before it",
            );
            return Ok(Some((
                Err(unresolved.at(file, statement.start_byte())),
                used,
            )));
        }
        return Ok(Some((Ok(statement), used)));
    }
    Ok(None)
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
                Ok(name) => !site::live_matches(context, &name, &rest)?.is_empty(),
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
    let code = SplitTemplate {
        condition: &site::one_line(condition),
    }
    .render()
    .map_err(|error| Unresolved::spec(format!("the C template failed: {error}")))?;
    let mut text = expression::fit_new(&statement::indent(code.trim_end(), &indentation));
    if let (Some(words), Some(brace_end)) = (context.body.comment.as_deref(), text.find('\n')) {
        let style = comment::prevailing_style(&file.text(0..file.bytes().len()));
        text.insert_str(brace_end + 1, &comment::above(words, &indentation, style));
    }
    let at = place::with_comment_above(file, first.start_byte());
    let mut line = file.line_of(at);
    while line > 1 && place::line_text(file, line - 1).trim().is_empty() {
        line -= 1;
    }
    let start = file.lines().range_of(line).start;
    Ok(Edit::replace(start..at, format!("{}\n", text.trim_end())))
}

/// Where the second block is already: an `if` under the new condition that has the statement.
fn already(
    context: &Context<'_>,
    split: &Split,
    bodies: &[Range<usize>],
) -> Result<Option<usize>, Unresolved> {
    let file = context.file;
    let mut old = Vec::new();
    for (test, body) in pairs(&split.tests, bodies) {
        old.extend(site::live_matches(context, test, body)?);
    }
    for m in old {
        let Ok((connective, new)) = addition(&split.becomes, &m.bindings) else {
            return Ok(None);
        };
        let text = widened(&file.text(m.range.clone()), connective, &new);
        let Ok(pattern) = Pattern::compile(&text, Fragment::Expression, context.isomorphisms)
        else {
            return Ok(None);
        };
        for body in bodies {
            for found in site::live_matches(context, &pattern, body)? {
                let Some(branch) = if_around(file, &found.range) else {
                    continue;
                };
                if boundary(context, split, branch)?.is_some()
                    || has_statement(context, split, branch)?
                {
                    return Ok(Some(branch.start_byte()));
                }
            }
        }
    }
    Ok(None)
}

/// Whether the block of the `if` has the statement, wherever in it.
fn has_statement(
    context: &Context<'_>,
    split: &Split,
    branch: Node<'_>,
) -> Result<bool, Unresolved> {
    let Some(block) = branch.child_by_field_name("consequence") else {
        return Ok(false);
    };
    for pattern in &split.before {
        if !site::live_matches(context, pattern, &block.byte_range())?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn pairs<'a>(
    patterns: &'a [Pattern],
    bodies: &'a [Range<usize>],
) -> impl Iterator<Item = (&'a Pattern, &'a Range<usize>)> {
    patterns
        .iter()
        .flat_map(|pattern| bodies.iter().map(move |body| (pattern, body)))
}
