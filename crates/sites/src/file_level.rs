//! What is at file level: an item of the file, all of it.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;
use syntax::Node;

/// The item of the file that the code at `at` is in.
pub(crate) fn item(file: &File, at: usize) -> Option<Node<'_>> {
    let mut node = file.node_at(at..at + 1)?;
    loop {
        let parent = node.parent()?;
        let kind = parent.kind();
        if kind == "translation_unit" || kind.starts_with("preproc") {
            return Some(node);
        }
        node = parent;
    }
}

/// A declaration with the `;` behind it, where its node ends before that.
pub(crate) fn with_semicolon(file: &File, range: Range<usize>) -> Range<usize> {
    let rest = file.slice(range.end..file.bytes().len());
    let mut code = Some(rest).into_iter().flat_map(tokens);
    let next = code.find(|token| token.kind != TokenKind::Comment);
    let is_ended = file.slice(range.clone()).ends_with(b";");
    match next {
        Some(next) if !is_ended && rest.get(next.range.clone()) == Some(b";") => {
            range.start..range.end + next.range.end
        }
        _ => range,
    }
}
