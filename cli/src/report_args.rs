//! `--format`, `--json`, `--verbose`, `--templates`: how a judgement is shown, and where.

use std::io::Write;

use clap::{Args, ValueEnum};
use templates::Templates;
use verify::finding::Report;
use verify::report::{self, Detail, Matrix, Subject};

use crate::error::CommandError;
use crate::inputs::Inputs;
use crate::report_file::ReportFile;
use crate::template_args::TemplateArgs;

mod output;

use output::{Output, OutputParser};

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
    /// The report's format; FORMAT=FILE writes it to a file, `-` being the standard output. May be given again: one run
    /// makes several reports, of which one goes to the standard output.
    #[arg(
        long = "format",
        value_name = "FORMAT[=FILE]",
        default_value = "human",
        value_parser = OutputParser,
        conflicts_with = "json"
    )]
    formats: Vec<Output>,

    /// Short for --format json.
    #[arg(long)]
    json: bool,

    /// Print only what does not hold, and nothing if all does (format human).
    #[arg(long, short)]
    quiet: bool,

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
    #[arg(long, short, conflicts_with = "quiet")]
    verbose: bool,
}

/// What writes reports: each format to its place.
pub(crate) struct Printer {
    /// The format on the standard output, if any.
    stdout: Option<Format>,
    files: Vec<(Format, ReportFile)>,
    verbose: bool,
    quiet: bool,
    templates: Templates,
}

impl FormatArgs {
    /// Whether all is said in lines for people, who have read the errors.
    pub(crate) fn is_for_people(&self) -> bool {
        !self.json
            && self
                .formats
                .iter()
                .all(|output| output.format == Format::Human)
    }

    /// What prints in these formats. Made before anything is judged, so that a template that is wrong and a file that
    /// cannot be written are said at once.
    ///
    /// # Errors
    /// Exit status 2: the templates, a file, two reports for one place, or one over what the command reads.
    pub(crate) fn printer(&self, verbose: bool, inputs: &Inputs) -> Result<Printer, CommandError> {
        let json = [Output::stdout(Format::Json)];
        let outputs = if self.json { &json } else { &self.formats[..] };
        let has_html = outputs.iter().any(|output| output.format == Format::Html);
        if self.templates.is_given() && !has_html {
            let message = "--templates is for --format html: no other format has a template";
            return Err(CommandError::unusable(message));
        }
        output::check_distinct(outputs)?;
        let templates = self.templates.open()?;
        let stdout = outputs.iter().find(|output| output.file.is_none());
        let mut files = Vec::new();
        for output in outputs {
            if let Some(path) = &output.file {
                inputs.spare([path])?;
                files.push((output.format, ReportFile::open(path)?));
            }
        }
        Ok(Printer {
            stdout: stdout.map(|output| output.format),
            files,
            verbose,
            quiet: self.quiet,
            templates,
        })
    }
}

impl ReportArgs {
    /// What prints in these formats.
    ///
    /// # Errors
    /// Exit status 2: see [`FormatArgs::printer`].
    pub(crate) fn printer(&self, inputs: &Inputs) -> Result<Printer, CommandError> {
        self.format.printer(self.verbose, inputs)
    }
}

impl Printer {
    /// Writes a report in every format asked for.
    ///
    /// # Errors
    /// See [`Printer::write`].
    pub(crate) fn print(self, report: &Report, subject: &Subject) -> Result<(), CommandError> {
        self.write(|printer, format| printer.page(format, report, subject))
    }

    /// Writes what `page` makes of each format asked for: the files, each as a whole, once all are made; then the
    /// standard output.
    ///
    /// # Errors
    /// A file or standard output cannot be written, or a template of the user's fails.
    pub(crate) fn write(
        mut self,
        page: impl Fn(&Self, Format) -> Result<String, CommandError>,
    ) -> Result<(), CommandError> {
        let mut files = std::mem::take(&mut self.files);
        for (format, file) in &mut files {
            // A file has no colour.
            let text = page(&self, *format)?;
            file.put(&anstream::adapter::strip_str(&text).to_string())?;
        }
        let stdout = self.stdout.map(|format| page(&self, format)).transpose()?;
        for (_, file) in files {
            file.keep()?;
        }
        if let Some(text) = stdout {
            // The stream drops the colour where it is no terminal.
            let mut stdout = anstream::stdout().lock();
            stdout.write_all(text.as_bytes())?;
            if !text.is_empty() && !text.ends_with('\n') {
                stdout.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// A report in one format. Formats that leave out what holds show it too if asked to be verbose.
    ///
    /// # Errors
    /// A template of the user's fails.
    pub(crate) fn page(
        &self,
        format: Format,
        report: &Report,
        subject: &Subject,
    ) -> Result<String, CommandError> {
        Ok(match format {
            Format::Human => {
                let detail = match (self.quiet, self.verbose) {
                    (true, _) => Detail::Quiet,
                    (false, true) => Detail::Verbose,
                    (false, false) => Detail::Normal,
                };
                let page = report::human(report, subject, detail);
                report::paint(&page, true)
            }
            Format::Json => report::json(report, subject),
            Format::Markdown => report::markdown(report, subject),
            Format::Sarif => report::sarif(report, subject),
            Format::Junit => report::junit(report, subject),
            Format::Github => report::github(report, subject, self.verbose),
            Format::Html => {
                report::html(report, subject, &self.templates).map_err(CommandError::unusable)?
            }
        })
    }

    /// Every pair of a spec and a tree in one format; for people each is a line, which is the command's own.
    ///
    /// # Errors
    /// A template of the user's fails.
    pub(crate) fn matrix(&self, format: Format, matrix: &Matrix) -> Result<String, CommandError> {
        Ok(match format {
            Format::Human | Format::Json => report::json_matrix(matrix),
            Format::Markdown => report::markdown_matrix(matrix),
            Format::Sarif => report::sarif_matrix(matrix),
            Format::Junit => report::junit_matrix(matrix),
            Format::Github => report::github_matrix(matrix),
            Format::Html => {
                report::html_matrix(matrix, &self.templates).map_err(CommandError::unusable)?
            }
        })
    }

    /// Whether only what does not hold is for people.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether people are to see everything.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// The templates for a page of the command's own.
    pub(crate) fn templates(&self) -> &Templates {
        &self.templates
    }
}
