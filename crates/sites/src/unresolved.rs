//! Why an anchor does not resolve: absent, ambiguous, unread and already done are four answers.

use query::File;
use query::pattern::{Doubt, Pattern};

/// A place that is not the one, and is the most like it.
#[derive(Clone, Debug, PartialEq)]
pub struct NearMiss {
    /// The file in the tree.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// The function around it.
    pub function: Option<String>,
    /// What is there.
    pub text: String,
    /// How like it is: 1 for the same.
    pub score: f64,
}

/// Why a form of a change has no site in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Unresolved {
    /// What it means for what comes next.
    pub reason: Reason,
    /// For people.
    pub message: String,
    /// 1-based line, where one is meant.
    pub line: Option<usize>,
    /// What to do about it, where that is more than to give an alternative.
    pub hint: Option<Box<str>>,
    /// The nearest candidates, the best first.
    pub near: Vec<NearMiss>,
}

/// What kind of answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no site at all: the next form may have one.
    Absent,
    /// There are sites, and not the declared number; or the one that is there cannot take the change.
    Unfit,
    /// The change is there already.
    Present,
    /// Something there was not read, or its type is not known, and it could be a site.
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
            hint: None,
            near: Vec::new(),
        }
    }

    /// There is no site.
    pub fn absent(message: impl Into<String>) -> Self {
        Self::new(Reason::Absent, message)
    }

    /// The sites are not as declared.
    pub fn unfit(message: impl Into<String>) -> Self {
        Self::new(Reason::Unfit, message)
    }

    /// The change is there already.
    pub fn present(message: impl Into<String>) -> Self {
        Self::new(Reason::Present, message)
    }

    /// It cannot be told.
    pub fn unread(message: impl Into<String>) -> Self {
        Self::new(Reason::Unread, message)
    }

    /// The spec is at fault.
    pub fn spec(message: impl Into<String>) -> Self {
        Self::new(Reason::Spec, message)
    }

    /// The file cannot be had.
    pub fn tree(message: impl Into<String>) -> Self {
        Self::new(Reason::Tree, message)
    }

    /// A place that could be a match and is not known to be: nothing can be concluded of the pattern.
    #[must_use]
    pub fn doubtful(file: &File, pattern: &Pattern, doubt: &Doubt) -> Self {
        Self::unread(doubt.says(file, pattern.text())).at(file, doubt.range().start)
    }

    /// Something that was not read cleanly can neither be searched nor edited.
    #[must_use]
    pub fn unclean(file: &File, range: &std::ops::Range<usize>, what: &str) -> Self {
        match file.unread_in(range) {
            Some(unread) => Self::unread(format!("{what} was not read cleanly: {}", unread.cause))
                .at(file, unread.range.start),
            None => Self::unread(format!("{what} was not read cleanly")).at(file, range.start),
        }
    }

    /// Says at which line.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Says at which byte of `file`.
    #[must_use]
    pub fn at(self, file: &File, offset: usize) -> Self {
        self.at_line(file.line_of(offset))
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Box<str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says what is like it.
    #[must_use]
    pub fn near(mut self, near: Vec<NearMiss>) -> Self {
        self.near = near;
        self
    }
}
