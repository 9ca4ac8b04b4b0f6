//! Strings and tables of TOML, as people write them.

use std::fmt::Write;

/// `key = "value"`; a text of several lines in the form that keeps it as it is.
pub(crate) fn key(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "{key} = {}", string(value));
}

/// `key = ["one", "two"]`, one a line where there are several; nothing where there is none.
pub(crate) fn list(out: &mut String, key: &str, values: &[String]) {
    match values {
        [] => {}
        [only] => {
            let _ = writeln!(out, "{key} = [{}]", string(only));
        }
        several => {
            let _ = writeln!(out, "{key} = [");
            for value in several {
                let _ = writeln!(out, "\t{},", string(value));
            }
            let _ = writeln!(out, "]");
        }
    }
}

/// A string: basic in one line, literal in several, with escapes where nothing else keeps it.
pub(crate) fn string(value: &str) -> String {
    if !value.contains('\n') {
        return format!("\"{}\"", escaped(value, false));
    }
    // A literal string takes every character but these, and a `'` at its end would be taken for its quotes.
    let is_plain = value
        .chars()
        .all(|c| c == '\n' || c == '\t' || !c.is_control() && !is_hidden(c));
    if is_plain && !value.contains("'''") && value.ends_with('\n') {
        return format!("'''\n{value}'''");
    }
    format!("\"\"\"\n{}\"\"\"", escaped(value, true))
}

/// Characters that a reader does not see, or that turn the direction of others.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn escaped(value: &str, has_lines: bool) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            '\n' if has_lines => out.push('\n'),
            '\t' if has_lines => out.push('\t'),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() || is_hidden(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn a_string_keeps_what_it_is() {
        assert_eq!(string("a \"b\" \\c"), r#""a \"b\" \\c""#);
        assert_eq!(string("one\n\ttwo\n"), "'''\none\n\ttwo\n'''");
        assert_eq!(string("it's\n"), "'''\nit's\n'''");
        assert_eq!(string("a'''\n"), "\"\"\"\na'''\n\"\"\"");
        assert_eq!(string("a\r\n"), "\"\"\"\na\\r\n\"\"\"");
        assert_eq!(string("one\ntwo"), "\"\"\"\none\ntwo\"\"\"");
        assert_eq!(string("\u{202e}x\n"), "\"\"\"\n\\u202ex\n\"\"\"");
    }
}
