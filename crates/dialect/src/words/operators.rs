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

/// The table of them, and the same as a `match`, for every token of a file is asked.
macro_rules! infix {
    ($($text:literal => $Level:ident,)+) => {
        /// Every operator between two operands but `,` and `? :`, longest first.
        pub const INFIX: &[(&[u8], Level)] = &[$(($text, Level::$Level),)+];

        /// How tightly an operator between two operands binds; none: it is no such operator.
        #[must_use]
        pub fn infix_level(operator: &[u8]) -> Option<Level> {
            match operator {
                b"," => Some(Level::Comma),
                $($text => Some(Level::$Level),)+
                _ => None,
            }
        }
    };
}

infix! {
    b"<<=" => Assignment,
    b">>=" => Assignment,
    b"||" => LogicalOr,
    b"&&" => LogicalAnd,
    b"==" => Equality,
    b"!=" => Equality,
    b"<=" => Relational,
    b">=" => Relational,
    b"<<" => Shift,
    b">>" => Shift,
    b"+=" => Assignment,
    b"-=" => Assignment,
    b"*=" => Assignment,
    b"/=" => Assignment,
    b"%=" => Assignment,
    b"&=" => Assignment,
    b"|=" => Assignment,
    b"^=" => Assignment,
    b"=" => Assignment,
    b"|" => BitOr,
    b"^" => BitXor,
    b"&" => BitAnd,
    b"<" => Relational,
    b">" => Relational,
    b"+" => Additive,
    b"-" => Additive,
    b"*" => Multiplicative,
    b"/" => Multiplicative,
    b"%" => Multiplicative,
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
            assert_eq!(hidden, None, "behind {short:?}");
        }
    }
}
