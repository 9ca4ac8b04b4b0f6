//! Verdicts and findings: what a judgement says, and on what evidence.

use serde::Serialize;

/// What was found. Ordered by severity: the worst of many is their maximum.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Proved from the source.
    Holds,
    /// Something needed could not be read or parsed. Never a pass.
    Unknown,
    /// Disproved from the source.
    Violated,
}

impl Verdict {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Unknown => "unknown",
            Self::Violated => "violated",
        }
    }
}

/// One verdict with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stated invariant's id; `CHANGE-ID/implied-name` or `frame/NAME` otherwise.
    pub invariant: String,
    /// What was found.
    pub verdict: Verdict,
    /// The file in the tree, or the patch mail.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<usize>,
    /// The function around it.
    pub function: Option<String>,
    /// The source line, without its indentation.
    pub source: Option<String>,
    /// What holds, or what is wrong and why. One sentence.
    pub message: String,
    /// Whether the tree before the patches has it as well.
    pub so_before: bool,
}

impl Finding {
    /// A finding without a place.
    #[must_use]
    pub fn new(invariant: impl Into<String>, verdict: Verdict, message: impl Into<String>) -> Self {
        Self {
            invariant: invariant.into(),
            verdict,
            file: None,
            line: None,
            function: None,
            source: None,
            message: message.into(),
            so_before: false,
        }
    }

    /// A finding that something holds.
    #[must_use]
    pub fn holds(invariant: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(invariant, Verdict::Holds, message)
    }

    /// A finding that something is violated.
    #[must_use]
    pub fn violated(invariant: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(invariant, Verdict::Violated, message)
    }

    /// A finding that something could not be judged.
    #[must_use]
    pub fn unknown(invariant: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(invariant, Verdict::Unknown, message)
    }

    /// With the file it is about.
    #[must_use]
    pub fn in_file(mut self, file: impl ToString) -> Self {
        self.file = Some(file.to_string());
        self
    }

    /// With the line, 1-based.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// With the function around it.
    #[must_use]
    pub fn in_function(mut self, function: impl Into<String>) -> Self {
        self.function = Some(function.into());
        self
    }

    /// With the source line; white space at its ends is cut off.
    #[must_use]
    pub fn showing(mut self, source: &str) -> Self {
        self.source = Some(source.trim().to_owned());
        self
    }

    /// The message, with what is to be said of an old fault.
    #[must_use]
    pub(crate) fn told(&self) -> String {
        match self.so_before {
            true => format!("{} (so before the patches, too)", self.message),
            false => self.message.clone(),
        }
    }

    /// Errors of a tree begin with the file, which is shown beside the message anyway.
    fn name_file_once(&mut self) {
        let Some(file) = &self.file else { return };
        let prefix = format!("{file}: ");
        while let Some(rest) = self.message.strip_prefix(&prefix) {
            self.message = rest.to_owned();
        }
    }

    /// 0: frame, 1: implied by a change, 2: stated in the spec.
    pub(crate) fn part(&self) -> u8 {
        match self.invariant.split_once('/') {
            Some(("frame", _)) => 0,
            Some(_) => 1,
            None => 2,
        }
    }
}

/// All findings of one judgement.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The worst of the findings.
    pub verdict: Verdict,
    /// Sorted: frame, implied, stated; then by file and line.
    pub findings: Vec<Finding>,
    /// Whether what was so before the patches does not count.
    pub only_new: bool,
}

impl Report {
    /// Sorts the findings and takes the worst verdict. Nothing found at all is unknown: what was
    /// not judged does not hold.
    #[must_use]
    pub fn of(mut findings: Vec<Finding>) -> Self {
        for finding in &mut findings {
            finding.name_file_once();
        }
        findings.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        findings.dedup();
        Self {
            verdict: findings
                .iter()
                .map(|finding| finding.verdict)
                .max()
                .unwrap_or(Verdict::Unknown),
            findings,
            only_new: false,
        }
    }

    /// The same, where what was so before the patches does not count.
    #[must_use]
    pub fn of_new(self) -> Self {
        let new = Self {
            only_new: true,
            ..self
        };
        let counted = new.findings.iter().filter(|finding| new.counts(finding));
        let verdict = counted.map(|finding| finding.verdict).max();
        Self {
            verdict: verdict.unwrap_or(Verdict::Unknown),
            ..new
        }
    }

    /// Whether the verdict depends on the finding.
    #[must_use]
    pub fn counts(&self, finding: &Finding) -> bool {
        !(self.only_new && finding.so_before)
    }

    /// How many findings have this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    }
}

type SortKey<'a> = (u8, &'a Option<String>, Option<usize>, &'a str, &'a str);

fn sort_key(finding: &Finding) -> SortKey<'_> {
    (
        finding.part(),
        &finding.file,
        finding.line,
        &finding.invariant,
        &finding.message,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_is_the_verdict() {
        let report = Report::of(vec![
            Finding::holds("a", "fine"),
            Finding::unknown("b", "not read"),
            Finding::violated("frame/files", "no"),
        ]);
        assert_eq!(report.verdict, Verdict::Violated);
        assert_eq!(report.findings[0].invariant, "frame/files");
    }

    #[test]
    fn a_message_does_not_say_its_file_again() {
        let finding = Finding::unknown("a", "x.h: x.h: permission denied").in_file("x.h");
        let report = Report::of(vec![finding]);
        assert_eq!(report.findings[0].message, "permission denied");
    }

    #[test]
    fn nothing_judged_is_unknown() {
        assert_eq!(Report::of(Vec::new()).verdict, Verdict::Unknown);
    }
}
