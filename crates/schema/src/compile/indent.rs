//! Code of a spec that is indented by blanks, as the kernel indents it.

use std::borrow::Cow;

use dialect::token::{TokenKind, tokens};

/// How many columns a tab is.
const TAB: usize = 8;

/// The widths of one level that people write.
const UNITS: [usize; 3] = [8, 4, 2];

/// `text` with a tab for each level of indentation, where its lines are indented by blanks alone and by the same number of them a
/// level. Where a line goes on in the next one, that stays as many columns to the right of it as it is.
pub(super) fn tabbed(text: &str) -> Cow<'_, str> {
    let lines = lines(text);
    let is_indented = |line: &&Line<'_>| line.blanks > 0 && !line.code.is_empty();
    if lines.iter().any(|line| line.has_tab) || !lines.iter().any(|line| is_indented(&line)) {
        return Cow::Borrowed(text);
    }
    let begins = |line: &&Line<'_>| line.inside == Inside::Nothing;
    let levels: Vec<usize> = lines
        .iter()
        .filter(is_indented)
        .filter(begins)
        .map(|line| line.blanks)
        .collect();
    let fits = |unit: &usize| levels.iter().all(|blanks| blanks % unit == 0);
    // With nothing but lines that go on, the first one is at the margin.
    let Some(unit) = UNITS.into_iter().find(fits) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    let (mut base, mut base_blanks) = (0, 0);
    for line in &lines {
        if line.inside == Inside::Nothing && !line.code.is_empty() {
            (base, base_blanks) = (line.blanks / unit, line.blanks);
        }
        let columns = match line.inside {
            _ if line.code.is_empty() => 0,
            Inside::Nothing => base * TAB,
            Inside::Brackets | Inside::Comment => {
                base * TAB + line.blanks.saturating_sub(base_blanks)
            }
        };
        out.extend(std::iter::repeat_n('\t', columns / TAB));
        out.extend(std::iter::repeat_n(' ', columns % TAB));
        out.push_str(line.code);
    }
    Cow::Owned(out)
}

/// What a line begins in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Nothing,
    /// Parentheses, brackets.
    Brackets,
    Comment,
}

struct Line<'t> {
    blanks: usize,
    has_tab: bool,
    /// The rest of it, with its newline; empty for a line of white space, but for that.
    code: &'t str,
    inside: Inside,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut coming = tokens(text.as_bytes()).into_iter().peekable();
    let (mut at, mut depth, mut comment_end) = (0, 0_usize, 0);
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let code = line.trim_start_matches([' ', '\t']);
        let indentation = line.get(..line.len() - code.len()).unwrap_or_default();
        let start = at + indentation.len();
        while let Some(token) = coming.next_if(|token| token.range.start < start) {
            match text.get(token.range.clone()).unwrap_or_default() {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ if token.kind == TokenKind::Comment => comment_end = token.range.end,
                _ => {}
            }
        }
        let is_in_comment = start < comment_end;
        found.push(Line {
            blanks: indentation.len(),
            has_tab: indentation.contains('\t'),
            code,
            inside: match (is_in_comment, depth) {
                (true, _) => Inside::Comment,
                (false, 0) => Inside::Nothing,
                (false, _) => Inside::Brackets,
            },
        });
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::tabbed;

    #[test]
    fn a_level_of_blanks_is_a_tab() {
        for unit in ["  ", "    ", "        "] {
            let text = format!("if (n) {{\n{unit}a();\n{unit}if (m)\n{unit}{unit}b();\n}}");
            assert_eq!(tabbed(&text), "if (n) {\n\ta();\n\tif (m)\n\t\tb();\n}");
        }
    }

    #[test]
    fn what_goes_on_stays_as_far_to_the_right() {
        assert_eq!(
            tabbed("if (n) {\n    first(a,\n          b);\n}"),
            "if (n) {\n\tfirst(a,\n\t      b);\n}"
        );
        assert_eq!(tabbed("first(a,\n      b);"), "first(a,\n      b);");
        assert_eq!(
            tabbed("first_one(a,\n          b);"),
            "first_one(a,\n\t  b);"
        );
    }

    #[test]
    fn a_comment_keeps_its_stars() {
        assert_eq!(
            tabbed("{\n    /*\n     * Why.\n     */\n    a();\n}"),
            "{\n\t/*\n\t * Why.\n\t */\n\ta();\n}"
        );
    }

    #[test]
    fn what_has_tabs_or_no_such_levels_is_as_it_is() {
        for text in [
            "",
            "a();",
            "if (n)\n\ta();",
            "if (n)\n\t    a();",
            "{\n   a();\n}",
        ] {
            assert_eq!(tabbed(text), text);
        }
    }
}
