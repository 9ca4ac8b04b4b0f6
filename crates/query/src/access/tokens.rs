//! Uses in macro bodies, which the grammar does not read: classified by the tokens around them.

use std::ops::Range;

use super::classify::Manner;
use super::tables::{Effect, effect, named_member};
use crate::access::{Access, Use};
use dialect::token::{Token, TokenKind, tokens};
use dialect::words::operators::{Level, infix_level};

/// A `#define` taken apart.
pub(crate) struct Define<'s> {
    source: &'s [u8],
    /// Tokens of the body, comments left out; ranges in the file.
    body: Vec<Token>,
    name: Option<Token>,
    params: Vec<Token>,
}

/// A run of code tokens with the file's bytes.
#[derive(Clone, Copy)]
pub(crate) struct Tokens<'s> {
    pub(crate) source: &'s [u8],
    pub(crate) list: &'s [Token],
}

impl<'s> Define<'s> {
    /// Takes the directive at `range` apart; `None` where it is no `#define`.
    pub(crate) fn new(source: &'s [u8], range: &Range<usize>) -> Option<Self> {
        let after_hash = range.start + 1;
        let mut words = tokens(source.get(after_hash..range.end)?)
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .map(|token| Token {
                kind: token.kind,
                range: token.range.start + after_hash..token.range.end + after_hash,
            });
        let keyword = words.next()?;
        if source.get(keyword.range) != Some(b"define") {
            return None;
        }
        let name = words.next()?;
        let mut rest: Vec<Token> = words.collect();
        let takes_arguments = rest.first().is_some_and(|token| {
            token.range.start == name.range.end && source.get(token.range.clone()) == Some(b"(")
        });
        let mut params = Vec::new();
        if takes_arguments {
            let close = rest
                .iter()
                .position(|token| source.get(token.range.clone()) == Some(b")"))
                .unwrap_or(rest.len().saturating_sub(1));
            let body = rest.split_off(close + 1);
            params = std::mem::replace(&mut rest, body);
        }
        Some(Self {
            source,
            body: rest,
            name: Some(name),
            params,
        })
    }

    /// The body's tokens.
    pub(crate) fn body(&self) -> Tokens<'_> {
        Tokens {
            source: self.source,
            list: &self.body,
        }
    }

    /// Whether `word` is a parameter: `->word` then names whatever the caller passes.
    pub(crate) fn has_param(&self, word: &str) -> bool {
        self.params
            .iter()
            .any(|token| self.source.get(token.range.clone()) == Some(word.as_bytes()))
    }

    /// Whether the macro's own name starts at `offset`.
    pub(crate) fn is_name(&self, offset: usize) -> bool {
        self.name
            .as_ref()
            .is_some_and(|name| name.range.start == offset)
    }
}

impl<'s> Tokens<'s> {
    /// The token's spelling; empty past either end.
    pub(crate) fn text(&self, index: Option<usize>) -> &'s [u8] {
        index
            .and_then(|i| self.list.get(i))
            .and_then(|token| self.source.get(token.range.clone()))
            .unwrap_or_default()
    }

    fn kind(&self, index: Option<usize>) -> Option<TokenKind> {
        index.and_then(|i| self.list.get(i)).map(|token| token.kind)
    }

    /// The token that starts at `offset`.
    pub(crate) fn at(&self, offset: usize) -> Option<usize> {
        self.list
            .binary_search_by_key(&offset, |token| token.range.start)
            .ok()
    }

    /// How the member whose name is token `index` is used, if it is one: after `->` or `.`, or its
    /// bare name given to a macro that takes one.
    pub(crate) fn member_use(&self, index: usize) -> Option<Use> {
        let before = index.checked_sub(1);
        let name = self.list.get(index)?.range.clone();
        let dot = self.text(before);
        if dot == b"->" || (dot == b"." && self.ends_operand(index.checked_sub(2))) {
            let start = self.operand_start(index.checked_sub(2)?);
            let receiver = self.list.get(start)?.range.start..self.list.get(index - 2)?.range.end;
            let used = self.access(start, index);
            return Some(Use {
                range: receiver.start..name.end,
                receiver: Some(receiver),
                access: used.access,
                indexed: used.indexed,
                reads: used.reads,
                through: used.through,
                in_macro: true,
            });
        }
        if dot == b"." {
            let next = self.text(Some(index + 1));
            return matches!(next, b"=" | b"." | b"[").then(|| Use {
                range: self.list[index - 1].range.start..name.end,
                receiver: None,
                access: Access::Initializer,
                indexed: false,
                reads: false,
                through: false,
                in_macro: true,
            });
        }
        let access = self.named_member(index)?;
        Some(Use {
            range: name,
            receiver: None,
            access,
            indexed: false,
            reads: false,
            through: false,
            in_macro: true,
        })
    }

    /// The member's bare name as a macro's argument.
    fn named_member(&self, index: usize) -> Option<Access> {
        let (callee, argument, count) = self.enclosing_call(index, index)?;
        named_member(&callee, argument, count)
    }

    /// How the expression from token `start` to token `end` is used.
    pub(crate) fn access(&self, start: usize, end: usize) -> Manner {
        let (mut start, mut end) = (start, end);
        let mut indexed = false;
        loop {
            match self.text(Some(end + 1)) {
                b"[" => {
                    indexed = true;
                    end = self.close(end + 1);
                }
                b"." if self.kind(Some(end + 2)) == Some(TokenKind::Word) => end += 2,
                b")" if start > 0
                    && self.text(Some(start - 1)) == b"("
                    && !self.is_call(start - 1) =>
                {
                    start -= 1;
                    end += 1;
                }
                _ => break,
            }
        }
        let before = start.checked_sub(1);
        let next = self.text(Some(end + 1));
        let prev = self.text(before);
        let access = match (prev, next) {
            _ if self.is_unevaluated(start, end) => Access::Unevaluated,
            (_, b"=" | b"++" | b"--") | (b"++" | b"--", _) => Access::Write,
            (_, op) if is_assignment(op) => Access::Write,
            (b"&", _) if !self.ends_operand(before.and_then(|i| i.checked_sub(1))) => {
                Access::AddressTaken
            }
            (_, b"->") => Access::Read,
            (b"sizeof" | b"typeof" | b"__typeof__", _) => Access::Unevaluated,
            (b"!", _) | (b"&&" | b"||", _) | (_, b"&&" | b"||" | b"?") => Access::Test,
            _ => self.by_surroundings(start, end),
        };
        let updates = |token: &[u8]| matches!(token, b"++" | b"--");
        Manner {
            access,
            indexed,
            through: false,
            reads: access == Access::Write
                && (updates(prev) || updates(next) || is_assignment(next)),
        }
    }

    /// Whether any call around the tokens only looks at the type of what is in it.
    fn is_unevaluated(&self, start: usize, end: usize) -> bool {
        let mut at = (start, end);
        while let Some(open) = self.opening(at.0) {
            let (callee, argument, count) = self.call_of(open, at);
            if effect(&callee, argument, count) == Some(Effect::Is(Access::Unevaluated)) {
                return true;
            }
            at = (open, self.close(open));
        }
        false
    }

    /// Nothing next to it says: what encloses it may.
    fn by_surroundings(&self, start: usize, end: usize) -> Access {
        let Some((callee, argument, count)) = self.enclosing_call(start, end) else {
            return Access::Read;
        };
        if matches!(callee.as_str(), "if" | "while" | "switch") {
            return Access::Test;
        }
        match effect(&callee, argument, count) {
            Some(Effect::Is(access)) => access,
            _ => Access::Read,
        }
    }

    /// The word before the parenthesis that encloses the tokens, which argument they are in, of how many.
    fn enclosing_call(&self, start: usize, end: usize) -> Option<(String, usize, usize)> {
        let open = self.opening(start)?;
        Some(self.call_of(open, (start, end)))
    }

    /// The parenthesis that encloses the token.
    fn opening(&self, start: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut at = start;
        loop {
            at = at.checked_sub(1)?;
            match self.text(Some(at)) {
                b")" | b"]" | b"}" => depth += 1,
                b"(" if depth == 0 => return Some(at),
                b"{" | b"[" | b";" if depth == 0 => return None,
                b"(" | b"[" | b"{" => depth -= 1,
                _ => {}
            }
        }
    }

    /// The word before the parenthesis `open`, which argument the tokens are in, of how many.
    fn call_of(&self, open: usize, (start, end): (usize, usize)) -> (String, usize, usize) {
        let mut depth = 0_usize;
        let (mut argument, mut count) = (0, 1);
        for index in open + 1..self.list.len() {
            match self.text(Some(index)) {
                b"(" | b"[" | b"{" => depth += 1,
                b")" | b"]" | b"}" if depth == 0 => break,
                b")" | b"]" | b"}" => depth -= 1,
                b"," if depth == 0 => {
                    argument += usize::from(index < start);
                    count += usize::from(index < start || index > end);
                }
                _ => {}
            }
        }
        let callee = self.text(open.checked_sub(1));
        (
            String::from_utf8_lossy(callee).into_owned(),
            argument,
            count,
        )
    }

    /// Whether the parenthesis opens an argument list (or a condition's).
    fn is_call(&self, open: usize) -> bool {
        self.kind(open.checked_sub(1)) == Some(TokenKind::Word)
    }

    /// Whether an operand ends with this token, so that an operator after it is binary.
    fn ends_operand(&self, index: Option<usize>) -> bool {
        match self.kind(index) {
            Some(TokenKind::Word) => !matches!(
                self.text(index),
                b"return" | b"case" | b"else" | b"do" | b"sizeof" | b"typeof"
            ),
            Some(TokenKind::Number | TokenKind::String | TokenKind::Char) => true,
            Some(TokenKind::Punctuation) => matches!(self.text(index), b")" | b"]" | b"++" | b"--"),
            _ => false,
        }
    }

    /// The first token of the operand that ends with token `end`: `(x)->y[1]`, `f(x)`.
    fn operand_start(&self, end: usize) -> usize {
        let mut at = end;
        loop {
            if matches!(self.text(Some(at)), b")" | b"]") {
                at = self.open(at);
                // `f(x)`, `a[1]`, `a[1][2]` go on to the left; `(type)(x)` is a cast of what follows.
                let left = at.checked_sub(1);
                if self.kind(left) == Some(TokenKind::Word) && self.ends_operand(left)
                    || self.text(left) == b"]"
                {
                    at -= 1;
                    continue;
                }
            }
            let joined = matches!(self.text(at.checked_sub(1)), b"->" | b".");
            match at.checked_sub(2) {
                Some(before) if joined && self.ends_operand(Some(before)) => at = before,
                _ => return at,
            }
        }
    }

    fn open(&self, close: usize) -> usize {
        let mut depth = 0_usize;
        for at in (0..=close).rev() {
            match self.text(Some(at)) {
                b")" | b"]" | b"}" => depth += 1,
                b"(" | b"[" | b"{" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at;
                    }
                }
                _ => {}
            }
        }
        0
    }

    fn close(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for at in open..self.list.len() {
            match self.text(Some(at)) {
                b"(" | b"[" | b"{" => depth += 1,
                b")" | b"]" | b"}" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at;
                    }
                }
                _ => {}
            }
        }
        self.list.len().saturating_sub(1)
    }
}

/// An assignment that reads what it writes, too.
fn is_assignment(spelling: &[u8]) -> bool {
    spelling != b"=" && infix_level(spelling) == Some(Level::Assignment)
}
