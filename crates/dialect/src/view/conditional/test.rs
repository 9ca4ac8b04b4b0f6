//! The condition of an `#if` arm, as far as it decides what the view shows.

use crate::token::{Lexer, TokenKind, fixed_truth};
use crate::view::stream::{Directive, index};

/// The condition of an arm.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) text: Vec<u8>,
    pub(super) wanted: bool,
}

impl Test {
    /// The truth that every reader of C agrees on.
    pub(super) fn fixed(&self) -> Option<bool> {
        let value = match self.is_about_language() {
            true => Some(false),
            false => fixed_truth(&self.text),
        };
        value.map(|value| value == self.wanted)
    }

    /// Whether it tells C from assembler or C++.
    pub(super) fn is_about_language(&self) -> bool {
        matches!(
            &self.text[..],
            b"__ASSEMBLY__"
                | b"__ASSEMBLER__"
                | b"__ASSEMBLER"
                | b"__cplusplus"
                | b"__LINKER__"
                | b"LINKER_SCRIPT"
                | b"_ASMLANGUAGE"
                | b"_LANGUAGE_ASSEMBLY"
        )
    }
}

/// Reads the condition of `#if`, `#ifdef`, `#elif`: its tokens joined, `defined X` as `X`, a leading
/// `!` taken off as long as it spans the whole.
pub(super) fn test_of(source: &[u8], directive: &Directive) -> Test {
    let range = index(directive.rest)..index(directive.end);
    let text = source.get(range).unwrap_or_default();
    let mut words: Vec<&[u8]> = Vec::new();
    let mut lexer = Lexer::new(text);
    while let Some(lexeme) = lexer.next_lexeme() {
        if lexeme.kind != TokenKind::Comment {
            words.push(text.get(lexeme.start..lexeme.end).unwrap_or_default());
        }
    }
    let mut wanted = !directive.negated;
    if directive.tests_definition {
        words.truncate(1);
        return Test {
            text: words.concat(),
            wanted,
        };
    }
    let mut rest = &words[..];
    while let [bang, operand @ ..] = rest
        && *bang == b"!"
        && is_single_operand(operand)
    {
        wanted = !wanted;
        rest = operand;
    }
    if let [head, operand @ ..] = rest
        && *head == b"defined"
        && is_single_operand(rest)
    {
        rest = operand;
    }
    let separator: &[u8] = if rest.len() > 3 { b" " } else { b"" };
    let text = match rest {
        [open, name, close] if *open == b"(" && *close == b")" => name.to_vec(),
        _ => rest.join(separator),
    };
    Test { text, wanted }
}

/// `X`, `defined X`, `defined(X)`, `IS_ENABLED(X)`
fn is_single_operand(words: &[&[u8]]) -> bool {
    match words {
        [_] | [b"defined", _] => true,
        [_, open, _, close] => *open == b"(" && *close == b")",
        _ => false,
    }
}
