//! What the view of any file promises, whatever is in it. The tests of the crate and the fuzz targets
//! (`fuzz/`) hold the dialect to the same promises.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use dialect::TreePath;
use dialect::token::{TokenKind, joined, tokens};
use dialect::view::{Change, Rule};
use syntax::{Reader, SourceFile};

/// Which bytes an edit covers.
fn touched(file: &SourceFile) -> Vec<bool> {
    let mut touched = vec![false; file.bytes().len()];
    for edit in file.edits() {
        touched[edit.range.clone()].fill(true);
    }
    touched
}

/// Reads a file and asserts everything that its view promises.
pub(crate) fn check(source: &[u8]) -> SourceFile {
    let path = TreePath::new("drivers/a/b.c").expect("path");
    let file = Reader::standalone().read(&path, Arc::from(source));
    let view = file.view();
    assert_eq!(view.len(), source.len());
    let touched = touched(&file);
    assert_eq!(&file.written()[..], source);
    for (at, (&old, &new)) in file.bytes().iter().zip(&view).enumerate() {
        assert!(
            old == new || touched[at],
            "byte {at} changed without an edit"
        );
    }
    assert_literals_and_comments(&file, &touched);
    assert_tokens_outside(&file, &view, &touched);
    let end = file.root().end_byte();
    assert!(end <= source.len());
    assert_eq!(
        joined(file.bytes()),
        &file.bytes()[..],
        "joined once is joined"
    );
    file
}

/// Comments are only touched with the directive around them; literals only where whole.
fn assert_literals_and_comments(file: &SourceFile, touched: &[bool]) {
    for token in tokens(file.bytes()) {
        let range = token.range.clone();
        let count = touched[range.clone()].iter().filter(|&&is| is).count();
        let whole = count == 0 || count == range.len();
        match token.kind {
            // A blanked range may span a comment; it never starts or ends inside one.
            TokenKind::Comment | TokenKind::String | TokenKind::Char | TokenKind::Directive => {
                let changed_by = |is_blank: bool| {
                    file.edits().iter().any(|edit| {
                        (edit.change == Change::Blank) == is_blank
                            && edit.range.start < range.end
                            && range.start < edit.range.end
                    })
                };
                // The grammar has no raw string, and sees comments in constants: an empty one takes their place.
                let is_raw = file.edits().iter().any(|edit| {
                    matches!(edit.rule, Rule::RawString | Rule::CharComment) && edit.range == range
                });
                // Other text is only put where the whole literal is blanked.
                let put = changed_by(false) && !changed_by(true) && !is_raw;
                assert!(whole && !put, "{:?}", file.text(range));
            }
            _ => {}
        }
    }
}

/// The tokens that no edit touches are the same in the view, in the same places.
fn assert_tokens_outside(file: &SourceFile, view: &[u8], touched: &[bool]) {
    let in_view = tokens(view);
    let original = tokens(file.bytes());
    // A stray `#` that an edit leaves first on its line looks like a directive; C has none in code.
    if original.iter().any(|token| {
        token.kind == TokenKind::Punctuation && file.slice(token.range.clone())[0] == b'#'
    }) {
        return;
    }
    for token in original {
        let range = token.range.clone();
        if touched[range.clone()].iter().any(|&is| is) {
            continue;
        }
        assert_eq!(file.slice(range.clone()), &view[range.clone()]);
        if token.kind != TokenKind::Comment {
            assert!(
                in_view
                    .binary_search_by_key(&range.start, |found| found.range.start)
                    .is_ok_and(|at| in_view[at].range == range),
                "{:?} is no token of the view",
                file.text(range)
            );
        }
    }
}

/// Opening and closing brackets of code, in order; `None` where they do not nest.
pub(crate) fn nesting(bytes: &[u8]) -> Option<usize> {
    let mut open = Vec::new();
    let mut deepest = 0;
    for token in tokens(bytes) {
        if token.kind != TokenKind::Punctuation {
            continue;
        }
        match &bytes[token.range] {
            b"(" => open.push(b')'),
            b"[" => open.push(b']'),
            b"{" => open.push(b'}'),
            [closer @ (b')' | b']' | b'}')] if open.pop() != Some(*closer) => return None,
            _ => {}
        }
        deepest = deepest.max(open.len());
    }
    open.is_empty().then_some(deepest)
}
