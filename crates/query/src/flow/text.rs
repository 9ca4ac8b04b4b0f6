//! Guards as people read them.

use std::ops::Range;

use super::Guard;
use crate::File;
use crate::access::chain;

/// The guard as a condition that is true where the code runs: the source's own text, white space
/// folded, with `!` where the condition is false there.
#[must_use]
pub fn guard_text(file: &File, guard: &Guard) -> String {
    let condition = folded(file, &guard.condition);
    if !guard.cases.is_empty() {
        return case_text(file, guard, &operand(file, guard, condition));
    }
    if guard.holds {
        return condition;
    }
    match kind(file, &guard.condition) {
        Some("unary_expression") if condition.starts_with('!') => {
            condition.trim_start_matches('!').trim_start().to_owned()
        }
        Some(
            "binary_expression"
            | "assignment_expression"
            | "conditional_expression"
            | "cast_expression",
        ) => {
            format!("!({condition})")
        }
        _ => format!("!{condition}"),
    }
}

fn case_text(file: &File, guard: &Guard, operand: &str) -> String {
    let cases: Vec<String> = guard
        .cases
        .iter()
        .map(|case| {
            let value = folded(file, case);
            match (value.split_once("..."), guard.holds) {
                (Some((low, high)), holds) => {
                    let (low, high) = (low.trim(), high.trim());
                    let inside = format!("({low} <= {operand} && {operand} <= {high})");
                    if holds { inside } else { format!("!{inside}") }
                }
                (None, true) => format!("{operand} == {value}"),
                (None, false) => format!("{operand} != {value}"),
            }
        })
        .collect();
    cases.join(if guard.holds { " || " } else { " && " })
}

fn operand(file: &File, guard: &Guard, condition: String) -> String {
    match kind(file, &guard.condition) {
        Some("binary_expression" | "assignment_expression" | "conditional_expression") => {
            format!("({condition})")
        }
        _ => condition,
    }
}

/// The kind of the outermost node that spans just `range`.
fn kind<'t>(file: &'t File, range: &Range<usize>) -> Option<&'t str> {
    chain(file, range)
        .into_iter()
        .find(|node| node.byte_range() == *range)
        .map(|node| node.kind())
}

fn folded(file: &File, range: &Range<usize>) -> String {
    let text = file.text(range.clone());
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    words.join(" ")
}
