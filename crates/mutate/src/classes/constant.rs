//! Another constant, or another name that looks like one.

use dialect::token::{Pieces, TokenKind};

use crate::edit::{Edit, Mutation};
use crate::material::{Material, Patched};
use crate::nodes::{brief, is_own, statements, text, touched};

/// Names of constants, each with those that are written for it by mistake.
const NAMES: &[(&str, &[&str])] = &[
    ("true", &["false"]),
    ("false", &["true"]),
    ("NULL", &["ERR_PTR(-EINVAL)"]),
];

pub(super) fn mutations(material: &Material<'_>) -> Vec<Mutation> {
    let mut found = Vec::new();
    for patched in material.c_files() {
        for range in ranges(patched) {
            in_range(patched, range, &mut found);
        }
    }
    found
}

/// The code whose constants count: statements with a line of the series, what it declares, and the macros that it defines.
fn ranges(patched: &Patched) -> Vec<std::ops::Range<usize>> {
    let file = &patched.file;
    let is_touched = |range: &std::ops::Range<usize>| {
        let touched = patched.touched.iter();
        touched
            .into_iter()
            .any(|own| own.start < range.end && range.start < own.end)
    };
    let macros = file.macros().iter().map(|one| one.body.clone());
    let mut ranges: Vec<_> = macros.filter(|body| is_touched(body)).collect();
    for node in statements(patched) {
        // A block counts by its own statements.
        let condition = node.child_by_field_name("condition");
        ranges.push(condition.map_or(node.byte_range(), |condition| condition.byte_range()));
    }
    let declared = touched(patched, &["field_declaration", "declaration"]);
    ranges.extend(declared.into_iter().map(|node| node.byte_range()));
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup();
    ranges
}

fn in_range(patched: &Patched, range: std::ops::Range<usize>, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    let code = text(file, range.clone());
    let shown = brief(&code);
    for (kind, piece) in Pieces::new(code.as_bytes()) {
        let old = code.get(piece.clone()).unwrap_or_default();
        let place = range.start + piece.start..range.start + piece.end;
        if !is_own(patched, &place) {
            continue;
        }
        let others: Vec<String> = match kind {
            TokenKind::Number => numbers(old),
            TokenKind::Word => names(old),
            TokenKind::String => vec![format!("\"not \" {old}")],
            _ => continue,
        };
        for new in others {
            let what = format!("`{new}` for `{old}` in `{shown}`");
            let edit = Edit::replace(place.clone(), new);
            found.push(Mutation::of(file, place.start, what, vec![edit]));
        }
    }
}

/// Other numbers: their neighbours, their negation, and those that mean all or nothing.
fn numbers(old: &str) -> Vec<String> {
    let value = dialect::token::integer(old.as_bytes());
    let Some(value) = value.and_then(|value| i64::try_from(value).ok()) else {
        return Vec::new();
    };
    let all = [
        0,
        1,
        2,
        3,
        value.saturating_add(1),
        value.saturating_sub(1),
        -value,
        value.saturating_mul(2),
    ];
    let mut others: Vec<String> = Vec::new();
    for other in all.iter().filter(|other| **other != value) {
        let text = if *other < 0 {
            format!("({other})")
        } else {
            other.to_string()
        };
        if !others.contains(&text) {
            others.push(text);
        }
    }
    others.push(format!("(~{old})"));
    others.push(format!("(!{old})"));
    others
}

/// Other names: a constant's with one added to it.
fn names(old: &str) -> Vec<String> {
    if let Some((_, others)) = NAMES.iter().find(|(name, _)| *name == old) {
        return others.iter().map(|name| (*name).to_owned()).collect();
    }
    let is_constant = old.len() > 2
        && old
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if is_constant {
        vec![format!("({old} + 1)"), "0".to_owned(), format!("(~{old})")]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{names, numbers};

    #[test]
    fn a_number_has_neighbours() {
        assert_eq!(numbers("1"), ["0", "2", "3", "(-1)", "(~1)", "(!1)"]);
        assert_eq!(numbers("0x10UL").first().map(String::as_str), Some("0"));
        assert!(numbers("1.5").is_empty());
    }

    #[test]
    fn a_constant_is_written_in_capitals() {
        assert_eq!(names("PCI_COMMAND")[0], "(PCI_COMMAND + 1)");
        assert!(names("pdev").is_empty() && names("X").is_empty());
    }
}
