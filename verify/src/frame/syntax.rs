//! No new syntax error: no region that the parser reads no longer, and brackets as balanced as before.
//!
//! A dialect hides syntax errors, a lost bracket most of all, so brackets are counted by tokens too.

mod directives;

use std::collections::BTreeMap;
use std::ops::Range;

use dialect::TreePath;
use dialect::token::{TokenKind, tokens};
use query::File;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use syntax::Unread;

use crate::comparison::{Comparison, Image, placed};
use crate::finding::Finding;
use sites::arms::ends_without_if;
use sites::brief;

const NAME: &str = "frame/syntax";

/// Judges every touched C file.
pub(crate) fn check(comparison: &Comparison<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in comparison.touched.iter().filter(|path| path.is_c()) {
        match (
            comparison.file(Image::Before, path),
            comparison.file(Image::After, path),
        ) {
            (Ok(before), Ok(Some(after))) => {
                findings.extend(new_regions(before.as_deref(), &after));
                findings.extend(brackets(path, before.as_deref(), &after));
                findings.extend(directives::check(before.as_deref(), &after));
                findings.extend(outside(before.as_deref(), &after));
                findings.extend(lonely_else(before.as_deref(), &after));
            }
            (Err(error), _) | (_, Err(error)) => {
                findings.push(Finding::unknown(NAME, error.to_string()).in_file(path));
            }
            (Ok(_), Ok(None)) => {}
        }
    }
    if findings.is_empty() {
        findings.push(Finding::holds(
            NAME,
            "no new syntax error in the touched files",
        ));
    }
    findings
}

/// An `else` behind an `#endif` that has lost its `if` in one arm.
fn lonely_else(before: Option<&File>, after: &File) -> Option<Finding> {
    let old = before.map_or(0, |before| ends_without_if(before).len());
    let new = ends_without_if(after);
    let at = new.last().filter(|_| new.len() > old)?;
    let message = "the `else` behind the `#endif` has no `if` in this arm";
    Some(placed(Finding::violated(NAME, message), after, *at))
}

/// Regions that could not be read and were not there before.
fn new_regions(before: Option<&File>, after: &File) -> Vec<Finding> {
    let mut old: Vec<&Unread> = before.iter().flat_map(|file| file.unread()).collect();
    let mut new: Vec<&Unread> = after.unread().iter().collect();
    let Some(before) = before else {
        return new.into_iter().map(|one| violated(after, one)).collect();
    };
    let text = |file: &File, one: &Unread| file.slice(one.range.clone()).to_vec();
    pair(&mut old, &mut new, |old, new| {
        old.cause == new.cause && text(before, old) == text(after, new)
    });
    // What is read no better than before, and is written alike but for some names.
    pair(&mut old, &mut new, |old, new| {
        form(old.cause.as_bytes()) == form(new.cause.as_bytes())
            && form(&text(before, old)) == form(&text(after, new))
    });
    if new.is_empty() {
        return Vec::new();
    }
    let ops = line_ops(before.bytes(), after.bytes());
    let was_unread = |one: &Unread| {
        let place = lines_before(&ops, &lines_of(after, &one.range));
        let mut old = old.iter().map(|old| lines_of(before, &old.range));
        // What is put beside it cannot be read either.
        old.any(|old| old.start <= place.end && place.start <= old.end)
    };
    new.into_iter()
        .map(|one| match was_unread(one) {
            true => still_unread(after, one),
            false => violated(after, one),
        })
        .collect()
}

/// Takes away of each side what has a like on the other one, one by one.
fn pair(
    old: &mut Vec<&Unread>,
    new: &mut Vec<&Unread>,
    is_like: impl Fn(&Unread, &Unread) -> bool,
) {
    new.retain(|new| {
        let like = old.iter().position(|old| is_like(old, new));
        like.map(|index| old.swap_remove(index)).is_none()
    });
}

/// The tokens, with all names but keywords taken for one.
fn form(bytes: &[u8]) -> Vec<&[u8]> {
    let code = tokens(bytes).into_iter();
    let code = code.filter(|token| token.kind != TokenKind::Comment);
    code.filter_map(|token| {
        let text = bytes.get(token.range)?;
        let is_name = token.kind == TokenKind::Word && !dialect::words::is_keyword(text);
        Some(if is_name { &b"name"[..] } else { text })
    })
    .collect()
}

fn line_ops(before: &[u8], after: &[u8]) -> Vec<DiffOp> {
    let lines = |bytes| -> Vec<&[u8]> { <[u8]>::split_inclusive(bytes, |&b| b == b'\n').collect() };
    capture_diff_slices(Algorithm::Myers, &lines(before), &lines(after))
}

/// The lines (from 0) that a range of bytes touches.
fn lines_of(file: &File, range: &Range<usize>) -> Range<usize> {
    let last = range.end.saturating_sub(1).max(range.start);
    file.line_of(range.start) - 1..file.line_of(last)
}

/// Where these lines of the file after were before, with what they came in the place of.
fn lines_before(ops: &[DiffOp], after: &Range<usize>) -> Range<usize> {
    let touched = ops.iter().filter_map(|op| {
        let (old, new) = (op.old_range(), op.new_range());
        let (start, end) = (new.start.max(after.start), new.end.min(after.end));
        if start > end || start == end && !new.is_empty() {
            return None;
        }
        match op {
            DiffOp::Equal { .. } => {
                let at = |line: usize| old.start + (line - new.start);
                Some(at(start)..at(end))
            }
            _ => Some(old),
        }
    });
    let both =
        |one: Range<usize>, other: Range<usize>| one.start.min(other.start)..one.end.max(other.end);
    touched.reduce(both).unwrap_or(0..0)
}

fn violated(file: &File, unread: &Unread) -> Finding {
    let message = format!("a new syntax error: {}", brief(&unread.cause, 80));
    at(Finding::violated(NAME, message), file, unread)
}

fn still_unread(file: &File, unread: &Unread) -> Finding {
    let message = format!(
        "this could not be read before either, and was changed: {}",
        brief(&unread.cause, 80)
    );
    at(Finding::unknown(NAME, message), file, unread)
}

fn at(finding: Finding, file: &File, unread: &Unread) -> Finding {
    at_offset(finding, file, unread.range.start)
}

/// Statements outside every function, in a file that had none: to the grammar they are code, and to C no declaration. A file that
/// others include for its statements may have more of them.
fn outside(before: Option<&File>, after: &File) -> Option<Finding> {
    if before.is_some_and(|before| statement_outside(before).is_some()) {
        return None;
    }
    let at = statement_outside(after)?;
    let message = "a statement outside every function".to_owned();
    Some(at_offset(Finding::violated(NAME, message), after, at))
}

fn statement_outside(file: &File) -> Option<usize> {
    let root = file.root();
    let mut cursor = root.walk();
    let mut items = root.named_children(&mut cursor);
    let found = items.find(|item| {
        matches!(
            item.kind(),
            "compound_statement"
                | "if_statement"
                | "switch_statement"
                | "for_statement"
                | "while_statement"
                | "do_statement"
                | "return_statement"
                | "goto_statement"
                | "break_statement"
                | "continue_statement"
        )
    });
    found.map(|item| item.start_byte())
}

fn at_offset(finding: Finding, file: &File, offset: usize) -> Finding {
    let finding = finding
        .in_file(file.path())
        .at_line(file.line_of(offset))
        .showing(&crate::comparison::line_of(file, offset));
    match file.function_at(offset) {
        Some(function) => finding.in_function(&function.name),
        None => finding,
    }
}

fn brackets(path: &TreePath, before: Option<&File>, after: &File) -> Vec<Finding> {
    let was = before.map(|file| balance(file.bytes())).unwrap_or_default();
    let now = balance(after.bytes());
    ["()", "[]", "{}"]
        .iter()
        .filter(|pair| {
            was.get(**pair).copied().unwrap_or(0) != now.get(**pair).copied().unwrap_or(0)
        })
        .map(|pair| {
            let left = now.get(*pair).copied().unwrap_or(0);
            let message = format!(
                "the brackets `{pair}` no longer balance: {} {} than before",
                left.abs_diff(was.get(*pair).copied().unwrap_or(0)),
                if left > was.get(*pair).copied().unwrap_or(0) {
                    "more open"
                } else {
                    "more close"
                }
            );
            Finding::violated(NAME, message).in_file(path)
        })
        .collect()
}

/// How many more brackets open than close, by pair; directives are balanced by themselves.
fn balance(bytes: &[u8]) -> BTreeMap<&'static str, i64> {
    let mut open = BTreeMap::from([("()", 0), ("[]", 0), ("{}", 0)]);
    for token in tokens(bytes) {
        if token.kind != TokenKind::Punctuation {
            continue;
        }
        let (pair, step) = match bytes.get(token.range.start) {
            Some(b'(') => ("()", 1),
            Some(b')') => ("()", -1),
            Some(b'[') => ("[]", 1),
            Some(b']') => ("[]", -1),
            Some(b'{') => ("{}", 1),
            Some(b'}') => ("{}", -1),
            _ => continue,
        };
        *open.entry(pair).or_default() += step;
    }
    open
}
