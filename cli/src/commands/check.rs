//! `patchwright check SPEC… [TREE]…`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use schema::model::Spec;
use serde_json::{Value, json};
use verify::Verdict;
use verify::finding::{Finding, Report};
use verify::report::Subject;

use crate::baseline::Baseline;
use crate::check_history::{self, Course, Since};
use crate::error::{CommandError, Outcome, Status};
use crate::progress::Progress;
use crate::report_args::{Format, FormatArgs, Printer};
use crate::spec_file;
use crate::spec_status::{self, SpecStatus, Word};
use crate::text::{counted, escape};
use crate::tree_args::{OpenedTree, TreesArgs};

/// Judge specs against trees: landed, superseded, renders, drifted, violated or unknown.
///
/// landed: the tree has what the spec declares. superseded: it has what the superseded tables of the spec describe, or a
/// later version of the series has landed. renders: it has neither, and the series can be written for it and holds.
/// drifted: a change has no site. violated: the tree has a part of it, or what renders does not hold.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 every pair landed, superseded or renders; 1 one drifted or violated; 2 an unusable spec or tree, \
    the others being judged all the same; 3 one unknown and none worse.\n\
    Examples:\n  patchwright check specs/detached-vf/*.toml --git ~/linux --rev v6.1 --rev v6.12\n  \
    patchwright check specs/*/*.toml --git ~/linux --range v6.11..v6.12\n  \
    patchwright check specs/*/*.toml --git ~/linux --rev origin/master --baseline states.json"
)]
pub(crate) struct CheckArgs {
    /// The specs.
    #[arg(required = true)]
    specs: Vec<PathBuf>,

    #[command(flatten)]
    trees: TreesArgs,

    /// Judge along the first parents of --git from A to B: how each spec stands to B, since which commit, and which
    /// commits changed that before. A commit that touches nothing that the specs depend on is not judged.
    #[arg(long, value_name = "A..B", requires = "git", conflicts_with_all = ["rev", "tree", "sample"])]
    range: Option<String>,

    /// Report only what stands otherwise than in FILE, and keep how it stands now there. What cannot be judged is reported
    /// every time, and not kept.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    #[command(flatten)]
    format: FormatArgs,
}

/// One of the specs, or why it is none.
struct LoadedSpec {
    /// The path as the user gave it.
    path: String,
    spec: Result<Spec, CommandError>,
}

impl LoadedSpec {
    /// What to call it: NAME-vN, or its path.
    fn series(&self) -> String {
        match &self.spec {
            Ok(Spec { series, .. }) => format!("{}-v{}", series.name, series.version),
            Err(_) => self.path.clone(),
        }
    }

    fn origin(&self) -> &str {
        self.spec.as_ref().map_or(&self.path, |spec| &spec.origin)
    }
}

/// A spec, a tree, and how the one stands to the other.
struct Cell<'a> {
    spec: &'a LoadedSpec,
    tree: &'a str,
    spec_status: SpecStatus,
    /// How it stood before, in a range, the oldest first; and since when it stands as it does.
    course: Vec<Since>,
    /// How it stood in the last run, where that is another state.
    was: Option<String>,
}

impl<'a> Cell<'a> {
    fn new(spec: &'a LoadedSpec, tree: &'a str, spec_status: SpecStatus) -> Self {
        Self {
            spec,
            tree,
            spec_status,
            course: Vec::new(),
            was: None,
        }
    }

    /// Why it stands so, since when, and what it was.
    fn detail(&self) -> String {
        let mut detail = self.spec_status.detail.clone();
        if let Some(since) = self.course.last() {
            detail += &format!("; since {}", since.named);
        }
        if let Some(was) = &self.was {
            detail += &format!("; it was {was}");
        }
        detail
    }
}

/// Judges every spec against every tree, and prints a line for each pair. A spec or a tree that is of no use keeps none
/// of the others from it, unless nothing is left to judge.
pub(crate) fn run(args: &CheckArgs) -> Outcome {
    let printer = args.format.printer(true)?;
    let specs: Vec<LoadedSpec> = args
        .specs
        .iter()
        .map(|path| LoadedSpec {
            path: path.display().to_string(),
            spec: spec_file::load(path),
        })
        .collect();
    let usable: Vec<Spec> = specs
        .iter()
        .filter_map(|s| s.spec.as_ref().ok().cloned())
        .collect();
    report_all(specs.iter().filter_map(|spec| spec.spec.as_ref().err()));
    if usable.is_empty() {
        return Ok(Status::Unusable);
    }
    let mut baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let trees = match &args.range {
        Some(_) => Vec::new(),
        None => args.trees.open(&usable)?,
    };
    report_all(trees.iter().filter_map(|opened| opened.tree.as_ref().err()));
    if args.range.is_none() && trees.iter().all(|opened| opened.tree.is_err()) {
        return Ok(Status::Unusable);
    }
    let label = range_label(args);
    let mut asked = None;
    let mut cells = match (&args.range, args.trees.repository()) {
        (Some(range), Some(repository)) => {
            let words = args.trees.all_words(&usable)?;
            let usable: Vec<&Spec> = usable.iter().collect();
            let _progress = Progress::start("judging commits");
            let course = check_history::course(repository, range, &usable, &words)?;
            asked = Some((course.judged, course.commits));
            along(&specs, &label, course)
        }
        _ => judge(&specs, &trees),
    };
    let labels: Vec<&str> = match args.range {
        Some(_) => vec![&label],
        None => trees.iter().map(|tree| tree.label.as_str()).collect(),
    };
    if let Some(baseline) = &mut baseline {
        keep_news(&mut cells, baseline);
    }
    let worst = cells.iter().map(|cell| cell.spec_status.word);
    let worst = worst.max_by_key(|word| word.severity());
    match args.format.format() {
        Format::Human => print_lines(&cells, baseline.is_some(), asked)?,
        Format::Json => print_json(&cells, asked)?,
        _ => print_report(&printer, &cells, &specs, &labels)?,
    }
    // Last of all: a run that could not report has told nobody.
    if let (Some(baseline), Some(path)) = (baseline, &args.baseline) {
        baseline.write(path)?;
    }
    Ok(worst.map_or(Status::Good, Word::status))
}

/// What the tree of a range is called: its end.
fn range_label(args: &CheckArgs) -> String {
    let until = args
        .range
        .as_deref()
        .and_then(|range| range.split_once(".."));
    let until = until.map_or("", |(_, until)| until);
    let until = if until.is_empty() { "HEAD" } else { until };
    let repository = args
        .trees
        .repository()
        .map(|path| path.display().to_string());
    format!("{}@{until}", repository.unwrap_or_default())
}

/// How each spec stands at the end of a range, with its states before.
fn along<'a>(specs: &'a [LoadedSpec], label: &'a str, course: Course) -> Vec<Cell<'a>> {
    let mut states = course.states.into_iter();
    let cells = specs.iter().filter_map(|spec| match &spec.spec {
        Err(why) => Some(Cell::new(
            spec,
            label,
            SpecStatus::unusable(&spec.path, why),
        )),
        Ok(_) => {
            let course = states.next()?;
            let now = course.last()?.status.clone();
            Some(Cell {
                course,
                ..Cell::new(spec, label, now)
            })
        }
    });
    cells.collect()
}

/// Leaves only what stands otherwise than in the last run, and takes all that is known into the baseline.
fn keep_news(cells: &mut Vec<Cell<'_>>, baseline: &mut Baseline) {
    let mut news = Vec::new();
    for cell in cells.iter_mut() {
        let (series, status) = (cell.spec.series(), &cell.spec_status);
        news.push(baseline.is_news(&series, cell.tree, status));
        let was = baseline.of(&series, cell.tree);
        cell.was = was
            .filter(|was| *was != status.word.as_str())
            .map(str::to_owned);
    }
    for cell in cells.iter() {
        baseline.take(&cell.spec.series(), cell.tree, &cell.spec_status);
    }
    let mut news = news.into_iter();
    cells.retain(|_| news.next().unwrap_or(true));
}

/// Says each once, whatever pairs it is in.
fn report_all<'e>(errors: impl Iterator<Item = &'e CommandError>) {
    for error in errors {
        let _ = error.report();
    }
}

/// Tree by tree, each with the specs in the order given.
fn judge<'a>(specs: &'a [LoadedSpec], trees: &'a [OpenedTree]) -> Vec<Cell<'a>> {
    let usable: Vec<&Spec> = specs
        .iter()
        .filter_map(|spec| spec.spec.as_ref().ok())
        .collect();
    let mut cells = Vec::new();
    for opened in trees {
        let _progress = Progress::start("judging the specs");
        let judged = opened
            .tree
            .as_ref()
            .map(|tree| spec_status::of_all(&usable, tree));
        let mut judged = judged.map(Vec::into_iter);
        for spec in specs {
            let spec_status = match (&spec.spec, &mut judged) {
                (Ok(_), Ok(judged)) => judged.next(),
                (Err(why), _) => Some(SpecStatus::unusable(&spec.path, why)),
                (Ok(_), Err(why)) => Some(SpecStatus::unusable(&opened.label, why)),
            };
            cells.extend(spec_status.map(|status| Cell::new(spec, &opened.label, status)));
        }
    }
    cells
}

/// Of a range: how many of how many commits were judged.
type Asked = Option<(usize, usize)>;

fn print_lines(cells: &[Cell<'_>], is_news: bool, asked: Asked) -> Result<(), CommandError> {
    let mut stdout = std::io::stdout().lock();
    if is_news && cells.is_empty() {
        writeln!(stdout, "nothing changed")?;
    }
    for cell in cells {
        writeln!(
            stdout,
            "{:<10} {} on {}: {}",
            cell.spec_status.word.as_str(),
            escape(&cell.spec.series()),
            escape(cell.tree),
            escape(&cell.detail())
        )?;
        for since in cell.course.iter().rev().skip(1) {
            let SpecStatus { word, detail, .. } = &since.status;
            let (word, named) = (word.as_str(), escape(&since.named));
            writeln!(stdout, "  before: {word} since {named}: {}", escape(detail))?;
        }
    }
    if let Some((judged, commits)) = asked {
        writeln!(stdout, "{judged} of {} judged", counted(commits, "commit"))?;
    }
    Ok(())
}

/// The worst verdict, and every pair.
fn print_json(cells: &[Cell<'_>], asked: Asked) -> Result<(), CommandError> {
    let rows: Vec<Value> = cells
        .iter()
        .map(|cell| {
            let SpecStatus { word, detail, .. } = &cell.spec_status;
            let mut row = json!({ "series": cell.spec.series(), "tree": cell.tree, "standing": word.as_str(), "detail": detail });
            let states: Vec<Value> = cell.course.iter().map(state).collect();
            if let (Some(last), Some(row)) = (states.last(), row.as_object_mut()) {
                row.insert("since".to_owned(), last["commit"].clone());
                row.insert("states".to_owned(), Value::Array(states));
            }
            if let (Some(was), Some(row)) = (&cell.was, row.as_object_mut()) {
                row.insert("was".to_owned(), json!(was));
            }
            row
        })
        .collect();
    let worst = cells
        .iter()
        .map(|cell| cell.spec_status.word.verdict())
        .max();
    // With a baseline, nothing may be left to report.
    let worst = worst.unwrap_or(Verdict::Holds);
    let mut whole = json!({ "verdict": worst, "checks": rows });
    if let (Some((judged, commits)), Some(whole)) = (asked, whole.as_object_mut()) {
        whole.insert("judged".to_owned(), json!(judged));
        whole.insert("commits".to_owned(), json!(commits));
    }
    let text = serde_json::to_string_pretty(&whole).map_err(CommandError::unusable)?;
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(())
}

/// A state of a range, and the commit that brought it.
fn state(since: &Since) -> Value {
    let SpecStatus { word, detail, .. } = &since.status;
    json!({ "commit": since.commit, "standing": word.as_str(), "detail": detail })
}

/// As a report with a finding for each pair: every format that `verify` has.
fn print_report(
    printer: &Printer,
    cells: &[Cell<'_>],
    specs: &[LoadedSpec],
    labels: &[&str],
) -> Result<(), CommandError> {
    let several = labels.len() > 1;
    let findings = cells.iter().map(|cell| {
        let (word, detail) = (cell.spec_status.word, cell.detail());
        let message = format!("{} on {}: {detail}", word.as_str(), cell.tree);
        // A case a pair: JUnit has one for each name.
        let name = match several && printer.is_junit() {
            true => format!("{} on {}", cell.spec.series(), cell.tree),
            false => cell.spec.series(),
        };
        Finding::new(name, cell.spec_status.word.verdict(), message)
            .in_file(from_here(cell.spec.origin()))
    });
    let subject = Subject {
        series: "check".to_owned(),
        tree: labels.join(", "),
        judged: match specs.len() {
            1 => "1 spec".to_owned(),
            count => format!("{count} specs"),
        },
        ..Subject::default()
    };
    printer.print(&Report::of(findings.collect()), &subject)
}

/// A path below the folder of the run as it is from there: reports are read in other places.
fn from_here(path: &str) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| Path::new(path).strip_prefix(here).ok().map(Path::to_owned));
    below.map_or_else(|| path.to_owned(), |below| below.display().to_string())
}
