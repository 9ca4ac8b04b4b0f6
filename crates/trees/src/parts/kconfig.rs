//! Kconfig: entries, and the blocks of `menu`, `choice` and `if`. A help text ends where kconfig itself ends it: at the first
//! line that is indented less than its first one, whatever it says.

use super::{NotUnderstood, Part, is_continued, one_line, trimmed};

/// What an entry or a block may say of itself.
const ATTRIBUTES: &[&str] = &[
    "bool",
    "tristate",
    "string",
    "hex",
    "int",
    "def_bool",
    "def_tristate",
    "depends",
    "select",
    "imply",
    "range",
    "visible",
    "default",
    "option",
    "optional",
    "modules",
    "prompt",
    "source",
    "rsource",
    "osource",
    "orsource",
    "mainmenu",
    "transitional",
];

pub(super) fn parts(lines: &[&str]) -> Result<Vec<Part>, NotUnderstood> {
    let mut reader = Kconfig {
        lines,
        parts: Vec::new(),
        open: Vec::new(),
        entry: None,
    };
    let mut help: Option<Option<usize>> = None;
    let mut joined = false;
    for (at, line) in lines.iter().enumerate() {
        if let Some(first) = help {
            let own = column(line);
            match (line.trim().is_empty(), first) {
                (true, _) => continue,
                (false, None) if own > 0 => {
                    help = Some(Some(own));
                    continue;
                }
                (false, Some(first)) if own >= first => continue,
                _ => help = None,
            }
        }
        let is_joined = std::mem::replace(&mut joined, is_continued(line));
        let text = line.trim();
        if is_joined || text.is_empty() || text.starts_with('#') {
            continue;
        }
        if matches!(text, "help" | "---help---") {
            help = Some(None);
            joined = false;
            continue;
        }
        reader.line(at, text)?;
    }
    reader.end_entry(lines.len());
    match reader.open.last() {
        None => Ok(super::sorted(reader.parts)),
        Some((word, start, _)) => Err(NotUnderstood::at(
            *start,
            format!("this `{word}` has no end"),
        )),
    }
}

struct Kconfig<'a> {
    lines: &'a [&'a str],
    parts: Vec<Part>,
    /// The word, the line and the name of each open block.
    open: Vec<(&'static str, usize, String)>,
    /// The line and the name of the entry.
    entry: Option<(usize, String)>,
}

impl Kconfig<'_> {
    fn line(&mut self, at: usize, text: &str) -> Result<(), NotUnderstood> {
        let word = text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default();
        match word {
            "config" | "menuconfig" | "comment" => {
                self.end_entry(at);
                self.entry = Some((at, one_line(text)));
            }
            "menu" => self.begin("menu", at, text),
            "choice" => self.begin("choice", at, text),
            "if" => self.begin("if", at, text),
            "endmenu" => return self.end("menu", at),
            "endchoice" => return self.end("choice", at),
            "endif" => return self.end("if", at),
            "source" | "rsource" | "osource" | "orsource" | "mainmenu" => self.end_entry(at),
            "prompt" if self.entry.is_none() => {
                let prompt = one_line(text.trim_start_matches("prompt"));
                if let Some(("choice", _, name)) = self.open.last_mut()
                    && name == "choice"
                {
                    *name = format!("choice {prompt}");
                }
            }
            word if ATTRIBUTES.contains(&word) => {}
            // Macros and variables of kconfig itself.
            _ if text.contains('=') || text.starts_with("$(") => {}
            _ => {
                let reason = format!("`{word}` is no word of Kconfig that is known here");
                return Err(NotUnderstood::at(at, reason));
            }
        }
        Ok(())
    }

    fn begin(&mut self, word: &'static str, at: usize, text: &str) {
        self.end_entry(at);
        self.open.push((word, at, one_line(text)));
    }

    fn end(&mut self, word: &str, at: usize) -> Result<(), NotUnderstood> {
        self.end_entry(at);
        match self.open.pop() {
            Some((open, start, name)) if open == word => {
                self.parts.push(Part {
                    name,
                    lines: start..at + 1,
                    is_closed: true,
                });
                Ok(())
            }
            _ => Err(NotUnderstood::at(
                at,
                format!("this `end{word}` ends no `{word}`"),
            )),
        }
    }

    /// Comments directly before what comes next are about that.
    fn end_entry(&mut self, at: usize) {
        if let Some((start, name)) = self.entry.take() {
            self.parts.push(Part {
                name,
                lines: trimmed(self.lines, start..at, |line| line.starts_with('#')),
                is_closed: false,
            });
        }
    }
}

/// The column of the first letter, tabs to eight.
fn column(line: &str) -> usize {
    let blanks = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    blanks.fold(0, |column, c| {
        if c == '\t' {
            (column & !7) + 8
        } else {
            column + 1
        }
    })
}
