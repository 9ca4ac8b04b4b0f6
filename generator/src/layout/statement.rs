//! Blank lines around an inserted statement, and the lines that it goes between.

use super::columns;
use crate::place::Indent;

/// What the line next to the new statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// A blank line.
    Blank,
    /// The last of the declarations.
    Declaration,
    /// The block's brace, or a `case` or other label.
    Edge,
    /// Any other code.
    Code,
}

/// What kind of neighbour a line without syntax of its own is; none for code.
pub(crate) fn plain_neighbour(line: &str) -> Option<Beside> {
    let text = line.trim();
    if text.is_empty() {
        return Some(Beside::Blank);
    }
    if text.starts_with('#') {
        return Some(Beside::Edge);
    }
    let opens = text.ends_with('{');
    let closes = text.starts_with('}') && !text.ends_with('{') && !text.contains("else");
    let label = text.ends_with(':') && !text.ends_with("::");
    (opens || closes || label).then_some(Beside::Edge)
}

/// `text` with every line that is not empty moved right to `indentation`, its own relative
/// indentation kept.
pub(crate) fn indent(text: &str, indentation: &str) -> String {
    let least = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(columns::indentation)
        .min_by_key(|own| columns::width(own))
        .unwrap_or_default()
        .to_owned();
    let mut out = String::new();
    for line in text.lines() {
        if !line.trim().is_empty() {
            out.push_str(indentation);
            out.push_str(
                line.strip_prefix(least.as_str())
                    .unwrap_or(line.trim_start()),
            );
        }
        out.push('\n');
    }
    out
}

/// New code in the place of a statement that is at `own`: its lines behind the first, where they are written as at column 0.
///
/// Lines with the file's own indentation already are let be: those of a statement behind the first are indented then, and
/// what is inside the first one is so more than the statement itself.
pub(crate) fn indent_rest(text: &str, indent: &Indent) -> String {
    let Some((first, rest)) = text.split_once('\n') else {
        return text.to_owned();
    };
    let width = columns::width(&indent.own);
    let written = |line: &str| columns::width(columns::indentation(line));
    let lines = || rest.lines().filter(|line| !line.trim().is_empty());
    let least = lines().map(written).min().unwrap_or(0);
    let ends_at_it = lines().next_back().is_some_and(|last| {
        written(last) == width && (last.trim_start().starts_with('}') || !opens(first))
    });
    let second = lines().next().map(written);
    let is_aligned = second.is_some_and(|column| open_parentheses(first).contains(&column));
    let is_placed = !is_aligned && least > 0 && (least > width || ends_at_it);
    if columns::width(columns::indentation(first)) > 0 || is_placed {
        return text.to_owned();
    }
    let rest: Vec<String> = rest
        .split('\n')
        .map(|line| match line.trim().is_empty() {
            true => line.to_owned(),
            false => {
                let own = columns::indentation(line);
                let tabs = own.len() - own.trim_start_matches('\t').len();
                let code = line.trim_start_matches([' ', '\t']);
                format!("{}{code}", indent.inside(tabs, own.len() - tabs))
            }
        })
        .collect();
    format!("{first}\n{}", rest.join("\n"))
}

/// The columns behind the parentheses that a line opens and does not close: where the next goes on, with both at column 0.
fn open_parentheses(line: &str) -> Vec<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut previous = ' ';
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(own), _) if c == own && previous != '\\' => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => open.push(columns::width(line.get(..at + 1).unwrap_or_default())),
            (None, ')') => {
                open.pop();
            }
            _ => {}
        }
        previous = c;
    }
    open
}

/// Whether what follows the line is under it: a head without its body.
fn opens(line: &str) -> bool {
    let line = line.trim_end();
    !line.ends_with([';', '}'])
}

#[cfg(test)]
mod tests {
    use super::{Beside, indent, indent_rest, open_parentheses, plain_neighbour};
    use crate::place::Indent;

    #[test]
    fn the_columns_behind_open_parentheses() {
        assert_eq!(open_parentheses("f(a, g(b),"), [2]);
        assert_eq!(open_parentheses("if (f(\"(\", '(',"), [4, 6]);
        assert!(open_parentheses("f(a);").is_empty());
    }

    #[test]
    fn a_line_aligned_with_a_parenthesis_at_column_0_is_indented() {
        assert_eq!(
            indent_rest("bitmap_or(a,\n\t  b);", &Indent::by_tabs("\t")),
            "bitmap_or(a,\n\t\t  b);"
        );
        assert_eq!(
            indent_rest("bitmap_or(a,\n\t\t  b);", &Indent::by_tabs("\t")),
            "bitmap_or(a,\n\t\t  b);"
        );
    }

    #[test]
    fn code_as_at_column_0_is_indented_and_other_code_is_not() {
        assert_eq!(
            indent_rest("a();\nb();", &Indent::by_tabs("\t")),
            "a();\n\tb();"
        );
        assert_eq!(
            indent_rest("a();\n\tb();", &Indent::by_tabs("\t")),
            "a();\n\tb();"
        );
        assert_eq!(
            indent_rest("if (a)\n\tb();", &Indent::by_tabs("\t")),
            "if (a)\n\t\tb();"
        );
        assert_eq!(
            indent_rest("if (a)\n\t\tb();", &Indent::by_tabs("\t")),
            "if (a)\n\t\tb();"
        );
        assert_eq!(
            indent_rest("if (a) {\n\tb();\n}", &Indent::by_tabs("\t")),
            "if (a) {\n\t\tb();\n\t}"
        );
        assert_eq!(
            indent_rest("if (a) {\n\t\tb();\n\t}", &Indent::by_tabs("\t")),
            "if (a) {\n\t\tb();\n\t}"
        );
        assert_eq!(
            indent_rest("a();\n\nb();", &Indent::by_tabs("\t\t")),
            "a();\n\n\t\tb();"
        );
    }

    #[test]
    fn braces_and_labels_are_edges() {
        assert_eq!(plain_neighbour("\tif (x) {"), Some(Beside::Edge));
        assert_eq!(plain_neighbour("\t}"), Some(Beside::Edge));
        assert_eq!(plain_neighbour("out:"), Some(Beside::Edge));
        assert_eq!(plain_neighbour("\tcase 1:"), Some(Beside::Edge));
        assert_eq!(plain_neighbour("\tx = 1;"), None);
        assert_eq!(plain_neighbour(" "), Some(Beside::Blank));
    }

    #[test]
    fn relative_indentation_is_kept() {
        assert_eq!(indent("if (x)\n\ty();", "\t"), "\tif (x)\n\t\ty();\n");
    }
}
