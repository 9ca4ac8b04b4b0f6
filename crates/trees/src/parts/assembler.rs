//! Assembler: what `SYM_FUNC_START()` or `ENTRY()` begins and its end ends, `.macro`s, and labels. Numbers and names that
//! begin with `.L` are local and no parts.

use super::{NotUnderstood, Part, one_line, trimmed};

pub(super) fn parts(lines: &[&str]) -> Result<Vec<Part>, NotUnderstood> {
    let mut reader = Assembler {
        lines,
        parts: Vec::new(),
        open: Vec::new(),
        label: None,
    };
    let mut in_comment = false;
    for (at, line) in lines.iter().enumerate() {
        let code = without_comments(line, &mut in_comment);
        reader.line(at, code.trim())?;
    }
    reader.end_label(lines.len());
    while let Some(open) = reader.open.pop() {
        if open.is_macro {
            return Err(NotUnderstood::at(open.line, "this `.macro` has no `.endm`"));
        }
        // An old ENTRY() may have no end: it is a label.
        reader.push(open.name, open.line..lines.len(), false);
    }
    Ok(super::sorted(reader.parts))
}

struct Open {
    line: usize,
    name: String,
    is_macro: bool,
}

struct Assembler<'a> {
    lines: &'a [&'a str],
    parts: Vec<Part>,
    open: Vec<Open>,
    label: Option<(usize, String)>,
}

impl Assembler<'_> {
    fn line(&mut self, at: usize, text: &str) -> Result<(), NotUnderstood> {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if word == ".macro" {
            let name = rest.split([' ', '\t', ',']).next().unwrap_or_default();
            self.begin(at, format!(".macro {name}"), true);
        } else if matches!(word, ".endm" | ".endmacro") {
            // An entry without an end ends with the macro that it is in.
            while let Some(entry) = self.open.pop_if(|open| !open.is_macro) {
                self.push(entry.name, entry.line..at, false);
            }
            let Some(open) = self.open.pop() else {
                return Err(NotUnderstood::at(
                    at,
                    format!("this `{word}` ends no `.macro`"),
                ));
            };
            self.close(open, at);
        } else if let Some((call, name)) = called(text) {
            if call.starts_with("SYM_") && call.contains("_START")
                || call == "ENTRY"
                || call == "WEAK"
            {
                self.begin(at, name, false);
            } else if call.starts_with("SYM_") && call.contains("_END") || call.starts_with("END") {
                let is_same = self
                    .open
                    .last()
                    .is_some_and(|open| open.name == name && !open.is_macro);
                if let Some(open) = self.open.pop_if(|_| is_same) {
                    self.close(open, at);
                }
            }
        } else if let Some(name) = label(text) {
            self.end_label(at);
            self.label = Some((at, name.to_owned()));
        }
        Ok(())
    }

    fn begin(&mut self, at: usize, name: String, is_macro: bool) {
        self.end_label(at);
        // What had no end until the next begins is a label.
        while let Some(open) = self.open.pop_if(|open| !open.is_macro && !is_macro) {
            self.push(open.name, open.line..at, false);
        }
        self.open.push(Open {
            line: at,
            name,
            is_macro,
        });
    }

    fn close(&mut self, open: Open, at: usize) {
        self.end_label(at);
        self.push(open.name, open.line..at + 1, true);
    }

    fn end_label(&mut self, at: usize) {
        if let Some((start, name)) = self.label.take() {
            self.push(one_line(&name), start..at, false);
        }
    }

    fn push(&mut self, name: String, lines: std::ops::Range<usize>, is_closed: bool) {
        let lines = match is_closed {
            true => lines,
            false => trimmed(self.lines, lines, |_| false),
        };
        self.parts.push(Part {
            name,
            lines,
            is_closed,
        });
    }
}

/// A macro that is called with a name: `SYM_FUNC_START(memcpy)`.
fn called(text: &str) -> Option<(&str, String)> {
    let (call, rest) = text.split_once('(')?;
    let call = call.trim();
    let is_name = !call.is_empty()
        && call
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let name = rest.split([',', ')']).next()?.trim();
    is_name.then(|| (call, name.to_owned()))
}

fn label(text: &str) -> Option<&str> {
    let (name, _) = text.split_once(':')?;
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_.$".contains(c));
    let is_local = name.starts_with(|c: char| c.is_ascii_digit()) || name.starts_with(".L");
    (!name.is_empty() && is_name && !is_local).then_some(name)
}

fn without_comments(line: &str, in_comment: &mut bool) -> String {
    let mut code = String::new();
    let mut rest = line;
    while !rest.is_empty() {
        let mark = if *in_comment { "*/" } else { "/*" };
        let Some((before, after)) = rest.split_once(mark) else {
            if !*in_comment {
                code.push_str(rest);
            }
            break;
        };
        if !*in_comment {
            code.push_str(before);
        }
        *in_comment = !*in_comment;
        rest = after;
    }
    match code.find("//") {
        Some(at) => code.get(..at).unwrap_or_default().to_owned(),
        None => code,
    }
}
