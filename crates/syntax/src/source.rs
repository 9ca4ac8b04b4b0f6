//! One C file, read: its bytes, the syntax tree of its dialect view, and what could not be read.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use tree_sitter::{Node, Tree};

use crate::directives::{Condition, Directives, IncludeDirective, MacroDefinition};

use dialect::lines::LineIndex;
use dialect::path::TreePath;
use dialect::token::{Lexer, Token, TokenKind, tokens};
use dialect::view::{Dropped, Edit, Rule, apply_edits};
use dialect::words::Words;

/// A region of a file that the grammar could not read: an ERROR or a MISSING node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Byte range in the file, never empty unless the file is. A MISSING node has no width: its range
    /// begins with the letter before it, so that what ends there is touched, and goes on to the end of
    /// the token after it.
    pub range: Range<usize>,
    /// What was there, for people: "unexpected `…`" or "missing `;`".
    pub cause: String,
}

impl Unread {
    /// Code that the grammar did not expect.
    pub(crate) fn unexpected(bytes: &[u8], range: Range<usize>) -> Self {
        let example = first_tokens(bytes.get(..range.end).unwrap_or(bytes), range.start, 3);
        Self {
            range: touching(bytes, range),
            cause: format!("unexpected `{example}`"),
        }
    }

    /// A token of this kind that is not there.
    pub(crate) fn missing(bytes: &[u8], at: usize, kind: &str) -> Self {
        let rest = bytes.get(at..).unwrap_or_default();
        let next = tokens_from(rest).next();
        let end = next.as_ref().map_or(bytes.len(), |token| at + token.end);
        let example = first_tokens(bytes, at, 1);
        Self {
            range: touching(bytes, letter_before(bytes, at)..end),
            cause: format!("missing `{kind}` before `{example}`"),
        }
    }

    /// A file that the grammar gave up on, or was not given for the reason `why`.
    pub(crate) fn whole(length: usize, why: Option<&str>) -> Self {
        Self {
            range: 0..length.max(1),
            cause: why.unwrap_or("too much that is no C").to_owned(),
        }
    }
}

/// The range with at least one byte of the file in it: the grammar may stumble over the end.
fn touching(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let start = range.start.min(bytes.len().saturating_sub(1));
    start..range.end.max(start + 1).min(bytes.len())
}

/// Where the letter before `at` starts.
fn letter_before(bytes: &[u8], at: usize) -> usize {
    let inside = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let before = at.saturating_sub(1);
    // A letter of UTF-8 has at most four bytes.
    (0..4)
        .map(|back| before.saturating_sub(back))
        .find(|&start| !inside(start))
        .unwrap_or(before)
}

/// The statement around each of these regions.
pub(crate) fn statements_around(bytes: &[u8], unread: &[Unread]) -> Vec<Range<usize>> {
    if unread.is_empty() {
        return Vec::new();
    }
    let ends: Vec<Range<usize>> = tokens(bytes)
        .into_iter()
        .filter(|token| match token.kind {
            TokenKind::Directive => true,
            TokenKind::Punctuation => {
                matches!(bytes.get(token.range.clone()), Some(b";" | b"{" | b"}"))
            }
            _ => false,
        })
        .map(|token| token.range)
        .collect();
    let around = |region: &Range<usize>| {
        let before = ends.partition_point(|end| end.end <= region.start);
        let start = before.checked_sub(1).map_or(0, |last| ends[last].end);
        let after = ends.partition_point(|end| end.end < region.end);
        let end = ends.get(after).map_or(bytes.len(), |next| next.start);
        start..end.max(region.end)
    };
    unread.iter().map(|unread| around(&unread.range)).collect()
}

/// The ranges of the code tokens in `bytes`.
fn tokens_from(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut lexer = Lexer::new(bytes);
    std::iter::from_fn(move || lexer.next_lexeme())
        .filter(|lexeme| lexeme.kind != TokenKind::Comment)
        .map(|lexeme| lexeme.start..lexeme.end)
}

/// The first tokens from `at` on, for people: at most `count`, of one line, no longer than a few words.
fn first_tokens(bytes: &[u8], at: usize, count: usize) -> String {
    const LONGEST: usize = 40;
    let rest = bytes.get(at..).unwrap_or_default();
    let line = memchr::memchr(b'\n', rest.trim_ascii_start()).map_or(rest.len(), |newline| {
        newline + rest.len() - rest.trim_ascii_start().len()
    });
    let rest = rest.get(..line.min(rest.len())).unwrap_or_default();
    let words: Vec<String> = tokens_from(rest)
        .take(count)
        .map(|range| String::from_utf8_lossy(rest.get(range).unwrap_or_default()).into_owned())
        .collect();
    let text: String = words
        .join(" ")
        .chars()
        .filter(|letter| !letter.is_control())
        .take(LONGEST)
        .collect();
    text
}

/// A word that the dialect blanked, replaced or dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedWord<'a> {
    /// Why.
    pub rule: Rule,
    /// The word, as it is in the file.
    pub text: &'a [u8],
    /// Where.
    pub range: Range<usize>,
}

/// A parsed C file. Every byte offset of the syntax tree is an offset of [`Source::bytes`].
#[derive(Debug)]
pub struct Source {
    pub(crate) path: TreePath,
    pub(crate) bytes: Arc<[u8]>,
    /// The file on disk, where it differs.
    pub(crate) written: Option<Arc<[u8]>>,
    /// The user's words, for what is asked about the file.
    pub(crate) words: Arc<Words>,
    pub(crate) lines: LineIndex,
    /// What the grammar makes of it. Of a file that is not C by its name, read when first asked for: hardly anybody asks,
    /// and what is no C takes the grammar's error recovery a thousand times as long.
    pub(crate) read: OnceLock<Read>,
    /// Who reads it then.
    pub(crate) grammar: Arc<dyn Grammar>,
    /// Read when first asked for.
    pub(crate) directives: OnceLock<Directives>,
}

/// Who makes something of the bytes of a file.
pub(crate) trait Grammar: std::fmt::Debug + Send + Sync {
    /// What the grammar makes of them.
    fn parsed(&self, path: &TreePath, bytes: &[u8]) -> Read;
}

/// What the grammar makes of a file.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) tree: Tree,
    pub(crate) unread: Vec<Unread>,
    /// The statement around each of `unread`, in the same order.
    pub(crate) statements: Vec<Range<usize>>,
    pub(crate) edits: Vec<Edit>,
    pub(crate) dropped: Vec<Dropped>,
}

impl Source {
    pub(crate) fn as_read(&self) -> &Read {
        self.read
            .get_or_init(|| self.grammar.parsed(&self.path, &self.bytes))
    }

    /// The file's path in its tree.
    #[must_use]
    pub fn path(&self) -> &TreePath {
        &self.path
    }

    /// The file with its lines joined as a compiler joins them ([`dialect::token::joined`]), as long as
    /// the file and nearly always the same; not what the dialect shows to the grammar.
    #[must_use]
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The file as it is on disk: what edits are made in and patches are made of.
    #[must_use]
    pub fn written(&self) -> &Arc<[u8]> {
        self.written.as_ref().unwrap_or(&self.bytes)
    }

    /// Whether the file on disk has the same bytes at `range` as [`Source::bytes`].
    #[must_use]
    pub fn is_as_written(&self, range: Range<usize>) -> bool {
        self.written.is_none() || self.written().get(range.clone()) == self.bytes.get(range)
    }

    /// The root node (`translation_unit`) of the dialect view's syntax tree.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        self.as_read().tree.root_node()
    }

    /// The original bytes at `range`; empty where the range leaves the file.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// The original text at `range`, lossily where it is not UTF-8.
    #[must_use]
    pub fn text(&self, range: Range<usize>) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.slice(range))
    }

    /// The words that the user has added ([`Words`]).
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Lines and columns of the file.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }

    /// 1-based line of a byte offset.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        self.lines.line_of(offset)
    }

    /// What the grammar could not read, in file order.
    #[must_use]
    pub fn unread(&self) -> &[Unread] {
        &self.as_read().unread
    }

    /// The first unread region that touches `range`.
    #[must_use]
    pub fn unread_in(&self, range: &Range<usize>) -> Option<&Unread> {
        self.unread()
            .iter()
            .find(|u| u.range.start < range.end && range.start < u.range.end)
    }

    /// What the grammar could not read, each with the code around it from one `;`, `{`, `}` or directive to
    /// the next. Beside what it does not know a grammar takes tokens for something else than they are
    /// (of `f( ] 2;` only `( ] 2` is unread, and `f` is no call): what is claimed about identifiers has to
    /// treat all of it as unread.
    pub fn unread_statements(&self) -> impl Iterator<Item = (&Unread, &Range<usize>)> {
        self.unread().iter().zip(&self.as_read().statements)
    }

    /// The first unread region whose statement touches `range` (see [`Source::unread_statements`]).
    #[must_use]
    pub fn unread_near(&self, range: &Range<usize>) -> Option<&Unread> {
        self.unread_statements()
            .find(|(_, around)| around.start < range.end && range.start < around.end)
            .map(|(unread, _)| unread)
    }

    /// Every difference between the file and what the grammar got to see, in file order.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        &self.as_read().edits
    }

    /// The bytes that the grammar got to see: the file with [`Source::edits`] made.
    #[must_use]
    pub fn view(&self) -> Vec<u8> {
        let mut view = self.bytes.to_vec();
        apply_edits(self.edits(), &mut view);
        view
    }

    /// Code that the syntax tree does not show, because it stands in an arm of a `#if` group that
    /// could not be kept. What is claimed about identifiers has to treat it as unread, unless it is
    /// dead.
    #[must_use]
    pub fn dropped(&self) -> &[Dropped] {
        &self.as_read().dropped
    }

    /// The words of the file that the syntax tree does not show as they are, directives apart: blanked
    /// as annotations, turned into keywords, inside dropped arms. Whoever looks for an identifier in
    /// the tree has to look here too.
    pub fn words_in_edits(&self) -> impl Iterator<Item = EditedWord<'_>> {
        self.edits()
            .iter()
            .filter(|edit| edit.rule != Rule::Directive)
            .flat_map(|edit| {
                tokens(self.slice(edit.range.clone()))
                    .into_iter()
                    .filter(|token| token.kind == TokenKind::Word)
                    .map(|token| {
                        let start = edit.range.start + token.range.start;
                        let range = start..start + token.range.len();
                        EditedWord {
                            rule: edit.rule,
                            text: self.slice(range.clone()),
                            range,
                        }
                    })
            })
    }

    /// The same syntax tree over other original bytes, of equal length: for who shows the grammar a text
    /// of their own making. Nothing changes where the lengths differ.
    #[must_use]
    pub fn with_original(mut self, bytes: Arc<[u8]>) -> Self {
        if bytes.len() == self.bytes.len() {
            self.as_read();
            self.bytes = bytes;
            self.written = None;
            self.directives = OnceLock::new();
        }
        self
    }

    /// The file's tokens without comments: what a change must leave alone outside its sites.
    #[must_use]
    pub fn code_tokens(&self) -> Vec<Token> {
        tokens(self.bytes())
            .into_iter()
            .filter(|token| token.kind != TokenKind::Comment)
            .collect()
    }

    /// The smallest named node that spans `range`.
    #[must_use]
    pub fn node_at(&self, range: Range<usize>) -> Option<Node<'_>> {
        self.root()
            .named_descendant_for_byte_range(range.start, range.end)
    }

    pub(crate) fn directives(&self) -> &Directives {
        self.directives
            .get_or_init(|| Directives::read(&self.bytes, &self.lines))
    }

    /// Every `#define`, in file order.
    #[must_use]
    pub fn macros(&self) -> &[MacroDefinition] {
        &self.directives().macros
    }

    /// The `#define` that spans `offset`.
    #[must_use]
    pub fn macro_at(&self, offset: usize) -> Option<&MacroDefinition> {
        let macros = self.macros();
        let after = macros.partition_point(|m| m.range.start <= offset);
        macros[..after].last().filter(|m| m.range.contains(&offset))
    }

    /// Every `#include`, in file order.
    #[must_use]
    pub fn includes(&self) -> &[IncludeDirective] {
        &self.directives().includes
    }

    /// The `#if` conditions that the byte at `offset` stands under, outermost first. An include guard
    /// is none.
    #[must_use]
    pub fn conditions_at(&self, offset: usize) -> Vec<Condition> {
        self.directives().conditions_at(offset)
    }

    /// Whether the byte stands under `#if 0` (or in the other arm of `#if 1`).
    #[must_use]
    pub fn is_dead(&self, offset: usize) -> bool {
        self.directives().is_dead(offset)
    }
}
