//! The nearest candidates for a site that is not there.

use std::ops::Range;

use kernel_c::access::{self, Access};
use kernel_c::pattern::Pattern;
use kernel_c::{Node, SourceFile};

use crate::failure::NearMiss;
use crate::target::Regions;

/// How many candidates are worth reading.
const MOST: usize = 3;
/// Names less alike than this are not candidates.
const NAME_THRESHOLD: f64 = 0.6;
/// A candidate's text is cut off here.
const TEXT_LENGTH: usize = 120;

/// A candidate at `range`.
pub(crate) fn miss(file: &SourceFile, range: &Range<usize>, score: f64) -> NearMiss {
    let line = file.line_of(range.start);
    let text = file.text(file.lines().range_of(line));
    NearMiss {
        file: file.path().to_string(),
        line,
        function: file.function_at(range.start).map(|f| f.name.clone()),
        text: text.trim().chars().take(TEXT_LENGTH).collect(),
        score,
    }
}

/// Candidates by the likeness of their names to any of `wanted`.
pub(crate) fn by_name<'k, S: AsRef<str>>(
    file: &SourceFile,
    wanted: &[S],
    known: impl Iterator<Item = (&'k str, Range<usize>)>,
) -> Vec<NearMiss> {
    let scored = known.map(|(name, range)| {
        let score = wanted
            .iter()
            .map(|want| strsim::jaro_winkler(want.as_ref(), name))
            .fold(0.0, f64::max);
        (score, range)
    });
    best(file, scored.filter(|(score, _)| *score >= NAME_THRESHOLD))
}

/// Candidates by the likeness of their words: lines, comments.
pub(crate) fn by_text<S: AsRef<str>>(
    file: &SourceFile,
    wanted: &[S],
    known: impl Iterator<Item = (String, Range<usize>)>,
) -> Vec<NearMiss> {
    let scored = known.map(|(text, range)| {
        let score = wanted
            .iter()
            .map(|want| likeness(want.as_ref(), &text))
            .fold(0.0, f64::max);
        (score, range)
    });
    best(file, scored.filter(|(score, _)| *score >= 0.4))
}

/// Candidates for a test: what is tested in the regions, the most like first, and with the same
/// shape before another.
pub(crate) fn tests(file: &SourceFile, patterns: &[Pattern], regions: &Regions) -> Vec<NearMiss> {
    let mut scored = Vec::new();
    for region in &regions.regions {
        let Some(node) = file.node_at(region.range.clone()) else {
            continue;
        };
        each_node(node, &mut |node| {
            let range = node.byte_range();
            let tested = matches!(node.kind(), "field_expression" | "call_expression" | "identifier")
                && node.parent().is_none_or(|p| !PARTS.contains(&p.kind()))
                && access::access_of(file, &range) == Access::Test;
            if tested {
                scored.push((pattern_likeness(patterns, &file.text(range.clone())), range));
            }
        });
    }
    best(file, scored.into_iter())
}

/// Candidates for statements.
pub(crate) fn statements(
    file: &SourceFile,
    patterns: &[Pattern],
    regions: &Regions,
) -> Vec<NearMiss> {
    let mut scored = Vec::new();
    for region in &regions.regions {
        let Some(node) = file.node_at(region.range.clone()) else {
            continue;
        };
        each_node(node, &mut |node| {
            if matches!(
                node.kind(),
                "declaration" | "expression_statement" | "return_statement"
            ) {
                let range = node.byte_range();
                scored.push((pattern_likeness(patterns, &file.text(range.clone())), range));
            }
        });
    }
    best(file, scored.into_iter().filter(|(score, _)| *score >= 0.5))
}

/// Nodes of which a tested expression is only a part.
const PARTS: &[&str] = &["field_expression", "call_expression", "argument_list"];

fn pattern_likeness(patterns: &[Pattern], text: &str) -> f64 {
    patterns
        .iter()
        .map(|pattern| {
            let same_shape = pattern.text().contains("->") == text.contains("->");
            likeness(pattern.text(), text) + if same_shape { 0.3 } else { 0.0 }
        })
        .fold(0.0, f64::max)
}

fn likeness(a: &str, b: &str) -> f64 {
    let b: String = b.chars().take(4 * TEXT_LENGTH).collect();
    f64::from(similar::TextDiff::from_chars(a, b.as_str()).ratio())
}

fn each_node<'t>(root: Node<'t>, visit: &mut impl FnMut(Node<'t>)) {
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        visit(node);
        let mut cursor = node.walk();
        pending.extend(node.named_children(&mut cursor));
    }
}

fn best(file: &SourceFile, scored: impl Iterator<Item = (f64, Range<usize>)>) -> Vec<NearMiss> {
    let mut scored: Vec<(f64, Range<usize>)> = scored.collect();
    scored.sort_by(|(a, at), (b, bt)| b.total_cmp(a).then(at.start.cmp(&bt.start)));
    let mut found: Vec<NearMiss> = Vec::new();
    for (score, range) in scored {
        let candidate = miss(file, &range, score.min(1.0));
        if !found.iter().any(|known| known.line == candidate.line) {
            found.push(candidate);
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}
