//! Why one form of a change has no site to edit.

use query::File;

use crate::failure::{FailureKind, NearMiss};

/// Why a form of a change cannot be made in a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unresolved {
    /// What the reason means for what comes next.
    pub(crate) reason: Reason,
    /// For people.
    pub(crate) message: String,
    /// 1-based line, where one is meant.
    pub(crate) line: Option<usize>,
    /// The nearest candidates.
    pub(crate) near: Vec<NearMiss>,
}

/// What a unresolved means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// There is no site at all: the next form may have one.
    Absent,
    /// There are sites, and not the declared number; or the one that is there cannot take the change.
    Unfit,
    /// The change is there already.
    Present,
    /// Something there was not read cleanly.
    Unread,
    /// The spec's own text is at fault.
    Spec,
    /// The file cannot be had.
    Tree,
}

impl Unresolved {
    fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            line: None,
            near: Vec::new(),
        }
    }

    pub(crate) fn absent(message: impl Into<String>) -> Self {
        Self::new(Reason::Absent, message)
    }

    pub(crate) fn unfit(message: impl Into<String>) -> Self {
        Self::new(Reason::Unfit, message)
    }

    pub(crate) fn present(message: impl Into<String>) -> Self {
        Self::new(Reason::Present, message)
    }

    pub(crate) fn unread(message: impl Into<String>) -> Self {
        Self::new(Reason::Unread, message)
    }

    pub(crate) fn spec(message: impl Into<String>) -> Self {
        Self::new(Reason::Spec, message)
    }

    pub(crate) fn tree(message: impl Into<String>) -> Self {
        Self::new(Reason::Tree, message)
    }

    /// Says at which line.
    pub(crate) fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Says at which byte of `file`.
    pub(crate) fn at(self, file: &File, offset: usize) -> Self {
        self.at_line(file.line_of(offset))
    }

    /// Says what is like it.
    pub(crate) fn near(mut self, near: Vec<NearMiss>) -> Self {
        self.near = near;
        self
    }

    /// What kind of failure it makes of the run.
    pub(crate) fn kind(&self) -> FailureKind {
        match self.reason {
            Reason::Absent | Reason::Unfit => FailureKind::Drift,
            Reason::Present => FailureKind::Present,
            Reason::Unread => FailureKind::Unread,
            Reason::Spec => FailureKind::Spec,
            Reason::Tree => FailureKind::Tree,
        }
    }
}
