//! `--format`, `--json`, `--verbose`, `--templates`: how a judgement is shown.

use std::io::Write;

use clap::{Args, ValueEnum};
use templates::Templates;
use verify::finding::Report;
use verify::report::{self, Subject};

use crate::error::CommandError;
use crate::template_args::TemplateArgs;

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

    #[command(flatten)]
    templates: TemplateArgs,
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

/// What prints reports.
pub(crate) struct Printer {
    format: Format,
    verbose: bool,
    templates: Templates,
}

impl FormatArgs {
    /// The format asked for.
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }

    /// What prints in this format. Made before anything is judged, so that a template that is wrong is said at once.
    ///
    /// # Errors
    /// Exit status 2: the templates.
    pub(crate) fn printer(&self, verbose: bool) -> Result<Printer, CommandError> {
        let format = self.format();
        if self.templates.is_given() && format != Format::Html {
            let message = "--templates is for --format html: no other format has a template";
            return Err(CommandError::unusable(message));
        }
        Ok(Printer {
            format,
            verbose,
            templates: self.templates.open()?,
        })
    }
}

impl ReportArgs {
    /// What prints in this format.
    ///
    /// # Errors
    /// Exit status 2: the templates.
    pub(crate) fn printer(&self) -> Result<Printer, CommandError> {
        self.format.printer(self.verbose)
    }
}

impl Printer {
    /// Whether it prints JUnit.
    pub(crate) fn is_junit(&self) -> bool {
        self.format == Format::Junit
    }

    /// Prints a report on standard output. Formats that leave out what holds show it too if asked to be verbose.
    ///
    /// # Errors
    /// Standard output cannot be written, or a template of the user's fails.
    pub(crate) fn print(&self, report: &Report, subject: &Subject) -> Result<(), CommandError> {
        let text = match self.format {
            Format::Human => {
                let page = report::human(report, subject, self.verbose);
                // The stream drops the colour where it is no terminal.
                report::paint(&page, true)
            }
            Format::Json => report::json(report, subject),
            Format::Markdown => report::markdown(report, subject),
            Format::Sarif => report::sarif(report, subject),
            Format::Junit => report::junit(report, subject),
            Format::Github => report::github(report, self.verbose),
            Format::Html => {
                report::html(report, subject, &self.templates).map_err(CommandError::unusable)?
            }
        };
        let mut stdout = anstream::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            stdout.write_all(b"\n")?;
        }
        Ok(())
    }
}
