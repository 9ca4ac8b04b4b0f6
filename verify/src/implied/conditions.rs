//! When code runs: the conditions around it as a set of literals, compared with a declared one.

pub(super) mod sequence;

use std::ops::Range;
use std::sync::Arc;

use dialect::TreePath;
use query::File;
use query::flow::{Guard, guard_text};
use query::pattern::{Doubt, Fragment, Isomorphisms, Pattern};
use query::types::NoOtherFile;
use syntax::{Node, Reader};

use crate::nodes::{negated, node_of, nodes_of_kind, operator, without_parens};

/// One operand that has to be true (or false) for the code to run.
#[derive(Clone, Debug)]
pub(crate) struct Literal {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
    pub(crate) is_true: bool,
    /// What a `switch` asks, which is written nowhere: the text alone says it.
    pub(crate) is_case: bool,
}

impl Literal {
    /// As a condition reads.
    pub(crate) fn shown(&self) -> String {
        if self.is_true {
            self.text.clone()
        } else if self.text.contains(' ') {
            format!("!({})", self.text)
        } else {
            format!("!{}", self.text)
        }
    }
}

/// The literals of guards, outermost first.
pub(crate) fn literals(file: &File, guards: &[Guard]) -> Vec<Literal> {
    let mut found = Vec::new();
    for guard in guards {
        if !guard.cases.is_empty() {
            found.push(Literal {
                range: guard.condition.clone(),
                text: guard_text(file, guard),
                is_true: true,
                is_case: true,
            });
            continue;
        }
        match node_of(file, &guard.condition) {
            Some(node) => flatten(file, node, guard.holds, &mut found),
            None => found.push(literal(file, guard.condition.clone(), guard.holds)),
        }
    }
    // A condition and its operands may both be given as guards.
    let mut seen = std::collections::HashSet::new();
    found.retain(|literal| seen.insert((literal.range.clone(), literal.is_true, literal.is_case)));
    found
}

/// `a && b` gives two; `!(a || b)` gives two that are false; `a || b` is one.
fn flatten(file: &File, node: Node<'_>, is_true: bool, into: &mut Vec<Literal>) {
    let mut pending = vec![(node, is_true)];
    while let Some((node, is_true)) = pending.pop() {
        if let Some(inner) = negated(file, node) {
            pending.push((inner, !is_true));
            continue;
        }
        let core = without_parens(node);
        let splits: &[u8] = if is_true { b"&&" } else { b"||" };
        if core.kind() == "binary_expression" && operator(file, core) == Some(splits) {
            for field in ["right", "left"] {
                pending.extend(core.child_by_field_name(field).map(|side| (side, is_true)));
            }
        } else {
            into.push(literal(file, core.byte_range(), is_true));
        }
    }
}

fn literal(file: &File, range: Range<usize>, is_true: bool) -> Literal {
    Literal {
        text: file
            .text(range.clone())
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        range,
        is_true,
        is_case: false,
    }
}

/// A C expression by itself, parsed: its file and where it stands in it.
pub(crate) fn expression(text: &str) -> Option<(Arc<File>, Range<usize>)> {
    let source = format!("int f(void)\n{{\n\treturn ({text});\n}}\n");
    let path = TreePath::new("expression.c").ok()?;
    let read = Reader::standalone().read(&path, source.into_bytes().into());
    let file = Arc::new(File::from(read));
    if !file.unread().is_empty() {
        return None;
    }
    let whole = 0..file.bytes().len();
    let range = nodes_of_kind(&file, &whole, "return_statement")
        .first()
        .and_then(|node| node.named_child(0))
        .map(|node| without_parens(node).byte_range())?;
    Some((file, range))
}

/// What the declared condition demands.
pub(crate) fn demanded(text: &str) -> Option<Vec<Literal>> {
    let (file, range) = expression(text)?;
    let node = node_of(&file, &range)?;
    let mut found = Vec::new();
    flatten(&file, node, true, &mut found);
    Some(found)
}

/// How a condition differs from the declared one.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    /// Demanded and not there.
    pub(crate) missing: Vec<String>,
    /// There and not demanded.
    pub(crate) extra: Vec<String>,
}

impl Difference {
    pub(crate) fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

/// Compares literals in any order, each modulo the isomorphisms.
///
/// # Errors
/// One of them could not be read.
pub(crate) fn compare(
    file: &File,
    actual: &[Literal],
    demanded: &[Literal],
    isomorphisms: &Isomorphisms,
) -> Result<Difference, Doubt> {
    let mut left: Vec<&Literal> = actual.iter().collect();
    let mut difference = Difference::default();
    for wanted in demanded {
        let mut at = None;
        for (index, have) in left.iter().enumerate() {
            if same(file, have, wanted, isomorphisms)? {
                at = Some(index);
                break;
            }
        }
        match at {
            Some(at) => drop(left.remove(at)),
            None => difference.missing.push(wanted.shown()),
        }
    }
    difference.extra = left.into_iter().map(Literal::shown).collect();
    Ok(difference)
}

fn same(
    file: &File,
    have: &Literal,
    wanted: &Literal,
    isomorphisms: &Isomorphisms,
) -> Result<bool, Doubt> {
    if have.is_true == wanted.is_true && have.text == wanted.text {
        return Ok(true);
    }
    if have.is_case {
        return Ok(false);
    }
    let text = if have.is_true == wanted.is_true {
        wanted.text.clone()
    } else {
        format!("!({})", wanted.text)
    };
    let Ok(pattern) = Pattern::compile(&text, Fragment::Expression, isomorphisms) else {
        return Ok(false);
    };
    // It is a condition filled in: it has no metavariables, and none that is typed.
    let found = pattern.matches(file, have.range.clone(), &NoOtherFile)?;
    Ok(found.is_some())
}
