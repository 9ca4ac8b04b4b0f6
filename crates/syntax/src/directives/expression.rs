//! `#if` expressions in one spelling, so that equal conditions compare equal.

use std::ops::Range;

use dialect::token::{Pieces, TokenKind, fixed_truth};

/// The expression of `#if` or `#elif` in one spelling, and whether it is negated as a whole.
///
/// `defined(X)` and `defined X` alone read `X`; `!X` is `X`, negated. Anything longer keeps its tokens, with
/// the blanks that kernel style has: `IS_ENABLED(X)` too, which a module's `X` makes true as well.
/// What hangs on no name is `0` or `1`.
pub(crate) fn read(text: &[u8]) -> (String, bool) {
    if let Some(truth) = fixed_truth(text) {
        return (u8::from(truth).to_string(), false);
    }
    let tokens: Vec<(TokenKind, &str)> = Pieces::new(text)
        .map(|(kind, range)| {
            let word = std::str::from_utf8(&text[range]).unwrap_or("\u{fffd}");
            (kind, word)
        })
        .collect();
    let closing = closing(&tokens);
    let mut negated = false;
    let mut inner = 0..tokens.len();
    loop {
        let is_whole = closing.get(inner.start) == Some(&inner.end.checked_sub(1));
        let marks = leading_marks(tokens.get(inner.clone()).unwrap_or_default());
        if is_whole && marks == 0 && inner.len() > 1 {
            inner = inner.start + 1..inner.end - 1;
        } else if marks > 0 && is_operand(&tokens, &closing, inner.start + marks..inner.end) {
            negated ^= marks % 2 == 1;
            inner.start += marks;
        } else {
            break;
        }
    }
    let tokens = tokens.get(inner).unwrap_or_default();
    let expression = match tokens {
        [(_, "defined"), (_, "("), (TokenKind::Word, name), (_, ")")] => (*name).to_owned(),
        [(_, "defined"), (TokenKind::Word, name)] => (*name).to_owned(),
        other => spell(other),
    };
    (expression, negated)
}

/// Where each `(` is closed.
fn closing(tokens: &[(TokenKind, &str)]) -> Vec<Option<usize>> {
    let mut closing = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (at, (_, token)) in tokens.iter().enumerate() {
        match *token {
            "(" => open.push(at),
            ")" => {
                if let Some(place) = open.pop().and_then(|open: usize| closing.get_mut(open)) {
                    *place = Some(at);
                }
            }
            _ => {}
        }
    }
    closing
}

/// How many `!` are before the rest.
fn leading_marks(tokens: &[(TokenKind, &str)]) -> usize {
    tokens.iter().take_while(|(_, token)| *token == "!").count()
}

/// Whether the tokens are one operand that a `!` before them takes as a whole.
fn is_operand(
    tokens: &[(TokenKind, &str)],
    closing: &[Option<usize>],
    range: Range<usize>,
) -> bool {
    let is_closed = |open: usize| closing.get(open) == Some(&range.end.checked_sub(1));
    match tokens.get(range.clone()).unwrap_or_default() {
        [_] | [(_, "defined"), (TokenKind::Word, _)] => true,
        [(_, "("), ..] => is_closed(range.start),
        [(TokenKind::Word, _), (_, "("), ..] => is_closed(range.start + 1),
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
    fn many_brackets_and_marks_are_taken_off_in_one_pass() {
        let many = 200_000;
        let text = [&"(".repeat(many), "CONFIG_A", &")".repeat(many)].concat();
        assert_eq!(read(text.as_bytes()), ("CONFIG_A".to_owned(), false));
        let text = ["!".repeat(many + 1), "CONFIG_A".to_owned()].concat();
        assert_eq!(read(text.as_bytes()), ("CONFIG_A".to_owned(), true));
        let text = "!(".repeat(many) + "CONFIG_A" + &")".repeat(many);
        assert_eq!(read(text.as_bytes()), ("CONFIG_A".to_owned(), false));
    }

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
            ("!0", "1", false),
            ("1 == 2 // never", "0", false),
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
