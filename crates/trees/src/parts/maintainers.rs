//! MAINTAINERS: a section is a paragraph whose first line is a title and whose second has a tag (`M:`, `L:` …).

use super::{Part, one_line};

pub(super) fn parts(lines: &[&str]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 0..=lines.len() {
        let is_end = lines.get(at).is_none_or(|line| line.trim().is_empty());
        if !is_end {
            continue;
        }
        let paragraph = lines.get(start..at).unwrap_or_default();
        if let [title, first, ..] = paragraph
            && !is_tag(title)
            && is_tag(first)
        {
            parts.push(Part {
                name: one_line(title),
                lines: start..at,
                is_closed: false,
            });
        }
        start = at + 1;
    }
    parts
}

fn is_tag(line: &str) -> bool {
    let mut chars = line.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.next() == Some(':')
        && chars.next().is_some_and(char::is_whitespace)
}
