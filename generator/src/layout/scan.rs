//! A lexical walk over code: where its lines may be broken, and what a continuation line aligns with.
//!
//! Lexical rather than by syntax tree, because macro bodies have no tree and because the text that
//! is laid out is not a file yet.

use super::columns;
use dialect::words::operators::{INFIX, Level};

/// How tightly an operator binds at a place where a line may be broken: the looser, the better a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Binding {
    /// `,`
    Comma,
    /// `=` and its kin
    Assignment,
    /// `||`
    Or,
    /// `&&`
    And,
    /// Any other binary operator.
    Other,
}

/// A place after which a line may be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BreakPoint {
    /// Byte offset just after the operator.
    pub(crate) at: usize,
    /// How many parentheses, brackets and braces are open there.
    pub(crate) depth: usize,
    /// What kind of operator it is.
    pub(crate) binding: Binding,
    /// The column that what follows aligns with.
    pub(crate) align: usize,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// In text order.
    pub(crate) breaks: Vec<BreakPoint>,
    /// For every line of the text but the first: the column that it aligns with, and whether an
    /// open parenthesis or an expression's start decides that (else it is plain indentation).
    pub(crate) lines: Vec<LineStart>,
}

/// What a continuation line aligns with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineStart {
    /// Byte offset of the line's first byte.
    pub(crate) at: usize,
    /// The column that it should start at.
    pub(crate) align: usize,
    /// It starts inside a comment or a literal, or with a statement of its own.
    pub(crate) opaque: bool,
}

/// An open bracket.
#[derive(Clone, Copy)]
struct Bracket {
    /// The column behind it.
    column: usize,
    /// It ends its line.
    hangs: bool,
    /// A brace that ends its line: what is inside are statements or entries, each with a start of its own.
    is_block: bool,
}

struct Walker<'t> {
    text: &'t str,
    column: usize,
    open: Vec<Bracket>,
    /// Column where the expression of this statement starts.
    start: usize,
    /// The token before, where that ends a statement or a head on the line's end.
    last: Last,
    /// A `?` waits for its `:`.
    asks: bool,
    walk: Walk,
}

/// What kind of token the one before is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// `;`, a brace, a colon, a closing parenthesis, `else` or `do`: at a line's end a statement begins behind it.
    End,
    Comma,
    Other,
}

/// Walks `text`, whose first byte stands at column 0.
pub(crate) fn walk(text: &str) -> Walk {
    let mut walker = Walker {
        text,
        column: 0,
        open: Vec::new(),
        start: expression_start(text),
        last: Last::Other,
        asks: false,
        walk: Walk::default(),
    };
    walker.run();
    walker.walk
}

/// The column that a continuation outside all brackets aligns with: behind `return `, else behind the
/// indentation and one tab.
fn expression_start(text: &str) -> usize {
    let first = text.lines().next().unwrap_or_default();
    let indentation = columns::indentation(first);
    let column = columns::width(indentation);
    let rest = first.get(indentation.len()..).unwrap_or_default();
    if rest.starts_with("return ") {
        column + "return ".len()
    } else {
        column + super::TAB_WIDTH
    }
}

impl Walker<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(rest) = self.text.get(at..).filter(|rest| !rest.is_empty()) {
            let opaque = opaque_len(rest);
            let len = if opaque > 0 {
                opaque
            } else {
                self.note(rest);
                self.token(at, rest)
            };
            self.pass(at, len, opaque > 0);
            at += len;
        }
    }

    fn align(&self) -> usize {
        let inner = self.open.last().filter(|bracket| !bracket.is_block);
        inner.map_or(self.start, |bracket| bracket.column)
    }

    /// Whether the innermost bracket is a block's, or there is none.
    fn is_in_block(&self) -> bool {
        self.open.last().is_none_or(|bracket| bracket.is_block)
    }

    fn note(&mut self, rest: &str) {
        let word = |word: &str| {
            let behind = rest.strip_prefix(word);
            behind.is_some_and(|rest| !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric()))
        };
        let before = self.text.len() - rest.len();
        let before = self
            .text
            .get(..before)
            .and_then(|text| text.chars().next_back());
        let begins = !before.is_some_and(|c| c == '_' || c.is_alphanumeric());
        match rest.chars().next() {
            Some('?') => (self.last, self.asks) = (Last::Other, true),
            Some(':') if self.asks => (self.last, self.asks) = (Last::Other, false),
            Some(';' | '{' | '}' | ':' | ')') => self.last = Last::End,
            Some(',') => self.last = Last::Comma,
            Some('e' | 'd') if begins && (word("else") || word("do")) => self.last = Last::End,
            // A word's own letters do not end what it began.
            Some('l' | 's' | 'e' | 'o') if !begins && self.last == Last::End => {}
            Some(c) if !c.is_whitespace() && c != '\\' => self.last = Last::Other,
            _ => {}
        }
    }

    /// Whether a statement, or an entry of a list in braces, begins on the next line.
    fn begins_anew(&self) -> bool {
        let in_list = self.open.last().is_some_and(|bracket| bracket.is_block);
        self.is_in_block() && (self.last == Last::End || in_list && self.last == Last::Comma)
    }

    /// Handles one token of code and gives its length.
    fn token(&mut self, at: usize, rest: &str) -> usize {
        let Some(first) = rest.chars().next() else {
            return 0;
        };
        match first {
            '(' | '[' | '{' => {
                let line = rest.get(1..).and_then(|rest| rest.lines().next());
                let hangs = line.unwrap_or_default().trim().is_empty();
                self.open.push(Bracket {
                    column: self.column + 1,
                    hangs,
                    is_block: hangs && first == '{',
                });
                1
            }
            ')' | ']' | '}' => {
                self.open.pop();
                1
            }
            ',' => {
                self.break_after(at + 1, Binding::Comma);
                1
            }
            _ => self.operator(at, rest).unwrap_or(first.len_utf8()),
        }
    }

    fn operator(&mut self, at: usize, rest: &str) -> Option<usize> {
        let (length, binding) = operator_of(rest)?;
        let end = at + length;
        let spaced = self
            .text
            .get(..at)
            .is_some_and(|t| t.ends_with([' ', '\t']))
            && rest
                .get(length..)
                .is_some_and(|t| t.starts_with([' ', '\n', '\t']));
        if let (Some(binding), true) = (binding, spaced) {
            self.break_after(end, binding);
            if binding == Binding::Assignment && self.is_in_block() {
                self.start = self.column + length + 1;
            }
        }
        Some(length)
    }

    fn break_after(&mut self, at: usize, binding: Binding) {
        self.walk.breaks.push(BreakPoint {
            at,
            depth: self.open.len(),
            binding,
            align: self.align(),
        });
    }

    /// Moves over `len` bytes at `at`, noting the lines that start in them.
    fn pass(&mut self, at: usize, len: usize, opaque: bool) {
        let Some(text) = self.text.get(at..at + len) else {
            return;
        };
        for (offset, c) in text.char_indices() {
            if c == '\n' {
                self.column = 0;
                let anew = !opaque && self.begins_anew();
                if anew {
                    self.start =
                        expression_start(self.text.get(at + offset + 1..).unwrap_or_default());
                }
                // Nothing aligns with a bracket that ends its line.
                let hangs = self
                    .open
                    .last()
                    .is_some_and(|bracket| bracket.hangs && !bracket.is_block);
                self.walk.lines.push(LineStart {
                    at: at + offset + 1,
                    align: self.align(),
                    opaque: opaque || anew || hangs,
                });
            } else {
                self.column = columns::advance(c.encode_utf8(&mut [0; 4]), self.column);
            }
        }
    }
}

/// What a line is never broken at, and what would be read as an operator that it is no part of.
const OTHERS: &[&str] = &["...", "->", "++", "--"];

/// The length of the operator that `rest` starts with, and how a line breaks at it; a pointer's `*` looks like a
/// product's.
fn operator_of(rest: &str) -> Option<(usize, Option<Binding>)> {
    if let Some(other) = OTHERS.iter().find(|other| rest.starts_with(**other)) {
        return Some((other.len(), None));
    }
    let mut known = INFIX.iter().filter(|(text, _)| *text != b"*");
    let (text, level) = known.find(|(text, _)| rest.as_bytes().starts_with(text))?;
    let binding = match level {
        Level::Assignment => Binding::Assignment,
        Level::LogicalOr => Binding::Or,
        Level::LogicalAnd => Binding::And,
        _ => Binding::Other,
    };
    Some((text.len(), Some(binding)))
}

/// The length of the comment or literal that `rest` starts with; 0 where it starts with neither.
fn opaque_len(rest: &str) -> usize {
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    let Some(quote) = rest.chars().next().filter(|c| *c == '"' || *c == '\'') else {
        return 0;
    };
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        if c == '\n' {
            return offset;
        }
        if c == quote && !escaped {
            return offset + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::{Binding, walk};

    #[test]
    fn a_continuation_aligns_behind_the_open_parenthesis() {
        let found = walk("\tif (a &&\n\t    b)\n");
        assert_eq!(found.lines[0].align, 12);
        assert_eq!(found.breaks[0].binding, Binding::And);
        assert_eq!(found.breaks[0].depth, 1);
    }

    #[test]
    fn a_returned_expression_aligns_with_its_own_start() {
        assert_eq!(walk("\treturn a ||\n\t       b;").lines[0].align, 15);
    }

    #[test]
    fn operators_in_literals_and_comments_are_no_places_to_break() {
        assert!(walk("f(\"a || b\" /* c && d */)").breaks.is_empty());
    }

    #[test]
    fn a_star_or_an_ampersand_without_blanks_on_both_sides_is_no_binary_operator() {
        assert!(walk("f(&x)").breaks.is_empty());
    }
}
