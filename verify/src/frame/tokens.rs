//! Outside the declared sites the token stream is untouched.
//!
//! Every judge hands back the tokens that its change accounts for ([`Explained`]); what is left of
//! the file before and after must be equal. Where one range replaces another, both leave the same
//! mark, so that new code elsewhere than where the old stood is a difference. Files that are not C
//! are compared line by line in the same way.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use dialect::TreePath;
use query::File;
use schema::model::Frame;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::beside::beside;
use super::spelling;
use crate::comparison::{Comparison, Image};
use crate::explained::Explained;
use crate::finding::Finding;
use crate::nodes::directive;
use dialect::token::{TokenKind, exact_text, joined, shown_text, tokens};
use sites::brief;

pub(super) const NAME: &str = "frame/tokens";

/// One token (or, of a file that is not C, one line) of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
}

/// Judges every touched file.
pub(crate) fn check(comparison: &Comparison<'_>, explained_tokens: &[Explained]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in &comparison.touched {
        match (
            comparison.bytes(Image::Before, path),
            comparison.bytes(Image::After, path),
        ) {
            (Ok(before), Ok(after)) => {
                let before = before.unwrap_or_else(|| Vec::new().into());
                let after = after.unwrap_or_else(|| Vec::new().into());
                let own = explained_tokens.iter().filter(|one| one.path == *path);
                let own: Vec<&Explained> = own.collect();
                let written = spelling::finding(path, &before, &after, &own);
                findings.extend(written.map(|finding| beside(comparison.spec, finding)));
                let (before, after) = (as_compiled(path, &before), as_compiled(path, &after));
                findings.extend(compare(comparison, path, &before, &after, explained_tokens));
            }
            (Err(error), _) | (_, Err(error)) => {
                findings.push(Finding::unknown(NAME, error.to_string()).in_file(path));
            }
        }
    }
    if findings.is_empty() {
        findings.push(Finding::holds(
            NAME,
            "outside the declared sites no token differs",
        ));
    }
    findings
}

fn compare(
    comparison: &Comparison<'_>,
    path: &TreePath,
    before: &[u8],
    after: &[u8],
    explained_tokens: &[Explained],
) -> Vec<Finding> {
    let mine: Vec<&Explained> = explained_tokens
        .iter()
        .filter(|a| a.path == *path)
        .collect();
    let all_old = pieces(path, before);
    let old = masked(all_old.clone(), &replaced_before(&mine));
    let all_new = pieces(path, after);
    let new = masked(all_new.clone(), &replaced_after(&mine));
    let old_texts: Vec<&str> = old.iter().map(|piece| piece.text.as_str()).collect();
    let new_texts: Vec<&str> = new.iter().map(|piece| piece.text.as_str()).collect();
    if old_texts == new_texts {
        return Vec::new();
    }
    let file = comparison.source(Image::After, path);
    let sites = Sites::of(comparison, path, &mine, &all_old);
    capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts)
        .into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .filter(|op| !is_declared_here(&mine, &all_new, &old, &new, op))
        .map(|op| {
            let told = finding(path, file.as_deref(), after, &old, &new, &op);
            match sites.have(&old, &new, &op) {
                true => told,
                false => beside(comparison.spec, told),
            }
        })
        .collect()
}

/// Whether a declared site, and nothing else, became its declared code. What is declared of a short name may have been
/// found at another place that has the same code by another declaration: then it has no mark of its own.
fn is_declared_here(
    explained: &[&Explained],
    all_new: &[Piece],
    old: &[Piece],
    new: &[Piece],
    op: &DiffOp,
) -> bool {
    let Some([mark]) = old.get(op.old_range()) else {
        return false;
    };
    let id = mark
        .text
        .strip_prefix('\u{0}')
        .and_then(|id| id.parse::<usize>().ok());
    let declared = id.and_then(|id| explained.get(id)?.after.first());
    let Some((declared, came)) = declared.zip(new.get(op.new_range())) else {
        return false;
    };
    let is_in =
        |piece: &&Piece| declared.start <= piece.range.start && piece.range.end <= declared.end;
    let texts = all_new.iter().filter(is_in).map(|piece| &piece.text);
    !came.is_empty() && texts.eq(came.iter().map(|piece| &piece.text))
}

/// The code that the declared sites are in, before and after: where a spec allows edits beside its own, what is in the
/// same statement, or under the same condition's parentheses, is not beside.
#[derive(Default)]
struct Sites {
    before: Vec<Range<usize>>,
    after: Vec<Range<usize>>,
    /// Lines that are declared to go.
    gone: Vec<Piece>,
}

impl Sites {
    fn of(
        comparison: &Comparison<'_>,
        path: &TreePath,
        explained: &[&Explained],
        old: &[Piece],
    ) -> Self {
        if comparison.spec.frame == Frame::Closed {
            return Self::default();
        }
        let own = |side: Image, ranges: Vec<&Range<usize>>| -> Vec<Range<usize>> {
            match comparison.source(side, path) {
                Some(file) => ranges
                    .into_iter()
                    .map(|range| own_code(&file, range))
                    .collect(),
                None => ranges.into_iter().cloned().collect(),
            }
        };
        let before = explained.iter().filter_map(|one| one.before.as_ref());
        let after = explained.iter().flat_map(|one| &one.after);
        let removed = explained
            .iter()
            .filter(|one| one.after.is_empty() && !path.is_c());
        let removed: Vec<&Range<usize>> = removed.filter_map(|one| one.before.as_ref()).collect();
        let is_gone = |piece: &&Piece| {
            let mut removed = removed.iter();
            removed.any(|range| range.start <= piece.range.start && piece.range.end <= range.end)
        };
        Self {
            gone: old.iter().filter(is_gone).cloned().collect(),
            before: own(Image::Before, before.collect()),
            after: own(Image::After, after.collect()),
        }
    }

    /// Whether a difference is at one of them.
    fn have(&self, old: &[Piece], new: &[Piece], op: &DiffOp) -> bool {
        touches(old, op.old_range(), &self.before)
            || touches(new, op.new_range(), &self.after)
            || self.have_line(old, new, op)
    }

    /// Whether a line comes, of a file that is not C, where it was declared to go.
    fn have_line(&self, old: &[Piece], new: &[Piece], op: &DiffOp) -> bool {
        self.gone.iter().any(|gone| {
            let came = new.get(op.new_range()).unwrap_or_default().iter();
            let beside = old.get(op.old_range().start).map(|piece| piece.range.start);
            let is_there = beside.is_none_or(|beside| beside >= gone.range.start);
            is_there && came.into_iter().any(|piece| piece.text == gone.text)
        })
    }
}

/// Whether some of the pieces are in one of the sites; of no pieces, whether those around the gap both are.
fn touches(pieces: &[Piece], range: Range<usize>, sites: &[Range<usize>]) -> bool {
    let is_in = |piece: &Piece, site: &Range<usize>| {
        site.start < piece.range.end && piece.range.start < site.end
    };
    let within = pieces.get(range.clone()).unwrap_or_default();
    if !within.is_empty() {
        return sites
            .iter()
            .any(|site| within.iter().any(|piece| is_in(piece, site)));
    }
    let before = range.start.checked_sub(1).and_then(|at| pieces.get(at));
    let Some((before, after)) = before.zip(pieces.get(range.start)) else {
        return false;
    };
    sites
        .iter()
        .any(|site| is_in(before, site) && is_in(after, site))
}

/// The statement or declaration that code is in; of what a statement asks, all that it asks.
fn own_code(file: &File, range: &Range<usize>) -> Range<usize> {
    let mut node = file.node_at(range.clone());
    while let Some(current) = node {
        let Some(parent) = current.parent() else {
            break;
        };
        let is_asked = parent.child_by_field_name("body") != Some(current)
            && parent.child_by_field_name("consequence") != Some(current)
            && parent.child_by_field_name("alternative") != Some(current);
        match (current.kind(), parent.kind()) {
            ("compound_statement" | "field_declaration_list" | "translation_unit", _) => break,
            (_, "compound_statement" | "field_declaration_list" | "translation_unit") => {
                return joint(range, &current.byte_range());
            }
            // The parentheses may be those that a declared operand needed.
            (_, "if_statement" | "while_statement" | "for_statement" | "switch_statement")
                if is_asked =>
            {
                return joint(range, &(parent.start_byte()..current.end_byte()));
            }
            (_, "do_statement" | "function_definition") if is_asked => {
                return joint(range, &current.byte_range());
            }
            (kind, _) if kind.ends_with("_statement") => {
                return joint(range, &current.byte_range());
            }
            _ => node = Some(parent),
        }
    }
    range.clone()
}

fn joint(one: &Range<usize>, other: &Range<usize>) -> Range<usize> {
    one.start.min(other.start)..one.end.max(other.end)
}

/// The file as a compiler joins its lines, if it is C.
pub(crate) fn as_compiled<'b>(path: &TreePath, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    if path.is_c() {
        joined(bytes)
    } else {
        Cow::Borrowed(bytes)
    }
}

/// The pieces of a file: tokens of C, lines of anything else; comments and blank lines are left out.
pub(crate) fn pieces(path: &TreePath, bytes: &[u8]) -> Vec<Piece> {
    if path.is_c() {
        tokens(bytes)
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .map(|token| {
                let slice = bytes.get(token.range.clone()).unwrap_or_default();
                Piece {
                    text: if token.kind == TokenKind::Directive {
                        directive(slice)
                    } else {
                        exact_text(slice).into_owned()
                    },
                    range: token.range,
                }
            })
            .collect()
    } else if path.as_str().ends_with(".rs") {
        let lines = lines(bytes).into_iter();
        lines.flat_map(|line| braces_apart(&line)).collect()
    } else {
        lines(bytes)
    }
}

/// The line, in front of and behind each brace: an empty block `{}` opens where something is put in.
fn braces_apart(line: &Piece) -> Vec<Piece> {
    let mut start = line.range.start;
    let parts = line.text.split_inclusive(['{', '}']).flat_map(|part| {
        let brace = part.find(['{', '}']).unwrap_or(part.len());
        let (text, brace) = part.split_at(brace);
        let pieces = [text, brace].map(|text| {
            let range = start..start + text.len();
            start = range.end;
            let text = text.trim().to_owned();
            Piece { text, range }
        });
        pieces.into_iter().filter(|piece| !piece.text.is_empty())
    });
    parts.collect()
}

fn lines(bytes: &[u8]) -> Vec<Piece> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let range = start..start + line.len();
        start = range.end;
        let text = exact_text(line).trim_end().to_owned();
        if !text.is_empty() {
            found.push(Piece { text, range });
        }
    }
    found
}

/// Range to mark (none: take out without a mark).
type Masks = BTreeMap<(usize, usize), Option<usize>>;

fn replaced_before(explained_tokens: &[&Explained]) -> Masks {
    let mut masks = Masks::new();
    for (id, explained) in explained_tokens.iter().enumerate() {
        if let Some(range) = &explained.before {
            let mark = (!explained.after.is_empty()).then_some(id);
            masks.insert((range.start, range.end), mark);
        }
    }
    masks
}

fn replaced_after(explained_tokens: &[&Explained]) -> Masks {
    let mut masks = Masks::new();
    for (id, explained) in explained_tokens.iter().enumerate() {
        for (index, range) in explained.after.iter().enumerate() {
            let mark = (explained.before.is_some() && index == 0).then_some(id);
            masks.entry((range.start, range.end)).or_insert(mark);
        }
    }
    masks
}

/// The stream with the masked ranges taken out, and a mark where a mask wants one.
fn masked(pieces: Vec<Piece>, masks: &Masks) -> Vec<Piece> {
    let mut kept = Vec::with_capacity(pieces.len());
    let mut marked = std::collections::BTreeSet::new();
    for piece in pieces {
        let mask = masks
            .iter()
            .find(|((start, end), _)| *start <= piece.range.start && piece.range.end <= *end);
        match mask {
            None => kept.push(piece),
            Some((_, None)) => {}
            Some((_, Some(id))) => {
                if marked.insert(*id) {
                    kept.push(Piece {
                        text: format!("\u{0}{id}"),
                        range: piece.range,
                    });
                }
            }
        }
    }
    kept
}

fn finding(
    path: &TreePath,
    file: Option<&File>,
    after: &[u8],
    old: &[Piece],
    new: &[Piece],
    op: &DiffOp,
) -> Finding {
    let gone = shown(old, op.old_range());
    let came = shown(new, op.new_range());
    let at = new
        .get(op.new_range().start)
        .or_else(|| new.last())
        .map_or(0, |piece| piece.range.start);
    let what = match (gone.is_empty(), came.is_empty()) {
        (true, _) => format!("`{came}` is added"),
        (_, true) => format!("`{gone}` is removed"),
        _ => format!("`{gone}` becomes `{came}`"),
    };
    let function = file.and_then(|file| file.function_at(at));
    let place = function
        .map(|f| format!("{}(): ", f.name))
        .unwrap_or_default();
    let mut finding = Finding::violated(
        NAME,
        format!("{place}{what}, which no change of the spec declares"),
    )
    .in_file(path)
    .at_line(line_of(after, at))
    .showing(&line_text(after, at));
    if let Some(function) = function {
        finding = finding.in_function(&function.name);
    }
    finding
}

fn shown(pieces: &[Piece], range: Range<usize>) -> String {
    let texts: Vec<String> = pieces
        .get(range)
        .unwrap_or_default()
        .iter()
        .map(|piece| match piece.text.strip_prefix('\u{0}') {
            Some(_) => "(the declared code)".to_owned(),
            None => shown_text(&piece.text),
        })
        .collect();
    brief(&texts.join(" "), 100)
}

/// 1-based line of an offset.
pub(crate) fn line_of(bytes: &[u8], offset: usize) -> usize {
    let before = bytes.get(..offset).unwrap_or(bytes);
    before.iter().filter(|&&byte| byte == b'\n').count() + 1
}

/// The line around an offset.
pub(crate) fn line_text(bytes: &[u8], offset: usize) -> String {
    let offset = offset.min(bytes.len());
    let start = bytes
        .get(..offset)
        .and_then(|head| head.iter().rposition(|&byte| byte == b'\n'))
        .map_or(0, |at| at + 1);
    let end = bytes
        .get(offset..)
        .and_then(|tail| tail.iter().position(|&byte| byte == b'\n'))
        .map_or(bytes.len(), |at| offset + at);
    String::from_utf8_lossy(bytes.get(start..end).unwrap_or_default()).into_owned()
}
