//! What goes wrong in a command, and the exit status that says so.
//!
//! Message, location and hint are separate, and the kind picks the status: scripts and CI gate on it.

use std::fmt;
use std::io::Write;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::text::{escape, escape_lines};

/// The command's exit status. Part of the contract: scripts rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Holds, or done.
    Good = 0,
    /// Violated, drifted, not found.
    Bad = 1,
    /// Unusable arguments or spec.
    Unusable = 2,
    /// Something needed could not be read or parsed.
    Unknown = 3,
    /// What `git bisect run` takes for a revision that cannot be judged.
    Skip = 125,
    /// Who read standard output has closed it (`| head`): as the shell tells it of what SIGPIPE ends.
    Closed = 141,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

impl From<verify::finding::Verdict> for Status {
    fn from(verdict: verify::finding::Verdict) -> Self {
        match verdict {
            verify::finding::Verdict::Holds => Self::Good,
            verify::finding::Verdict::Violated => Self::Bad,
            verify::finding::Verdict::Unknown => Self::Unknown,
        }
    }
}

impl From<verify::report::Outcome> for Status {
    fn from(outcome: verify::report::Outcome) -> Self {
        match outcome {
            verify::report::Outcome::Holds => Self::Good,
            verify::report::Outcome::Violated => Self::Bad,
            verify::report::Outcome::Unusable => Self::Unusable,
            verify::report::Outcome::Unknown => Self::Unknown,
        }
    }
}

/// Why a command stopped.
#[derive(Debug)]
pub(crate) struct CommandError {
    status: Status,
    /// Empty where the detail is a message by itself.
    message: String,
    /// Already laid out: a spec's diagnostics with their source lines, a list of near misses.
    detail: Option<String>,
    hint: Option<String>,
}

/// What a command gives: how it went, or why it stopped.
pub(crate) type Outcome = Result<Status, CommandError>;

impl CommandError {
    /// An error with a one-line message.
    pub(crate) fn new(status: Status, message: impl fmt::Display) -> Self {
        Self {
            status,
            message: message.to_string(),
            detail: None,
            hint: None,
        }
    }

    /// An error that the caller can mend: the arguments or the spec.
    pub(crate) fn unusable(message: impl fmt::Display) -> Self {
        Self::new(Status::Unusable, message)
    }

    /// With text that was laid out elsewhere, shown after the message.
    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With another message in the place of its own.
    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// With what to do next.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The error in one line, as a table has it.
    pub(crate) fn line(&self) -> String {
        let detail = self.detail.as_deref().unwrap_or_default();
        let text = if self.message.is_empty() {
            detail
        } else {
            &self.message
        };
        // What is laid out for a terminal may have colours.
        let plain = anstream::adapter::strip_str(text).to_string();
        let first = plain.lines().next().unwrap_or_default();
        first.trim_start_matches("error: ").to_owned()
    }

    /// Prints the error on standard error and gives its exit status.
    pub(crate) fn report(&self) -> ExitCode {
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        let cyan = Style::new().bold().fg_color(Some(AnsiColor::Cyan.into()));
        let mut stderr = anstream::stderr().lock();
        // Nothing is left to tell the user by, should standard error be closed.
        if !self.message.is_empty() {
            let _ = writeln!(stderr, "{red}error{red:#}: {}", escape(&self.message));
        }
        if let Some(detail) = &self.detail {
            let _ = writeln!(stderr, "{}", detail.trim_end());
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(stderr, "{cyan}help{cyan:#}: {}", escape_lines(hint));
        }
        self.status.into()
    }
}

impl From<std::io::Error> for CommandError {
    /// Standard output is gone or full. That a pipe is closed (`| head`) is the reader's choice, and needs no word.
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self {
                status: Status::Closed,
                message: String::new(),
                detail: None,
                hint: None,
            };
        }
        Self::unusable(format!("cannot write the result: {error}"))
    }
}

/// Prints clap's message; `--help` and `--version` are no failure.
pub(crate) fn report_usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() {
        Status::Unusable.into()
    } else {
        Status::Good.into()
    }
}
