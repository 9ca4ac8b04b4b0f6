//! What an integer constant expression comes to, told from its tokens: macro bodies are in no tree.
//!
//! Only values that C cannot convert to others on the way are told. What is wider than an `int`, or unsigned, is followed
//! as long as it stays small; what hangs on a width is not known.

use dialect::token::{Pieces, TokenKind, integer};

/// How deep parentheses and operators are followed.
const DEEPEST: usize = 64;

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: i128,
    /// It is surely an `int`.
    pub(super) is_int: bool,
}

impl Number {
    /// An `int`; none where it is too large for one.
    pub(super) fn int(value: i128) -> Option<Self> {
        i32::try_from(value).ok().map(|_| Self {
            value,
            is_int: true,
        })
    }
}

/// What the expression comes to, with what `named` knows of the names in it.
pub(super) fn evaluate(text: &[u8], named: &dyn Fn(&str) -> Option<Number>) -> Option<Number> {
    let words: Vec<(TokenKind, &[u8])> = Pieces::new(text)
        .map(|(kind, range)| (kind, text.get(range).unwrap_or_default()))
        .collect();
    let mut reader = Reader {
        words,
        at: 0,
        depth: 0,
        named,
    };
    let found = reader.choice()?;
    (reader.at == reader.words.len()).then_some(found)
}

/// Whether a macro's body is read as one operand wherever it is put: `1`, `-1`, `(A + 1)`.
pub(super) fn is_closed(body: &[u8]) -> bool {
    let words: Vec<&[u8]> = Pieces::new(body)
        .map(|(_, range)| body.get(range).unwrap_or_default())
        .collect();
    let mut depth = 0_usize;
    let mut closes = words.iter().enumerate().filter_map(|(index, word)| {
        match *word {
            b"(" => depth += 1,
            b")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(index)
    });
    match words[..] {
        [_] | [b"-" | b"~", _] => true,
        [b"(", ..] => closes.next() == words.len().checked_sub(1),
        _ => false,
    }
}

struct Reader<'a> {
    words: Vec<(TokenKind, &'a [u8])>,
    at: usize,
    depth: usize,
    named: &'a dyn Fn(&str) -> Option<Number>,
}

impl<'a> Reader<'a> {
    fn word(&self) -> &'a [u8] {
        self.words.get(self.at).map_or(&[], |(_, word)| word)
    }

    fn takes(&mut self, word: &[u8]) -> bool {
        let is_there = self.word() == word;
        self.at += usize::from(is_there);
        is_there
    }

    /// `a ? b : c`, or what has no `?`.
    fn choice(&mut self) -> Option<Number> {
        let condition = self.joined(0)?;
        if !self.takes(b"?") {
            return Some(condition);
        }
        let yes = self.choice()?;
        let no = self.takes(b":").then(|| self.choice())??;
        // The type is that of both.
        let is_int = yes.is_int && no.is_int;
        let chosen = if condition.value == 0 { no } else { yes };
        (is_int || chosen.value >= 0).then_some(Number { is_int, ..chosen })
    }

    fn joined(&mut self, least: usize) -> Option<Number> {
        let mut left = self.operand()?;
        while let Some(binds) = precedence(self.word()).filter(|binds| *binds >= least) {
            let operator = self.word();
            self.at += 1;
            let right = self.joined(binds + 1)?;
            left = of_two(left, operator, right)?;
        }
        Some(left)
    }

    fn operand(&mut self) -> Option<Number> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let found = self.unary();
        self.depth -= 1;
        found
    }

    fn unary(&mut self) -> Option<Number> {
        let (kind, word) = *self.words.get(self.at)?;
        self.at += 1;
        match (kind, word) {
            (_, b"(") => {
                let inner = self.choice()?;
                self.takes(b")").then_some(inner)
            }
            (_, b"+") => self.operand(),
            (_, b"-") => {
                let of = self.operand().filter(|of| of.is_int)?;
                Number::int(-of.value)
            }
            (_, b"~") => {
                let of = self.operand().filter(|of| of.is_int)?;
                Number::int(!of.value)
            }
            (_, b"!") => {
                let of = self.operand()?;
                Number::int(i128::from(of.value == 0))
            }
            (TokenKind::Number, _) => literal(word),
            (TokenKind::Char, _) => character(word),
            // What is called is not known.
            (TokenKind::Word, _) if self.word() != b"(" => {
                let name = std::str::from_utf8(word).ok()?;
                (self.named)(name)
            }
            _ => None,
        }
    }
}

fn literal(word: &[u8]) -> Option<Number> {
    let value = i128::try_from(integer(word)?).ok()?;
    let digits = |byte: &u8| !matches!(byte, b'u' | b'U' | b'l' | b'L');
    let is_plain = word.iter().all(digits) && i32::try_from(value).is_ok();
    Some(Number {
        value,
        is_int: is_plain,
    })
}

/// `'a'`, `'\n'`; of several characters, and of those beyond ASCII, nothing is told.
fn character(word: &[u8]) -> Option<Number> {
    let value = match word {
        [b'\'', plain, b'\''] if plain.is_ascii() && *plain != b'\\' => i128::from(*plain),
        [b'\'', b'\\', escaped, b'\''] => match escaped {
            b'n' => 10,
            b't' => 9,
            b'r' => 13,
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'v' => 11,
            b'\\' | b'\'' | b'"' | b'?' => i128::from(*escaped),
            b'0'..=b'7' => i128::from(escaped - b'0'),
            _ => return None,
        },
        _ => return None,
    };
    Number::int(value)
}

fn precedence(operator: &[u8]) -> Option<usize> {
    Some(match operator {
        b"||" => 0,
        b"&&" => 1,
        b"|" => 2,
        b"^" => 3,
        b"&" => 4,
        b"==" | b"!=" => 5,
        b"<" | b">" | b"<=" | b">=" => 6,
        b"<<" | b">>" => 7,
        b"+" | b"-" => 8,
        b"*" | b"/" | b"%" => 9,
        _ => return None,
    })
}

fn of_two(left: Number, operator: &[u8], right: Number) -> Option<Number> {
    let is_int = left.is_int && right.is_int;
    let (a, b) = (left.value, right.value);
    let wide = 0..=i128::from(u32::MAX);
    // Below zero and beyond 32 bits C may convert them first.
    let are_wide = wide.contains(&a) && wide.contains(&b);
    if !is_int && !are_wide {
        return None;
    }
    let truth = |holds: bool| Number::int(i128::from(holds));
    let value = match operator {
        b"==" => return truth(a == b),
        b"!=" => return truth(a != b),
        b"<" => return truth(a < b),
        b">" => return truth(a > b),
        b"<=" => return truth(a <= b),
        b">=" => return truth(a >= b),
        b"&&" => return truth(a != 0 && b != 0),
        b"||" => return truth(a != 0 || b != 0),
        b"|" => a | b,
        b"^" => a ^ b,
        b"&" => a & b,
        b"+" => a + b,
        b"-" => a - b,
        b"*" => a * b,
        b"/" => a.checked_div(b)?,
        b"%" => a.checked_rem(b)?,
        // The type is that of the left side alone.
        b"<<" if (0..31).contains(&b) && a >= 0 => a << b,
        b">>" if (0..31).contains(&b) && a >= 0 => a >> b,
        _ => return None,
    };
    match is_int {
        true => Number::int(value),
        false => wide.contains(&value).then_some(Number { value, is_int }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, evaluate, is_closed};

    fn value(text: &str) -> Option<i128> {
        let named = |name: &str| (name == "TWO").then(|| Number::int(2)).flatten();
        evaluate(text.as_bytes(), &named).map(|number| number.value)
    }

    #[test]
    fn constants_are_told() {
        for (text, expected) in [
            ("1 + 1", 2),
            ("(16)", 16),
            ("~0", -1),
            ("-1", -1),
            ("'a'", 97),
            ("'\\n'", 10),
            ("TWO * 3 - 1", 5),
            ("1 << 4 | 1", 17),
            ("1 ? 2 : 3", 2),
            ("0x80000000", 0x8000_0000),
            ("8u / TWO", 4),
            ("!TWO", 0),
            ("7 /* of them */", 7),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_hangs_on_a_width_is_not() {
        for text in [
            "",
            "~0u",
            "-1u",
            "1 << 31",
            "2147483647 + 1",
            "x",
            "TWO(1)",
            "(u8)1",
            "1 / 0",
            "'ab'",
            "sizeof(int)",
            "1 2",
            "(1",
            "1.5",
            "08",
            "-0x80000000",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn a_body_is_closed_by_its_parentheses() {
        for (text, expected) in [
            ("1", true),
            ("-1", true),
            ("(1 + 2)", true),
            ("1 + 2", false),
            ("(1) + (2)", false),
            ("", false),
        ] {
            assert_eq!(is_closed(text.as_bytes()), expected, "{text}");
        }
    }
}
