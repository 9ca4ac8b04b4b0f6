//! Pairs of a spec and a tree, with how the one stands to the other, and how `check` prints them.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use verify::Verdict;
use verify::finding::{Finding, Report};
use verify::report::Subject;

use crate::baseline::Baseline;
use crate::check_history::Since;
use crate::error::CommandError;
use crate::report_args::{Format, FormatArgs, Printer};
use crate::shards::Plan;
use crate::spec_status::SpecStatus;
use crate::text::{counted, escape};

/// A spec, a tree, and how the one stands to the other.
pub(crate) struct Cell {
    /// NAME-vN, or the path of a spec that is none.
    pub(crate) series: String,
    /// The spec's file.
    pub(crate) origin: String,
    pub(crate) tree: String,
    pub(crate) spec_status: SpecStatus,
    /// How it stood before, in a range, the oldest first; and since when it stands as it does.
    pub(crate) course: Vec<Since>,
    /// How it stood in the last run, where that is another state.
    pub(crate) was: Option<String>,
}

impl Cell {
    /// Why it stands so, since when, and what it was.
    fn detail(&self) -> String {
        let mut detail = self.spec_status.detail.clone();
        if let Some(since) = self.course.last() {
            detail += &format!("; since {}", since.named());
        }
        if let Some(was) = &self.was {
            detail += &format!("; it was {was}");
        }
        detail
    }
}

/// All that a run has to print.
pub(crate) struct Checked {
    pub(crate) cells: Vec<Cell>,
    /// The trees that there are.
    pub(crate) trees: Vec<String>,
    /// How many specs there are.
    pub(crate) specs: usize,
    /// Of a range: how many of how many commits were judged.
    pub(crate) asked: Option<(usize, usize)>,
    /// Which part of which whole it is.
    pub(crate) plan: Option<Plan>,
    /// Whether only what changed is left.
    pub(crate) is_news: bool,
}

impl Checked {
    /// Leaves only what stands otherwise than in the last run, and takes all that is known into the baseline.
    pub(crate) fn keep_news(&mut self, baseline: &mut Baseline) {
        self.is_news = true;
        let mut news = Vec::new();
        for cell in &mut self.cells {
            let status = &cell.spec_status;
            news.push(baseline.is_news(&cell.series, &cell.tree, status));
            let was = baseline.of(&cell.series, &cell.tree);
            cell.was = was
                .filter(|was| *was != status.word.as_str())
                .map(str::to_owned);
        }
        for cell in &self.cells {
            baseline.take(&cell.series, &cell.tree, &cell.spec_status);
        }
        let mut news = news.into_iter();
        self.cells.retain(|_| news.next().unwrap_or(true));
    }

    /// Prints it in the format asked for.
    ///
    /// # Errors
    /// Standard output cannot be written, or a template of the user's fails.
    pub(crate) fn print(&self, format: &FormatArgs, printer: &Printer) -> Result<(), CommandError> {
        match format.format() {
            Format::Human => self.print_lines(),
            Format::Json => self.print_json(),
            _ => self.print_report(printer),
        }
    }

    fn print_lines(&self) -> Result<(), CommandError> {
        let mut stdout = std::io::stdout().lock();
        if self.is_news && self.cells.is_empty() {
            writeln!(stdout, "nothing changed")?;
        }
        for cell in &self.cells {
            writeln!(
                stdout,
                "{:<10} {} on {}: {}",
                cell.spec_status.word.as_str(),
                escape(&cell.series),
                escape(&cell.tree),
                escape(&cell.detail())
            )?;
            for since in cell.course.iter().rev().skip(1) {
                let SpecStatus { word, detail, .. } = &since.status;
                let named = since.named();
                let (word, named) = (word.as_str(), escape(&named));
                writeln!(stdout, "  before: {word} since {named}: {}", escape(detail))?;
            }
        }
        if let Some((judged, commits)) = self.asked {
            writeln!(stdout, "{judged} of {} judged", counted(commits, "commit"))?;
        }
        Ok(())
    }

    /// The worst verdict, and every pair.
    fn print_json(&self) -> Result<(), CommandError> {
        let rows: Vec<Value> = self
            .cells
        .iter()
        .map(|cell| {
            let SpecStatus { word, detail, .. } = &cell.spec_status;
            let mut row = json!({ "series": cell.series, "tree": cell.tree, "standing": word.as_str(), "detail": detail });
            let states: Vec<Value> = cell.course.iter().map(state).collect();
            if let (Some(last), Some(row)) = (states.last(), row.as_object_mut()) {
                row.insert("since".to_owned(), last["commit"].clone());
                row.insert("states".to_owned(), Value::Array(states));
            }
            // A merge has to know where the spec is; nobody else asks.
            if let (Some(_), Some(row)) = (&self.plan, row.as_object_mut()) {
                row.insert("spec".to_owned(), json!(cell.origin));
            }
            if let (Some(was), Some(row)) = (&cell.was, row.as_object_mut()) {
                row.insert("was".to_owned(), json!(was));
            }
            row
        })
        .collect();
        let worst = self
            .cells
            .iter()
            .map(|cell| cell.spec_status.word.verdict())
            .max();
        // With a baseline, nothing may be left to report.
        let worst = worst.unwrap_or(Verdict::Holds);
        let mut whole = json!({ "verdict": worst, "checks": rows });
        if let (Some((judged, commits)), Some(whole)) = (self.asked, whole.as_object_mut()) {
            whole.insert("judged".to_owned(), json!(judged));
            whole.insert("commits".to_owned(), json!(commits));
        }
        if let (Some(plan), Some(whole)) = (&self.plan, whole.as_object_mut()) {
            whole.insert("shard".to_owned(), plan.as_json());
        }
        let text = serde_json::to_string_pretty(&whole).map_err(CommandError::unusable)?;
        writeln!(std::io::stdout().lock(), "{text}")?;
        Ok(())
    }

    /// As a report with a finding for each pair: every format that `verify` has.
    fn print_report(&self, printer: &Printer) -> Result<(), CommandError> {
        let several = self.trees.len() > 1;
        let findings = self.cells.iter().map(|cell| {
            let (word, detail) = (cell.spec_status.word, cell.detail());
            let message = format!("{} on {}: {detail}", word.as_str(), cell.tree);
            // A case a pair: JUnit has one for each name.
            let name = match several && printer.is_junit() {
                true => format!("{} on {}", cell.series, cell.tree),
                false => cell.series.clone(),
            };
            Finding::new(name, cell.spec_status.word.verdict(), message)
                .in_file(from_here(&cell.origin))
        });
        let subject = Subject {
            series: "check".to_owned(),
            tree: self.trees.join(", "),
            judged: match self.specs {
                1 => "1 spec".to_owned(),
                count => format!("{count} specs"),
            },
            ..Subject::default()
        };
        printer.print(&Report::of(findings.collect()), &subject)
    }
}

/// A state of a range, and the commit that brought it.
fn state(since: &Since) -> Value {
    let SpecStatus { word, detail, .. } = &since.status;
    json!({ "commit": since.commit, "subject": since.subject, "standing": word.as_str(), "detail": detail })
}

/// A path below the folder of the run as it is from there: reports are read in other places.
fn from_here(path: &str) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| Path::new(path).strip_prefix(here).ok().map(Path::to_owned));
    below.map_or_else(|| path.to_owned(), |below| below.display().to_string())
}
