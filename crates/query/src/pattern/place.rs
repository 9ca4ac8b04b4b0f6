//! Where a fragment stands in C, and parsing it there.

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::Node;

use super::kinds::kinds;
use super::metavar::PatternText;
use super::parse_text::ParseText;
use super::scan::Scanner;
use super::{Fragment, PatternError};
use crate::File;
use dialect::path::TreePath;
use syntax::reader::Reader;

/// Where a fragment stands in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Position {
    Condition,
    Block,
    File,
    Record,
    Entries,
    /// A type's name, the operand of `sizeof`.
    Type,
    /// A macro call at file level, whose arguments may be declarations.
    Call,
}

impl Position {
    /// What stands before and after a fragment there; the last byte of the first opens what holds it.
    pub(super) fn around(self) -> (&'static str, &'static str) {
        match self {
            Self::Condition => ("void f(void)\n{\n\tif (", "\n)\n\t\t;\n}\n"),
            Self::Block => ("void f(void)\n{", "\n}\n"),
            Self::File => ("", "\n"),
            Self::Call => ("", ";\n"),
            Self::Record => ("struct s {", "\n};\n"),
            Self::Entries => ("struct s v = {", "\n};\n"),
            Self::Type => ("int v = sizeof(", "\n);\n"),
        }
    }

    pub(super) fn holds_statements(self) -> bool {
        matches!(self, Self::Block | Self::File | Self::Record)
    }

    pub(super) fn fragment(self) -> Fragment {
        match self {
            Self::Condition | Self::Call | Self::Type => Fragment::Expression,
            Self::Block => Fragment::Statement,
            Self::File => Fragment::Declaration,
            Self::Record => Fragment::Member,
            Self::Entries => Fragment::Initializer,
        }
    }
}

/// Where such a fragment is looked for, in order.
pub(super) fn places(fragment: Fragment) -> &'static [Position] {
    match fragment {
        Fragment::Expression => &[Position::Condition, Position::Call],
        Fragment::Statement => &[Position::Block, Position::File],
        Fragment::Declaration => &[Position::Block, Position::File],
        Fragment::Member => &[Position::Record],
        Fragment::Initializer => &[Position::Entries],
        Fragment::Any => &[
            Position::Condition,
            Position::Block,
            Position::File,
            Position::Record,
            Position::Entries,
            Position::Call,
        ],
    }
}

pub(super) fn failure(span: Range<usize>, message: &str, help: &str) -> PatternError {
    PatternError {
        message: message.to_owned(),
        span,
        help: (!help.is_empty()).then(|| help.to_owned()),
    }
}

/// A fragment parsed in its place.
pub(super) struct Parsed {
    pub(super) file: File,
    pub(super) parse_text: ParseText,
    /// Where the parse_text starts in the file.
    pub(super) start: usize,
}

impl Parsed {
    pub(super) fn new(scanned: &PatternText, place: Position) -> Result<Self, PatternError> {
        let mut parse_text = scanned.parse_text(place.holds_statements());
        if place == Position::Record {
            parse_text.end_with_semicolon();
        }
        let (before, after) = place.around();
        let mut bytes = before.as_bytes().to_vec();
        bytes.push(b'\n');
        let start = bytes.len();
        bytes.extend_from_slice(&parse_text.text);
        bytes.extend_from_slice(after.as_bytes());
        let path = TreePath::new("pattern.c").map_err(|e| failure(0..0, &e.to_string(), ""))?;
        let file = File::from(Reader::standalone().read(&path, Arc::from(bytes)));
        let parsed = Self {
            file,
            parse_text,
            start,
        };
        if let Some(unread) = parsed.file.unread().first() {
            return Err(parsed.unreadable(unread.range.clone(), &unread.cause));
        }
        match parsed.misused_keyword() {
            Some(range) => Err(parsed.unreadable(range, "")),
            None => Ok(parsed),
        }
    }

    /// The grammar takes `if (a)` for a call where a statement cannot stand.
    fn misused_keyword(&self) -> Option<Range<usize>> {
        const STATEMENTS: [&[u8]; 12] = [
            b"if",
            b"else",
            b"while",
            b"for",
            b"do",
            b"switch",
            b"case",
            b"default",
            b"return",
            b"goto",
            b"break",
            b"continue",
        ];
        let bytes = self.file.bytes();
        let parse_text = self.start..self.start + self.parse_text.text.len();
        Scanner::new(bytes, parse_text).find_map(|token| {
            let word = bytes.get(token.range.clone())?;
            if !STATEMENTS.contains(&word) {
                return None;
            }
            let node = self
                .file
                .root()
                .named_descendant_for_byte_range(token.range.start, token.range.end)?;
            (node.kind_id() == kinds().identifier).then_some(token.range)
        })
    }

    fn unreadable(&self, range: Range<usize>, cause: &str) -> PatternError {
        if let Some(what) = cause.strip_prefix("missing ") {
            // It begins with the letter before what is missing.
            let text = self.file.text(range.clone());
            let letter = text.chars().next().map_or(0, char::len_utf8);
            let span = self.origin((range.start + letter).min(range.end)..range.end);
            let word = what
                .trim_matches('`')
                .contains(|c: char| c.is_ascii_alphabetic());
            let message = if word {
                "something is missing here"
            } else {
                cause
            };
            return failure(span, message, "");
        }
        failure(self.origin(range), "this is not C here", "")
    }

    /// A range of the file as a span of the pattern.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let last = self.parse_text.text.len();
        let at = |offset: usize| offset.saturating_sub(self.start).min(last);
        self.parse_text.origin(&(at(range.start)..at(range.end)))
    }

    /// The node that holds the fragment.
    pub(super) fn holder(&self, place: Position) -> Option<Node<'_>> {
        let root = self.file.root();
        if place == Position::File {
            return Some(root);
        }
        // A statement reads there too, and is no expression.
        if place == Position::Call {
            let mut cursor = root.walk();
            let mut items = root.named_children(&mut cursor);
            let only = items
                .next()
                .filter(|item| item.kind_id() == kinds().expression_statement);
            return (only.is_some() && items.next().is_none()).then_some(root);
        }
        let open = place.around().0.len() - 1;
        let holder = root.descendant_for_byte_range(open, open + 1)?.parent()?;
        let kind = match place {
            Position::Condition => kinds().parenthesized_expression,
            Position::Record => kinds().field_declaration_list,
            Position::Entries => kinds().initializer_list,
            Position::Type => kinds().sizeof_expression,
            Position::Block | Position::File | Position::Call => kinds().compound_statement,
        };
        let begins = place == Position::Type || holder.start_byte() == open;
        (holder.kind_id() == kind && begins).then_some(holder)
    }
}
