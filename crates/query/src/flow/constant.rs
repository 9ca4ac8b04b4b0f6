//! What a condition comes to that the compiler knows: numbers, and names that the file itself gives a number.
//!
//! Only what is so in every configuration counts: a macro with one definition that no `#if` is around and no `#undef` takes
//! away. What a header defines is not asked for: a graph is made of one file.

use dialect::token::{TokenKind, integer, tokens};
use memchr::memmem;
use tree_sitter::Node;

use super::build::children;
use crate::File;
use crate::access::operator;

/// How many names deep a name is followed, and how deep operators are nested.
const MOST_DEEP: usize = 16;

/// Whether an expression is true whatever its variables are; none: that is not so, or not told here.
#[must_use]
pub fn truth_of(file: &File, node: Node<'_>) -> Option<bool> {
    match value_of(file, node, MOST_DEEP) {
        Some(value) => Some(value != 0),
        // `1.5`
        None if node.kind() == "number_literal" => {
            let written = file.slice(node.byte_range());
            let zero = |byte: &u8| matches!(byte, b'0' | b'.');
            let is_number = written.first().is_some_and(u8::is_ascii_digit);
            is_number.then(|| !written.iter().all(zero))
        }
        None => None,
    }
}

fn value_of(file: &File, node: Node<'_>, depth: usize) -> Option<i128> {
    let depth = depth.checked_sub(1)?;
    let field = |name| value_of(file, node.child_by_field_name(name)?, depth);
    match node.kind() {
        "false" | "null" => Some(0),
        "true" => Some(1),
        "parenthesized_expression" => value_of(file, *children(node).first()?, depth),
        "comma_expression" => field("right"),
        // What fits any type is not changed by one.
        "cast_expression" => field("value").filter(|value| matches!(value, 0 | 1)),
        // Where the grammar would take a name for a type, it is shown a number in its place.
        "number_literal" | "identifier" => of_text(file, file.slice(node.byte_range()), depth),
        "call_expression" => {
            let arguments = node.child_by_field_name("arguments")?;
            let is_empty = children(arguments).is_empty();
            let name = node.child_by_field_name("function").filter(|_| is_empty)?;
            of_macro(file, file.slice(name.byte_range()), Some(&[]), depth)
        }
        "unary_expression" => {
            let value = field("argument")?;
            match operator(node) {
                "!" => Some(i128::from(value == 0)),
                "-" => Some(-value),
                "+" => Some(value),
                _ => None,
            }
        }
        "binary_expression" => {
            let operator = operator(node);
            let (left, right) = (field("left"), field("right"));
            // One operand decides, whatever the other one is.
            let decides = match operator {
                "&&" => Some(0),
                "||" => Some(1),
                _ => None,
            };
            let has_it = |side: Option<i128>| {
                let truth = side.map(|value| i128::from(value != 0));
                truth.is_some() && truth == decides
            };
            match has_it(left) || has_it(right) {
                true => decides,
                false => of_two(left?, operator, right?),
            }
        }
        _ => None,
    }
}

/// What an operator makes of two numbers; none where it hangs on how wide they are.
fn of_two(left: i128, operator: &str, right: i128) -> Option<i128> {
    let small = |value: i128| (0..=i128::from(i32::MAX)).contains(&value);
    // Below zero, and beyond an `int`, C may convert them first.
    if !small(left) || !small(right) {
        return None;
    }
    Some(match operator {
        "==" => i128::from(left == right),
        "!=" => i128::from(left != right),
        "<" => i128::from(left < right),
        ">" => i128::from(left > right),
        "<=" => i128::from(left <= right),
        ">=" => i128::from(left >= right),
        "&&" => i128::from(left != 0 && right != 0),
        "||" => i128::from(left != 0 || right != 0),
        "&" => left & right,
        "|" => left | right,
        "^" => left ^ right,
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        _ => return None,
    })
}

/// The value of a number, or of a name that the file gives one.
fn of_text(file: &File, text: &[u8], depth: usize) -> Option<i128> {
    if text.first()?.is_ascii_digit() {
        return i128::try_from(integer(text)?).ok();
    }
    // What has small letters is a variable, nearly always, and not looked for.
    if text.iter().any(u8::is_ascii_lowercase) {
        return None;
    }
    of_macro(file, text, None, depth).or_else(|| of_enumerator(file, text))
}

fn of_macro(file: &File, name: &[u8], params: Option<&[String]>, depth: usize) -> Option<i128> {
    let depth = depth.checked_sub(1)?;
    let mut named = file.macros().iter().filter(|it| it.name.as_bytes() == name);
    let definition = named.next()?;
    let is_one = named.next().is_none()
        && definition.conditions.is_empty()
        && definition.params.as_deref() == params
        && memmem::find(file.bytes(), b"undef").is_none();
    if !is_one {
        return None;
    }
    let body = file.slice(definition.body.clone());
    let mut words = Vec::new();
    for token in tokens(body) {
        match body.get(token.range)? {
            b"(" | b")" => {}
            word if token.kind != TokenKind::Comment => words.push(word),
            _ => {}
        }
    }
    match words[..] {
        [one] => of_text(file, one, depth),
        _ => None,
    }
}

/// `A` of `enum { A, … }` and of `enum { B, A = 0 }`.
fn of_enumerator(file: &File, name: &[u8]) -> Option<i128> {
    let mut named = file.enumerators().iter();
    let known = named.find(|known| known.name.as_bytes() == name)?;
    if !known.conditions.is_empty() || named.any(|other| other.name == known.name) {
        return None;
    }
    let text = file.slice(known.range.clone());
    let value = text.get(name.len()..)?.trim_ascii();
    if let Some(value) = value.strip_prefix(b"=") {
        return i128::try_from(integer(value.trim_ascii())?).ok();
    }
    let is_first = file
        .slice(0..known.range.start)
        .trim_ascii_end()
        .ends_with(b"{");
    (value.is_empty() && is_first).then_some(0)
}
