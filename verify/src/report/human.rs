//! For people at a terminal: what is wrong first and in full, what holds in short.
//!
//! Emits labels; [`paint`] turns them into colour, last, so that tests see the labels.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};

use super::{Group, Subject, by_severity, groups, message, place, tally, visible};
use crate::finding::{Finding, Report, Verdict};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// Running text.
    Plain,
    /// The word `violated`.
    Violated,
    /// The word `unknown`.
    Unknown,
    /// The word `holds`.
    Holds,
    /// An invariant's id.
    Invariant,
    /// `file:line`
    Place,
    /// A line of source.
    Source,
    /// What matters less.
    Faint,
}

impl Label {
    /// Its style on a terminal.
    #[must_use]
    pub fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Violated => AnsiColor::Red.on_default().bold(),
            Self::Unknown => AnsiColor::Yellow.on_default().bold(),
            Self::Holds => AnsiColor::Green.on_default().bold(),
            Self::Invariant => Style::new().bold(),
            Self::Place => AnsiColor::Cyan.on_default(),
            Self::Source => AnsiColor::Blue.on_default(),
            Self::Faint => Style::new().dimmed(),
        }
    }

    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Holds => Self::Holds,
            Verdict::Unknown => Self::Unknown,
            Verdict::Violated => Self::Violated,
        }
    }
}

/// A piece of text and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// What it is.
    pub label: Label,
    /// The text; may hold newlines.
    pub text: String,
}

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// What does not hold, and nothing else.
    Quiet,
    /// What does not hold in full, what holds in short, and the verdict.
    #[default]
    Normal,
    /// What holds too is told one by one with its evidence.
    Verbose,
}

/// The report as labelled text.
#[must_use]
pub fn human(report: &Report, subject: &Subject, detail: Detail) -> Vec<Labelled> {
    let mut page = Page::default();
    if detail == Detail::Verbose {
        for finding in by_severity(report) {
            page.finding(finding);
            page.put(Label::Plain, "\n");
        }
    } else {
        let is_shown = |group: &Group<'_>| detail != Detail::Quiet || report.counts(group.first);
        for group in groups(report).into_iter().filter(is_shown) {
            page.finding(group.first);
            page.others(&group);
            page.put(Label::Plain, "\n");
        }
        if detail == Detail::Quiet {
            return page.0;
        }
        page.holding(report);
    }
    page.put(Label::of(report.verdict), report.verdict.word());
    page.put(Label::Plain, &format!("  {}", heading(subject)));
    page.put(Label::Faint, &format!(" ({})", tally(report)));
    page.put(Label::Plain, "\n");
    page.0
}

/// `detached-vf v2 on linux-6.12, out/detached-vf-v2`
fn heading(subject: &Subject) -> String {
    let mut text = visible(&subject.series);
    if !subject.tree.is_empty() {
        text = format!("{text} on {}", visible(&subject.tree));
    }
    if !subject.judged.is_empty() {
        text = format!("{text}, {}", visible(&subject.judged));
    }
    text
}

/// The labelled text as one string, with ANSI colours or without.
#[must_use]
pub fn paint(page: &[Labelled], colour: bool) -> String {
    let mut text = String::new();
    for piece in page {
        let style = piece.label.style();
        if colour && style != Style::new() {
            text.push_str(&format!("{style}{}{style:#}", piece.text));
        } else {
            text.push_str(&piece.text);
        }
    }
    text
}

#[derive(Default)]
struct Page(Vec<Labelled>);

impl Page {
    fn put(&mut self, label: Label, text: &str) {
        self.0.push(Labelled {
            label,
            text: text.to_owned(),
        });
    }

    fn finding(&mut self, finding: &Finding) {
        self.put(Label::of(finding.verdict), finding.verdict.word());
        self.put(Label::Plain, "  ");
        self.put(Label::Invariant, &visible(&finding.invariant));
        self.put(Label::Plain, "\n");
        if let Some(place) = place(finding) {
            self.put(Label::Plain, "  ");
            self.put(Label::Place, &place);
            if let Some(function) = &finding.function {
                self.put(Label::Plain, &format!(" in {}()", visible(function)));
            }
            self.put(Label::Plain, "\n");
        }
        if let Some(source) = finding.source.as_deref().filter(|text| !text.is_empty()) {
            self.put(Label::Plain, "      ");
            self.put(Label::Source, &visible(source));
            self.put(Label::Plain, "\n");
        }
        self.put(Label::Plain, &format!("  {}\n", message(finding)));
    }

    /// What else is found at the place, by name; with `all` it is shown in full.
    fn others(&mut self, group: &Group<'_>) {
        let mut names: Vec<String> = Vec::new();
        for other in &group.others {
            let name = visible(&other.invariant);
            if !names.contains(&name) && other.invariant != group.first.invariant {
                names.push(name);
            }
        }
        if !names.is_empty() {
            let names = format!("  also here: {}\n", names.join(", "));
            self.put(Label::Faint, &names);
        }
    }

    /// One line a group: `frame: applies, files, tokens`.
    fn holding(&mut self, report: &Report) {
        let groups = holding_groups(report);
        for (group, names) in &groups {
            self.put(Label::Holds, "holds");
            self.put(Label::Plain, "  ");
            self.put(Label::Invariant, group);
            if !names.is_empty() {
                self.put(Label::Plain, &format!(": {}", names.join(", ")));
            }
            self.put(Label::Plain, "\n");
        }
        if !groups.is_empty() {
            self.put(Label::Plain, "\n");
        }
    }
}

/// Group (`frame`, a change's id, a stated invariant) to the names that hold, in the report's order.
/// A name that is also violated or unknown somewhere does not hold.
fn holding_groups(report: &Report) -> Vec<(String, Vec<String>)> {
    let mut worst: BTreeMap<&str, Verdict> = BTreeMap::new();
    for finding in &report.findings {
        let entry = worst.entry(&finding.invariant).or_insert(Verdict::Holds);
        *entry = (*entry).max(finding.verdict);
    }
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for finding in &report.findings {
        if worst.get(finding.invariant.as_str()) != Some(&Verdict::Holds) {
            continue;
        }
        let (group, name) = match finding.invariant.split_once('/') {
            Some((group, name)) => (visible(group), Some(visible(name))),
            None => (visible(&finding.invariant), None),
        };
        let at = groups
            .iter()
            .position(|(known, _)| *known == group)
            .unwrap_or_else(|| {
                groups.push((group, Vec::new()));
                groups.len() - 1
            });
        if let (Some(name), Some((_, names))) = (name, groups.get_mut(at))
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    groups
}
