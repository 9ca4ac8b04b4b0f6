//! What a pattern that matches nothing may have meant.
//!
//! A change that had to land and did not is reported with the code that comes closest. Closest means:
//! of the kind that the pattern asks for, alike in its tokens, alike in its names, and used alike: a
//! tested member is nearer to a pattern for a member than one that is only passed on, because sites
//! are mostly conditions that drifted.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};
use tree_sitter::Node;

use super::kinds::kinds;
use super::scan::Scanner;
use super::shape::{Part, Root, Shape};
use super::syntax::View;
use super::walk;
use super::{Form, Fragment};
use crate::File;
use crate::types::DefinitionSource;
use dialect::token::TokenKind;

/// Code that resembles a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct NearMiss {
    /// Where it is.
    pub range: Range<usize>,
    /// The original text, white space folded.
    pub text: String,
    /// From 0 (nothing in common) to 1.
    pub score: f64,
}

/// So many candidates are compared in full: those with the most tokens in common.
const COMPARED: usize = 400;

/// What a root asks of a candidate's kind.
enum Wanted {
    Kind(u16),
    Operator(Box<[u8]>),
    Test,
    Leaf,
}

#[derive(Clone, Copy)]
struct Candidate<'t> {
    node: Node<'t>,
    /// Only its truth is used.
    tested: bool,
}

/// The candidates in `range`, best first.
pub(super) fn nearest(
    pattern: &Form,
    file: &File,
    range: Range<usize>,
    limit: usize,
    definitions: &dyn DefinitionSource,
) -> Vec<NearMiss> {
    let view = View {
        bytes: file.bytes(),
        switches: pattern.switches,
    };
    let hits = pattern.find(file, range.clone(), definitions).found;
    let mut candidates = candidates(pattern, &view, file, &range);
    candidates.retain(|c| hits.iter().all(|hit| hit.range != c.node.byte_range()));
    let wanted = tokens(pattern.text.as_bytes());
    let expression = pattern
        .readings
        .first()
        .is_some_and(|reading| reading.fragment == Fragment::Expression);
    if candidates.len() > COMPARED {
        candidates.sort_by_key(|Candidate { node, .. }| {
            let common = common(&wanted, &tokens(view.text(node.byte_range())));
            (Reverse(common), node.start_byte())
        });
        candidates.truncate(COMPARED);
    }
    let mut ranked: Vec<NearMiss> = candidates
        .into_iter()
        .map(|Candidate { node, tested }| {
            let text = view.text(node.byte_range());
            let tested = expression && tested;
            NearMiss {
                range: node.byte_range(),
                text: folded(text),
                score: score(&wanted, &tokens(text), tested),
            }
        })
        .collect();
    ranked.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.range.start.cmp(&b.range.start))
            .then(a.range.end.cmp(&b.range.end))
    });
    ranked.truncate(limit);
    ranked
}

fn candidates<'t>(
    pattern: &Form,
    view: &View<'_>,
    file: &'t File,
    range: &Range<usize>,
) -> Vec<Candidate<'t>> {
    let wanted: Vec<Wanted> = pattern.readings.iter().map(|r| wanted(&r.root)).collect();
    let mut exact = Vec::new();
    let mut looser = Vec::new();
    walk::every(file.root(), range, &mut |path| {
        let Some(&node) = path.last() else { return };
        let inside = range.start <= node.start_byte() && node.end_byte() <= range.end;
        if !inside || !node.is_named() {
            return;
        }
        let tested = view.in_test_position(node, walk::around(path));
        let fits = wanted.iter().map(|wanted| fit(view, wanted, path, tested));
        match fits.max() {
            Some(2) => exact.push(Candidate { node, tested }),
            Some(1) => looser.push(Candidate { node, tested }),
            _ => {}
        }
    });
    if exact.is_empty() { looser } else { exact }
}

fn wanted(root: &Root) -> Wanted {
    let of_shape = |shape: &Shape| match shape {
        Shape::Branch { kind, .. } | Shape::List { kind, .. } => Wanted::Kind(*kind),
        Shape::Among(_) => Wanted::Kind(kinds().initializer_list),
        Shape::Chain { operator, .. } => Wanted::Operator(operator.clone()),
        Shape::Null(_) | Shape::Set(_) => Wanted::Test,
        _ => Wanted::Leaf,
    };
    let first = |parts: &[Part]| {
        parts.iter().find_map(|part| match part {
            Part::Node { shape, .. } => Some(of_shape(shape)),
            Part::Token(_) => None,
        })
    };
    match root {
        Root::Node(shape) => of_shape(shape),
        Root::Row(parts) | Root::Argument(parts) => first(parts).unwrap_or(Wanted::Leaf),
        Root::Entries(slots) => slots
            .first()
            .and_then(|slot| first(slot))
            .unwrap_or(Wanted::Leaf),
    }
}

/// 2: of the kind. 1: near it. 0: not.
fn fit(view: &View<'_>, wanted: &Wanted, path: &[Node<'_>], tested: bool) -> u8 {
    let k = kinds();
    let Some(&node) = path.last() else { return 0 };
    match wanted {
        Wanted::Kind(kind) if view.kind(node) == *kind => 2,
        Wanted::Kind(kind) if *kind == k.field_expression => u8::from(tested),
        Wanted::Kind(_) => 0,
        Wanted::Operator(operator) => match view.binary(node) {
            Some(binary) if binary.operator != &operator[..] => 1,
            Some(_) if view.in_chain(walk::around(path), operator) => 0,
            Some(_) => 2,
            None => u8::from(tested),
        },
        Wanted::Test => 2 * u8::from(tested),
        Wanted::Leaf => 2 * u8::from(node.named_child_count() == 0),
    }
}

fn tokens(text: &[u8]) -> Vec<&str> {
    Scanner::new(text, 0..text.len())
        .filter(|token| token.kind != TokenKind::Directive)
        .filter_map(|token| std::str::from_utf8(text.get(token.range)?).ok())
        .collect()
}

fn is_metavariable(token: &str) -> bool {
    token.starts_with('$')
}

/// How many tokens two rows share, in any order.
fn common(wanted: &[&str], got: &[&str]) -> usize {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for token in wanted {
        *counts.entry(token).or_default() += 1;
    }
    got.iter()
        .filter(|token| match counts.get_mut(**token) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        })
        .count()
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few hundred tokens")]
fn score(wanted: &[&str], got: &[&str], tested: bool) -> f64 {
    let got = got.get(..got.len().min(COMPARED)).unwrap_or_default();
    let named: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|t| !is_metavariable(t))
        .collect();
    let blanks = wanted.len() - named.len();
    let same: usize = capture_diff_slices(Algorithm::Myers, &named, got)
        .iter()
        .map(|op| match op {
            DiffOp::Equal { len, .. } => *len,
            _ => 0,
        })
        .sum();
    let left = got.len() - same;
    let alike = (same + blanks.min(left)) as f64;
    let tokens = 2.0 * alike / (wanted.len() + got.len()).max(1) as f64;
    let words = |tokens: &[&str]| -> String {
        let words = tokens
            .iter()
            .filter(|t| t.starts_with(|c: char| c.is_alphabetic() || c == '_'));
        words.copied().collect::<Vec<_>>().join(" ")
    };
    let (ours, theirs) = (words(&named), words(got));
    let names = f64::from(TextDiff::from_chars(&ours, &theirs).ratio());
    let bonus = if tested { 0.2 } else { 0.0 };
    (0.5 * tokens + 0.3 * names + bonus).min(1.0)
}

fn folded(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::{Isomorphisms, Pattern};
    use crate::types::NoOtherFile;
    use dialect::TreePath;
    use syntax::Reader;

    use crate::File;

    const ENABLED: &str = "\
bool __vfio_pci_memory_enabled(struct vfio_pci_core_device *vdev)
{
\tstruct pci_dev *pdev = vdev->pdev;
\tu16 cmd = le16_to_cpu(*(__le16 *)&vdev->vconfig[PCI_COMMAND]);

\treturn pdev->current_state < PCI_D3hot &&
\t       (pdev->no_command_memory || (cmd & PCI_COMMAND_MEMORY));
}
";

    fn nearest(code: &str, pattern: &str) -> Vec<String> {
        let path = TreePath::new("a.c").expect("a path");
        let file = File::from(Reader::standalone().read(&path, code.as_bytes().into()));
        let pattern = Pattern::compile(pattern, Fragment::Any, &Isomorphisms::default());
        pattern
            .expect("a pattern")
            .nearest(&file, 0..code.len(), 3, &NoOtherFile)
            .into_iter()
            .map(|miss| miss.text)
            .collect()
    }

    #[test]
    fn a_drifted_test_is_found_under_its_new_name() {
        let found = nearest(ENABLED, "$DEV->is_virtfn");
        assert_eq!(
            found.first().map(String::as_str),
            Some("pdev->no_command_memory")
        );
    }

    #[test]
    fn a_drifted_condition_is_found() {
        let found = nearest(ENABLED, "$D->is_virtfn || (cmd & PCI_COMMAND_MEMORY)");
        assert_eq!(
            found.first().map(String::as_str),
            Some("pdev->no_command_memory || (cmd & PCI_COMMAND_MEMORY)")
        );
    }

    #[test]
    fn a_drifted_declaration_is_found() {
        let found = nearest(ENABLED, "struct pci_dev *dev = vdev->pdev;");
        assert_eq!(
            found.first().map(String::as_str),
            Some("struct pci_dev *pdev = vdev->pdev;")
        );
    }

    #[test]
    fn what_matches_is_no_near_miss() {
        let found = nearest(ENABLED, "$DEV->no_command_memory");
        assert!(!found.contains(&"pdev->no_command_memory".to_owned()));
    }
}
