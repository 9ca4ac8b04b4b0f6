//! The date is one that `git am` takes: where it is not, no commit is made.
//!
//! git guesses at what it reads. What it is known to take is one here (the form of mails, ISO 8601, seconds since 1970), a
//! year that it has no time for is none; of anything else it is not known.

use super::{NAME, violated};
use crate::finding::Finding;
use crate::frame::Named;

/// The years that git has a time for (tm_to_time_t() in its date.c).
const YEARS: std::ops::RangeInclusive<u32> = 1970..=2099;

/// A number of so many digits counts seconds.
const DIGITS_OF_SECONDS: usize = 9;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

pub(super) fn check(mails: &[Named<'_>], findings: &mut Vec<Finding>) {
    for named in mails.iter().filter(|named| named.has_diff()) {
        let Some(date) = named.mail.date.as_deref() else {
            continue;
        };
        let line = named.mail.lines.mail.max(1);
        let read = Date::read(date);
        let shown = date.escape_debug();
        if read.year.is_some_and(|year| !YEARS.contains(&year)) {
            let message = format!("`git am` takes no date before 1970 or after 2099: {shown}");
            findings.push(violated(named, line, message));
        } else if !read.is_whole() {
            let message = format!("whether `git am` takes the date is not known: {shown}");
            let finding = Finding::unknown(NAME, message);
            findings.push(finding.in_file(&named.name).at_line(line));
        }
    }
}

/// What was found in a date.
#[derive(Debug, Default, PartialEq, Eq)]
struct Date {
    year: Option<u32>,
    has_month: bool,
    has_day: bool,
    has_time: bool,
    is_in_seconds: bool,
}

impl Date {
    fn is_whole(&self) -> bool {
        self.is_in_seconds || self.year.is_some() && self.has_month && self.has_day && self.has_time
    }

    fn read(text: &str) -> Self {
        let mut date = Self::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let taken = match first {
                letter if letter.is_ascii_alphabetic() => date.word(rest),
                digit if digit.is_ascii_digit() => date.number(rest),
                '+' | '-' if date.has_time => 1 + digits(rest.get(1..).unwrap_or_default()).len(),
                other => other.len_utf8(),
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        date
    }

    /// Takes a word; gives its length.
    fn word(&mut self, text: &str) -> usize {
        let end = text.find(|c: char| !c.is_ascii_alphabetic());
        let word = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
        let word = word.to_ascii_lowercase();
        self.has_month |= word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(&word));
        word.len()
    }

    /// Takes a number, or several with the same mark between them; gives their length.
    fn number(&mut self, text: &str) -> usize {
        let first = digits(text);
        let after = text.get(first.len()..).unwrap_or_default();
        let mark = after.chars().next();
        if let Some(mark @ (':' | '-' | '/' | '.')) = mark {
            let end = text.find(|c: char| !c.is_ascii_digit() && c != mark);
            let all = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
            let parts: Vec<&str> = all.split(mark).collect();
            if self.joined(mark, &parts) {
                return all.len();
            }
        }
        let value = first.parse().unwrap_or(u32::MAX);
        match first.len() {
            DIGITS_OF_SECONDS.. => self.is_in_seconds |= self.year.is_none() && !self.has_day,
            4 if value > 1400 => self.year = Some(value),
            1 | 2 if !self.has_day && (1..32).contains(&value) => self.has_day = true,
            2 if self.year.is_none() && value < 10 && self.has_day => {
                self.year = Some(2000 + value)
            }
            2 if self.year.is_none() && value >= 70 => self.year = Some(1900 + value),
            _ => {}
        }
        first.len()
    }

    /// `10:00:00` or `2026-08-05`.
    fn joined(&mut self, mark: char, parts: &[&str]) -> bool {
        let numbers: Option<Vec<u32>> = parts.iter().map(|part| part.parse().ok()).collect();
        match (mark, numbers.as_deref()) {
            (':', Some([hour, minute] | [hour, minute, 0..=60])) if *hour < 25 && *minute < 60 => {
                self.has_time = true;
            }
            ('-' | '/' | '.', Some([year, 1..=12, 1..=31]))
                if parts.first().is_some_and(|it| it.len() == 4) =>
            {
                self.year = Some(*year);
                (self.has_month, self.has_day) = (true, true);
            }
            _ => return false,
        }
        true
    }
}

fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn what_git_takes_is_whole() {
        for date in [
            "Wed, 5 Aug 2026 10:00:00 +0000",
            "Wed, 05 Aug 2026 10:00:00 -0700 (PDT)",
            "5 Aug 2026 10:00 GMT",
            "Wed, 5 Aug 2026 10:00:00",
            "2026-08-05T10:00:00Z",
            "2026-08-05 10:00:00 +0200",
            "@1234567890 +0000",
            "1234567890 +0000",
            "Thu, 1 Jan 1970 00:00:00 +0000",
            "Thu, 31 Dec 2099 23:59:59 +1400",
        ] {
            assert!(Date::read(date).is_whole(), "{date}");
        }
    }

    #[test]
    fn of_others_it_is_not_known() {
        for date in [
            "xxxx",
            "",
            "Wed, 5 Aug 2026",
            "10:00",
            "5 Foo 2026 10:00:00",
            "now",
        ] {
            assert!(!Date::read(date).is_whole(), "{date}");
        }
    }

    #[test]
    fn a_year_without_a_time_is_seen() {
        for (date, year) in [
            ("Wed, 31 Dec 1969 23:59:59 +0000", 1969),
            ("Fri, 1 Jan 2100 00:00:00 +0000", 2100),
        ] {
            assert_eq!(Date::read(date).year, Some(year));
        }
    }
}
