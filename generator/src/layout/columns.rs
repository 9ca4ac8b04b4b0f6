//! Columns of text with tabs in it.

use unicode_width::UnicodeWidthChar;

use super::TAB_WIDTH;

/// The 0-based column after `text`, which starts at column `start`.
pub(crate) fn advance(text: &str, start: usize) -> usize {
    text.chars().fold(start, |column, c| match c {
        '\t' => next_stop(column),
        '\n' => 0,
        _ => column + c.width().unwrap_or(0),
    })
}

/// How wide a line is.
pub(crate) fn width(line: &str) -> usize {
    advance(line, 0)
}

/// The tab stop after `column`.
pub(crate) fn next_stop(column: usize) -> usize {
    (column / TAB_WIDTH + 1) * TAB_WIDTH
}

/// White space that reaches `column` from the start of a line: tabs, then blanks.
pub(crate) fn indent_to(column: usize) -> String {
    let mut text = "\t".repeat(column / TAB_WIDTH);
    text.push_str(&" ".repeat(column % TAB_WIDTH));
    text
}

/// The same in code that is indented by `own`: with blanks alone where that has no tabs.
pub(crate) fn indent_like(own: &str, column: usize) -> String {
    match own.is_empty() || own.contains('\t') {
        true => indent_to(column),
        false => " ".repeat(column),
    }
}

/// White space that reaches column `to` from column `from`: tabs where they get there, then blanks.
/// A single blank where `to` is not past `from`.
pub(crate) fn pad(from: usize, to: usize) -> String {
    if to <= from {
        return " ".to_owned();
    }
    if to == from + 1 && !to.is_multiple_of(TAB_WIDTH) {
        return " ".to_owned();
    }
    let mut text = String::new();
    let mut column = from;
    while next_stop(column) <= to {
        text.push('\t');
        column = next_stop(column);
    }
    text.push_str(&" ".repeat(to - column));
    text
}

/// The white space that a line starts with.
pub(crate) fn indentation(line: &str) -> &str {
    let end = line
        .find(|c| c != ' ' && c != '\t')
        .unwrap_or_else(|| line.trim_end_matches(['\n', '\r']).len());
    line.get(..end).unwrap_or_default()
}

/// Whether the line is a label and nothing else.
pub(crate) fn is_label(line: &str) -> bool {
    let name = line.trim().strip_suffix(':').unwrap_or_default();
    let is_word = |c: char| c == '_' || c.is_ascii_alphanumeric();
    name != "default" && !name.is_empty() && name.chars().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::{advance, indent_to, indentation, pad, width};

    #[test]
    fn a_tab_goes_to_the_next_multiple_of_eight() {
        assert_eq!(width("\tx"), 9);
        assert_eq!(width("abc\tx"), 9);
        assert_eq!(advance("\t", 15), 16);
    }

    #[test]
    fn padding_prefers_tabs_and_is_never_empty() {
        assert_eq!(pad(38, 48), "\t\t");
        assert_eq!(pad(48, 48), " ");
        assert_eq!(pad(20, 24), "\t");
        assert_eq!(pad(3, 10), "\t  ");
        assert_eq!(pad(23, 24), "\t");
        assert_eq!(pad(24, 25), " ");
    }

    #[test]
    fn indentation_is_tabs_then_blanks() {
        assert_eq!(indent_to(15), "\t       ");
        assert_eq!(indentation("\t  x"), "\t  ");
        assert_eq!(indentation("  \n"), "  ");
    }
}
