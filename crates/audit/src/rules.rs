//! A file of named patterns, as linters have: `[[rule]]` tables with an id, a pattern, a message and a severity.
//!
//! All of them are asked in one walk. Unknown keys are mistakes: a rule whose severity is misspelt would never fail.

use std::collections::BTreeMap;
use std::ops::Range;

use query::pattern::{Fragment, Isomorphisms, Pattern, PatternError};
use schema::{Diagnostic, Diagnostics};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use toml::Spanned;

use crate::{Asked, Options, Query};

/// How bad a match is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A fault.
    Error,
    /// Likely a fault.
    #[default]
    Warning,
    /// Worth a look: it changes no exit status.
    Note,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// What is said of a match.
    pub message: String,
    /// Why.
    pub why: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// What it looks for.
    pub query: Query,
    /// 1-based line in the file.
    pub line: usize,
}

/// The rules of a file. There is at least one.
#[derive(Clone, Debug)]
pub struct RuleFile {
    /// In the order of the file.
    pub rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    rule: Vec<Spanned<RawRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: Spanned<String>,
    message: Spanned<String>,
    #[serde(default)]
    why: Option<String>,
    #[serde(default)]
    severity: Severity,
    pattern: Spanned<Strings>,
    #[serde(default)]
    not: Option<Spanned<Strings>>,
    #[serde(default)]
    without: Option<Spanned<Strings>>,
    #[serde(default)]
    unless: Option<Spanned<Strings>>,
    #[serde(default)]
    when: Option<Spanned<String>>,
    #[serde(default)]
    under: Option<Strings>,
    #[serde(default)]
    except: Option<Strings>,
}

/// A string or a list of them.
struct Strings(Vec<String>);

impl<'de> Deserialize<'de> for Strings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Strings;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E>(self, text: &str) -> Result<Strings, E> {
                Ok(Strings(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Strings, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = list.next_element()? {
                    all.push(one);
                }
                Ok(Strings(all))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

impl RuleFile {
    /// Reads the rules in `text`, which is the file `origin`.
    ///
    /// # Errors
    /// Every mistake, with its place.
    pub fn parse(origin: &str, text: &str) -> Result<Self, Diagnostics> {
        let raw: RawFile = toml::from_str(text).map_err(|error| {
            let span = error.span().unwrap_or(0..text.len().min(1));
            let message = error.message().lines().collect::<Vec<_>>().join("; ");
            Diagnostics::new(
                origin,
                text,
                vec![Diagnostic::new(message, span).label("here")],
            )
        })?;
        let mut reading = Reading {
            text,
            mistakes: Vec::new(),
            seen: BTreeMap::new(),
        };
        let rules: Vec<Rule> = raw
            .rule
            .into_iter()
            .filter_map(|rule| reading.rule(rule))
            .collect();
        if rules.is_empty() && reading.mistakes.is_empty() {
            let help = "a rule is a `[[rule]]` table with `id`, `pattern` and `message`";
            reading
                .mistakes
                .push(Diagnostic::new("the file has no rule", 0..0).help(help));
        }
        if reading.mistakes.is_empty() {
            Ok(Self { rules })
        } else {
            Err(Diagnostics::new(origin, text, reading.mistakes))
        }
    }
}

struct Reading<'t> {
    text: &'t str,
    mistakes: Vec<Diagnostic>,
    /// The line of each id.
    seen: BTreeMap<String, usize>,
}

impl Reading<'_> {
    fn rule(&mut self, rule: Spanned<RawRule>) -> Option<Rule> {
        let line = self.line(rule.span().start);
        let raw = rule.into_inner();
        self.id(&raw.id);
        if raw.message.get_ref().trim().is_empty() {
            let help = "say what is wrong with the code that matches, and what to write";
            self.mistakes
                .push(Diagnostic::new("the message is empty", raw.message.span()).help(help));
        }
        let isomorphisms = Isomorphisms::default();
        let asked: Vec<Asked> = self.each(&raw.pattern, |text| Asked::compile(text, &isomorphisms));
        let mut has_paths = false;
        for one in &asked {
            has_paths |= matches!(one, Asked::Path(_));
        }
        if let Some(unless) = raw.unless.as_ref().filter(|_| !has_paths) {
            let help = "`unless` is about what is passed on a path, `a(); ... b();`; `without` is about the function";
            self.mistakes.push(
                Diagnostic::new("`unless` without a path in `pattern`", unless.span()).help(help),
            );
        }
        let options = Options {
            not: self.patterns(raw.not.as_ref()),
            without: self.patterns(raw.without.as_ref()),
            unless: self.patterns(raw.unless.as_ref()),
            when: raw.when.as_ref().and_then(|when| {
                let compiled =
                    Pattern::compile(when.get_ref(), Fragment::Expression, &isomorphisms);
                compiled
                    .map_err(|error| self.refused(when.get_ref(), when.span(), &error))
                    .ok()
            }),
            is_exact: true,
            under: raw.under.map(|under| under.0).unwrap_or_default(),
            except: raw.except.map(|except| except.0).unwrap_or_default(),
            isomorphisms,
            ..Options::default()
        };
        (!asked.is_empty()).then(|| Rule {
            id: raw.id.into_inner(),
            message: raw.message.into_inner(),
            why: raw.why,
            severity: raw.severity,
            query: Query { asked, options },
            line,
        })
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn id(&mut self, id: &Spanned<String>) {
        let word = id.get_ref();
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if word.is_empty() || !word.chars().all(is_name) {
            let help = "small letters, digits and `-`";
            let message = format!("`{word}` is not an id");
            self.mistakes
                .push(Diagnostic::new(message, id.span()).help(help));
        }
        let line = self.line(id.span().start);
        if let Some(first) = self.seen.insert(word.clone(), line) {
            let message = format!("two rules are called `{word}`");
            let mistake = Diagnostic::new(message, id.span());
            self.mistakes
                .push(mistake.help(format!("the first one is in line {first}")));
        }
    }

    fn patterns(&mut self, texts: Option<&Spanned<Strings>>) -> Vec<Pattern> {
        let Some(texts) = texts else {
            return Vec::new();
        };
        let isomorphisms = Isomorphisms::default();
        self.each(texts, |text| {
            Pattern::compile(text, Fragment::Any, &isomorphisms)
        })
    }

    fn each<T>(
        &mut self,
        texts: &Spanned<Strings>,
        compile: impl Fn(&str) -> Result<T, PatternError>,
    ) -> Vec<T> {
        let list = &texts.get_ref().0;
        if list.is_empty() {
            self.mistakes
                .push(Diagnostic::new("an empty list", texts.span()));
        }
        let mut all = Vec::new();
        for text in list {
            match compile(text) {
                Ok(one) => all.push(one),
                Err(error) => self.refused(text, texts.span(), &error),
            }
        }
        all
    }

    fn refused(&mut self, pattern: &str, span: Range<usize>, error: &PatternError) {
        let part = pattern.get(error.span.clone()).unwrap_or_default().trim();
        let mistake = Diagnostic::new(format!("not a pattern: {}", error.message), span);
        let mistake = mistake.label(if part.is_empty() {
            "here".to_owned()
        } else {
            format!("at `{part}`")
        });
        self.mistakes.push(match &error.help {
            Some(help) => mistake.help(help.clone()),
            None => mistake,
        });
    }
}
