//! Macros that are a piece of what is around them: `#define TO ->`, `#define BEGIN {`, `#define ELSE else`.
//!
//! Wherever such a macro is used, code says something else than its tokens do, and no parser of one file can know.
//! Whoever asks about code expands it first.

use crate::token::texts;

/// Whether the body of a macro without parameters needs what is before or behind its use to mean anything: it has a bracket
/// without its partner, begins with an operator between two operands, ends with one, or is a statement without its end.
#[must_use]
pub fn is_fragment(body: &[u8]) -> bool {
    if is_plain(body) {
        return false;
    }
    let texts: Vec<&str> = texts(body).collect();
    let (Some(first), Some(last)) = (texts.first(), texts.last()) else {
        return false;
    };
    // An entry of a list, `.name = value`, is whole.
    let is_entry = *first == "." && texts.get(2) == Some(&"=");
    // Behind other words a star makes a pointer of them.
    let is_operator = texts.len() == 1 && matches!(*first, "*" | "++" | "--");
    is_operator
        || (begins_behind(first) && !is_entry)
        || (ends_before(last) && texts.len() < MOST_TOKENS)
        || lacks_its_statement(first, last)
        || !is_balanced(&texts)
}

/// Whether the body of a macro without parameters is an expression with an operator outside all brackets: beside another
/// operator it is torn apart, `x == A` with `1 | 2` for `A` is `(x == 1) | 2`.
#[must_use]
pub fn is_loose(body: &[u8]) -> bool {
    if is_plain(body) {
        return false;
    }
    let mut depth = 0_usize;
    let mut is_operand = false;
    let mut texts = texts(body).peekable();
    while let Some(text) = texts.next() {
        match text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ if depth > 0 => continue,
            _ if is_operand && is_infix(text) && texts.peek().is_some() => return true,
            _ => {}
        }
        is_operand = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '\'')
            || matches!(text, ")" | "]");
    }
    false
}

fn is_infix(text: &str) -> bool {
    matches!(
        text,
        "||" | "&&"
            | "|"
            | "^"
            | "&"
            | "=="
            | "!="
            | "<"
            | ">"
            | "<="
            | ">="
            | "<<"
            | ">>"
            | "+"
            | "-"
            | "*"
            | "/"
            | "%"
            | "?"
    )
}

/// What ends with a comma and has more tokens is a list.
const MOST_TOKENS: usize = 8;

/// A look that costs little: most bodies are a number or a name.
fn is_plain(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    body.iter().all(word) && !STATEMENTS.iter().any(|word| word.as_bytes() == body)
}

/// Words that begin a statement, or go on with one.
const STATEMENTS: [&str; 12] = [
    "if", "else", "for", "while", "do", "switch", "case", "default", "return", "goto", "break",
    "continue",
];

fn begins_behind(first: &str) -> bool {
    matches!(
        first,
        "->" | "."
            | "="
            | "+="
            | "-="
            | "*="
            | "/="
            | "%="
            | "|="
            | "&="
            | "^="
            | "<<="
            | ">>="
            | ","
            | ";"
            | "?"
            | ":"
            | "/"
            | "%"
            | "=="
            | "!="
            | "<"
            | ">"
            | "<="
            | ">="
            | "&&"
            | "||"
            | "|"
            | "^"
            | "<<"
            | ">>"
            | ")"
            | "]"
            | "}"
            | "["
    )
}

fn ends_before(last: &str) -> bool {
    begins_behind(last) && !matches!(last, ")" | "]" | "}" | ";" | "[")
        || matches!(last, "!" | "~" | "&" | "+" | "-" | "else" | "do" | "sizeof")
}

/// `if (a)`, `return`, `case`: the rest of the statement is elsewhere.
fn lacks_its_statement(first: &str, last: &str) -> bool {
    let is_whole = matches!(last, ";" | "}") || (first == "do" && last == ")");
    STATEMENTS.contains(&first) && !is_whole
}

fn is_balanced(texts: &[&str]) -> bool {
    let mut open = Vec::new();
    for text in texts {
        match *text {
            "(" | "[" | "{" => open.push(*text),
            ")" | "]" | "}" => {
                let opener = match *text {
                    ")" => "(",
                    "]" => "[",
                    _ => "{",
                };
                if open.pop() != Some(opener) {
                    return false;
                }
            }
            _ => {}
        }
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{is_fragment, is_loose};

    #[test]
    fn what_needs_its_surroundings_is_a_fragment() {
        for body in [
            "->",
            ".",
            "=",
            "{",
            "}",
            "(",
            ")",
            "[",
            "->flag",
            ".acc",
            ", 1",
            "|| 1",
            "== 0",
            "!",
            "! (",
            "n &&",
            "++",
            "if",
            "if (n)",
            "else",
            "do",
            "return",
            "n ?",
            "} while (0)",
            ";",
            ",",
            "case",
            "if (n) {",
            "x =",
            "goto out",
        ] {
            assert!(is_fragment(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn what_is_whole_is_none() {
        for body in [
            "",
            "1",
            "0x1f",
            "flag",
            "(1)",
            "(a + b)",
            "-1",
            "&x",
            "*p",
            "!x",
            "\"a\"",
            "do { } while (0)",
            "if (a) b();",
            "{ 1, 2 }",
            ".start = 1, .end = 2",
            "struct a *",
            "unsigned long",
            "{}",
            "__attribute__((unused))",
            "a, b, c, d, e,",
        ] {
            assert!(!is_fragment(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn what_its_neighbours_tear_apart_is_loose() {
        for body in [
            "1 | 2",
            "7 || x",
            "A + 1",
            "-1 - B",
            "x ? 1 : 2",
            "f(x) << 3",
        ] {
            assert!(is_loose(body.as_bytes()), "{body}");
        }
        for body in [
            "",
            "1",
            "-1",
            "(1 | 2)",
            "f(a | b)",
            "a[1 + 2]",
            "!x",
            "&x",
            "struct s *",
            "\"a-b\"",
        ] {
            assert!(!is_loose(body.as_bytes()), "{body}");
        }
    }
}
