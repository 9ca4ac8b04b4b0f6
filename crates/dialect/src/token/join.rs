//! Lines joined as a compiler joins them, at equal length.
//!
//! A compiler takes out every backslash-newline before it looks for tokens (C11 5.1.1.2, phase 2), and
//! gcc and clang forgive white space between the two. So a splice may be anywhere: inside a name, between the
//! `*` and the `/` that end a comment, in `#def\⏎ine`. Here such a splice moves behind the token that
//! it is in, `fl\⏎ag` to `flag\⏎`; white space moves before the backslash; digraphs turn into
//! what they spell; a byte order mark into blanks; a carriage return of its own into a newline. No
//! byte comes or goes, and what was between two tokens stays there: every offset of a token's start is
//! one of the file.
//!
//! The indexing is by places that this file itself has counted.
//!
//! Rejected: a lexer that steps over splices in every token. All who read a token's text, the grammar
//! first, would have to step over them too, and one that forgets compares `fl\⏎ag` with `flag`.

mod moves;

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;

use self::moves::Moves;
use super::ends::raw_string_end;
use super::{Lexeme, Lexer, TokenKind, is_word_byte};

/// A file's bytes as [`joined`] gives them, shared.
#[derive(Clone, Debug)]
pub struct Joined {
    /// As long as the file.
    pub bytes: Arc<[u8]>,
    /// The file as it is written, where that differs.
    pub written: Option<Arc<[u8]>>,
}

impl Joined {
    /// The file `written`, its lines joined.
    #[must_use]
    pub fn of(written: Arc<[u8]>) -> Self {
        match joined(&written) {
            Cow::Owned(bytes) if bytes[..] != written[..] => Self {
                bytes: bytes.into(),
                written: Some(written),
            },
            _ => Self {
                bytes: written,
                written: None,
            },
        }
    }
}

/// The bytes with no splice inside a token, no digraph and nothing else that has to be known to read
/// their tokens; as they are, but for a few files of a thousand.
#[must_use]
pub fn joined(source: &[u8]) -> Cow<'_, [u8]> {
    if !needs_joining(source) {
        return Cow::Borrowed(source);
    }
    let lines = with_plain_lines(source);
    let logical = Logical::of(&lines);
    let mut moves = Moves::default();
    logical.units(|unit| moves.take(&logical, unit));
    let mut bytes = lines.clone();
    moves.make(&logical, &mut bytes);
    Cow::Owned(bytes)
}

/// The file without a byte order mark, and with a newline for each carriage return that is alone.
fn with_plain_lines(source: &[u8]) -> Vec<u8> {
    let mut bytes = source.to_vec();
    if source.starts_with(BYTE_ORDER_MARK) {
        bytes[..BYTE_ORDER_MARK.len()].fill(b' ');
    }
    for at in memchr::memchr_iter(b'\r', source) {
        if source.get(at + 1) != Some(&b'\n') {
            bytes[at] = b'\n';
        }
    }
    bytes
}

/// The identifiers that are written over several lines, in one piece: a search for their letters misses them.
pub fn split_words(source: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    backslashes(source).filter_map(|at| {
        // Behind another splice, the word began before that one.
        source
            .get(at.checked_sub(1)?)
            .filter(|byte| is_word_byte(**byte))?;
        let mut next = splices_end(source, at)?;
        source.get(next).filter(|byte| is_word_byte(**byte))?;

        let before = source.get(..at)?;
        let letters = before.iter().rev().take_while(|byte| is_word_byte(**byte));
        let mut word = before.get(at - letters.count()..)?.to_vec();
        while let Some(&byte) = source.get(next) {
            match byte {
                b'\\' => match splices_end(source, next) {
                    Some(end) => next = end,
                    None => break,
                },
                _ if is_word_byte(byte) => {
                    word.push(byte);
                    next += 1;
                }
                _ => break,
            }
        }
        Some(word)
    })
}

/// The end of the splices that follow each other from `at` on, if there is one.
fn splices_end(source: &[u8], at: usize) -> Option<usize> {
    let mut end = splice(source, at)?;
    while source.get(end) == Some(&b'\\') {
        match splice(source, end) {
            Some(next) => end = next,
            None => break,
        }
    }
    Some(end)
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

static DIGRAPHS: LazyLock<[Finder<'static>; 5]> =
    LazyLock::new(|| [b"<:", b":>", b"<%", b"%>", b"%:"].map(Finder::new));

fn backslashes(source: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'\\', source)
}

/// Whether there is anything to do, or may be: a look that costs little, for all files are looked at.
fn needs_joining(source: &[u8]) -> bool {
    source.starts_with(BYTE_ORDER_MARK)
        || memchr::memchr_iter(b'\r', source).any(|at| source.get(at + 1) != Some(&b'\n'))
        || DIGRAPHS
            .iter()
            .any(|digraph| digraph.find(source).is_some())
        || backslashes(source).any(|at| may_be_inside(source, at))
}

/// Whether the backslash at `at` is a splice that has white space in it or may be inside a token.
fn may_be_inside(source: &[u8], at: usize) -> bool {
    let Some(end) = splice(source, at) else {
        return false;
    };
    let is_plain = matches!(source.get(at + 1..end), Some(b"\n" | b"\r\n"));
    let is_white = |at: Option<usize>| {
        at.and_then(|at| source.get(at))
            .is_none_or(u8::is_ascii_whitespace)
    };
    !is_plain || !(is_white(at.checked_sub(1)) || is_white(Some(end))) || may_be_quoted(source, at)
}

/// Whether the line before `at` leaves a literal open, as far as its quotes tell.
fn may_be_quoted(source: &[u8], at: usize) -> bool {
    let before = source.get(..at).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let line = before.get(start..).unwrap_or_default();
    let mut quotes = 0_usize;
    for quote in memchr::memchr2_iter(b'"', b'\'', line) {
        if line[quote] == b'\'' || (quote > 0 && line[quote - 1] == b'\\') {
            return true;
        }
        quotes += 1;
    }
    quotes % 2 == 1
}

/// The end of the splice at `at`: a backslash, white space as gcc takes it, a newline.
fn splice(source: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    loop {
        match source.get(end)? {
            b'\n' => return Some(end + 1),
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c | 0 => end += 1,
            _ => return None,
        }
    }
}

/// What stands for a backslash that is not part of anything.
const STRAY: u8 = 1;

/// A file without its splices.
struct Logical<'s> {
    source: &'s [u8],
    bytes: Vec<u8>,
    /// Where each byte is in the file; last, the file's length.
    places: Vec<usize>,
}

/// A run of logical bytes that no splice may be in, or may be in as it is.
struct Unit {
    start: usize,
    end: usize,
    kind: UnitKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum UnitKind {
    /// A token, or what opens or closes a comment.
    Token,
    /// An operator or a punctuation mark.
    Mark,
    /// What is between the quotes of a raw string, the last quote included.
    Raw,
}

impl<'s> Logical<'s> {
    fn of(source: &'s [u8]) -> Self {
        let mut bytes = Vec::with_capacity(source.len());
        let mut places = Vec::with_capacity(source.len() + 1);
        let mut at = 0;
        while let Some(&byte) = source.get(at) {
            if byte == b'\\'
                && let Some(end) = splice(source, at)
            {
                at = end;
            } else {
                // The backslash of `\` `\⏎` `⏎` is next to a newline now and is no splice all the same:
                // lines are joined once.
                if byte == b'\n' && bytes.last() == Some(&b'\\') {
                    bytes.pop();
                    bytes.push(STRAY);
                }
                bytes.push(byte);
                places.push(at);
                at += 1;
            }
        }
        places.push(source.len());
        Self {
            source,
            bytes,
            places,
        }
    }

    /// Hands out every unit, in file order.
    fn units(&self, mut take: impl FnMut(Unit)) {
        let mut lexer = Lexer::new(&self.bytes);
        while let Some(lexeme) = lexer.next_lexeme() {
            if lexeme.kind == TokenKind::Directive {
                self.directive(&lexeme, &mut take);
                continue;
            }
            if let Some(end) = self.lexeme(&lexeme, &mut take) {
                lexer = Lexer::starting_at(&self.bytes, end);
                lexer.line_start = false;
            }
        }
    }

    /// The units of a directive.
    fn directive(&self, whole: &Lexeme, take: &mut impl FnMut(Unit)) {
        let text = self.bytes.get(..whole.end).unwrap_or_default();
        let mut lexer = Lexer::starting_at(text, whole.start);
        loop {
            lexer.line_start = false;
            let Some(lexeme) = lexer.next_code_or_comment() else {
                return;
            };
            if let Some(end) = self.lexeme(&lexeme, take) {
                lexer = Lexer::starting_at(text, end.min(text.len()));
            }
        }
    }

    /// The units of one token or comment. Some: where to go on behind a raw string, whose splices are
    /// part of it.
    fn lexeme(&self, lexeme: &Lexeme, take: &mut impl FnMut(Unit)) -> Option<usize> {
        let &Lexeme { start, mut end, .. } = lexeme;
        // A literal that nothing closes ends with its line, and what ends the line is none of it.
        if end > start + 1 && self.bytes.get(end - 1..=end) == Some(b"\r\n") {
            end -= 1;
        }
        let mut unit = |start, end, kind| take(Unit { start, end, kind });
        match lexeme.kind {
            TokenKind::Comment => {
                unit(start, start + 2, UnitKind::Token);
                if self.bytes.get(start + 1) == Some(&b'*') && end >= start + 4 {
                    unit(end - 2, end, UnitKind::Token);
                }
            }
            TokenKind::String => {
                let text = self.bytes.get(start..end).unwrap_or_default();
                let quote = start + memchr::memchr(b'"', text).unwrap_or(0);
                let is_raw = quote > start && self.bytes.get(quote - 1) == Some(&b'R');
                let raw_end = is_raw
                    .then(|| raw_string_end(self.source, self.places[quote]))
                    .flatten();
                if let Some(raw_end) = raw_end {
                    let end = self.places.partition_point(|&place| place < raw_end);
                    unit(start, quote + 1, UnitKind::Token);
                    unit(quote + 1, end, UnitKind::Raw);
                    return Some(end);
                }
                unit(start, end, UnitKind::Token);
            }
            TokenKind::Punctuation => unit(start, end, UnitKind::Mark),
            _ => unit(start, end, UnitKind::Token),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{joined, split_words};

    fn text(source: &str) -> String {
        let joined = joined(source.as_bytes());
        assert_eq!(joined.len(), source.len());
        String::from_utf8(joined.into_owned()).expect("text")
    }

    #[test]
    fn a_splice_inside_a_token_moves_to_its_end() {
        for (written, joined) in [
            ("d->fl\\\nag = 1;", "d->flag\\\n = 1;"),
            ("d-\\\n>x", "d->\\\nx"),
            ("/* a *\\\n/ b();", "/* a */\\\n b();"),
            ("/\\\n/ a\nb", "//\\\n a\nb"),
            ("/\\\n* a */ b", "/*\\\n a */ b"),
            ("0\\\nx1\\\nf;", "0x1f\\\n\\\n;"),
            ("u\\\n8\"x\\\\\nn\";", "u8\"x\\n\"\\\n\\\n;"),
            ("#def\\\nine A 1\n", "#define\\\n A 1\n"),
            ("a\\ \t\nb", "ab \t\\\n"),
            ("fl\\\r\nag", "flag\\\r\n"),
            ("\"a\\\nb\"", "\"ab\"\\\n"),
        ] {
            assert_eq!(text(written), joined, "{written:?}");
        }
    }

    #[test]
    fn white_space_in_a_splice_moves_before_it() {
        assert_eq!(text("// a\\ \x0c\n b\nc"), "// a \x0c\\\n b\nc");
        assert_eq!(text("#endif \\\x0c\nint a;"), "#endif \x0c\\\nint a;");
        // Twice is once, also where nothing closes a literal and the white space is part of it.
        for (written, plain) in [
            ("'a\\\nb\\ \n\n", "'ab \\\n\\\n\n"),
            ("'ab\\ \n\\ \n\n", "'ab  \\\n\\\n\n"),
            ("'a\\\n)\\\t \n\n", "'a)\t \\\n\\\n\n"),
            ("'a\\\nb\r\nc", "'ab\\\n\r\nc"),
        ] {
            assert_eq!(text(written), plain, "{written:?}");
            assert_eq!(text(plain), plain, "{written:?}");
        }
    }

    #[test]
    fn digraphs_turn_into_what_they_spell() {
        assert_eq!(text("a<:1:> <% %> \"<:\" '<:'"), "a[ 1]  {  }  \"<:\" '<:'");
        assert_eq!(
            text("%:define A a %:%: b // %:\n"),
            "# define A a ##   b // %:\n"
        );
        assert_eq!(text("a%:%b"), "a# %b");
        assert_eq!(text("#%:%:x #%:x"), "# ## x # #x");
    }

    #[test]
    fn raw_strings_keep_their_splices() {
        let source = "R\"(a\\\nb)\" fl\\\nag";
        assert_eq!(text(source), "R\"(a\\\nb)\" flag\\\n");
        assert_eq!(text("R\"x()\" \\\n)x\" a<:0:>"), "R\"x()\" \\\n)x\" a[ 0] ");
    }

    #[test]
    fn trigraphs_are_what_they_are() {
        assert_eq!(text("a ??/\nb <:"), "a ??/\nb [ ");
    }

    #[test]
    fn a_carriage_return_of_its_own_is_a_newline_and_a_byte_order_mark_is_blank() {
        assert_eq!(text("// a\rint b;"), "// a\nint b;");
        assert_eq!(text("\u{feff}int a;"), "   int a;");
    }

    #[test]
    fn what_needs_no_joining_is_borrowed() {
        for source in [
            "#define A(x) \\\n\tf(x, \"b\") \\\n\tg('\\n')\n",
            "a \\\n b",
            "printf(\"100%\\n\");\r\n",
        ] {
            assert!(
                matches!(joined(source.as_bytes()), Cow::Borrowed(_)),
                "{source:?}"
            );
        }
    }

    #[test]
    fn a_word_over_two_lines_is_noticed_without_its_letters() {
        let words = |source| split_words(source).collect::<Vec<_>>();
        for source in [
            &b"d->fl\\\nag = 1"[..],
            b"d->fl\\ \t\nag",
            b"d->fl\\\n\\\nag",
            b"d->f\\\r\nl\\\na\\\ng",
        ] {
            assert_eq!(words(source)[0], b"flag");
        }
        assert!(words(b"#define A \\\n\tb(\"\\n\")\n").is_empty());
        assert!(words(b"#define A \\\nb(c)\\\n\\\nd\n").is_empty());
    }
}
