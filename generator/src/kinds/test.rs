//! `test`: a condition widened, narrowed or replaced where it stands.

use std::ops::Range;

use kernel_c::pattern::precedence::{
    Connective, Level, level_of, needs_parentheses, operand, operator_level,
};
use kernel_c::pattern::{Fragment, Match, Pattern};
use kernel_c::{Node, SourceFile};
use schema::model::{Test, Widening};

use super::Context;
use super::condition::addition;
use crate::edit::Edit;
use crate::inline::{laid_out, statement_lines};
use crate::miss::Miss;
use crate::site::{self, Plan, Site};

pub(crate) fn plan(context: &Context<'_>, test: &Test) -> Result<Plan, Miss> {
    let file = context.file;
    let (ranges, mut used) = site::scope(file, &test.functions)?;
    let not_yet = |found: &Match| !is_widened(context, test, found);
    let found = site::matches(file, &ranges, "where", &test.tests, &not_yet);
    let (found, alternatives) = match found {
        Ok(found) => found,
        Err(miss) => return Err(present(context, test, &ranges).unwrap_or(miss)),
    };
    used.extend(alternatives);
    let offsets: Vec<usize> = found.iter().map(|m| m.range.start).collect();
    let what = test.tests.first().map_or("", Pattern::text);
    site::counted(file, context.sites, &offsets, &format!("`{what}`"))?;

    let mut edits = Vec::new();
    for m in &found {
        edits.push((
            statement_lines(file, &m.range),
            expression_edits(file, m, &test.becomes)?,
        ));
    }
    Ok(Plan {
        edits: laid_out(file, edits),
        sites: offsets
            .into_iter()
            .map(|offset| Site {
                offset,
                alternatives: used.clone(),
            })
            .collect(),
    })
}

/// Whether the match has its new operand already.
fn is_widened(context: &Context<'_>, test: &Test, found: &Match) -> bool {
    let file = context.file;
    let Ok((Some(connective), new)) = addition(&test.becomes, &found.bindings) else {
        return false;
    };
    let Ok(pattern) = Pattern::compile(&new, Fragment::Expression, context.isomorphisms) else {
        return false;
    };
    let Some(chain) = chain_around(file, &found.range, connective) else {
        return false;
    };
    !pattern.find(file, chain).found.is_empty()
}

/// The chain of `||` or `&&` that the expression is an operand of.
fn chain_around(
    file: &SourceFile,
    range: &Range<usize>,
    connective: Connective,
) -> Option<Range<usize>> {
    let mut node = file.node_at(range.clone())?;
    let mut top = None;
    while let Some(parent) = node.parent() {
        match parent.kind() {
            "binary_expression" if operator(file, parent) == connective.as_str() => {
                top = Some(parent.byte_range());
            }
            "parenthesized_expression" => {}
            _ => break,
        }
        node = parent;
    }
    top
}

/// Says that the change is there already, where it is: every place where the new form stands.
fn present(context: &Context<'_>, test: &Test, ranges: &[Range<usize>]) -> Option<Miss> {
    let file = context.file;
    for pattern in &test.tests {
        for found in ranges
            .iter()
            .flat_map(|range| pattern.find(file, range.clone()).found)
        {
            if is_widened(context, test, &found) {
                return Some(
                    Miss::present(format!(
                        "`{}` is widened already",
                        file.text(found.range.clone())
                    ))
                    .at(file, found.range.start),
                );
            }
        }
    }
    let Widening::With(template) = &test.becomes else {
        return None;
    };
    // Without the old form there is nothing to bind from: the new form is looked for as a pattern.
    let pattern =
        Pattern::compile(template.text(), Fragment::Expression, context.isomorphisms).ok()?;
    let found = ranges
        .iter()
        .flat_map(|range| pattern.find(file, range.clone()).found)
        .next()?;
    Some(
        Miss::present(format!(
            "`{}` stands there already",
            file.text(found.range.clone())
        ))
        .at(file, found.range.start),
    )
}

fn operator<'f>(file: &'f SourceFile, node: Node<'_>) -> std::borrow::Cow<'f, str> {
    node.child_by_field_name("operator")
        .map_or(std::borrow::Cow::Borrowed(""), |op| {
            file.text(op.byte_range())
        })
}

/// The level of the operator that the expression is directly under; none where anything may stand.
fn level_around(file: &SourceFile, range: &Range<usize>) -> Option<Level> {
    let mut node = file.node_at(range.clone())?;
    while let Some(parent) = node.parent().filter(|p| p.byte_range() == *range) {
        node = parent;
    }
    let parent = node.parent()?;
    match parent.kind() {
        "binary_expression" => operator_level(&operator(file, parent)),
        "unary_expression" | "pointer_expression" | "cast_expression" | "sizeof_expression" => {
            Some(Level::Unary)
        }
        "field_expression" | "subscript_expression" | "update_expression" => Some(Level::Postfix),
        "call_expression" if parent.child_by_field_name("function") == Some(node) => {
            Some(Level::Postfix)
        }
        _ => None,
    }
}

fn expression_edits(
    file: &SourceFile,
    found: &Match,
    becomes: &Widening,
) -> Result<Vec<Edit>, Miss> {
    let (connective, new) = addition(becomes, &found.bindings)?;
    let around = level_around(file, &found.range);
    let parenthesised =
        |level: Level| around.is_some_and(|around| needs_parentheses(around, level));
    Ok(match connective {
        None => {
            let wraps = level_of(&new).is_some_and(parenthesised);
            let text = if wraps { format!("({new})") } else { new };
            vec![Edit::replace(found.range.clone(), text)]
        }
        Some(connective) => {
            let joined = format!(
                " {} {}",
                connective.as_str(),
                operand(&new, connective.level())
            );
            let same = around == Some(connective.level());
            if parenthesised(connective.level()) && !same {
                vec![
                    Edit::insert(found.range.start, "("),
                    Edit::insert(found.range.end, format!("{joined})")),
                ]
            } else {
                vec![Edit::insert(found.range.end, joined)]
            }
        }
    })
}
