//! Blank lines around an inserted statement, and the lines that it goes between.

use super::columns;

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

/// Whether a new statement gets a blank line before and after.
///
/// `group` says that it is more than one line, a comment with an `if`, say, and wants air.
pub(crate) fn blank_lines(before: Beside, after: Beside, group: bool) -> (bool, bool) {
    let lead = match before {
        Beside::Declaration => true,
        Beside::Code => group,
        Beside::Blank | Beside::Edge => false,
    };
    let trail = match after {
        Beside::Code | Beside::Declaration => group,
        Beside::Blank | Beside::Edge => false,
    };
    (lead, trail)
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
pub(crate) fn indent_rest(text: &str, own: &str) -> String {
    let Some((first, rest)) = text.split_once('\n') else {
        return text.to_owned();
    };
    let width = columns::width(own);
    let written = |line: &str| columns::width(columns::indentation(line));
    let lines = || rest.lines().filter(|line| !line.trim().is_empty());
    let least = lines().map(written).min().unwrap_or(0);
    let ends_at_it = lines().next_back().is_some_and(|last| {
        written(last) == width && (last.trim_start().starts_with('}') || !opens(first))
    });
    let is_placed = least > 0 && (least > width || ends_at_it);
    if columns::width(columns::indentation(first)) > 0 || is_placed {
        return text.to_owned();
    }
    let rest: Vec<String> = rest
        .split('\n')
        .map(|line| match line.trim().is_empty() {
            true => line.to_owned(),
            false => format!("{own}{line}"),
        })
        .collect();
    format!("{first}\n{}", rest.join("\n"))
}

/// Whether what follows the line is under it: a head without its body.
fn opens(line: &str) -> bool {
    let line = line.trim_end();
    !line.ends_with([';', '}'])
}

#[cfg(test)]
mod tests {
    use super::{Beside, blank_lines, indent, indent_rest, plain_neighbour};

    #[test]
    fn code_as_at_column_0_is_indented_and_other_code_is_not() {
        assert_eq!(indent_rest("a();\nb();", "\t"), "a();\n\tb();");
        assert_eq!(indent_rest("a();\n\tb();", "\t"), "a();\n\tb();");
        assert_eq!(indent_rest("if (a)\n\tb();", "\t"), "if (a)\n\t\tb();");
        assert_eq!(indent_rest("if (a)\n\t\tb();", "\t"), "if (a)\n\t\tb();");
        assert_eq!(
            indent_rest("if (a) {\n\tb();\n}", "\t"),
            "if (a) {\n\t\tb();\n\t}"
        );
        assert_eq!(
            indent_rest("if (a) {\n\t\tb();\n\t}", "\t"),
            "if (a) {\n\t\tb();\n\t}"
        );
        assert_eq!(indent_rest("a();\n\nb();", "\t\t"), "a();\n\n\t\tb();");
    }

    #[test]
    fn declarations_are_followed_by_a_blank_line() {
        assert_eq!(
            blank_lines(Beside::Declaration, Beside::Blank, false),
            (true, false)
        );
        assert_eq!(
            blank_lines(Beside::Blank, Beside::Code, true),
            (false, true)
        );
        assert_eq!(
            blank_lines(Beside::Code, Beside::Code, false),
            (false, false)
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
