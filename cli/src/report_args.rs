//! `--format`, `--json`, `--verbose`: how a judgement is shown.

use std::io::Write;

use clap::{Args, ValueEnum};
use verify::finding::Report;
use verify::report::{self, Subject};

use crate::error::CommandError;

/// How to show a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// One JSON object.
    Json,
    /// For a mail or a merge request.
    Markdown,
    /// SARIF 2.1.0, for code-scanning services.
    Sarif,
    /// JUnit XML, for CI services.
    Junit,
    /// Workflow commands that GitHub shows in a diff.
    Github,
    /// One self-contained page.
    Html,
}

/// In which format to print.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct FormatArgs {
    /// The report's format.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        conflicts_with = "json"
    )]
    format: Format,

    /// Short for --format json.
    #[arg(long)]
    json: bool,
}

/// How to show a judgement.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    format: FormatArgs,

    /// Show what holds too, one line a finding (formats human and github).
    #[arg(long, short)]
    verbose: bool,
}

impl FormatArgs {
    /// The format asked for.
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

impl ReportArgs {
    /// Prints the report on standard output.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub(crate) fn print(&self, report: &Report, subject: &Subject) -> Result<(), CommandError> {
        print(self.format.format(), report, subject, self.verbose)
    }
}

/// Prints a report on standard output; `verbose` shows what holds too in the formats that leave it out.
///
/// # Errors
/// Standard output cannot be written.
pub(crate) fn print(
    format: Format,
    report: &Report,
    subject: &Subject,
    verbose: bool,
) -> Result<(), CommandError> {
    let text = match format {
        Format::Human => {
            let page = report::human(report, subject, verbose);
            // The stream drops the colour where it is no terminal.
            report::paint(&page, true)
        }
        Format::Json => report::json(report),
        Format::Markdown => report::markdown(report, subject),
        Format::Sarif => report::sarif(report),
        Format::Junit => report::junit(report, subject),
        Format::Github => report::github(report, verbose),
        Format::Html => report::html(report, subject),
    };
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        stdout.write_all(b"\n")?;
    }
    Ok(())
}
