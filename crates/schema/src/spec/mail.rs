//! Mail facts: addresses, links, dates.

use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

use crate::compile::Compiler;
use crate::compile::words::all;
use crate::model::Address;
use crate::raw::{Moment, Text, Texts};

/// The last year of a mail that git reads (set_date() in its date.c).
const LAST_YEAR: i16 = 2099;

impl Compiler<'_> {
    /// `A Developer <dev@example.org>` or `dev@example.org`.
    pub(super) fn address(&mut self, text: &Text, key: &str) -> Option<Address> {
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
    pub(super) fn addresses(&mut self, texts: Option<&Texts>, key: &str) -> Option<Vec<Address>> {
        let texts = texts.map_or(&[][..], |texts| &texts.items);
        all(texts.iter().map(|text| self.address(text, key)))
    }

    /// A link for a `Link:` line.
    pub(super) fn link(&mut self, text: &Text) -> Option<String> {
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

    /// A Message-ID, with or without its angle brackets, as its mail has it.
    pub(super) fn message_id(&mut self, text: &Text, key: &str) -> Option<String> {
        let line = self.line(text, key)?;
        let bare = line.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
        let id = bare.unwrap_or(&line);
        let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | ',');
        let is_whole = id.split_once('@').is_some_and(|(left, right)| {
            !left.is_empty() && !right.is_empty() && !right.contains(['@', '/'])
        });
        if is_whole && id.chars().all(fits) {
            return Some(id.to_owned());
        }
        let help = match line.contains("://") {
            true => "write the id that the address ends with, without a `/` behind it",
            false => "write what the mail's `Message-ID:` has: `20200812192130.1@example.org`",
        };
        self.mistakes.report(
            &text.span,
            format!("`{line}` is not a Message-ID"),
            "malformed Message-ID",
            help,
        );
        None
    }

    /// b4's name of a series: a date, words, and something that nobody else comes upon.
    pub(super) fn change_id(&mut self, text: &Text) -> Option<String> {
        let line = self.line(text, "change-id")?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let day = line.split('-').next().unwrap_or_default();
        let has_day = day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = line.split('-');
        let is_named = parts.clone().count() >= 3 && parts.all(|part| !part.is_empty());
        if has_day && is_named && line.chars().all(fits) {
            return Some(line);
        }
        self.mistakes.report(
            &text.span,
            format!("`{line}` is not a change-id"),
            "malformed change-id",
            "write a date, words and 12 random hex digits as b4 does: `20200812-detached-vf-3f1c0d9a7b52`; keep it in every version",
        );
        None
    }

    /// RFC 3339 or RFC 2822, the offset from UTC included.
    pub(super) fn date(&mut self, moment: &Moment) -> Option<jiff::ZonedDateTime> {
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
        if parsed.as_ref().is_some_and(|date| date.year() > LAST_YEAR) {
            self.mistakes.report(
                &moment.span,
                format!("`date` is after {LAST_YEAR}"),
                "`git am` takes no such date",
                "git reads the years from 1970 to 2099",
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
