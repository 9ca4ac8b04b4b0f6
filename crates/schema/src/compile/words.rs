//! Words that go into mails and reports: one line, no control character, well-formed addresses.
//!
//! A newline in a header would start another header, so this is where mail injection ends.

use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

use super::Compiler;
use crate::model::Address;
use crate::raw::{Moment, Text, Texts};

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

    /// `A Developer <dev@example.org>` or `dev@example.org`.
    pub(crate) fn address(&mut self, text: &Text, key: &str) -> Option<Address> {
        let line = self.line(text, key)?;
        let (name, email) = match line.strip_suffix('>').and_then(|line| line.split_once('<')) {
            Some((name, email)) => (display_name(name.trim()), email),
            None => (Some(String::new()), line.as_str()),
        };
        if let Some(name) = name.filter(|name| is_email(email) && !name.contains(['<', '>'])) {
            return Some(Address {
                name,
                email: email.to_owned(),
            });
        }
        let message = format!("`{line}` is not a mail address");
        let help = "write `A Developer <dev@example.org>` or `dev@example.org`";
        self.mistakes
            .report(&text.span, message, "malformed address", help);
        None
    }

    /// Addresses.
    pub(crate) fn addresses(&mut self, texts: Option<&Texts>, key: &str) -> Option<Vec<Address>> {
        let texts = texts.map_or(&[][..], |texts| &texts.items);
        all(texts.iter().map(|text| self.address(text, key)))
    }

    /// A link for a `Link:` line.
    pub(crate) fn link(&mut self, text: &Text) -> Option<String> {
        let line = self.line(text, "links")?;
        let rest = line
            .strip_prefix("https://")
            .or_else(|| line.strip_prefix("http://"));
        if rest.is_some_and(|rest| !rest.is_empty()) && !line.contains(char::is_whitespace) {
            return Some(line);
        }
        let help = "a link starts with `https://` and has no blank";
        self.mistakes.report(
            &text.span,
            format!("`{line}` is not a link"),
            "malformed link",
            help,
        );
        None
    }

    /// RFC 3339 or RFC 2822, the offset from UTC included.
    pub(crate) fn date(&mut self, moment: &Moment) -> Option<jiff::ZonedDateTime> {
        let parsed =
            rfc3339(&moment.value).or_else(|| jiff::fmt::rfc2822::parse(&moment.value).ok());
        if parsed.is_none() {
            self.mistakes.report(
                &moment.span,
                "`date` is not a date with time and offset",
                "neither RFC 3339 nor RFC 2822",
                "write `2020-08-12T15:21:30-05:00` or `Wed, 12 Aug 2020 15:21:30 -0500`",
            );
        }
        parsed
    }
}

fn rfc3339(text: &str) -> Option<jiff::ZonedDateTime> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    let pieces = PARSER.parse_pieces(text).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let moment = pieces.date().to_datetime(pieces.time()?);
    Some(
        offset
            .to_timestamp(moment)
            .ok()?
            .to_zoned_datetime(TimeZone::fixed(offset)),
    )
}

/// Marks that reorder or hide text: they have no place in a mail header, and none in a comment.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A name as RFC 5322 has it: words, or a string in quotes with quoted pairs in it.
fn display_name(text: &str) -> Option<String> {
    let Some(quoted) = text.strip_prefix('"') else {
        return (!text.contains('"')).then(|| text.to_owned());
    };
    let mut name = String::new();
    let mut rest = quoted.chars();
    loop {
        match rest.next()? {
            '"' => return rest.as_str().is_empty().then_some(name),
            '\\' => name.push(rest.next()?),
            other => name.push(other),
        }
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let word = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    let host = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !local.is_empty()
        && local
            .split('.')
            .all(|part| !part.is_empty() && part.chars().all(word))
        && domain.split('.').all(|part| {
            !part.is_empty()
                && part.chars().all(host)
                && !part.starts_with('-')
                && !part.ends_with('-')
        })
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
