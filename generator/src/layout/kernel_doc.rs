//! Kernel-doc: a structure that describes its members above itself gets the new one described there.

use super::{PREFERRED_WIDTH, columns, comment};

/// Where in a kernel-doc comment a member's line goes, and the line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Byte offset in the comment: the start of a line.
    pub(crate) at: usize,
    /// Whole lines.
    pub(crate) text: String,
}

/// The entry for `name` behind (or before) that of `neighbour`; none where the comment is no kernel-doc
/// or says nothing of the neighbour.
pub(crate) fn entry(
    doc: &str,
    neighbour: &str,
    name: &str,
    words: &str,
    after: bool,
) -> Option<Entry> {
    if !doc.trim_start().starts_with("/**") {
        return None;
    }
    let tag = format!("@{neighbour}:");
    let mut lines = Vec::new();
    let mut at = 0;
    for line in doc.split_inclusive('\n') {
        lines.push((at, line));
        at += line.len();
    }
    let first = lines
        .iter()
        .position(|(_, line)| inner(line).starts_with(&tag))?;
    let (start, line) = *lines.get(first)?;
    let end = lines
        .iter()
        .skip(first + 1)
        .find(|(_, line)| {
            let text = inner(line);
            text.is_empty() || text.starts_with('@') || text.starts_with('/')
        })
        .map_or(doc.len(), |(at, _)| *at);
    Some(Entry {
        at: if after { end } else { start },
        text: lines_of(line, &tag, name, words),
    })
}

/// The lines of the entry for `name`; none where the comment is no kernel-doc or has no such.
pub(crate) fn entry_of(doc: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let next = entry(doc, name, name, "", true)?.at;
    let first = entry(doc, name, name, "", false)?.at;
    Some(first..next)
}

/// A comment line without its decoration.
fn inner(line: &str) -> &str {
    let line = line.trim();
    line.strip_prefix('*').unwrap_or(line).trim_start()
}

/// The new lines, parted from the name as the neighbour's words are.
fn lines_of(neighbour: &str, tag: &str, name: &str, words: &str) -> String {
    let at = neighbour.find('@').unwrap_or(0);
    let lead = neighbour.get(..at).unwrap_or_default();
    let rest = neighbour.get(at + tag.len()..).unwrap_or_default();
    let gap = columns::indentation(rest.trim_end());
    let gap = if gap.is_empty() { " " } else { gap };
    let head = format!("{lead}@{name}:{gap}");
    let column = columns::width(&head);
    let star = lead.trim_end();
    let hang = if gap.contains('\t') {
        format!("{star}{}", columns::pad(columns::width(star), column))
    } else {
        format!("{star}   ")
    };
    let room = column.max(columns::width(&hang));
    let mut text = String::new();
    for (index, line) in comment::wrap(&sites::words::fold(words), room.min(PREFERRED_WIDTH))
        .iter()
        .enumerate()
    {
        text.push_str(if index == 0 { &head } else { &hang });
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::entry;

    const DOC: &str = "/**\n * struct s - a thing\n * @a:\tfirst\n *\tmore of it\n * @c:\tthird\n *\n * Words.\n */\n";

    #[test]
    fn the_entry_stands_behind_all_of_the_neighbours() {
        let found = entry(DOC, "a", "b", "second", true).unwrap();
        assert_eq!(found.text, " * @b:\tsecond\n");
        assert_eq!(found.at, DOC.find(" * @c").unwrap());
        let before = entry(DOC, "a", "b", "second", false).unwrap();
        assert_eq!(before.at, DOC.find(" * @a").unwrap());
    }

    #[test]
    fn other_comments_have_no_entries() {
        assert_eq!(entry("/* @a: x */\n", "a", "b", "w", true), None);
        assert_eq!(entry(DOC, "z", "b", "w", true), None);
    }
}
