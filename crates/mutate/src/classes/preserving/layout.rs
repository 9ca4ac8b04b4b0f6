//! White space, comments and line splices.

use dialect::token::{TokenKind, tokens};

use crate::edit::{Edit, Mutation};
use crate::material::Patched;
use crate::nodes::{brief, indent, statements, text, text_of, whole_lines};

pub(super) fn mutations(patched: &Patched, found: &mut Vec<Mutation>) {
    statements_apart(patched, found);
    tokens_apart(patched, found);
    lines(patched, found);
}

/// Blank lines and comments around the statements of the series.
fn statements_apart(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    for node in statements(patched) {
        let lines = whole_lines(file, &node.byte_range());
        let shown = brief(&text_of(file, node));
        let indent = indent(file, node.start_byte());
        let at = node.start_byte();
        for (what, place, new) in [
            ("a blank line before", lines.start, "\n".to_owned()),
            ("a blank line after", lines.end, "\n".to_owned()),
            (
                "a comment before",
                lines.start,
                format!("{indent}/* a remark */\n"),
            ),
            (
                "a comment after",
                lines.end,
                format!("{indent}/* a remark */\n"),
            ),
            (
                "a comment behind",
                lines.end.saturating_sub(1),
                " /* a remark */".to_owned(),
            ),
            (
                "a line comment behind",
                lines.end.saturating_sub(1),
                " // a remark".to_owned(),
            ),
        ] {
            // Right below a comment, a blank line would part the two.
            let above = text(file, 0..lines.start);
            if place == lines.start && above.trim_end().ends_with("*/") {
                continue;
            }
            let edit = Edit::insert(place, new);
            found.push(Mutation::of(
                file,
                at,
                format!("{what} `{shown}`"),
                vec![edit],
            ));
        }
    }
}

/// Blanks, line ends, comments and splices between two tokens of the series' lines.
fn tokens_apart(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    for range in &patched.touched {
        let code = text(file, range.clone());
        let all = tokens(code.as_bytes());
        for pair in all.windows(2) {
            let [first, second] = pair else { continue };
            let is_code = |kind| !matches!(kind, TokenKind::Directive | TokenKind::Comment);
            if !is_code(first.kind) || !is_code(second.kind) {
                continue;
            }
            let gap = range.start + first.range.end..range.start + second.range.start;
            if file.macro_at(gap.start).is_some() {
                continue;
            }
            let near = code
                .get(first.range.start..second.range.end)
                .unwrap_or_default();
            for (what, new) in [
                ("a blank", " "),
                ("a line end", "\n\t\t\t"),
                ("a comment", " /* a remark */ "),
                ("a line splice", " \\\n\t\t\t"),
            ] {
                // A statement on a line of its own is to be as deep as its block.
                let is_misplaced = new.starts_with('\n')
                    && matches!(code.get(first.range.clone()), Some(";" | "{" | "}" | ":"));
                if text(file, gap.clone()) == new || is_misplaced {
                    continue;
                }
                let edit = Edit::replace(gap.clone(), new);
                let what = format!("{what} in `{}`", brief(near));
                found.push(Mutation::of(file, gap.start, what, vec![edit]));
            }
        }
    }
}

/// The indentation of the series' lines.
fn lines(patched: &Patched, found: &mut Vec<Mutation>) {
    let file = &patched.file;
    for range in &patched.touched {
        let code = text(file, range.clone());
        let mut at = range.start;
        for line in code.split_inclusive('\n') {
            let tabs = line.len() - line.trim_start_matches('\t').len();
            if tabs > 0 && file.macro_at(at).is_none() {
                let edit = Edit::replace(at..at + tabs, "        ".repeat(tabs));
                let what = format!("blanks for tabs before `{}`", brief(line));
                found.push(Mutation::of(file, at, what, vec![edit]));
            }
            at += line.len();
        }
    }
}
