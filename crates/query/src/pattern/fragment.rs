//! Matches in what the grammar does not read as it is: the bodies of `#define`s, calls that it takes
//! for types, and the macros that head loops.
//!
//! The grammar does not read bodies, and no single reading would do: a body may be an expression, a
//! statement, initialiser entries or members. Each is read by itself as the first of these that it
//! parses as. A body that contains the pattern's words and reads as none of them is unread, and said so.

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::Node;

use super::constraint::Asked;
use super::find::Search;
use super::kinds::kinds;
use super::place::Position;
use super::scan::{Scanner, word_end, word_offsets};
use super::shape::{Reading, Root, Shape};
use super::{Candidates, Form, regrouped};
use crate::File;
use crate::access::macro_head;
use dialect::path::TreePath;
use dialect::token::TokenKind;
use syntax::items::MacroDefinition;
use syntax::reader::Reader;
use syntax::source::Unread;

/// A body read as a fragment.
struct Fragment {
    file: File,
    /// Where the body starts in it.
    start: usize,
}

/// The matches of `pattern` in the body of `definition`.
pub(super) fn search(asked: Asked<'_>, pattern: &Form, definition: &MacroDefinition) -> Candidates {
    let file = asked.file;
    let body = definition.body.clone();
    let text = file.slice(body.clone());
    let words = &pattern.anchors;
    let possible = words
        .iter()
        .all(|word| !word_offsets(text, word.as_bytes()).is_empty());
    if !possible || !has_marks(pattern, text) {
        return Candidates::default();
    }
    let Some(fragment) = read_body(file.path(), text) else {
        let cause = format!(
            "the body of the macro `{}` is no fragment of C",
            definition.name
        );
        return Candidates {
            found: Vec::new(),
            unread: vec![Unread { range: body, cause }],
        };
    };
    let mut matches = fragment.search(asked, pattern, &body);
    for found in &mut matches.found {
        found.in_macro = true;
    }
    matches
}

/// Whether the text has a token at all, and each operator of the pattern.
fn has_marks(pattern: &Form, text: &[u8]) -> bool {
    let tokens: Vec<&[u8]> = Scanner::new(text, 0..text.len())
        .filter_map(|token| text.get(token.range))
        .collect();
    let marked = |mark: &[u8]| tokens.contains(&mark);
    !tokens.is_empty() && pattern.marks.iter().all(|mark| marked(mark))
}

/// The matches of `pattern` where the last node of `path` hides a call: the grammar took it for a
/// type, or the dialect shows it as the keyword of a loop. None: it hides none.
pub(super) fn reread(asked: Asked<'_>, pattern: &Form, path: &[Node<'_>]) -> Option<Candidates> {
    let file = asked.file;
    let node = path.last()?;
    if misread(path) {
        return Some(search_misread(asked, pattern, &node.byte_range()));
    }
    if is_unary(pattern)
        && let Some(range) = regrouped::expression(asked, *node)
    {
        return search_expression(asked, pattern, &range);
    }
    let head = macro_head(file, *node)?;
    let calls =
        |reading: &Reading| matches!(&reading.root, Root::Node(shape) if shape.may_call(head.name));
    let called = pattern.readings.iter().any(calls);
    called.then(|| search_head(asked, pattern, &head.range))
}

/// Whether the pattern is an expression with one operand.
fn is_unary(pattern: &Form) -> bool {
    let k = kinds();
    let kinds = [
        k.unary_expression,
        k.pointer_expression,
        k.update_expression,
    ];
    let is_it = |reading: &Reading| match &reading.root {
        Root::Node(Shape::Branch { kind, .. }) => kinds.contains(kind),
        _ => false,
    };
    pattern.readings.iter().any(is_it)
}

/// The match that is the whole of an expression which the grammar does not see as one.
fn search_expression(asked: Asked<'_>, pattern: &Form, range: &Range<usize>) -> Option<Candidates> {
    let file = asked.file;
    let text = file.slice(range.clone());
    let fragment = Fragment::read(file.path(), text, text, Position::Condition.around())?;
    let mut matches = fragment.search(asked, pattern, range);
    matches.found.retain(|found| found.range == *range);
    Some(matches)
}

/// Whether the last node of `path` is a call that the grammar took for a type: it stands where a
/// statement does, and nothing is declared by it.
fn misread(path: &[Node<'_>]) -> bool {
    let k = kinds();
    let [.., parent, node] = path else {
        return false;
    };
    let blocks = [k.compound_statement, k.case_statement, k.translation_unit];
    node.kind_id() == k.macro_type_specifier && blocks.contains(&parent.kind_id())
}

/// The match of `pattern` that is the whole head of a loop, `list_for_each_entry(a, b, c)`, read as the
/// call that it looks like. What stands inside it is read where it stands.
fn search_head(asked: Asked<'_>, pattern: &Form, head: &Range<usize>) -> Candidates {
    let file = asked.file;
    let text = file.slice(head.clone());
    let Some(fragment) = Fragment::read(file.path(), text, text, Position::Condition.around())
    else {
        let cause = "the head of a loop is no call".to_owned();
        let range = head.clone();
        return Candidates {
            found: Vec::new(),
            unread: vec![Unread { range, cause }],
        };
    };
    let mut matches = fragment.search(asked, pattern, head);
    matches.found.retain(|found| found.range == *head);
    matches
}

/// The matches of `pattern` in a call that the grammar took for a type: `f(g(a * b, c));` may be a
/// declaration without a name, and is none. Under an `if` it can only be a statement.
fn search_misread(asked: Asked<'_>, pattern: &Form, call: &Range<usize>) -> Candidates {
    let file = asked.file;
    let rest = file.slice(call.end..file.bytes().len());
    let semicolon = Scanner::new(rest, 0..rest.len())
        .next()
        .filter(|token| rest.get(token.range.clone()) == Some(b";"));
    let end = call.end + semicolon.as_ref().map_or(0, |token| token.range.end);
    let statement = call.start..end;
    let text = file.slice(statement.clone());
    let after = if semicolon.is_some() {
        "\n}\n"
    } else {
        ";\n}\n"
    };
    let around = ("void f(void)\n{\n\tif (1)", after);
    match Fragment::read(file.path(), text, text, around) {
        Some(fragment) => fragment.search(asked, pattern, &statement),
        None => Candidates {
            found: Vec::new(),
            unread: vec![Unread {
                range: statement,
                cause: "neither a declaration nor a call".to_owned(),
            }],
        },
    }
}

impl Fragment {
    /// Parses `seen` between two texts; what stands there is `text`.
    fn read(
        path: &TreePath,
        text: &[u8],
        seen: &[u8],
        (before, after): (&str, &str),
    ) -> Option<Self> {
        let around = |text: &[u8]| {
            let mut bytes = before.as_bytes().to_vec();
            bytes.push(b'\n');
            bytes.extend_from_slice(text);
            bytes.push(b'\n');
            bytes.extend_from_slice(after.as_bytes());
            bytes
        };
        let file = Reader::standalone()
            .read(path, Arc::from(around(seen)))
            .with_original(Arc::from(around(text)));
        let file = File::from(file);
        file.unread().is_empty().then_some(Self {
            file,
            start: before.len() + 1,
        })
    }

    /// The matches in it, at their places in the file, where it stands at `home`.
    fn search(&self, asked: Asked<'_>, pattern: &Form, home: &Range<usize>) -> Candidates {
        let inside = self.start..self.start + home.len();
        let matches = Search::in_fragment(pattern, &self.file, inside, asked.definitions).run();
        let at_home = |range: &Range<usize>| {
            let shift = |at: usize| (at + home.start).saturating_sub(self.start).min(home.end);
            shift(range.start)..shift(range.end)
        };
        let found = matches.found.into_iter().map(|mut found| {
            for binding in found.bindings.values_mut() {
                binding.range = at_home(&binding.range);
            }
            found.range = at_home(&found.range);
            found
        });
        let unread = matches.unread.into_iter().map(|mut unread| {
            unread.range = at_home(&unread.range);
            unread
        });
        Candidates {
            found: found.collect(),
            unread: unread.collect(),
        }
    }
}

/// Reads a body as the first kind of fragment that it parses as.
fn read_body(path: &TreePath, body: &[u8]) -> Option<Fragment> {
    let plain = without_splices(body);
    let seen = without_hashes(&plain);
    let places = [
        (Position::Condition, ""),
        (Position::Block, ";"),
        (Position::Entries, ""),
        (Position::Record, ""),
        (Position::Record, ";"),
        (Position::File, ""),
        (Position::File, ";"),
    ];
    places.into_iter().find_map(|(place, end)| {
        let (before, after) = place.around();
        let after = format!("{end}{after}");
        Fragment::read(path, &plain, &seen, (before, &after))
    })
}

/// Line splices blanked.
fn without_splices(body: &[u8]) -> Vec<u8> {
    let mut plain = body.to_vec();
    for at in 0..plain.len() {
        let splice =
            plain.get(at) == Some(&b'\\') && matches!(plain.get(at + 1), Some(b'\n' | b'\r'));
        if splice {
            let end = memchr::memchr(b'\n', plain.get(at..).unwrap_or_default())
                .map_or(at + 1, |newline| at + newline + 1);
            if let Some(blank) = plain.get_mut(at..end) {
                blank.fill(b' ');
            }
        }
    }
    plain
}

/// `a##b` and `#a` as the words that they make.
fn without_hashes(plain: &[u8]) -> Vec<u8> {
    let mut seen = plain.to_vec();
    let tokens: Vec<_> = Scanner::new(plain, 0..plain.len()).collect();
    for (index, token) in tokens.iter().enumerate() {
        let text = plain.get(token.range.clone()).unwrap_or_default();
        let hash = matches!(text, b"#" | b"##") || token.kind == TokenKind::Directive;
        if !hash {
            continue;
        }
        let beside = |index: Option<usize>| index.and_then(|index| tokens.get(index));
        let before = beside(index.checked_sub(1));
        let after = beside(Some(index + 1));
        let word = |kind| matches!(kind, TokenKind::Word | TokenKind::Number);
        let pastes = text == b"##" && before.is_some_and(|t| word(t.kind));
        let start = if pastes {
            before.map_or(token.range.start, |t| t.range.end)
        } else {
            token.range.start
        };
        let end = after
            .filter(|t| word(t.kind))
            .map_or_else(|| start + text.len().min(2), |t| t.range.start);
        let joins = pastes || text != b"##" && after.is_some_and(|t| word(t.kind));
        if let Some(bytes) = seen.get_mut(start..end.max(start)) {
            bytes.fill(if joins { b'_' } else { b' ' });
        }
        if token.kind == TokenKind::Directive {
            blank_hash(&mut seen, token.range.start);
        }
    }
    seen
}

/// A `#` that begins a body looks like a directive: it makes a string of the parameter after it.
fn blank_hash(seen: &mut [u8], at: usize) {
    let end = word_end(seen, at + 1);
    if let Some(hash) = seen.get_mut(at..end.min(at + 1)) {
        hash.fill(b'_');
    }
}
