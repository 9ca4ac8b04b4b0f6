//! `test`: a condition widened, narrowed or replaced where it stands.

use std::ops::Range;

use query::File;
use query::access::{Access, access_of};
use query::pattern::precedence::{Connective, level_of, level_of_node, needs_parentheses, operand};
use query::pattern::{Fragment, Match, Pattern};
use schema::model::{Sites, Test, Widening};
use syntax::Node;

use super::Context;
use super::condition::addition;
use crate::edit::Edit;
use crate::inline::{expression, laid_out, statement_lines, wants_parentheses};
use crate::site::{self, Plan, Site};
use crate::unresolved::{Reason, Unresolved};

pub(crate) fn plan(context: &Context<'_>, test: &Test) -> Result<Plan, Unresolved> {
    let file = context.file;
    let (ranges, mut used) = site::scope(file, &test.functions)?;
    let is_value = |found: &Match| {
        let access = access_of(file, &found.range);
        Ok(matches!(access, Access::Read | Access::Test))
    };
    let found = site::matches(context, &ranges, "where", &test.tests, &is_value);
    let (found, alternatives) = match found {
        Ok(found) => found,
        Err(unresolved) if unresolved.reason == Reason::Absent => {
            return Err(there_already(context, test, &ranges).unwrap_or(unresolved));
        }
        Err(unresolved) => return Err(unresolved),
    };
    let found = site::outermost(found);
    used.extend(alternatives);
    let found = not_yet(context, test, found)?;
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

/// What is not widened yet. That a part is, is an error, unless all that is left is to be.
fn not_yet(
    context: &Context<'_>,
    test: &Test,
    found: Vec<Match>,
) -> Result<Vec<Match>, Unresolved> {
    let file = context.file;
    let (mut widened, mut left) = (Vec::new(), Vec::new());
    for m in found {
        match is_widened(context, test, &m)? {
            true => widened.push(m),
            false => left.push(m),
        }
    }
    let Some(first) = widened.first() else {
        return Ok(left);
    };
    let text = site::one_line(&file.text(first.range.clone()));
    let unresolved = match (left.len(), context.sites) {
        (0, _) => Unresolved::present(format!("`{text}` is widened already")),
        (_, Sites::All) => return Ok(left),
        (count, _) => Unresolved::unfit(format!(
            "`{text}` is widened already in {} of {} places",
            widened.len(),
            widened.len() + count
        )),
    };
    Err(unresolved.at(file, first.range.start))
}

/// Whether the match has its new operand already.
fn is_widened(context: &Context<'_>, test: &Test, found: &Match) -> Result<bool, Unresolved> {
    let file = context.file;
    let Ok((Some(connective), new)) = addition(&test.becomes, &found.bindings) else {
        return Ok(false);
    };
    let Some(chain) = chain_around(file, &found.range, connective) else {
        return Ok(false);
    };
    let compile =
        |text: &str| Pattern::compile(text, Fragment::Expression, context.isomorphisms).ok();
    // A chain of the same operator is no operand: the longer chain has taken its operands in.
    let (joined_by, level) = (connective.as_str(), connective.level());
    let among_others = (level_of(&new) == Some(level))
        .then(|| compile(&format!("{new} {joined_by} $$$_")))
        .flatten();
    let is = |new: &Pattern, range: Range<usize>| -> Result<bool, Unresolved> {
        let found = new.matches(file, range, context.definitions);
        let found = found.map_err(|doubt| site::doubtful(file, new, &doubt))?;
        Ok(found.is_some())
    };
    if let Some(new) = compile(&new) {
        for operand in operands(file, chain, connective) {
            if is(&new, operand)? {
                return Ok(true);
            }
        }
    }
    among_others.map_or(Ok(false), |new| is(&new, chain.byte_range()))
}

/// The chain of `||` or `&&` that the expression is an operand of.
fn chain_around<'f>(
    file: &'f File,
    range: &Range<usize>,
    connective: Connective,
) -> Option<Node<'f>> {
    let mut node = expression(file, range)?;
    let mut top = None;
    while let Some(parent) = node.parent() {
        match parent.kind() {
            "binary_expression" if operator(file, parent) == connective.as_str() => {
                top = Some(parent)
            }
            "parenthesized_expression" => {}
            _ => break,
        }
        node = parent;
    }
    top
}

/// The operands of a chain, and the runs of operands that it starts with.
fn operands(file: &File, chain: Node<'_>, connective: Connective) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut pending = vec![chain];
    while let Some(node) = pending.pop() {
        found.push(node.byte_range());
        let inner = match node.kind() {
            "parenthesized_expression" => true,
            "binary_expression" => operator(file, node) == connective.as_str(),
            _ => false,
        };
        if inner {
            let mut cursor = node.walk();
            pending.extend(node.named_children(&mut cursor));
        }
    }
    found
}

/// Says that the new form stands there, where the old one does not. Without the old form there is
/// nothing to bind from: the new form is looked for as a pattern.
fn there_already(
    context: &Context<'_>,
    test: &Test,
    ranges: &[Range<usize>],
) -> Option<Unresolved> {
    let file = context.file;
    let mut in_doubt = None;
    for form in new_forms(test) {
        let Ok(form) = Pattern::compile(&form, Fragment::Expression, context.isomorphisms) else {
            continue;
        };
        let (found, doubt) = site::new_forms(context, ranges, &form);
        if let Some(found) = found.first() {
            let text = site::one_line(&file.text(found.range.clone()));
            let present = Unresolved::present(format!("`{text}` stands there already"));
            return Some(present.at(file, found.range.start));
        }
        in_doubt = in_doubt.or(doubt);
    }
    in_doubt
}

/// What a test that is no whole any more has become: another test, or, where it was a chain of the operator that widens
/// it, a part of a longer chain.
fn new_forms(test: &Test) -> Vec<String> {
    let (connective, template) = match &test.becomes {
        Widening::With(template) => return vec![template.text().to_owned()],
        Widening::Or(template) => (Connective::Or, template),
        Widening::And(template) => (Connective::And, template),
    };
    let (joined_by, level) = (connective.as_str(), connective.level());
    let new = operand(template.text(), level);
    let chains = test.tests.iter().map(Pattern::text);
    chains
        .filter(|old| level_of(old) == Some(level))
        .map(|old| format!("{old} {joined_by} {new} {joined_by} $$$_"))
        .collect()
}

fn operator<'f>(file: &'f File, node: Node<'_>) -> std::borrow::Cow<'f, str> {
    node.child_by_field_name("operator")
        .map_or(std::borrow::Cow::Borrowed(""), |op| {
            file.text(op.byte_range())
        })
}

fn expression_edits(
    file: &File,
    found: &Match,
    becomes: &Widening,
) -> Result<Vec<Edit>, Unresolved> {
    let (connective, new) = addition(becomes, &found.bindings)?;
    let Some(connective) = connective else {
        let wraps = level_of(&new).is_none_or(|level| wants_parentheses(file, &found.range, level));
        let text = if wraps { format!("({new})") } else { new };
        return Ok(vec![Edit::replace(found.range.clone(), text)]);
    };
    let level = connective.level();
    let old = expression(file, &found.range).map(|node| level_of_node(file, node));
    let mut open = String::new();
    let mut close = String::new();
    if wants_parentheses(file, &found.range, level) {
        open.push('(');
    }
    if old.is_none_or(|old| needs_parentheses(level, old)) {
        open.push('(');
        close.push(')');
    }
    close.push_str(&format!(
        " {} {}",
        connective.as_str(),
        operand(&new, level)
    ));
    if wants_parentheses(file, &found.range, level) {
        close.push(')');
    }
    let mut edits = vec![Edit::insert(found.range.end, close)];
    if !open.is_empty() {
        edits.insert(0, Edit::insert(found.range.start, open));
    }
    Ok(edits)
}
