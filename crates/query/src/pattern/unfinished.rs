//! Fragments that no code can match, though a grammar that mends what it reads takes them for something: half a
//! statement, an operator without its operand. They are refused by their words, and the error says what to write.

use super::metavar::PatternText;
use super::place::failure;
use super::{Fragment, PatternError};
use dialect::token::TokenKind;
use dialect::words::operators::INFIX;
use dialect::words::{is_keyword, is_type_word};

/// A whole form for each keyword that is none by itself.
const WHOLE: &[(&[u8], &str)] = &[
    (b"if", "write the whole statement: `if ($C) $S`"),
    (b"else", "write the whole statement: `if ($C) $S else $E`"),
    (b"for", "write the whole loop: `for ($A; $B; $C) $S`"),
    (b"while", "write the whole loop: `while ($C) $S`"),
    (b"do", "write the whole loop: `do $S while ($C);`"),
    (
        b"switch",
        "write the whole statement: `switch ($X) { $$$S }`",
    ),
    (b"case", "write the label with its statement: `case $X: $S`"),
    (
        b"default",
        "write the label with its statement: `default: $S`",
    ),
    (
        b"return",
        "write the whole statement: `return;`, or `return $E;`",
    ),
    (b"goto", "write the whole statement: `goto $L;`"),
    (b"break", "write the whole statement: `break;`"),
    (b"continue", "write the whole statement: `continue;`"),
    (b"sizeof", "write the operand too: `sizeof($T)`"),
    (b"typeof", "write the operand too: `typeof($T)`"),
    (b"struct", "write the tag too: `struct foo`"),
    (b"union", "write the tag too: `union foo`"),
    (b"enum", "write the tag too: `enum foo`"),
    (b"typedef", "write the whole declaration: `typedef $T $N;`"),
];

/// Operators that may begin an operand.
const PREFIXES: [&[u8]; 5] = [b"*", b"&", b"+", b"-", b"&&"];

/// Why the text can match nothing, if that is plain from its words.
pub(super) fn unfinished(scanned: &PatternText, fragment: Fragment) -> Option<PatternError> {
    let words = Words { scanned };
    words
        .cut_off()
        .or_else(|| words.bare_else())
        .or_else(|| words.bare_head())
        .or_else(|| words.open_statement())
        .or_else(|| words.bare_cast())
        .or_else(|| words.plain_alternatives())
        .or_else(|| words.adjacent())
        .or_else(|| {
            words
                .bare_function()
                .filter(|_| fragment != Fragment::Member)
        })
        .or_else(|| {
            words
                .open_declaration()
                .filter(|_| fragment != Fragment::Member)
        })
}

/// The words of a pattern.
pub(super) struct Words<'p> {
    pub(super) scanned: &'p PatternText,
}

impl Words<'_> {
    pub(super) fn len(&self) -> usize {
        self.scanned.lexemes.len()
    }

    /// Empty for a metavariable, and outside.
    pub(super) fn word(&self, index: usize) -> &[u8] {
        self.scanned.word(index)
    }

    pub(super) fn shown(&self, index: usize) -> String {
        String::from_utf8_lossy(self.word(index)).into_owned()
    }

    pub(super) fn fail(&self, index: usize, message: &str, help: &str) -> PatternError {
        let last = self.scanned.text.len();
        let span = self.scanned.lexemes.get(index);
        failure(span.map_or(last..last, |l| l.range.clone()), message, help)
    }

    pub(super) fn whole(&self, index: usize) -> &'static str {
        let known = WHOLE.iter().find(|(word, _)| *word == self.word(index));
        known.map_or("", |(_, help)| help)
    }

    /// The bracket that closes the one at `open`: those of a pattern balance.
    pub(super) fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        (open..self.len())
            .find(|&index| {
                match self.word(index) {
                    b"(" | b"[" | b"{" => depth += 1,
                    b")" | b"]" | b"}" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            })
            .unwrap_or(self.len())
    }

    /// The first of `wanted` from `index` on in the same brackets, before `;` where that is not wanted.
    pub(super) fn ahead(&self, mut index: usize, wanted: &[u8]) -> Option<usize> {
        while index < self.len() {
            match self.word(index) {
                word if word == wanted => return Some(index),
                b"(" | b"[" | b"{" => index = self.closing(index),
                b")" | b"]" | b"}" | b";" => return None,
                _ => {}
            }
            index += 1;
        }
        None
    }

    /// Whether nothing is left of the block, or of the text, at `index`.
    fn ends(&self, index: usize) -> bool {
        index >= self.len() || self.word(index) == b"}"
    }

    /// An operator, a keyword or a label at the edge of the text.
    fn cut_off(&self) -> Option<PatternError> {
        let last = self.len().checked_sub(1)?;
        let first = self.word(0);
        let joins = |word: &[u8]| INFIX.iter().any(|(text, _)| *text == word);
        if matches!(first, b"?" | b":" | b"->" | b",") || joins(first) && !PREFIXES.contains(&first)
        {
            let help = "write both operands; `$X` is any";
            return Some(self.fail(0, &format!("nothing is before `{}`", self.shown(0)), help));
        }
        let word = self.word(last);
        let (message, help) = match word {
            b"->" | b"." => ("nothing is after", "write the member; `$M` is any"),
            b":" if self.ahead(0, b"?").is_none() => {
                return Some(self.fail(last, "a label without its statement", self.label_help()));
            }
            b"!" | b"~" | b"?" | b":" => ("nothing is after", "write the operand; `$X` is any"),
            b"*" | b"," => return None,
            _ if joins(word) => ("nothing is after", "write both operands; `$X` is any"),
            _ if last == 0
                && is_keyword(word)
                && !is_type_word(word)
                && !matches!(word, b"true" | b"false") =>
            {
                ("no fragment of C by itself:", self.whole(last))
            }
            _ if WHOLE.iter().any(|(keyword, _)| *keyword == word)
                && !matches!(word, b"return" | b"break" | b"continue") =>
            {
                ("nothing is after", self.whole(last))
            }
            _ => return None,
        };
        Some(self.fail(last, &format!("{message} `{}`", self.shown(last)), help))
    }

    fn label_help(&self) -> &'static str {
        let label = (0..self.len())
            .rev()
            .find(|&at| matches!(self.word(at), b"case" | b"default"));
        label.map_or("write the label with its statement: `$L: $S`", |at| {
            self.whole(at)
        })
    }

    /// An `else` is a part of an `if`; by itself no code has it.
    fn bare_else(&self) -> Option<PatternError> {
        (self.word(0) == b"else").then(|| self.fail(0, "an `else` without its `if`", self.whole(0)))
    }

    /// The head of a loop or an `if`, and no body.
    fn bare_head(&self) -> Option<PatternError> {
        let count = |word: &[u8]| (0..self.len()).filter(|&at| self.word(at) == word).count();
        let (loops, conditions) = (count(b"do"), count(b"while"));
        for index in 0..self.len() {
            let body = match self.word(index) {
                b"if" | b"for" | b"while" | b"switch" if self.word(index + 1) == b"(" => {
                    self.closing(index + 1) + 1
                }
                b"else" | b"do" => index + 1,
                _ => continue,
            };
            let word = self.shown(index);
            // The `while` at the end of a `do` has no body of its own.
            let tail = word == "while" && loops > 0;
            if self.ends(body) && tail {
                return Some(self.fail(
                    index,
                    "the `;` after `while` is missing",
                    self.whole(index),
                ));
            }
            if self.ends(body) {
                let message = format!("an `{word}` without its statement");
                let message = if word == "if" || word == "else" {
                    message
                } else {
                    message.replacen("an", "a", 1)
                };
                return Some(self.fail(index, &message, self.whole(index)));
            }
            if word == "do" && conditions < loops {
                return Some(self.fail(index, "a `do` without its `while`", self.whole(index)));
            }
        }
        None
    }

    /// A jump without its `;`, a label without its `:`.
    fn open_statement(&self) -> Option<PatternError> {
        (0..self.len()).find_map(|index| {
            let end: &[u8] = match self.word(index) {
                b"return" | b"goto" | b"break" | b"continue" => b";",
                // `default` is also what a `_Generic` falls back on.
                b"case" => b":",
                _ => return None,
            };
            let word = self.shown(index);
            if word == "goto" && self.word(index + 1) == b";" {
                return Some(self.fail(index, "`goto` without its label", self.whole(index)));
            }
            let missing = format!("`{word}` without its `{}`", String::from_utf8_lossy(end));
            let is_open = self.ahead(index + 1, end).is_none();
            is_open.then(|| self.fail(index, &missing, self.whole(index)))
        })
    }

    /// `(int)`
    fn bare_cast(&self) -> Option<PatternError> {
        let type_word = self.word(1);
        let names = is_type_word(type_word) || matches!(type_word, b"struct" | b"union" | b"enum");
        (self.word(0) == b"(" && names && self.closing(0) + 1 == self.len()).then(|| {
            let help = "write the value too, `(int)$X`; a type alone has no parentheses";
            self.fail(0, "a cast without its value", help)
        })
    }

    /// `( a(); | b(); )` and `( f | g )(x)`: C makes nothing of them, and whoever writes them means alternatives.
    fn plain_alternatives(&self) -> Option<PatternError> {
        (0..self.len()).find_map(|open| {
            let before = open
                .checked_sub(1)
                .map_or(&b""[..], |before| self.word(before));
            if self.word(open) != b"(" || before == b"for" {
                return None;
            }
            let close = self.closing(open);
            let bar = self.ahead(open + 1, b"|").or_else(|| {
                let semicolon = self.ahead(open + 1, b";")?;
                self.ahead(semicolon + 1, b"|")
            })?;
            let is_name = |index: usize| {
                let lexeme = self.scanned.lexemes.get(index);
                lexeme.is_some_and(|l| l.kind == TokenKind::Word)
            };
            let has_statement = self.ahead(open + 1, b";").is_some();
            let names = (open + 1..close).all(|at| is_name(at) || self.word(at) == b"|");
            let is_called = names && self.word(close + 1) == b"(" && !is_name(open.wrapping_sub(1));
            let help = "alternatives are written `\\( a \\| b \\)`; names also `$(F: a | b)`";
            (bar < close && (has_statement || is_called))
                .then(|| self.fail(bar, "this `|` combines no values", help))
        })
    }

    /// `static int f($$$P)`: neither the definition nor the prototype.
    fn bare_function(&self) -> Option<PatternError> {
        let open = (0..self.len()).find(|&index| self.word(index) == b"(")?;
        let is_word = |index: usize| {
            let lexeme = self.scanned.lexemes.get(index);
            lexeme.is_some_and(|l| l.meta.is_some() || l.kind == TokenKind::Word)
        };
        let heads = open >= 2
            && is_word(0)
            && is_word(open - 1)
            && !matches!(
                self.word(0),
                b"return" | b"case" | b"else" | b"do" | b"goto" | b"sizeof"
            )
            && (0..open).all(|index| is_word(index) || self.word(index) == b"*")
            && self.closing(open) + 1 == self.len();
        // `$A * f(x)` is a product.
        let is_type = is_type_word(self.word(0))
            || matches!(
                self.word(0),
                b"static"
                    | b"extern"
                    | b"inline"
                    | b"struct"
                    | b"union"
                    | b"enum"
                    | b"const"
                    | b"unsigned"
            )
            || (is_word(1) && open >= 2);
        (heads && is_type).then(|| {
            let help = "write `{ $$$B }` behind it for the definition, `;` for the prototype";
            self.fail(self.len() - 1, "a function's head without its body", help)
        })
    }

    /// `int i = 0`: two words or more in a row, then a value, and no `;`.
    fn open_declaration(&self) -> Option<PatternError> {
        let last = self.len().checked_sub(1)?;
        let help = "a declaration ends with a `;`, in a pattern too";
        if matches!(self.word(last), b";" | b"}" | b",") {
            return None;
        }
        if self.word(0) == b"typedef" {
            return Some(self.fail(last, "the `;` after the declaration is missing", help));
        }
        let is_word = |index: usize| {
            let lexeme = self.scanned.lexemes.get(index);
            lexeme.is_some_and(|l| l.meta.is_some() || l.kind == TokenKind::Word)
        };
        // `struct foo *` is a type, `struct foo *$P` nothing by itself.
        let is_tagged = matches!(self.word(0), b"struct" | b"union" | b"enum");
        let is_pointer = self.word(2) == b"*" && is_word(1) && is_word(last);
        let equals = match self.ahead(0, b"=") {
            None if is_tagged && is_pointer => last + 1,
            other => other?,
        };
        let declares = equals >= 2
            && is_word(0)
            && is_word(equals - 1)
            && (0..equals).all(|index| is_word(index) || self.word(index) == b"*");
        declares.then(|| self.fail(last, "the `;` after the declaration is missing", help))
    }
}
