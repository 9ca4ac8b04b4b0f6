//! Why a series was not rendered: every problem of every change, with where to look next.

use std::fmt;

use schema::model::Span;
pub use sites::NearMiss;
use sites::Reason;

/// What kind of failure it is. The worst of several is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// The tree already has the change.
    Present,
    /// A change has no site in this tree, or not as many as it declares.
    Drift,
    /// A site is, or could be, in a region that was not read cleanly.
    Unread,
    /// A file of the tree cannot be read.
    Tree,
    /// What the spec wants to write is no good, whatever the tree.
    Spec,
    /// A template of the user's makes no mail.
    Template,
    /// The series cannot be written as commits.
    Commit,
}

impl From<Reason> for FailureKind {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Absent | Reason::Unfit => Self::Drift,
            Reason::Present => Self::Present,
            Reason::Unread => Self::Unread,
            Reason::Spec => Self::Spec,
            Reason::Tree => Self::Tree,
        }
    }
}

/// What is wrong with one change.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What kind of problem.
    pub kind: FailureKind,
    /// The change's id; empty where the series as a whole has the problem.
    pub change: String,
    /// Where the change stands in the spec.
    pub span: Span,
    /// What is wrong, and where that is known, what to do.
    pub message: String,
    /// The file in the tree.
    pub file: Option<String>,
    /// 1-based line in that file.
    pub line: Option<usize>,
    /// What to do about it, where the kind of problem does not say it all.
    pub hint: Option<String>,
    /// The nearest candidates, the best first.
    pub near: Vec<NearMiss>,
}

/// A series that was not rendered. Nothing is written.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderFailure {
    /// The worst problem's kind.
    pub kind: FailureKind,
    /// In the spec's order.
    pub problems: Vec<Problem>,
    /// Ids of the changes that would have landed, had it not been for the others.
    pub would_land: Vec<String>,
}

impl RenderFailure {
    pub(crate) fn new(problems: Vec<Problem>, would_land: Vec<String>) -> Self {
        let kind = problems
            .iter()
            .map(|problem| problem.kind)
            .max()
            .unwrap_or(FailureKind::Spec);
        Self {
            kind,
            problems,
            would_land,
        }
    }

    /// A problem of the whole series.
    pub(crate) fn of_series(kind: FailureKind, message: String) -> Self {
        let problem = Problem {
            kind,
            change: String::new(),
            span: 0..0,
            message,
            file: None,
            line: None,
            hint: None,
            near: Vec::new(),
        };
        Self::new(vec![problem], Vec::new())
    }

    /// Whether some of the series is in the tree and some is not.
    #[must_use]
    pub fn is_partly_present(&self) -> bool {
        let present = |problem: &Problem| problem.kind == FailureKind::Present;
        self.problems.iter().any(present)
            && (!self.would_land.is_empty() || !self.problems.iter().all(present))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.change.is_empty() {
            write!(f, "{}: ", self.change)?;
        }
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, _) => {}
        }
        write!(f, "{}", Escaped(&self.message))?;
        for near in &self.near {
            write!(f, "\n  near: {}:{}: ", near.file, near.line)?;
            if let Some(function) = &near.function {
                write!(f, "{function}(): ")?;
            }
            write!(f, "{}", Escaped(&near.text))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  help: {}", Escaped(hint))?;
        }
        Ok(())
    }
}

impl fmt::Display for RenderFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        if self.is_partly_present() && !self.would_land.is_empty() {
            write!(f, "\nnot in the tree yet: {}", self.would_land.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for RenderFailure {}

/// Text of a tree on its way to a terminal: white space folded, control characters escaped.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c == '\t' {
                f.write_str(" ")?;
            } else if c.is_control() && c != '\n' {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}
