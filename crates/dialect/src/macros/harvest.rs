//! The `#define`s and `#include`s of one file, in the few words that the dialect needs.
//!
//! Nothing is lexed but the directives themselves: the search goes from `#` to `#`.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::macros::fragment::{is_fragment, is_loose};
use crate::token::{Lexer, TokenKind, is_word_byte, joined, logical_line_end, word_end};
use crate::words::{is_known_annotation, is_qualifier, is_storage};

/// What one `#define` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Definition {
    /// No body.
    Empty,
    /// Its body starts with `for` or `while` and lacks its statement.
    Loop,
    /// Its body is an `if` that lacks its statement.
    Condition,
    /// Its body is a whole statement: a block, or a loop or condition with what it does.
    Statement,
    /// Its body lacks what is behind it: a cast, an operator, `return`, and without parameters `if (x)`, `else`, `;`.
    Prefix,
    /// Its body lacks the operand before it: `* 60`.
    Suffix,
    /// Its body starts with `case`.
    Case,
    /// It depends on other names.
    Names {
        /// Its body starts with a call of this macro or function and lacks a statement.
        callee: Option<Box<[u8]>>,
        /// Its body is attributes, qualifiers, and these names: an annotation if they all are.
        words: Option<Box<[Box<[u8]>]>>,
    },
    /// Anything else.
    Other,
}

/// An `#include`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Include {
    pub(crate) header: Box<str>,
    pub(crate) quoted: bool,
}

/// The macros and includes of one file.
#[derive(Debug, Default)]
pub(crate) struct Header {
    definitions: FxHashMap<Box<[u8]>, Vec<Definition>>,
    /// Names of expressions that what is around their use tears apart. For the dialect they are constants.
    loose: FxHashSet<Box<[u8]>>,
    includes: Vec<Include>,
}

impl Header {
    /// Reads the directives of a file.
    pub(crate) fn harvest(source: &[u8]) -> Self {
        let source = &*joined(source);
        let mut header = Self::default();
        let mut from = 0;
        while let Some(found) = memchr::memchr(b'#', source.get(from..).unwrap_or_default()) {
            let hash = from + found;
            from = hash + 1;
            if !starts_line(source, hash) {
                continue;
            }
            let keyword = skip_blanks(source, hash + 1);
            let rest = word_end(source, keyword);
            match source.get(keyword..rest) {
                Some(b"define") => header.define(source, rest),
                Some(b"include") => header.include(source, rest),
                _ => {}
            }
        }
        header
    }

    /// The definitions of a name; `None` where the file has none.
    pub(crate) fn definitions(&self, name: &[u8]) -> Option<&[Definition]> {
        self.definitions.get(name).map(Vec::as_slice)
    }

    /// Whether the file defines the name, plain constants apart.
    pub(crate) fn defines(&self, name: &[u8]) -> bool {
        self.definitions.contains_key(name) || self.loose.contains(name)
    }

    /// The headers that the file includes, in order.
    pub(crate) fn includes(&self) -> &[Include] {
        &self.includes
    }

    fn define(&mut self, source: &[u8], rest: usize) {
        let start = skip_blanks(source, rest);
        let end = word_end(source, start);
        let Some(name) = source.get(start..end).filter(|name| !name.is_empty()) else {
            return;
        };
        let takes_arguments = source.get(end) == Some(&b'(');
        let stop = logical_line_end(source, end);
        let body_start = if takes_arguments {
            memchr::memchr(b')', source.get(end..stop).unwrap_or_default())
                .map_or(stop, |closer| end + closer + 1)
        } else {
            end
        };
        let body = source.get(body_start..stop).unwrap_or_default();
        let definition = classify(body, takes_arguments);
        // A plain constant is nowhere that the dialect asks, nor where an expansion does.
        if takes_arguments || definition != Definition::Other || is_fragment(body) {
            self.definitions
                .entry(name.into())
                .or_default()
                .push(definition);
        } else if is_loose(body) {
            self.loose.insert(name.into());
        }
    }

    fn include(&mut self, source: &[u8], rest: usize) {
        let start = skip_blanks(source, rest);
        let (closer, quoted) = match source.get(start) {
            Some(b'<') => (b'>', false),
            Some(b'"') => (b'"', true),
            _ => return,
        };
        let line = source.get(start + 1..).unwrap_or_default();
        let Some(length) = memchr::memchr2(closer, b'\n', line) else {
            return;
        };
        if let Some(Ok(header)) = line.get(..length).map(std::str::from_utf8)
            && line.get(length) == Some(&closer)
        {
            self.includes.push(Include {
                header: header.into(),
                quoted,
            });
        }
    }
}

/// Whether nothing but blanks is before `at` on its line, and the line before does not go on there.
fn starts_line(source: &[u8], at: usize) -> bool {
    let before = source.get(..at).unwrap_or_default();
    let blanks = before
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b' ' | b'\t'));
    match &before[..before.len() - blanks.count()] {
        [] => true,
        [earlier @ .., b'\n'] => {
            let earlier = earlier.strip_suffix(b"\r").unwrap_or(earlier);
            earlier.last() != Some(&b'\\')
        }
        _ => false,
    }
}

fn skip_blanks(source: &[u8], mut at: usize) -> usize {
    while matches!(source.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// Classifies a macro's body.
fn classify(body: &[u8], takes_arguments: bool) -> Definition {
    if !takes_arguments && (is_prefix(body) || is_before_statement(body)) {
        return Definition::Prefix;
    }
    if !takes_arguments && is_suffix(body) {
        return Definition::Suffix;
    }
    let mut first = body.iter().position(|byte| !b" \t\\\r\n".contains(byte));
    if first.is_some_and(|at| body.get(at..).unwrap_or_default().starts_with(b"/*")) {
        first = None;
    }
    let starts_with_word = first.is_some_and(|at| body.get(at).is_some_and(|&b| is_word_byte(b)));
    let starts_with_digit = first.is_some_and(|at| body.get(at).is_some_and(u8::is_ascii_digit));
    if takes_arguments && first.is_some_and(|at| body.get(at) == Some(&b'{')) {
        return block(body);
    }
    if first.is_some() && (!starts_with_word || starts_with_digit) {
        return Definition::Other;
    }
    let words = significant(body);
    let Some(&(kind, head)) = words.first() else {
        return Definition::Empty;
    };
    if kind != TokenKind::Word {
        return Definition::Other;
    }
    let is_whole = matches!(words.last(), Some((_, b";" | b"}")));
    let lacks_statement = !is_whole && !matches!(words.last(), Some((_, b"{")));
    match head {
        // `while (busy()) relax();` is whole: what comes after it is no part of the loop.
        b"for" | b"while" | b"if" if takes_arguments && is_whole => Definition::Statement,
        b"for" | b"while" if takes_arguments => Definition::Loop,
        b"if" if takes_arguments && lacks_statement => Definition::Condition,
        b"case" => Definition::Case,
        _ => {
            let is_call =
                takes_arguments && lacks_statement && matches!(words.get(1), Some((_, b"(")));
            let callee = is_call.then(|| head.into());
            let words = annotation_words(&words);
            if callee.is_none() && words.is_none() {
                return Definition::Other;
            }
            Definition::Names { callee, words }
        }
    }
}

/// Whether a body is a cast, `(void)` or `(struct x *)`, or a `return`, or ends with an operator, so that an
/// expression has to follow it.
fn is_prefix(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    match body {
        b"return" => true,
        [b'(', inside @ .., b')'] => {
            let is_type = |byte: &u8| is_word_byte(*byte) || b" \t*".contains(byte);
            let first = inside.trim_ascii().first();
            inside.iter().all(is_type)
                && first.is_some_and(|&byte| is_word_byte(byte) && !byte.is_ascii_digit())
        }
        [
            ..,
            before,
            b'=' | b'!' | b'~' | b'|' | b'&' | b'+' | b'-' | b'?',
        ] => *before != b'\'' && is_word_byte(body[0]),
        [b'!' | b'~' | b'&' | b'-' | b'*'] => true,
        _ => false,
    }
}

/// Whether a statement follows what a macro without parameters is: `if (ready)`, `for (; ready; )`, `else`, `;`, `out:`.
fn is_before_statement(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    let (head, rest) = body.split_at(word_end(body, 0).min(body.len()));
    match head {
        b"if" | b"else" | b"for" | b"while" | b"do" | b"switch" => is_fragment(body),
        b"" => body == b";",
        _ => rest.trim_ascii() == b":",
    }
}

/// Whether a body starts with an operator between two operands, so that an expression has to be before it.
fn is_suffix(body: &[u8]) -> bool {
    match body.trim_ascii() {
        [b'/', after, ..] => !matches!(after, b'*' | b'/'),
        [first, ..] => b"*%|^=".contains(first),
        [] => false,
    }
}

/// A body that starts with `{`: a block, unless it is opened here and closed by another macro.
fn block(body: &[u8]) -> Definition {
    let words = significant(body);
    let closes = words.last().is_some_and(|&(_, text)| text == b"}");
    let mut depth = 0_usize;
    for &(_, text) in &words {
        match text {
            b"{" => depth += 1,
            b"}" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if closes && depth == 0 {
        Definition::Statement
    } else {
        Definition::Other
    }
}

/// A token of a body: its kind and text.
type Word<'s> = (TokenKind, &'s [u8]);

fn significant(body: &[u8]) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut lexer = Lexer::new(body);
    while let Some(lexeme) = lexer.next_lexeme() {
        if lexeme.kind != TokenKind::Comment {
            let text = body.get(lexeme.start..lexeme.end).unwrap_or_default();
            words.push((lexeme.kind, text));
        }
    }
    words
}

/// The names that decide whether a body is an annotation; `None`: it is none in any case.
fn annotation_words(words: &[Word<'_>]) -> Option<Box<[Box<[u8]>]>> {
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(&(kind, text)) = words.get(at) {
        if kind != TokenKind::Word {
            return None;
        }
        at += 1;
        let qualifier =
            is_qualifier(text) || is_storage(text) && text != b"typedef" || text == b"_Pragma";
        if !qualifier && !is_known_annotation(text) {
            open.push(text.into());
        }
        if matches!(words.get(at), Some((_, b"("))) {
            at = group_end(words, at)?;
        }
    }
    Some(open.into_boxed_slice())
}

fn group_end(words: &[Word<'_>], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, &(_, text)) in words.iter().enumerate().skip(open) {
        match text {
            b"(" => depth += 1,
            b")" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Definition, Header};

    fn only(source: &str, name: &str) -> Definition {
        let header = Header::harvest(source.as_bytes());
        header.definitions(name.as_bytes()).expect("defined")[0].clone()
    }

    #[test]
    fn loops_conditions_and_calls_are_told_apart() {
        assert_eq!(
            only("#define each(p)\t\\\n\tfor (p = 0; p; p++)\n", "each"),
            Definition::Loop
        );
        assert_eq!(
            only("#define when(x) if (x) {} else\n", "when"),
            Definition::Condition
        );
        assert_eq!(
            only("#define until(x) while (!(x)) relax();\n", "until"),
            Definition::Statement
        );
        assert_eq!(
            only("#define note(x) { if (x) print(x); }\n", "note"),
            Definition::Statement
        );
        assert_eq!(
            only("#define save(x) { long kept = x;\n", "save"),
            Definition::Other
        );
        assert_eq!(
            only("#define do_each(p) for (p = 0; p; p++) {\n", "do_each"),
            Definition::Loop
        );
        assert_eq!(
            only("#define sub(p) each(p)\n", "sub"),
            Definition::Names {
                callee: Some(b"each"[..].into()),
                words: Some([b"each"[..].into()].into()),
            }
        );
        assert_eq!(
            only("#define done(p) do { p(); } while (0)\n", "done"),
            Definition::Other
        );
    }

    #[test]
    fn annotations_name_what_they_depend_on() {
        assert_eq!(
            only("#define __nothing /* here */\n", "__nothing"),
            Definition::Empty
        );
        assert_eq!(
            only("#define __x __section(\".x\") __other\n", "__x"),
            Definition::Names {
                callee: None,
                words: Some([b"__other"[..].into()].into()),
            }
        );
        assert_eq!(only("#define F(x) (x)\n", "F"), Definition::Other);
    }

    #[test]
    fn constants_are_not_kept() {
        let header = Header::harvest(b"#define A 1\n  # define B 0x2\n#include <linux/x.h>\n");
        assert!(header.definitions(b"A").is_none());
        assert!(header.definitions(b"B").is_none());
        assert_eq!(&*header.includes()[0].header, "linux/x.h");
    }
}
