//! Pairs of a spec and a tree, with how the one stands to the other, and how `check` prints them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};
use verify::report::{self, Matrix, Outcome, Pair, Range};

use crate::baseline::Baseline;
use crate::check_history::Since;
use crate::error::CommandError;
use crate::report_args::{Format, Printer};
use crate::shards::Plan;
use crate::spec_file::from_here;
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
    /// As reports have it.
    fn pair(&self) -> Pair {
        let word = self.spec_status.word;
        Pair {
            series: self.series.clone(),
            spec: from_here(&self.origin),
            tree: self.tree.clone(),
            status: word.as_str(),
            about: word.about(),
            outcome: word.outcome(),
            detail: self.detail(),
            states: self.course.iter().map(Since::state).collect(),
        }
    }

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
    /// Those that stand as they did in the last run.
    pub(crate) unchanged: Vec<Cell>,
    pub(crate) range: Option<Range>,
    /// Which part of which whole it is.
    pub(crate) plan: Option<Plan>,
    /// Whether only what changed is left.
    pub(crate) is_news: bool,
}

impl Checked {
    /// Leaves only what stands otherwise than in the last run, and takes all that is known into the baseline.
    ///
    /// # Errors
    /// Exit status 2: two specs have the same series and version, so that their states cannot be told apart.
    pub(crate) fn keep_news(&mut self, baseline: &mut Baseline) -> Result<(), CommandError> {
        let mut known = BTreeSet::new();
        if let Some(twice) = self
            .cells
            .iter()
            .find(|cell| !known.insert((&cell.series, &cell.tree)))
        {
            let message = format!(
                "two specs are {}: a baseline knows a state by its series and tree",
                twice.series
            );
            let error = CommandError::unusable(message);
            return Err(error.with_hint(
                "give one of them another `name` or `version`, or a baseline and a run of its own",
            ));
        }
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
        let all = std::mem::take(&mut self.cells).into_iter();
        (self.cells, self.unchanged) = all.partition(|_| news.next().unwrap_or(true));
        Ok(())
    }

    /// As reports have it.
    pub(crate) fn matrix(&self) -> Matrix {
        Matrix {
            pairs: self.cells.iter().map(Cell::pair).collect(),
            unchanged: self.unchanged.iter().map(Cell::pair).collect(),
            range: self.range.clone(),
        }
    }

    /// Prints it in the formats asked for.
    ///
    /// # Errors
    /// A report cannot be written, or a template of the user's fails.
    pub(crate) fn print(&self, matrix: &Matrix, printer: Printer) -> Result<(), CommandError> {
        printer.write(|printer, format| match format {
            Format::Human => Ok(self.lines(printer)),
            Format::Json => self.json(matrix),
            _ => printer.matrix(format, matrix),
        })
    }

    fn lines(&self, printer: &Printer) -> String {
        let is_quiet = printer.is_quiet();
        let mut page = String::new();
        if self.is_news && self.cells.is_empty() && !is_quiet {
            page.push_str("nothing changed\n");
        }
        let is_shown =
            |cell: &&Cell| !is_quiet || cell.spec_status.word.outcome() != Outcome::Holds;
        for cell in self.cells.iter().filter(is_shown) {
            let _ = writeln!(
                page,
                "{:<10} {} on {}: {}",
                cell.spec_status.word.as_str(),
                escape(&cell.series),
                escape(&cell.tree),
                escape(&cell.detail())
            );
            let all = cell.spec_status.all.iter();
            for line in all.filter(|_| printer.is_verbose()) {
                let _ = writeln!(page, "  {}", escape(line));
            }
            for since in cell.course.iter().rev().skip(1) {
                let SpecStatus { word, detail, .. } = &since.status;
                let named = since.named();
                let (word, named) = (word.as_str(), escape(&named));
                let _ = writeln!(page, "  before: {word} since {named}: {}", escape(detail));
            }
        }
        if let Some(range) = self.range.as_ref().filter(|_| !is_quiet) {
            let commits = counted(range.commits, "commit");
            let _ = writeln!(page, "{} of {commits} judged", range.judged);
        }
        page
    }

    /// The pairs as every report has them; of a range, a baseline and a part of a run, what else there is to know.
    fn json(&self, matrix: &Matrix) -> Result<String, CommandError> {
        let text = report::json_matrix(matrix);
        let mut whole: Value = serde_json::from_str(&text).map_err(CommandError::unusable)?;
        let rows = whole["checks"].as_array_mut();
        for (row, cell) in rows.into_iter().flatten().zip(&self.cells) {
            let states: Vec<Value> = cell.course.iter().map(state).collect();
            let Some(row) = row.as_object_mut() else {
                continue;
            };
            // What is said of the status alone; since when and what it was have keys of their own.
            row.insert("detail".to_owned(), json!(cell.spec_status.detail));
            if let Some(last) = states.last() {
                row.insert("since".to_owned(), last["commit"].clone());
                row.insert("states".to_owned(), Value::Array(states));
            }
            if let Some(was) = &cell.was {
                row.insert("was".to_owned(), json!(was));
            }
        }
        if let Some(whole) = whole.as_object_mut() {
            if let Some(range) = &self.range {
                whole.insert("judged".to_owned(), json!(range.judged));
                whole.insert("commits".to_owned(), json!(range.commits));
                let Range {
                    name, begins, ends, ..
                } = range;
                let range = json!({ "name": name, "begins": begins, "ends": ends });
                whole.insert("range".to_owned(), range);
            }
            if let Some(plan) = &self.plan {
                whole.insert("shard".to_owned(), plan.as_json());
            }
        }
        serde_json::to_string_pretty(&whole).map_err(CommandError::unusable)
    }
}

/// A state of a range, and the commit that brought it.
fn state(since: &Since) -> Value {
    let SpecStatus { word, detail, .. } = &since.status;
    json!({
        "number": since.number,
        "commit": since.commit,
        "date": since.date,
        "subject": since.subject,
        "status": word.as_str(),
        "detail": detail,
    })
}
