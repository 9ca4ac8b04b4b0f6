//! `test`: the condition, where its value is used, and not widened yet.

use std::ops::Range;

use query::File;
use query::access::{Access, access_of};
use query::pattern::precedence::{Connective, level_of, operand};
use query::pattern::{Fragment, Match, Pattern};
use schema::model::{ChangeBody, Sites, Test, Widening};
use syntax::Node;

use crate::names::one_line;
use crate::resolve::{Sited, starts};
use crate::resolver::{Chosen, Resolver, outermost};
use crate::statement::whole_node;
use crate::unresolved::{Reason, Unresolved};
use crate::widening::addition;

impl Sited for Test {
    fn offsets(&self, resolver: &Resolver<'_>) -> Result<Vec<usize>, Unresolved> {
        Ok(starts(&find(resolver, self)?.found))
    }

    fn made(&self, _: &Resolver<'_>, _: &ChangeBody) -> Result<Option<Unresolved>, Unresolved> {
        Ok(None)
    }
}

/// The tests to be widened, the outermost where one is inside another.
///
/// # Errors
/// There are not as many as declared, some are widened already, or it cannot be told.
pub fn find(resolver: &Resolver<'_>, test: &Test) -> Result<Chosen<Match>, Unresolved> {
    let scope = resolver.scope(&test.functions)?;
    let is_value = |found: &Match| Ok(is_value(resolver.file, &found.range));
    let found = resolver.first_match(&scope.found, "where", &test.tests, &is_value);
    let mut chosen = match found {
        Ok(chosen) => chosen,
        Err(unresolved) if unresolved.reason == Reason::Absent => {
            return Err(there_already(resolver, test, &scope.found).unwrap_or(unresolved));
        }
        Err(unresolved) => return Err(unresolved),
    };
    chosen.found = not_yet(resolver, test, outermost(chosen.found))?;
    let offsets: Vec<usize> = chosen.found.iter().map(|m| m.range.start).collect();
    let what = test.tests.first().map_or("", Pattern::text);
    resolver.counted(&offsets, &format!("`{what}`"))?;
    let alternatives = scope.alternatives.into_iter();
    chosen.alternatives = alternatives.chain(chosen.alternatives).collect();
    Ok(chosen)
}

/// What sets the same place tests nothing.
#[must_use]
pub fn is_value(file: &File, range: &Range<usize>) -> bool {
    matches!(access_of(file, range), Access::Read | Access::Test)
}

/// What is not widened yet. That a part is, is an error, unless all that is left is to be.
fn not_yet(
    resolver: &Resolver<'_>,
    test: &Test,
    found: Vec<Match>,
) -> Result<Vec<Match>, Unresolved> {
    let file = resolver.file;
    let (mut widened, mut left) = (Vec::new(), Vec::new());
    for m in found {
        match is_widened(resolver, test, &m)? {
            true => widened.push(m),
            false => left.push(m),
        }
    }
    let Some(first) = widened.first() else {
        return Ok(left);
    };
    let text = one_line(&file.text(first.range.clone()));
    let unresolved = match (left.len(), resolver.sites) {
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
fn is_widened(resolver: &Resolver<'_>, test: &Test, found: &Match) -> Result<bool, Unresolved> {
    let file = resolver.file;
    let Ok((Some(connective), new)) = addition(&test.becomes, &found.bindings) else {
        return Ok(false);
    };
    let Some(chain) = chain_around(file, &found.range, connective) else {
        return Ok(false);
    };
    let compile =
        |text: &str| Pattern::compile(text, Fragment::Expression, resolver.isomorphisms).ok();
    // A chain of the same operator is no operand: the longer chain has taken its operands in.
    let (joined_by, level) = (connective.as_str(), connective.level());
    let among_others = (level_of(&new) == Some(level))
        .then(|| compile(&format!("{new} {joined_by} $$$_")))
        .flatten();
    let is = |new: &Pattern, range: Range<usize>| -> Result<bool, Unresolved> {
        Ok(resolver.matches(new, range)?.is_some())
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
    let mut node = whole_node(file, range)?;
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

/// Says that the new form is there, where the old one is not. Without the old form there is
/// nothing to bind from: the new form is looked for as a pattern.
fn there_already(
    resolver: &Resolver<'_>,
    test: &Test,
    ranges: &[Range<usize>],
) -> Option<Unresolved> {
    let file = resolver.file;
    let mut in_doubt = None;
    for form in new_forms(test) {
        let Ok(form) = Pattern::compile(&form, Fragment::Expression, resolver.isomorphisms) else {
            continue;
        };
        let (found, doubt) = resolver.new_forms(&form, ranges);
        if let Some(found) = found.first() {
            let text = one_line(&file.text(found.range.clone()));
            let present = Unresolved::present(format!("`{text}` is there already"));
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
