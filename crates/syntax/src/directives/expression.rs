//! `#if` expressions in one spelling, so that equal conditions compare equal.

use dialect::token::{Pieces, TokenKind};

/// The expression of `#if` or `#elif` in one spelling, and whether it is negated as a whole.
///
/// `defined(X)` and `defined X` alone read `X`; `!X` is `X`, negated. Anything longer keeps its tokens, with
/// the blanks that kernel style has: `IS_ENABLED(X)` too, which a module's `X` makes true as well.
pub(crate) fn read(text: &[u8]) -> (String, bool) {
    let mut tokens: Vec<(TokenKind, &str)> = Pieces::new(text)
        .map(|(kind, range)| {
            let word = std::str::from_utf8(&text[range]).unwrap_or("\u{fffd}");
            (kind, word)
        })
        .collect();
    let mut negated = false;
    loop {
        if let [(_, "("), inner @ .., (_, ")")] = &tokens[..]
            && is_balanced(inner)
        {
            tokens = inner.to_vec();
        } else if let [(_, "!"), rest @ ..] = &tokens[..]
            && is_operand(rest)
        {
            negated = !negated;
            tokens = rest.to_vec();
        } else {
            break;
        }
    }
    let expression = match &tokens[..] {
        [(_, "defined"), (_, "("), (TokenKind::Word, name), (_, ")")] => (*name).to_owned(),
        [(_, "defined"), (TokenKind::Word, name)] => (*name).to_owned(),
        other => spell(other),
    };
    (expression, negated)
}

/// Whether every `)` closes a `(` of these tokens.
fn is_balanced(tokens: &[(TokenKind, &str)]) -> bool {
    let mut depth = 0_i32;
    for (_, token) in tokens {
        match *token {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Whether the tokens are one operand that a `!` before them takes as a whole.
fn is_operand(tokens: &[(TokenKind, &str)]) -> bool {
    match tokens {
        [(_, "!"), rest @ ..] => is_operand(rest),
        [_] => true,
        [(_, "defined"), (TokenKind::Word, _)] => true,
        [(_, "("), inner @ .., (_, ")")] => is_balanced(inner),
        [(TokenKind::Word, _), (_, "("), inner @ .., (_, ")")] => is_balanced(inner),
        _ => false,
    }
}

fn spell(tokens: &[(TokenKind, &str)]) -> String {
    let mut text = String::new();
    let mut before: Option<(TokenKind, &str)> = None;
    let mut bare_defined = false;
    for &(kind, token) in tokens {
        let tight = matches!(
            (before, token),
            (None, _)
                | (_, ")" | ",")
                | (Some((_, "(" | "!" | "~")), _)
                | (Some((TokenKind::Word, _)), "(")
        );
        if before == Some((TokenKind::Word, "defined")) && kind == TokenKind::Word {
            text.push('(');
            bare_defined = true;
        } else if !tight {
            text.push(' ');
        }
        text.push_str(token);
        if bare_defined {
            text.push(')');
            bare_defined = false;
        }
        before = Some((kind, token));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn spellings_of_one_condition_read_the_same() {
        for (text, expression, negated) in [
            ("CONFIG_PCI", "CONFIG_PCI", false),
            ("defined(CONFIG_PCI)", "CONFIG_PCI", false),
            ("defined CONFIG_PCI", "CONFIG_PCI", false),
            ("IS_ENABLED( CONFIG_PCI )", "IS_ENABLED(CONFIG_PCI)", false),
            ("(defined (CONFIG_PCI))", "CONFIG_PCI", false),
            ("!defined(CONFIG_PCI) /* none */", "CONFIG_PCI", true),
            ("!!X", "X", false),
            ("!(X)", "X", true),
            ("0", "0", false),
            ("!0", "0", true),
            ("!(A && B)", "A && B", true),
            ("!A && B", "!A && B", false),
            ("(A)&&(B)", "(A) && (B)", false),
            ("defined(A)&&\\\n B>1", "defined(A) && B > 1", false),
            ("defined A || defined B", "defined(A) || defined(B)", false),
            (
                "BITS_PER_LONG==64 && F( a,b )",
                "BITS_PER_LONG == 64 && F(a, b)",
                false,
            ),
            ("", "", false),
        ] {
            assert_eq!(
                read(text.as_bytes()),
                (expression.to_owned(), negated),
                "{text}"
            );
        }
    }
}
