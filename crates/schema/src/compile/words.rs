//! Words that go into mails and reports: one line, no control character.
//!
//! A newline in a header would start another header, so this is where mail injection ends.

use super::Compiler;
use crate::raw::Text;

/// Beginnings of a line at which `git am` ends a commit message.
const CUTS: [&str; 3] = ["---", "diff -", "Index: "];
/// Beginnings of a first line that `git am` takes for a header.
const IN_BODY_HEADERS: [&str; 3] = ["From:", "Date:", "Subject:"];

impl Compiler<'_> {
    /// A text of one line that is not blank.
    pub(crate) fn line(&mut self, text: &Text, key: &str) -> Option<String> {
        if text.value.trim().is_empty() {
            let help = format!("write the {key}, or leave the key out where it is optional");
            self.mistakes
                .report(&text.span, format!("`{key}` is empty"), "empty", help);
            return None;
        }
        self.no_control(text, key, |_| false)?;
        Some(text.value.trim().to_owned())
    }

    /// A text of any number of lines; white space at its end is dropped.
    pub(crate) fn prose(&mut self, text: &Text, key: &str) -> Option<String> {
        self.no_control(text, key, |c| c == '\n' || c == '\t')?;
        Some(text.value.trim_matches('\n').trim_end().to_owned())
    }

    /// A commit message: prose that `git am` takes as a whole.
    pub(crate) fn message(&mut self, text: &Text) -> Option<String> {
        let message = self.prose(text, "message")?;
        if message.is_empty() {
            let help = "say why the change is needed, what it does, and what a user sees";
            self.mistakes
                .report(&text.span, "`message` is empty", "empty", help);
            return None;
        }
        let mut at = text.value.len() - text.value.trim_start_matches('\n').len();
        for (index, line) in message.lines().enumerate() {
            let header = index == 0 && IN_BODY_HEADERS.iter().any(|word| line.starts_with(word));
            if header || CUTS.iter().any(|word| line.starts_with(word)) {
                let span = self.inside(text, &(at..at + line.len()));
                let message = "a line of the message would not survive `git am`";
                let label = if header {
                    "taken for a mail header"
                } else {
                    "ends the message"
                };
                let help = "indent the line, or put other words first";
                self.mistakes.report(&span, message, label, help);
                return None;
            }
            at += line.len() + 1;
        }
        Some(message)
    }

    fn no_control(&mut self, text: &Text, key: &str, allowed: fn(char) -> bool) -> Option<()> {
        let bad = |c: char| (c.is_control() || is_invisible(c)) && !allowed(c);
        let Some((at, found)) = text.value.char_indices().find(|(_, c)| bad(*c)) else {
            return Some(());
        };
        let what = match found {
            '\n' => "a newline".to_owned(),
            other => format!("the control character U+{:04X}", u32::from(other)),
        };
        let span = self.inside(text, &(at..at + found.len_utf8()));
        let message = format!("`{key}` has {what}");
        let help =
            "it would end up in a mail, where it could start a header or hide text; take it out";
        self.mistakes.report(&span, message, "here", help);
        None
    }
}

/// Marks that reorder or hide text: they have no place in a mail header, and none in a comment.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// All of them, or none where one is missing; every one is made either way, so that each is judged.
pub(crate) fn all<T>(parts: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let parts: Vec<Option<T>> = parts.collect();
    parts.into_iter().collect()
}

/// The parts that can be made.
pub(crate) fn optional<T, R>(
    value: Option<&T>,
    make: impl FnOnce(&T) -> Option<R>,
) -> Option<Option<R>> {
    match value {
        Some(value) => make(value).map(Some),
        None => Some(None),
    }
}

/// Whether the text begins with a blank line, and whether it ends with one.
pub(crate) fn blank_around(text: &str) -> (bool, bool) {
    let is_blank = |line: Option<&str>| line.is_some_and(|line| line.trim().is_empty());
    (
        is_blank(text.lines().next()),
        is_blank(text.lines().next_back()),
    )
}
