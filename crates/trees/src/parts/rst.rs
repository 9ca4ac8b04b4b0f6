//! reStructuredText: sections by their headings. Which underline means which level is told by the order of their first
//! uses, as docutils tells it.

use super::{Part, one_line, trimmed};

/// A heading: the line of the overline or title, the title, and the style of its lines.
struct Heading {
    line: usize,
    title: String,
    level: usize,
}

pub(super) fn parts(lines: &[&str]) -> Vec<Part> {
    let headings = headings(lines);
    let mut parts = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        let mut later = headings.iter().skip(at + 1);
        let next = later.find(|next| next.level <= heading.level);
        let end = next.map_or(lines.len(), |next| next.line);
        // A target directly before a heading (`.. _name:`) is that heading's.
        let lines = trimmed(lines, heading.line..end, |line| {
            line.starts_with(".. _") && line.ends_with(':')
        });
        parts.push(Part {
            name: heading.title.clone(),
            lines,
            is_closed: false,
        });
    }
    parts
}

fn headings(lines: &[&str]) -> Vec<Heading> {
    let mut styles: Vec<(char, bool)> = Vec::new();
    let mut found: Vec<Heading> = Vec::new();
    let mut last_end = 0;
    for at in 1..lines.len() {
        let line = |at: usize| lines.get(at).copied().unwrap_or_default();
        let (title, under) = (line(at - 1), line(at));
        let Some(c) = rule(under) else { continue };
        let is_long = under.trim_end().len() >= title.trim().chars().count().min(4);
        let is_title = !title.trim().is_empty() && rule(title).is_none() && is_long;
        if !is_title || at - 1 < last_end {
            continue;
        }
        let above = at.checked_sub(2).map(line).and_then(rule);
        let has_overline = above == Some(c) && at - 2 >= last_end;
        // A title without an overline begins at the margin, behind a blank line.
        let is_apart = at < 2
            || line(at - 2).trim().is_empty()
            || found.last().is_some_and(|_| at - 1 == last_end);
        if !has_overline && (title.starts_with([' ', '\t']) || !is_apart) {
            continue;
        }
        let style = (c, has_overline);
        let known = styles.iter().position(|known| *known == style);
        let level = known.unwrap_or_else(|| {
            styles.push(style);
            styles.len() - 1
        });
        last_end = at + 1;
        found.push(Heading {
            line: if has_overline { at - 2 } else { at - 1 },
            title: one_line(title),
            level,
        });
    }
    found
}

/// The mark that a line is made of, if it is a rule.
fn rule(line: &str) -> Option<char> {
    let text = line.trim_end();
    let c = text.chars().next().filter(char::is_ascii_punctuation)?;
    (text.len() >= 2 && text.chars().all(|other| other == c)).then_some(c)
}
