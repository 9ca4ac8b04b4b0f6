//! `#if` expressions whose truth hangs on no name: `0`, `(0)`, `1 == 2`, `0 && defined(CONFIG_PCI)`.

use super::{Pieces, TokenKind, integer};

/// Operators of two operands by how tightly they bind, the loosest first (C11 6.5.5 to 6.5.14).
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<", ">", "<=", ">="],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

/// What is nested more deeply is not computed.
const MAX_DEPTH: usize = 64;

/// The truth of a controlling expression of `#if` or `#elif` (C11 6.10.1), what is behind the keyword, where every
/// configuration agrees on it. None: it hangs on a name, whatever it is (one that is not defined is 0, but nobody knows
/// which are), or it cannot be computed.
#[must_use]
pub fn fixed_truth(expression: &[u8]) -> Option<bool> {
    fixed_number(expression).map(Number::is_true)
}

/// The value of a constant expression that names nothing, with the types that `#if` has (C11 6.10.1p4). None: see
/// [`fixed_truth`].
#[must_use]
pub fn fixed_value(expression: &[u8]) -> Option<i128> {
    let number = fixed_number(expression)?;
    Some(match number.unsigned {
        true => i128::from(number.bits),
        false => i128::from(number.signed()),
    })
}

fn fixed_number(expression: &[u8]) -> Option<Number> {
    if !expression.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let tokens: Vec<(TokenKind, &[u8])> = Pieces::new(expression)
        .map(|(kind, range)| (kind, expression.get(range).unwrap_or_default()))
        .collect();
    let mut reader = Reader {
        tokens: &tokens,
        depth: 0,
    };
    let value = reader.conditional()?;
    value.filter(|_| reader.tokens.is_empty())
}

/// A value of `intmax_t` or `uintmax_t`, which all operands have here.
#[derive(Clone, Copy)]
struct Number {
    bits: u64,
    unsigned: bool,
}

/// Unknown: it hangs on a name.
type Value = Option<Number>;

impl Number {
    fn truth(truth: bool) -> Self {
        Self {
            bits: u64::from(truth),
            unsigned: false,
        }
    }

    fn is_true(self) -> bool {
        self.bits != 0
    }

    fn signed(self) -> i64 {
        self.bits.cast_signed()
    }
}

struct Reader<'t> {
    tokens: &'t [(TokenKind, &'t [u8])],
    depth: usize,
}

/// None: it is no expression, or one that nobody writes.
type Read = Option<Value>;

impl Reader<'_> {
    fn takes(&mut self, text: &[u8]) -> bool {
        match self.tokens {
            [(_, next), rest @ ..] if *next == text => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn conditional(&mut self) -> Read {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let condition = self.level(0)?;
        let value = if self.takes(b"?") {
            let yes = self.conditional()?;
            if !self.takes(b":") {
                return None;
            }
            let no = self.conditional()?;
            match condition {
                Some(condition) if condition.is_true() => yes,
                Some(_) => no,
                None => None,
            }
        } else {
            condition
        };
        self.depth -= 1;
        Some(value)
    }

    fn level(&mut self, level: usize) -> Read {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = self.operator(operators) {
            let right = self.level(level + 1)?;
            left = of_two(left, operator, right);
        }
        Some(left)
    }

    fn operator(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let found = operators
            .iter()
            .find(|operator| self.takes(operator.as_bytes()));
        found.copied()
    }

    fn unary(&mut self) -> Read {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let (&(kind, text), rest) = self.tokens.split_first()?;
        self.tokens = rest;
        let value = match (kind, text) {
            (TokenKind::Punctuation, b"(") => {
                let value = self.conditional()?;
                if !self.takes(b")") {
                    return None;
                }
                value
            }
            (TokenKind::Punctuation, b"!") => {
                self.unary()?.map(|value| Number::truth(!value.is_true()))
            }
            (TokenKind::Punctuation, b"-") => self.unary()?.map(|value| Number {
                bits: value.bits.wrapping_neg(),
                ..value
            }),
            (TokenKind::Punctuation, b"~") => self.unary()?.map(|value| Number {
                bits: !value.bits,
                ..value
            }),
            (TokenKind::Punctuation, b"+") => self.unary()?,
            (TokenKind::Number, _) => Some(number(text)?),
            (TokenKind::Char, _) => None,
            (TokenKind::Word, _) => {
                self.arguments()?;
                None
            }
            _ => return None,
        };
        self.depth -= 1;
        Some(value)
    }

    /// What a name may have behind it: `defined X`, `IS_ENABLED(X)`, `__has_include(<x.h>)`.
    fn arguments(&mut self) -> Option<()> {
        if let [(TokenKind::Word, _), rest @ ..] = self.tokens {
            self.tokens = rest;
            return Some(());
        }
        if !self.takes(b"(") {
            return Some(());
        }
        let mut open = 1_usize;
        while open > 0 {
            let (&(_, text), rest) = self.tokens.split_first()?;
            self.tokens = rest;
            match text {
                b"(" => open += 1,
                b")" => open -= 1,
                _ => {}
            }
        }
        Some(())
    }
}

fn number(text: &[u8]) -> Option<Number> {
    let value = integer(text)?;
    let bits = u64::try_from(value).ok()?;
    let has_suffix = text
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .any(|byte| byte.eq_ignore_ascii_case(&b'u'));
    let unsigned = has_suffix || i64::try_from(bits).is_err();
    Some(Number { bits, unsigned })
}

fn of_two(left: Value, operator: &str, right: Value) -> Value {
    let truth = |value: Value| value.map(Number::is_true);
    match (operator, truth(left), truth(right)) {
        ("&&", Some(false), _) | ("&&", _, Some(false)) => return Some(Number::truth(false)),
        ("||", Some(true), _) | ("||", _, Some(true)) => return Some(Number::truth(true)),
        ("&&", Some(_), Some(_)) => return Some(Number::truth(true)),
        ("||", Some(_), Some(_)) => return Some(Number::truth(false)),
        _ => {}
    }
    let (left, right) = (left?, right?);
    let unsigned = left.unsigned || right.unsigned;
    let order = match unsigned {
        true => left.bits.cmp(&right.bits),
        false => left.signed().cmp(&right.signed()),
    };
    let number = |bits| Number { bits, unsigned };
    let shift = || u32::try_from(right.bits).ok().filter(|shift| *shift < 64);
    Some(match operator {
        "|" => number(left.bits | right.bits),
        "^" => number(left.bits ^ right.bits),
        "&" => number(left.bits & right.bits),
        "==" => Number::truth(left.bits == right.bits),
        "!=" => Number::truth(left.bits != right.bits),
        "<" => Number::truth(order.is_lt()),
        ">" => Number::truth(order.is_gt()),
        "<=" => Number::truth(order.is_le()),
        ">=" => Number::truth(order.is_ge()),
        // The result has the type of the left operand (C11 6.5.7).
        "<<" => Number {
            bits: left.bits << shift()?,
            ..left
        },
        ">>" if left.unsigned => Number {
            bits: left.bits >> shift()?,
            ..left
        },
        ">>" => Number {
            bits: (left.signed() >> shift()?).cast_unsigned(),
            ..left
        },
        "+" => number(left.bits.wrapping_add(right.bits)),
        "-" => number(left.bits.wrapping_sub(right.bits)),
        "*" => number(left.bits.wrapping_mul(right.bits)),
        "/" if unsigned => number(left.bits.checked_div(right.bits)?),
        "%" if unsigned => number(left.bits.checked_rem(right.bits)?),
        "/" => number(left.signed().checked_div(right.signed())?.cast_unsigned()),
        "%" => number(left.signed().checked_rem(right.signed())?.cast_unsigned()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fixed_truth;

    #[test]
    fn what_no_configuration_makes_true() {
        for text in [
            "0",
            "(0)",
            "((0))",
            "!1",
            "0x0",
            "00",
            "0UL",
            "1 == 2",
            "1 - 1",
            "0 && defined(CONFIG_PCI)",
            "defined CONFIG_PCI && 0",
            "IS_ENABLED(CONFIG_PCI) && (A > 3) && !1",
            "-1 > 0u",
            "-1 > 0",
            "1 ? 0 : X",
            "~0 == 0",
            "(1 << 3) == 4",
            "10 % 5",
            "-1 >> 1 == 0",
            "0 /* why */",
            "1 || X ? 0 : X",
        ] {
            let never = text != "-1 > 0u";
            assert_eq!(fixed_truth(text.as_bytes()), Some(!never), "{text}");
        }
    }

    #[test]
    fn what_each_has() {
        for text in [
            "1",
            "(1)",
            "!0",
            "!!1",
            "2",
            "1 || X",
            "X || 1",
            "3 > 2",
            "1 + 1 == 2",
            "1 ? 1 : X",
        ] {
            assert_eq!(fixed_truth(text.as_bytes()), Some(true), "{text}");
        }
    }

    #[test]
    fn what_hangs_on_a_name_or_cannot_be_computed() {
        for text in [
            "",
            "X",
            "X > 0",
            "defined(X1)",
            "!X1",
            "X && 1",
            "0 || X",
            "X ? 0 : 0",
            "1 / 0",
            "1 << 64",
            "1 +",
            "(1",
            "1)",
            "1 2",
            "1.5",
            "'1'",
            "X * 0",
        ] {
            assert_eq!(fixed_truth(text.as_bytes()), None, "{text}");
        }
        let deep = "(".repeat(100_000) + "1" + &")".repeat(100_000);
        assert_eq!(fixed_truth(deep.as_bytes()), None);
        let marks = "!".repeat(100_000) + "1";
        assert_eq!(fixed_truth(marks.as_bytes()), None);
    }

    #[test]
    fn a_long_sum_is_computed_in_one_pass() {
        let sum = "1 + ".repeat(100_000) + "1";
        assert_eq!(fixed_truth(sum.as_bytes()), Some(true));
    }
}
