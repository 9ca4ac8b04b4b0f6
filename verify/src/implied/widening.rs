//! Whether a test stands together with another: `old || new` as one condition, in any operand
//! order and at any place of the chain, or `!old && !new`.

use std::ops::Range;

use query::File;
use query::flow::{addressed, has_truth_of_argument};
use query::pattern::precedence::{Connective, level_of};
use query::pattern::{Bindings, Doubt, Fragment, Isomorphisms, Pattern, Template};
use query::types::NoOtherFile;
use schema::model::Widening;
use syntax::Node;

use super::conditions::expression;
use crate::comparison::Comparison;
use crate::nodes::{Chain, chain, negated, node_of, operands_of, operator, without_parens};

/// The companion of a test, where it stands, and what it brought along.
#[derive(Clone, Debug)]
pub(crate) struct Companion {
    /// The companion's operands, each with parentheses of its own (and its `!`, in `!old && !new`). More than one where
    /// the companion is a chain of the same operator, which the longer chain takes in.
    pub(crate) operands: Vec<Range<usize>>,
    /// As many operators, which join them to the rest.
    pub(crate) operators: Vec<Range<usize>>,
    /// Parentheses between the test and the end of the chain, innermost first.
    pub(crate) parens: Vec<Range<usize>>,
    /// The whole chain.
    pub(crate) root: Range<usize>,
}

/// The companion of the test at `test`, joined by `joined_by` (`||` or `&&`).
///
/// # Errors
/// Whether an operand is it could not be read.
pub(crate) fn companion(
    file: &File,
    test: &Range<usize>,
    with: &Wanted,
    joined_by: &str,
) -> Result<Option<Companion>, Doubt> {
    let Some(node) = node_of(file, test) else {
        return Ok(None);
    };
    let other = if joined_by == "||" { "&&" } else { "||" };
    for (same, is_negated) in outward(file, node) {
        let chain = chain(file, same, if is_negated { other } else { joined_by });
        // The test alone.
        if chain.operands.len() < 2 {
            continue;
        }
        if let Some(found) = find_in(file, &chain, with, is_negated)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The parentheses from the test to the end of its chain: what a site has before it is widened.
pub(crate) fn parens_around(
    file: &File,
    test: &Range<usize>,
    joined_by: &str,
) -> Vec<Range<usize>> {
    node_of(file, test).map_or_else(Vec::new, |node| chain(file, node, joined_by).parens)
}

/// How many negations, comparisons with zero and calls such as `likely()` an operand is looked through.
const MOST_INWARD: usize = 16;

/// The test, and what is around it that is true where it is, or (then with `true`) where it is not: `!old`, `old == 0`,
/// `!!old`, `likely(old)`. The innermost first.
fn outward<'a>(file: &File, test: Node<'a>) -> Vec<(Node<'a>, bool)> {
    let mut found = vec![(test, false)];
    let (mut node, mut is_negated) = (test, false);
    while let Some(outer) = behind_parens(node) {
        let is_core = |core: Option<Node<'_>>| {
            core.is_some_and(|core| without_parens(core).byte_range() == node.byte_range())
        };
        let next =
            if is_core(negated(file, outer)) || is_core(compared_with_zero(file, outer, "==")) {
                is_negated = !is_negated;
                outer
            } else if is_core(compared_with_zero(file, outer, "!=")) {
                outer
            } else {
                match outer.parent() {
                    Some(call) if is_core(told_by(file, call)) => call,
                    _ => match read_again(file, node) {
                        Some(whole) => whole,
                        None => break,
                    },
                }
            };
        found.push((next, is_negated));
        node = next;
    }
    found
}

/// The operand, and what is in it that it is the truth of, or (then with `true`) the opposite.
fn inward<'a>(file: &File, operand: Node<'a>) -> Vec<(Node<'a>, bool)> {
    let mut found = vec![(without_parens(operand), false)];
    let (mut node, mut is_negated) = (without_parens(operand), false);
    while found.len() < MOST_INWARD {
        let turned = negated(file, node).or_else(|| compared_with_zero(file, node, "=="));
        let core = match turned {
            Some(core) => {
                is_negated = !is_negated;
                core
            }
            None => {
                let core = compared_with_zero(file, node, "!=").or_else(|| told_by(file, node));
                match core.or_else(|| same_value(file, node)) {
                    Some(core) => core,
                    None => break,
                }
            }
        };
        node = without_parens(core);
        found.push((node, is_negated));
    }
    found
}

/// The argument that a call such as `likely(x)` has the truth of.
pub(in crate::implied) fn told_by<'a>(file: &File, call: Node<'a>) -> Option<Node<'a>> {
    if call.kind() != "call_expression" {
        return None;
    }
    let name = call.child_by_field_name("function")?;
    let arguments = call.child_by_field_name("arguments")?;
    let mut cursor = arguments.walk();
    let mut all = arguments.named_children(&mut cursor);
    let first = all.find(|argument| argument.kind() != "comment")?;
    has_truth_of_argument(&file.text(name.byte_range())).then_some(first)
}

/// What `(bool)x`, and `*(volatile int *)&x` as `READ_ONCE()` has it, have the truth of.
fn same_value<'a>(file: &File, node: Node<'a>) -> Option<Node<'a>> {
    match node.kind() {
        "cast_expression" => {
            let to = node.child_by_field_name("type")?;
            let is_truth = matches!(file.slice(to.byte_range()).trim_ascii(), b"bool" | b"_Bool");
            node.child_by_field_name("value").filter(|_| is_truth)
        }
        "pointer_expression" if operator(file, node) == Some(b"*") => {
            addressed(file, node.child_by_field_name("argument")?)
        }
        _ => None,
    }
}

/// What is around an expression and has its truth by [`same_value`].
fn read_again<'a>(file: &File, node: Node<'a>) -> Option<Node<'a>> {
    let mut outer = node;
    loop {
        outer = outer.parent()?;
        if same_value(file, outer).map(without_parens) == Some(node) {
            return Some(outer);
        }
        if !matches!(
            outer.kind(),
            "parenthesized_expression" | "cast_expression" | "pointer_expression"
        ) {
            return None;
        }
    }
}

fn behind_parens(node: Node<'_>) -> Option<Node<'_>> {
    let mut outer = node.parent()?;
    while outer.kind() == "parenthesized_expression" {
        outer = outer.parent()?;
    }
    Some(outer)
}

/// `x` of `x == 0` or `NULL == x`, by the operator.
fn compared_with_zero<'a>(file: &File, node: Node<'a>, wanted: &str) -> Option<Node<'a>> {
    let node = without_parens(node);
    if node.kind() != "binary_expression" || operator(file, node) != Some(wanted.as_bytes()) {
        return None;
    }
    let (left, right) = (
        node.child_by_field_name("left")?,
        node.child_by_field_name("right")?,
    );
    let is_zero = |node: Node<'_>| {
        matches!(
            file.slice(without_parens(node).byte_range()),
            b"0" | b"NULL" | b"false"
        )
    };
    if is_zero(right) {
        Some(left)
    } else {
        is_zero(left).then_some(right)
    }
}

fn find_in(
    file: &File,
    chain: &Chain<'_>,
    with: &Wanted,
    is_negated: bool,
) -> Result<Option<Companion>, Doubt> {
    let patterns = || std::iter::once(&with.pattern).chain(&with.operands);
    let words: Vec<Vec<String>> = patterns().map(Pattern::words).collect();
    let words_of = |pattern: &Pattern| -> &[String] {
        let mut known = patterns().zip(&words);
        let known = known.find(|(known, _)| std::ptr::eq(*known, pattern));
        known.map_or(&[], |(_, words)| words)
    };
    let is = |pattern: &Pattern, operand: Node<'_>| -> Result<bool, Doubt> {
        // In a long chain most operands are something else, and that is seen by their words.
        let text = file.slice(operand.byte_range());
        let has = |word: &String| memchr::memmem::find(text, word.as_bytes()).is_some();
        if !words_of(pattern).iter().all(has) {
            return Ok(false);
        }
        let same = inward(file, operand).into_iter();
        for (core, _) in same.filter(|(_, is_turned)| *is_turned == is_negated) {
            // What a test is widened with is filled in: no metavariable is left that could be typed.
            let found = pattern.matches(file, core.byte_range(), &NoOtherFile)?;
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let whole = each_once(std::slice::from_ref(&with.pattern), &chain.operands, is)?;
    let found = match whole {
        None if with.operands.len() > 1 => each_once(&with.operands, &chain.operands, is)?,
        whole => whole,
    };
    Ok(found.map(|found| {
        let operands = found.iter().filter_map(|index| chain.operands.get(*index));
        Companion {
            operands: operands.map(Node::byte_range).collect(),
            operators: joining(chain, &found),
            parens: chain.parens.clone(),
            root: chain.root.byte_range(),
        }
    }))
}

/// An operand for each pattern, no operand twice; by index, in order.
fn each_once<'n>(
    patterns: &[Pattern],
    operands: &[Node<'n>],
    is: impl Fn(&Pattern, Node<'n>) -> Result<bool, Doubt>,
) -> Result<Option<Vec<usize>>, Doubt> {
    let mut found: Vec<usize> = Vec::new();
    for pattern in patterns {
        let mut its = None;
        for (index, operand) in operands.iter().enumerate() {
            if !found.contains(&index) && is(pattern, *operand)? {
                its = Some(index);
                break;
            }
        }
        match its {
            Some(index) => found.push(index),
            None => return Ok(None),
        }
    }
    found.sort_unstable();
    Ok(Some(found))
}

/// The operators that join these operands to the rest of their chain: the one before each, but the one behind for those
/// that the chain begins with.
fn joining(chain: &Chain<'_>, found: &[usize]) -> Vec<Range<usize>> {
    let leading = (0..)
        .zip(found)
        .take_while(|(at, index)| at == *index)
        .count();
    let joins = |index: &usize| {
        let is_leading = *index < leading;
        let at = if is_leading {
            *index
        } else {
            index.saturating_sub(1)
        };
        chain.operators.get(at)
    };
    found.iter().filter_map(joins).cloned().collect()
}

/// A chain of the operator that the widening joins with, and any other operands: what such a test is a part of once it
/// is widened. None: it is no such chain.
pub(crate) fn longer_chain(
    comparison: &Comparison<'_>,
    becomes: &Widening,
    test: &Pattern,
) -> Option<Pattern> {
    let connective = match becomes {
        Widening::Or(_) => Connective::Or,
        Widening::And(_) => Connective::And,
        Widening::With(_) => return None,
    };
    if level_of(test.text()) != Some(connective.level()) {
        return None;
    }
    let text = format!("{} {} $$$_", test.text(), connective.as_str());
    Pattern::compile(&text, Fragment::Expression, &comparison.spec.isomorphisms).ok()
}

/// The code that a widening brings, filled in for one match, and how it is joined.
pub(crate) struct Wanted {
    /// `||`, `&&`; none: it replaces the test.
    pub(crate) joined_by: Option<&'static str>,
    /// As text, for messages.
    pub(crate) text: String,
    /// As a pattern that matches just that.
    pub(crate) pattern: Pattern,
    /// Its operands by `joined_by`: more than one where it is such a chain itself.
    pub(crate) operands: Vec<Pattern>,
}

/// What the spec wants at a match with these bindings.
///
/// # Errors
/// A message: the spec's template does not fit the match.
pub(crate) fn wanted(
    comparison: &Comparison<'_>,
    becomes: &Widening,
    bindings: &Bindings,
) -> Result<Wanted, String> {
    let (joined_by, template): (_, &Template) = match becomes {
        Widening::Or(template) => (Some("||"), template),
        Widening::And(template) => (Some("&&"), template),
        Widening::With(template) => (None, template),
    };
    let text = template
        .fill(bindings)
        .map_err(|name| format!("the test binds no `${name}`"))?;
    let pattern = template
        .to_pattern(
            bindings,
            Fragment::Expression,
            &comparison.spec.isomorphisms,
        )
        .map_err(|error| error.to_string())?;
    let operands = joined_by.map_or_else(Vec::new, |joined_by| {
        operand_patterns(&text, joined_by, &comparison.spec.isomorphisms)
    });
    Ok(Wanted {
        joined_by,
        text,
        pattern,
        operands,
    })
}

/// A pattern for each operand of the chain of `joined_by` that the text is; none where it cannot be told.
fn operand_patterns(text: &str, joined_by: &str, isomorphisms: &Isomorphisms) -> Vec<Pattern> {
    let Some((file, range)) = expression(text) else {
        return Vec::new();
    };
    let Some(node) = node_of(&file, &range) else {
        return Vec::new();
    };
    let operands = operands_of(&file, node, joined_by);
    let patterns = operands.iter().map(|operand| {
        let text = file.text(operand.byte_range());
        Pattern::compile(&text, Fragment::Expression, isomorphisms).ok()
    });
    patterns.collect::<Option<_>>().unwrap_or_default()
}
