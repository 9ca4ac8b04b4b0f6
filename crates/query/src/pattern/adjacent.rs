//! Words next to each other that no code has, though a grammar that mends what it reads takes them for something: two
//! operators without an operand between them, a number that C does not know, a statement behind another that has no `;`.

use dialect::token::TokenKind;
use dialect::words::operators::INFIX;
use dialect::words::{is_keyword, is_type_word};

use super::PatternError;
use super::unfinished::Words;

/// Operators that may begin an operand, and so may follow another operator.
const PREFIXES: [&[u8]; 5] = [b"*", b"&", b"+", b"-", b"&&"];

/// Keywords that begin a statement, and are in no expression.
const STATEMENTS: [&[u8]; 9] = [
    b"if",
    b"for",
    b"while",
    b"do",
    b"switch",
    b"return",
    b"goto",
    b"break",
    b"continue",
];

impl Words<'_> {
    /// What is wrong between two words, or with one that C does not have.
    pub(super) fn adjacent(&self) -> Option<PatternError> {
        if self.is_asm() {
            return None;
        }
        (0..self.len())
            .find_map(|index| {
                self.two_operators(index)
                    .or_else(|| self.two_types(index))
                    .or_else(|| self.statement_in_the_middle(index))
                    .or_else(|| self.jump_with_a_value(index))
                    .or_else(|| self.empty_parentheses(index))
                    .or_else(|| self.two_calls(index))
                    .or_else(|| self.no_number(index))
            })
            .or_else(|| self.last_without_semicolon())
            .or_else(|| self.names_alone())
    }

    /// Its operands have colons and numbers of their own.
    fn is_asm(&self) -> bool {
        let is_asm = |index| matches!(self.word(index), b"asm" | b"__asm__" | b"__asm");
        (0..self.len()).any(is_asm)
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        let lexeme = self.scanned.lexemes.get(index)?;
        lexeme.meta.is_none().then_some(lexeme.kind)
    }

    /// A word that is no keyword.
    fn is_name(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Word) && !is_keyword(self.word(index))
    }

    /// `a === b`, `a => b`, `x::y`
    fn two_operators(&self, index: usize) -> Option<PatternError> {
        let joins = |word: &[u8]| INFIX.iter().any(|(text, _)| *text == word);
        let (word, next) = (self.word(index), self.word(index + 1));
        // `int *, char *` are types, `_Generic` has a colon behind one.
        let is_pointer = word == b"*" && matches!(next, b"," | b":");
        let is_pair = joins(word) && joins(next) && !PREFIXES.contains(&next) && !is_pointer
            || matches!((word, next), (b":", b":") | (b"=", b":") | (b":", b"="));
        is_pair.then(|| {
            let message = format!(
                "nothing is between `{}` and `{}`",
                self.shown(index),
                self.shown(index + 1)
            );
            self.fail(index + 1, &message, "write the operand; `$X` is any")
        })
    }

    /// `int int`
    fn two_types(&self, index: usize) -> Option<PatternError> {
        let word = self.word(index);
        let is_twice = is_type_word(word) && word != b"long" && self.word(index + 1) == word;
        is_twice.then(|| {
            self.fail(
                index + 1,
                &format!("`{}` is there twice", self.shown(index)),
                "",
            )
        })
    }

    /// `return return;`
    fn statement_in_the_middle(&self, index: usize) -> Option<PatternError> {
        let before = index.checked_sub(1)?;
        let is_behind_a_word = matches!(
            self.word(before),
            b"return" | b"goto" | b"break" | b"continue" | b"sizeof"
        );
        (is_behind_a_word && STATEMENTS.contains(&self.word(index))).then(|| {
            let message = format!("`{}` begins another statement", self.shown(index));
            self.fail(index, &message, "end the one before with a `;`")
        })
    }

    /// `continue x;`
    fn jump_with_a_value(&self, index: usize) -> Option<PatternError> {
        let is_jump = matches!(self.word(index), b"break" | b"continue");
        (is_jump && self.word(index + 1) != b";").then(|| {
            let message = format!("`{}` takes nothing behind it but a `;`", self.shown(index));
            self.fail(index + 1, &message, self.whole(index))
        })
    }

    /// `()`, `a + ()`
    fn empty_parentheses(&self, index: usize) -> Option<PatternError> {
        let is_empty = self.word(index) == b"(" && self.word(index + 1) == b")";
        let before = index.checked_sub(1).map(|before| self.word(before));
        let joins = |word: &[u8]| {
            word == b"return" || word != b"*" && INFIX.iter().any(|(text, _)| *text == word)
        };
        (is_empty && before.is_none_or(joins)).then(|| {
            self.fail(
                index,
                "nothing is in the parentheses",
                "write the operand; `$X` is any",
            )
        })
    }

    /// `f() g()`: of two calls the first is a statement.
    fn two_calls(&self, index: usize) -> Option<PatternError> {
        if index > 0 || !self.is_name(0) || self.word(1) != b"(" {
            return None;
        }
        let next = self.closing(1) + 1;
        let is_call = self.is_name(next)
            && (self.word(next + 1) == b"(" && self.closing(next + 1) + 1 == self.len()
                || next + 1 == self.len());
        is_call.then(|| self.fail(next, "the `;` before this is missing", "write `f(); g();`"))
    }

    /// `08`, `1..2`
    fn no_number(&self, index: usize) -> Option<PatternError> {
        if self.kind(index) != Some(TokenKind::Number) || is_number(self.word(index)) {
            return None;
        }
        let message = format!("`{}` is not a number", self.shown(index));
        Some(self.fail(index, &message, ""))
    }

    /// `f(); g()`
    fn last_without_semicolon(&self) -> Option<PatternError> {
        let last = self.len().checked_sub(1)?;
        let is_ended = self.scanned.lexemes.get(last)?.meta.is_some()
            || matches!(self.word(last), b";" | b"}" | b":" | b",");
        let semicolon = self.ahead(0, b";")?;
        (!is_ended && semicolon < last).then(|| {
            let help = "each of several statements ends with a `;`";
            self.fail(last, "the `;` after the last statement is missing", help)
        })
    }

    /// `a not b`: names, and nothing that joins them. Two may be a type and what it declares, or a line of a file that is not
    /// C, which is said where the file is known.
    fn names_alone(&self) -> Option<PatternError> {
        let is_plain = |index| self.is_name(index) && !self.word(index).starts_with(b"__");
        (self.len() > 2 && (0..self.len()).all(is_plain)).then(|| {
            let help = "write the operator between them, or the `;` of a declaration; \
                        lines of a file that is not C are for the kind `lines`";
            self.fail(1, "nothing joins these names", help)
        })
    }
}

/// Whether a preprocessing number is one of C's; `1b` and `1f` are labels of assembler, which macros take.
fn is_number(text: &[u8]) -> bool {
    let text = text.to_ascii_lowercase();
    let is_label = matches!(&text[..], [digits @ .., b'b' | b'f']
        if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit));
    is_label || is_integer(&text) || is_floating(&text)
}

fn is_integer(text: &[u8]) -> bool {
    let (digits, is_digit): (&[u8], fn(&u8) -> bool) = match text {
        [b'0', b'x', rest @ ..] => (rest, u8::is_ascii_hexdigit),
        [b'0', b'b', rest @ ..] => (rest, |digit| matches!(digit, b'0' | b'1')),
        [b'0', ..] => (text, |digit| matches!(digit, b'0'..=b'7')),
        _ => (text, u8::is_ascii_digit),
    };
    let end = digits.iter().take_while(|digit| is_digit(digit)).count();
    let suffix = digits.get(end..).unwrap_or_default();
    end > 0
        && suffix.len() <= 3
        && suffix
            .iter()
            .all(|letter| matches!(letter, b'u' | b'l' | b'z'))
}

fn is_floating(text: &[u8]) -> bool {
    let (text, is_digit, mark): (&[u8], fn(&u8) -> bool, u8) = match text {
        [b'0', b'x', rest @ ..] => (rest, u8::is_ascii_hexdigit, b'p'),
        _ => (text, u8::is_ascii_digit, b'e'),
    };
    let text = text
        .strip_suffix(b"f")
        .or_else(|| text.strip_suffix(b"l"))
        .unwrap_or(text);
    let mut parts = text.splitn(2, |letter| *letter == mark);
    let (Some(mantissa), exponent) = (parts.next(), parts.next()) else {
        return false;
    };
    let exponent = exponent.map(|it| {
        it.strip_prefix(b"+")
            .or_else(|| it.strip_prefix(b"-"))
            .unwrap_or(it)
    });
    let is_whole = exponent.is_none_or(|it| !it.is_empty() && it.iter().all(u8::is_ascii_digit));
    let points = mantissa.iter().filter(|letter| **letter == b'.').count();
    let has_digit = mantissa.iter().any(is_digit);
    let is_plain = mantissa
        .iter()
        .all(|letter| *letter == b'.' || is_digit(letter));
    is_whole && points <= 1 && (points == 1 || exponent.is_some()) && has_digit && is_plain
}
