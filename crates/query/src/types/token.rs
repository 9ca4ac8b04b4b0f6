//! Tokens that know where their names are to be looked up.

use std::rc::Rc;

use dialect::token::{Pieces, TokenKind};

/// One token of an expression or a type.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) text: Rc<str>,
    /// Index of the scope (a file, or a macro's body in a file) that its names belong to.
    pub(super) scope: usize,
    /// Its offset in the scope's file.
    pub(super) at: usize,
}

impl Token {
    pub(super) fn is(&self, text: &str) -> bool {
        &*self.text == text
    }

    pub(super) fn is_word(&self) -> bool {
        self.kind == TokenKind::Word
    }
}

/// The tokens of `bytes`, which stand at `base` in the file of `scope`.
pub(super) fn read(bytes: &[u8], base: usize, scope: usize) -> Vec<Token> {
    Pieces::new(bytes)
        .map(|(kind, range)| Token {
            kind,
            text: Rc::from(String::from_utf8_lossy(&bytes[range.clone()])),
            scope,
            at: base + range.start,
        })
        .collect()
}

/// The index of the mark that closes the one at `open`; the last index where none does.
pub(super) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match &*token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    tokens.len().saturating_sub(1)
}

/// The parts of `tokens` between the marks `at`, outside all brackets. Never empty.
pub(super) fn split<'t>(tokens: &'t [Token], at: &str) -> Vec<&'t [Token]> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        match &*token.text {
            "(" | "[" | "{" => index = closing(tokens, index),
            text if text == at => {
                parts.push(&tokens[start..index]);
                start = index + 1;
            }
            _ => {}
        }
        index += 1;
    }
    parts.push(tokens.get(start..).unwrap_or_default());
    parts
}

/// The index of the first token outside all brackets that `wanted` accepts.
pub(super) fn find(tokens: &[Token], mut wanted: impl FnMut(&Token) -> bool) -> Option<usize> {
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        if wanted(token) {
            return Some(index);
        }
        if matches!(&*token.text, "(" | "[" | "{") {
            index = closing(tokens, index);
        }
        index += 1;
    }
    None
}

/// The tokens as text, for messages.
pub(super) fn text(tokens: &[Token]) -> String {
    let mut text = String::new();
    let mut before_is_word = false;
    for token in tokens {
        let is_word = token.kind != TokenKind::Punctuation;
        if is_word && before_is_word {
            text.push(' ');
        }
        text.push_str(&token.text);
        before_is_word = is_word;
    }
    text
}
