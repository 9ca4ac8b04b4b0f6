//! Why ctags and we disagree about a function.
//!
//! Each rule looks at the file's own text, not at how either reader works, so that a cause is evidence: a
//! macro's call without a body is no function, whoever says so.

use std::collections::BTreeSet;
use std::ops::Range;

use dialect::token::{Token, TokenKind, tokens};
use query::File;
use syntax::items::Function as Definition;

use crate::ctags::Function;
use crate::report::{Cause, Who};

const MACRO_HEAD: Cause =
    Cause::theirs("a macro heads the definition, and ctags takes it for the name");
const MACRO_CALL: Cause =
    Cause::theirs("a macro's call without a semicolon, which ctags takes for a function's head");
const SWALLOWED: Cause =
    Cause::theirs("the function after a macro's call without a semicolon, which ctags loses");
const BLOCK: Cause = Cause::theirs("a macro in front of a record's or an initialiser's braces");
const DIRECTIVE: Cause = Cause::theirs("inside a macro's body");
const DEAD: Cause =
    Cause::theirs("under `#if 0`, or for assembler alone: shown by one and left out by the other");
const WITHIN: Cause = Cause::theirs("inside a function whose braces ctags lost count of");
const LOST: Cause = Cause::theirs("plain `name(…) {` at file level, which ctags does not list");
const UNREAD: Cause = Cause::ours("in a region that we do not read");
const ARM: Cause =
    Cause::ours("in an `#if` arm that we do not read, for it shares braces with another");
const OLD_STYLE: Cause = Cause::ours("a head in the style of before C89");
const UNEXPLAINED: Cause = Cause::ours("not explained");

/// A file, as far as its disagreements need it.
pub(crate) struct Judge<'f> {
    file: &'f File,
    tokens: Vec<Token>,
}

impl<'f> Judge<'f> {
    pub(crate) fn new(file: &'f File) -> Self {
        let code = |token: &Token| token.kind != TokenKind::Comment;
        let tokens = tokens(file.bytes()).into_iter().filter(code).collect();
        Self { file, tokens }
    }

    /// Why only `side` has the function.
    pub(crate) fn cause(
        &self,
        side: Who,
        function: &Function,
        theirs: &BTreeSet<Function>,
    ) -> Cause {
        let line = self.file.lines().range_of(function.0);
        match side {
            Who::Theirs => self.theirs_alone(&line, &function.1),
            Who::Ours => self.ours_alone(&line, &function.1, theirs),
        }
    }

    fn theirs_alone(&self, line: &Range<usize>, name: &str) -> Cause {
        let file = self.file;
        let Some(at) = self.word_on(line, name) else {
            return DIRECTIVE;
        };
        let offset = self.tokens[at].range.start;
        if file.is_dead(offset) {
            return DEAD;
        }
        if let Some(dropped) = file.dropped().iter().find(|d| d.range.contains(&offset)) {
            return if dropped.dead { DEAD } else { ARM };
        }
        if let Some(function) = file.function_at(offset) {
            let heads = offset < function.body.start && offset != function.name_range.start;
            return if heads { MACRO_HEAD } else { WITHIN };
        }
        match self.after_parentheses(at) {
            After::Braces if self.is_block(at) => BLOCK,
            After::OldStyle => OLD_STYLE,
            After::Something => MACRO_CALL,
            _ if file.unread_in(line).is_some() => UNREAD,
            _ => UNEXPLAINED,
        }
    }

    fn ours_alone(&self, line: &Range<usize>, name: &str, theirs: &BTreeSet<Function>) -> Cause {
        let file = self.file;
        let mut on_line = file.functions().iter();
        let function = on_line.find(|f| line.contains(&f.name_range.start) && f.name == name);
        let Some(function) = function else {
            return UNEXPLAINED;
        };
        if file.is_dead(function.name_range.start) {
            return DEAD;
        }
        let head = file.line_of(function.range.start)..=file.line_of(function.body.start);
        if theirs
            .iter()
            .any(|(line, other)| head.contains(line) && other != name)
        {
            return MACRO_HEAD;
        }
        if self.follows_call(function) {
            return SWALLOWED;
        }
        if file.unread_in(&function.range).is_some() {
            return UNREAD;
        }
        let at = self.index_at(function.name_range.start);
        match at.map(|at| self.after_parentheses(at)) {
            Some(After::Braces | After::OldStyle) => LOST,
            _ if self.is_in_macro_head(function) => MACRO_HEAD,
            _ => UNEXPLAINED,
        }
    }

    fn index_at(&self, offset: usize) -> Option<usize> {
        let found = self
            .tokens
            .binary_search_by_key(&offset, |token| token.range.start);
        found.ok()
    }

    fn text(&self, index: usize) -> &[u8] {
        let token = self.tokens.get(index);
        token.map_or(b"", |token| self.file.slice(token.range.clone()))
    }

    /// The word `name` of a line, outside directives.
    fn word_on(&self, line: &Range<usize>, name: &str) -> Option<usize> {
        let first = self
            .tokens
            .partition_point(|token| token.range.start < line.start);
        (first..self.tokens.len())
            .take_while(|&at| self.tokens[at].range.start < line.end)
            .find(|&at| self.text(at) == name.as_bytes())
    }

    fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for at in open..self.tokens.len() {
            match self.text(at) {
                b"(" => depth += 1,
                b")" if depth <= 1 => return at,
                b")" => depth -= 1,
                _ => {}
            }
        }
        self.tokens.len()
    }

    /// What follows `name(…)`, attributes with and without arguments apart.
    fn after_parentheses(&self, name: usize) -> After {
        if self.text(name + 1) != b"(" {
            return After::Something;
        }
        let mut at = self.closing(name + 1) + 1;
        // `name(a)(b)` and `(name)(a)`
        while matches!(self.text(at), b"(" | b")") {
            at = if self.text(at) == b"(" {
                self.closing(at) + 1
            } else {
                at + 1
            };
        }
        let from = at;
        let mut semicolons = false;
        // `x(a) static int __y(b) {` is two things, `x(a) __y(b) {` is one with an attribute.
        let mut annotated = true;
        loop {
            match self.text(at) {
                b"{" if semicolons && self.text(at - 1) == b";" => return After::OldStyle,
                b"{" if semicolons => return After::Something,
                b"{" => return After::Braces,
                b";" if at == from => return After::Something,
                b";" => semicolons = true,
                b"(" if !semicolons && annotated => at = self.closing(at),
                b"," | b"*" => {}
                _ if self.is_directive(at) => {}
                word if is_word(word) => annotated &= word.starts_with(b"__"),
                _ => return After::Something,
            }
            at += 1;
        }
    }

    fn is_directive(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.kind == TokenKind::Directive)
    }

    /// Whether the braces after `name(…)` hold members or an initialiser rather than statements.
    fn is_block(&self, name: usize) -> bool {
        let before = name
            .checked_sub(1)
            .map_or(&b""[..], |before| self.text(before));
        if matches!(before, b"struct" | b"union" | b"enum") {
            return true;
        }
        let mut at = self.closing(name + 1);
        while at < self.tokens.len() && self.text(at) != b"{" {
            at += 1;
        }
        let mut depth = 0_usize;
        let mut end = at;
        while end < self.tokens.len() {
            match self.text(end) {
                b"{" => depth += 1,
                b"}" if depth == 1 => break,
                b"}" => depth -= 1,
                _ => {}
            }
            end += 1;
        }
        self.text(at + 1) == b"." || matches!(self.text(end + 1), b";" | b",")
    }

    /// Whether what stands before the function is a call without a semicolon: `MODULE_THING(x)`.
    fn follows_call(&self, function: &Definition) -> bool {
        let first = self
            .tokens
            .partition_point(|t| t.range.start < function.range.start);
        let mut at = first;
        while at > 0 && self.is_directive(at - 1) {
            at -= 1;
        }
        at.checked_sub(1)
            .is_some_and(|before| self.text(before) == b")")
    }

    fn is_in_macro_head(&self, function: &Definition) -> bool {
        let head = function.range.start..function.name_range.start;
        self.file.slice(head).trim_ascii_end().ends_with(b"(")
    }
}

fn is_word(text: &[u8]) -> bool {
    let first = text.first();
    first.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Braces,
    OldStyle,
    Something,
}
