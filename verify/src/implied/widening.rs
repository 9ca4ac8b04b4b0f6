//! Whether a test stands together with another: `old || new` as one condition, in any operand
//! order and at any place of the chain, or `!old && !new`.

use std::ops::Range;

use kernel_c::pattern::{Bindings, Fragment, Pattern, Template};
use kernel_c::{Node, SourceFile};
use schema::model::Widening;

use crate::scene::Scene;
use crate::syntax::{Chain, chain, negated, node_of, operator, without_parens};

/// The companion of a test, where it stands, and what it brought along.
#[derive(Clone, Debug)]
pub(crate) struct Companion {
    /// The companion operand, with parentheses of its own (and its `!`, in `!old && !new`).
    pub(crate) operand: Range<usize>,
    /// The operator that joins it.
    pub(crate) operator: Range<usize>,
    /// Parentheses between the test and the end of the chain, innermost first.
    pub(crate) parens: Vec<Range<usize>>,
    /// The whole chain.
    pub(crate) root: Range<usize>,
}

/// The companion of the test at `test`, joined by `joined_by` (`||` or `&&`).
pub(crate) fn companion(
    file: &SourceFile,
    test: &Range<usize>,
    with: &Pattern,
    joined_by: &str,
) -> Option<Companion> {
    let node = node_of(file, test)?;
    let plain = chain(file, node, joined_by);
    find_in(file, &plain, with, joined_by, false).or_else(|| {
        let negation = negation_of(file, node)?;
        let other = if joined_by == "||" { "&&" } else { "||" };
        let turned = chain(file, negation, other);
        find_in(file, &turned, with, other, true)
    })
}

/// The parentheses from the test to the end of its chain: what a site has before it is widened.
pub(crate) fn parens_around(
    file: &SourceFile,
    test: &Range<usize>,
    joined_by: &str,
) -> Vec<Range<usize>> {
    node_of(file, test).map_or_else(Vec::new, |node| chain(file, node, joined_by).parens)
}

/// `!old`, where the test is directly under it.
fn negation_of<'a>(file: &SourceFile, node: Node<'a>) -> Option<Node<'a>> {
    let mut outer = node.parent()?;
    while outer.kind() == "parenthesized_expression" {
        outer = outer.parent()?;
    }
    (outer.kind() == "unary_expression" && operator(file, outer) == Some(b"!")).then_some(outer)
}

fn find_in(
    file: &SourceFile,
    chain: &Chain<'_>,
    with: &Pattern,
    joined_by: &str,
    is_negated: bool,
) -> Option<Companion> {
    let found = chain.operands.iter().find(|operand| {
        let core = if is_negated {
            match negated(file, **operand) {
                Some(inner) => without_parens(inner),
                None => return false,
            }
        } else {
            without_parens(**operand)
        };
        with.matches(file, core.byte_range()).is_some()
    })?;
    Some(Companion {
        operand: found.byte_range(),
        operator: joining(file, *found, joined_by)?,
        parens: chain.parens.clone(),
        root: chain.root.byte_range(),
    })
}

/// The operator token that joins an operand to the rest of its chain.
fn joining(file: &SourceFile, operand: Node<'_>, joined_by: &str) -> Option<Range<usize>> {
    let mut node = operand.parent()?;
    loop {
        if node.kind() == "binary_expression" && operator(file, node) == Some(joined_by.as_bytes())
        {
            return Some(node.child_by_field_name("operator")?.byte_range());
        }
        node = node.parent()?;
    }
}

/// The code that a widening brings, filled in for one match, and how it is joined.
pub(crate) struct Wanted {
    /// `||`, `&&`; none: it replaces the test.
    pub(crate) joined_by: Option<&'static str>,
    /// As text, for messages.
    pub(crate) text: String,
    /// As a pattern that matches just that.
    pub(crate) pattern: Pattern,
}

/// What the spec wants at a match with these bindings.
///
/// # Errors
/// A message: the spec's template does not fit the match.
pub(crate) fn wanted(
    scene: &Scene<'_>,
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
        .to_pattern(bindings, Fragment::Expression, &scene.spec.isomorphisms)
        .map_err(|error| error.to_string())?;
    Ok(Wanted {
        joined_by,
        text,
        pattern,
    })
}
