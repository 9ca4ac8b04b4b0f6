//! The operators of C between two operands, and how tightly they bind (C11 6.5, appendix A.2.1).

/// How tightly an expression's outermost operator binds; later ones bind tighter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `a, b`
    Comma,
    /// `a = b`, `a |= b`
    Assignment,
    /// `a ? b : c`
    Conditional,
    /// `a || b`
    LogicalOr,
    /// `a && b`
    LogicalAnd,
    /// `a | b`
    BitOr,
    /// `a ^ b`
    BitXor,
    /// `a & b`
    BitAnd,
    /// `a == b`
    Equality,
    /// `a < b`
    Relational,
    /// `a << b`
    Shift,
    /// `a + b`
    Additive,
    /// `a * b`
    Multiplicative,
    /// `(int)a`
    Cast,
    /// `!a`, `*a`, `&a`, `sizeof a`, `++a`
    Unary,
    /// `a->b`, `a(b)`, `a[b]`, `a++`
    Postfix,
    /// A name, a literal, anything in parentheses.
    Primary,
}

/// Every operator between two operands but `,` and `? :`, longest first.
pub const INFIX: &[(&str, Level)] = &[
    ("<<=", Level::Assignment),
    (">>=", Level::Assignment),
    ("||", Level::LogicalOr),
    ("&&", Level::LogicalAnd),
    ("==", Level::Equality),
    ("!=", Level::Equality),
    ("<=", Level::Relational),
    (">=", Level::Relational),
    ("<<", Level::Shift),
    (">>", Level::Shift),
    ("+=", Level::Assignment),
    ("-=", Level::Assignment),
    ("*=", Level::Assignment),
    ("/=", Level::Assignment),
    ("%=", Level::Assignment),
    ("&=", Level::Assignment),
    ("|=", Level::Assignment),
    ("^=", Level::Assignment),
    ("=", Level::Assignment),
    ("|", Level::BitOr),
    ("^", Level::BitXor),
    ("&", Level::BitAnd),
    ("<", Level::Relational),
    (">", Level::Relational),
    ("+", Level::Additive),
    ("-", Level::Additive),
    ("*", Level::Multiplicative),
    ("/", Level::Multiplicative),
    ("%", Level::Multiplicative),
];

/// How tightly an operator between two operands binds; none: it is no such operator.
#[must_use]
pub fn infix_level(operator: &[u8]) -> Option<Level> {
    if operator == b"," {
        return Some(Level::Comma);
    }
    let mut known = INFIX.iter();
    let found = known.find(|(text, _)| text.as_bytes() == operator);
    found.map(|(_, level)| *level)
}

#[cfg(test)]
mod tests {
    use super::INFIX;

    #[test]
    fn no_operator_hides_a_longer_one() {
        for (at, (short, _)) in INFIX.iter().enumerate() {
            let hidden = INFIX
                .iter()
                .skip(at + 1)
                .find(|(long, _)| long.starts_with(short));
            assert_eq!(hidden, None, "behind {short}");
        }
    }
}
