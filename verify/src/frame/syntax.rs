//! No new syntax error: no region that the parser reads no longer, and brackets as balanced as before.
//!
//! A dialect hides syntax errors, a lost bracket most of all, so brackets are counted by tokens too.

use std::collections::BTreeMap;

use dialect::TreePath;
use dialect::token::{TokenKind, tokens};
use query::File;

use crate::comparison::{Comparison, Image};
use crate::finding::Finding;
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

/// Regions that could not be read, by their text: more of one kind than before is new.
fn new_regions(before: Option<&File>, after: &File) -> Vec<Finding> {
    let key = |file: &File, unread: &syntax::Unread| {
        format!("{} {}", unread.cause, file.text(unread.range.clone()))
    };
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    if let Some(before) = before {
        for unread in before.unread() {
            *known.entry(key(before, unread)).or_default() += 1;
        }
    }
    after
        .unread()
        .iter()
        .filter(|unread| match known.get_mut(&key(after, unread)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        })
        .map(|unread| {
            let message = format!("a new syntax error: {}", brief(&unread.cause, 80));
            let mut finding = Finding::violated(NAME, message)
                .in_file(after.path())
                .at_line(after.line_of(unread.range.start))
                .showing(&crate::comparison::line_of(after, unread.range.start));
            if let Some(function) = after.function_at(unread.range.start) {
                finding = finding.in_function(&function.name);
            }
            finding
        })
        .collect()
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
