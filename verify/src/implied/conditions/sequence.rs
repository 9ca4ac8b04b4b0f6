//! Operands that are evaluated before what they rest on: `p->n && p` asks too late whether there is a `p`.
//!
//! `&&` and `||` evaluate their left operand first, and the right one only if the left leaves it open (C11 6.5.13p4 and
//! 6.5.14p4). Operands that have nothing to do with each other may be in any order; where one follows a pointer, takes an
//! element or divides by what another one asks, the order is what is declared.

use std::collections::{BTreeMap, BTreeSet};

use query::File;
use syntax::Node;

use super::expression;
use crate::implied::widening::told_by;
use crate::nodes::{negated, node_of, normal, operator, without_parens};

/// The first operand, in the order in which they are evaluated, that rests on what a later one asks: both by index.
pub(in crate::implied) fn too_early(operands: &[&str]) -> Option<(usize, usize)> {
    if operands.len() < 2 {
        return None;
    }
    let read: Vec<Operand> = operands.iter().map(|text| Operand::read(text)).collect();
    let mut first_asked = BTreeMap::new();
    for (index, operand) in read.iter().enumerate() {
        for text in &operand.asks {
            first_asked.entry(text).or_insert(index);
        }
    }
    (0..).zip(&read).find_map(|(index, operand)| {
        let mut asked = operand
            .rests_on
            .iter()
            .filter_map(|text| first_asked.get(text));
        let later = asked.find(|later| **later > index)?;
        Some((index, *later))
    })
}

/// The same of two conditions: what `have` evaluates too early, and before what, where `declared` does not.
pub(in crate::implied) fn turned_round(
    have: &[String],
    declared: &[String],
) -> Option<(String, String)> {
    let texts = |all: &'_ [String]| -> Option<(usize, usize)> {
        let texts: Vec<&str> = all.iter().map(String::as_str).collect();
        too_early(&texts)
    };
    let (early, late) = texts(have)?;
    match texts(declared) {
        None => Some((have.get(early)?.clone(), have.get(late)?.clone())),
        Some(_) => None,
    }
}

/// What a condition joins by `&&` and `||`, in the order in which it is evaluated.
pub(in crate::implied) fn operands(file: &File, condition: Node<'_>) -> Vec<String> {
    let (mut found, mut pending) = (Vec::new(), vec![condition]);
    while let Some(node) = pending.pop() {
        let core = without_parens(node);
        if let Some(inner) = negated(file, core) {
            pending.push(inner);
        } else if core.kind() == "binary_expression"
            && matches!(operator(file, core), Some(b"&&" | b"||"))
        {
            pending.extend(core.child_by_field_name("right"));
            pending.extend(core.child_by_field_name("left"));
        } else {
            found.push(file.text(core.byte_range()).into_owned());
        }
    }
    found
}

/// The same of a condition by its text; none where it cannot be read.
pub(in crate::implied) fn operands_of_text(condition: &str) -> Vec<String> {
    let read = expression(condition);
    let node = read
        .as_ref()
        .and_then(|(file, range)| Some((file, node_of(file, range)?)));
    node.map_or_else(Vec::new, |(file, node)| operands(file, node))
}

/// What one operand of a condition asks, and what it takes for granted; expressions, by their tokens.
#[derive(Default)]
struct Operand {
    asks: BTreeSet<String>,
    rests_on: BTreeSet<String>,
}

impl Operand {
    fn read(text: &str) -> Self {
        let mut found = Self::default();
        if let Some((file, range)) = expression(text)
            && let Some(node) = node_of(&file, &range)
        {
            found.ask(&file, node);
            found.rest(&file, node);
        }
        found
    }

    /// `p` of `p`, `!p`, `p != NULL`, `likely(p)`, `(p = next(q))`; `i` and `n` of `i < n`.
    fn ask(&mut self, file: &File, node: Node<'_>) {
        let mut pending = vec![node];
        while let Some(node) = pending.pop() {
            let core = without_parens(node);
            let sides = |fields: &[&str]| -> Vec<Node<'_>> {
                let all = fields
                    .iter()
                    .filter_map(|field| core.child_by_field_name(field));
                all.collect()
            };
            let inner = match core.kind() {
                "unary_expression" => sides(&["argument"]),
                "binary_expression" if is_logical(operator(file, core)) => {
                    sides(&["left", "right"])
                }
                "assignment_expression" => sides(&["left"]),
                "call_expression" => told_by(file, core).into_iter().collect(),
                _ => Vec::new(),
            };
            if inner.is_empty() {
                let is_fixed = core.kind().ends_with("_literal") || core.kind() == "null";
                if !is_fixed {
                    self.asks.insert(normal(file.slice(core.byte_range())));
                }
            }
            pending.extend(inner);
        }
    }

    /// Every expression that a pointer is followed through, an element is taken by, or something is divided by or
    /// shifted by; an argument of a call too, which does with it what it likes.
    fn rest(&mut self, file: &File, node: Node<'_>) {
        let mut pending = vec![(node, false)];
        while let Some((node, is_rested_on)) = pending.pop() {
            if is_rested_on && node.is_named() {
                self.rests_on.insert(normal(file.slice(node.byte_range())));
            }
            let core = without_parens(node);
            let mut cursor = core.walk();
            for child in core.children(&mut cursor) {
                pending.push((child, is_rested_on || rests(file, core, child)));
            }
        }
    }
}

/// Comparisons and the operators of truth: what asks for its operands.
fn is_logical(operator: Option<&[u8]>) -> bool {
    matches!(
        operator,
        Some(b"==" | b"!=" | b"<" | b"<=" | b">" | b">=" | b"&" | b"&&" | b"||")
    )
}

/// Whether an expression rests on a part of it.
fn rests(file: &File, whole: Node<'_>, part: Node<'_>) -> bool {
    match whole.kind() {
        "field_expression" => operator(file, whole) == Some(b"->"),
        "subscript_expression" | "argument_list" => true,
        "pointer_expression" => operator(file, whole) == Some(b"*"),
        "binary_expression" => {
            let is_right = whole
                .child_by_field_name("right")
                .is_some_and(|right| right.id() == part.id());
            is_right && matches!(operator(file, whole), Some(b"/" | b"%" | b"<<" | b">>"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::too_early;

    /// Operands, and what comes before what.
    type Row<'a> = (&'a [&'a str], Option<(usize, usize)>);

    #[test]
    fn what_is_asked_later_is_not_rested_on() {
        let rows: &[Row<'_>] = &[
            (&["d->p", "d->p->n"], None),
            (&["d->p->n", "d->p"], Some((0, 1))),
            (&["d->p->n", "!d->p"], Some((0, 1))),
            (&["d->p->n", "d->p == NULL"], Some((0, 1))),
            (&["d->p->n", "x", "(d->p)"], Some((0, 2))),
            (&["d->n", "d"], Some((0, 1))),
            (&["v[x]", "x < 4"], Some((0, 1))),
            (&["v[x - 1]", "!x"], Some((0, 1))),
            (&["8 / x > 2", "x == 0"], Some((0, 1))),
            (&["*p", "likely(p)"], Some((0, 1))),
            (&["f(p)", "p"], Some((0, 1))),
            (&["p->n", "(p = next(q))"], Some((0, 1))),
            (&["d->is_vf", "d->flag"], None),
            (&["d->n == 4", "d->n == 3"], None),
            (&["x > 8", "x < 4"], None),
            (&["d->in.a", "d->in.b"], None),
            (&["x / 8", "x"], None),
            (&["sum[3]", "3"], None),
            (&["d->p", "d->p->n", "d->p"], None),
            (&["one"], None),
            (&[], None),
        ];
        for (operands, expected) in rows {
            assert_eq!(too_early(operands), *expected, "{operands:?}");
        }
    }
}
