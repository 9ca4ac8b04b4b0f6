//! `asm goto`: assembler that may jump.

use tree_sitter::Node;

use crate::File;
use crate::access::word_at;
use dialect::token::{TokenKind, tokens};

/// The labels that an `asm goto` statement may jump to: the words after its fourth colon.
pub(super) fn asm_labels(file: &File, statement: Node<'_>) -> Vec<String> {
    let name = word_at(file, statement.start_byte());
    if !name.contains("asm") {
        return Vec::new();
    }
    let source = file.slice(statement.byte_range());
    let mut labels = Vec::new();
    let (mut depth, mut colons, mut jumps) = (0_usize, 0, name.contains("goto"));
    for token in tokens(source) {
        let text = source.get(token.range).unwrap_or_default();
        match text {
            b"(" | b"[" => depth += 1,
            b")" | b"]" => depth = depth.saturating_sub(1),
            b"goto" if depth == 0 => jumps = true,
            b":" if depth == 1 => colons += 1,
            b"::" if depth == 1 => colons += 2,
            _ if token.kind == TokenKind::Word && depth == 1 && colons >= 4 => {
                labels.push(String::from_utf8_lossy(text).into_owned());
            }
            _ => {}
        }
    }
    if jumps { labels } else { Vec::new() }
}
