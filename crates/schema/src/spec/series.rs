//! The series' mail facts.

use toml::de::DeValue;

use crate::compile::Compiler;
use crate::compile::words::{all, optional};
use crate::mistakes::Mistakes;
use crate::model::Series;
use crate::raw::{Int, Section as _, Table, Text, lacks};
use crate::tables::{Changelog, RawSeries};

/// The prefix of a mail's tag where the spec gives none.
const PREFIX: &str = "PATCH";
/// No series was ever sent this often.
const MOST_VERSIONS: i64 = 9999;
/// What a series that is mailed has to say.
pub(crate) const MAILED: [&str; 4] = ["version", "author", "subject", "cover"];

/// Reports what `[series]` lacks, where the spec has patches.
pub(crate) fn report_unmailable(spec: &Table<'_>, mistakes: &mut Mistakes) {
    let series = spec.get("series").filter(|_| spec.get("patch").is_some());
    let Some((DeValue::Table(entries), span)) = series.map(|it| (it.get_ref(), it.span())) else {
        return;
    };
    let given = |name: &str| entries.iter().any(|(key, _)| key.get_ref() == name);
    let keys = RawSeries::KEYS.iter();
    for key in keys.filter(|key| MAILED.contains(&key.name()) && !given(key.name())) {
        mistakes.push(lacks("`series`", &span, key));
    }
}

impl Compiler<'_> {
    pub(super) fn series(&mut self, raw: &RawSeries) -> Option<Series> {
        let name = raw.name.as_ref().and_then(|text| self.series_name(text));
        let version = optional(raw.version.as_ref(), |number| self.version(number));
        let author = optional(raw.author.as_ref(), |text| self.address(text, "author"));
        let date = optional(raw.date.as_ref(), |moment| self.date(moment));
        let prefix = optional(raw.prefix.as_ref(), |text| self.prefix(text));
        let subject = optional(raw.subject.as_ref(), |text| self.line(text, "subject"));
        let cover = optional(raw.cover.as_ref(), |text| self.prose(text, "cover"));
        let newest = version.flatten();
        let changelog = optional(raw.changelog.as_ref(), |log| {
            self.by_version(log, newest, &CHANGELOG, Self::prose)
        });
        let sent = optional(raw.sent.as_ref(), |sent| {
            self.by_version(sent, newest, &SENT, Self::message_id)
        });
        let in_reply_to = optional(raw.in_reply_to.as_ref(), |text| {
            self.message_id(text, "in-reply-to")
        });
        let change_id = optional(raw.change_id.as_ref(), |text| self.change_id(text));
        let to = self.addresses(raw.to.as_ref(), "to");
        let cc = self.addresses(raw.cc.as_ref(), "cc");
        let links = raw.links.iter().flat_map(|texts| &texts.items);
        let links = all(links.map(|text| self.link(text)));
        Some(Series {
            name: name?,
            version: version?.unwrap_or(1),
            author: author?.unwrap_or_default(),
            date: date?,
            prefix: prefix?.unwrap_or_else(|| PREFIX.to_owned()),
            subject: subject?.unwrap_or_default(),
            cover: cover?.unwrap_or_default(),
            changelog: changelog?.unwrap_or_default(),
            sent: sent?.unwrap_or_default(),
            in_reply_to: in_reply_to?,
            change_id: change_id?,
            to: to?,
            cc: cc?,
            links: links?,
        })
    }

    fn series_name(&mut self, text: &Text) -> Option<String> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let name = &text.value;
        if name.chars().all(fits) && !name.is_empty() && !name.starts_with('-') && name.len() <= 80
        {
            return Some(name.clone());
        }
        self.mistakes.report(
            &text.span,
            "a series' name has small letters, digits and hyphens, and starts with no hyphen",
            "not a series name",
            "the name is a folder in out/: `detached-vf`",
        );
        None
    }

    fn version(&mut self, number: &Int) -> Option<u32> {
        if (1..=MOST_VERSIONS).contains(&number.value) {
            return u32::try_from(number.value).ok();
        }
        self.mistakes.report(
            &number.span,
            format!("a series' version is 1 or more, not {}", number.value),
            "not a version",
            format!("the first posting is version 1, the next 2, at most {MOST_VERSIONS}"),
        );
        None
    }

    fn prefix(&mut self, text: &Text) -> Option<String> {
        let prefix = self.line(text, "prefix")?;
        let fits = |c: char| c.is_ascii_alphanumeric() || " ._/-".contains(c);
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_added = |word: &str| {
            let version = word.rsplit_once(['v', 'V']);
            // `PATCHv2` is read as `PATCH v2`.
            version
                .is_some_and(|(before, digits)| matches!(before, "" | "PATCH") && is_number(digits))
                || word
                    .split_once('/')
                    .is_some_and(|(n, of)| is_number(n) && is_number(of))
        };
        if prefix.chars().all(fits) && !prefix.split_whitespace().any(is_added) {
            return Some(prefix);
        }
        let help = "the brackets, the version and the number are added: write `PATCH RFC`";
        self.mistakes.report(
            &text.span,
            format!("`{prefix}` is not a prefix"),
            "malformed prefix",
            help,
        );
        None
    }

    /// What a table says of each version, newest first; `read` takes one text of the table, `words` are for what is wrong.
    fn by_version(
        &mut self,
        table: &Changelog,
        newest: Option<u32>,
        words: &ByVersion,
        read: impl Fn(&mut Self, &Text, &str) -> Option<String>,
    ) -> Option<Vec<(u32, Vec<String>)>> {
        let entries = table.entries.iter().map(|(key, span, texts)| {
            let version = key
                .strip_prefix('v')
                .and_then(|number| number.parse::<u32>().ok());
            let version = version.filter(|number| format!("v{number}") == *key && *number >= 1);
            let lines = all(texts.items.iter().map(|text| read(self, text, key)));
            let fault = match (version, newest) {
                (None, _) => Some((words.keys, "not a version")),
                (Some(version), Some(newest)) if version > newest => {
                    Some((words.to_come, "newer than `version`"))
                }
                _ => None,
            };
            if let Some((message, label)) = fault {
                self.mistakes.report(span, message, label, words.help);
                return None;
            }
            Some((version?, lines?))
        });
        let mut entries = all(entries)?;
        entries.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
        Some(entries)
    }
}

/// How mistakes in a table of versions are worded.
struct ByVersion {
    /// A key is no version.
    keys: &'static str,
    /// A key is a version after the series'.
    to_come: &'static str,
    help: &'static str,
}

const CHANGELOG: ByVersion = ByVersion {
    keys: "a changelog's keys are versions: `v2`, `v3`",
    to_come: "the changelog tells of a version that is still to come",
    help: "a key `vN` says what changed from the version before it to version N",
};

const SENT: ByVersion = ByVersion {
    keys: "the keys of `sent` are versions: `v1`, `v2`",
    to_come: "a version that is still to come was not sent",
    help: "a key `vN` says which Message-ID the cover letter of version N was sent with, or its only patch",
};
