//! `patchwright parse [TREE] [PATH]…`

use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use syntax::stats::{ParseStats, Summary};
use trees::{ParsedTree, Scan, ScanReport};

use crate::error::{CommandError, Outcome, Status};
use crate::progress::Progress;
use crate::text::{counted, escape};
use crate::tree_args::TreeArgs;

/// Folders that hold no kernel code proper.
const APART: [&str; 4] = ["tools", "samples", "scripts", "Documentation"];
/// Causes shown without --all.
const MOST_CAUSES: usize = 20;

/// Show how much of a tree is read cleanly, and why not the rest.
///
/// Clean means that the grammar, helped by the dialect, met nothing that it could not read. What is not clean is
/// never passed over: an edit is not made there, and a claim that depends on it is unknown.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 all read cleanly; 1 no such path; 2 unusable arguments; 3 something was not read.\n\
    Without PATH, tools/, samples/, scripts/ and Documentation/ are left out.\n\
    Example: patchwright parse --tree ~/linux drivers/vfio arch/s390/pci"
)]
pub(crate) struct ParseArgs {
    /// Folders or files of the tree; none: the whole tree.
    paths: Vec<String>,

    #[command(flatten)]
    tree: TreeArgs,

    /// Print JSON.
    #[arg(long)]
    json: bool,

    /// Print only what is not read cleanly.
    #[arg(long, short, conflicts_with_all = ["json", "list_words"])]
    quiet: bool,

    /// Print the words that the dialect blanked or turned into keywords: how often, by which rule, and a place.
    ///
    /// `(unread)` marks a word that is only in files that were not read cleanly.
    #[arg(long, conflicts_with = "json")]
    list_words: bool,

    /// Show every cause, not only the most frequent ones.
    #[arg(long)]
    all: bool,

    /// Show the N files that took longest to read, with the processor time that each took.
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "words")]
    slowest: usize,
}

/// What it took to read a file.
#[derive(Debug, serde::Serialize)]
struct Cost {
    milliseconds: u128,
    bytes: usize,
    file: String,
}

/// The stats, and the dearest files where they were asked for.
#[derive(Debug, serde::Serialize)]
struct Page {
    #[serde(flatten)]
    summary: Summary,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slowest: Vec<Cost>,
}

/// Parses and prints the stats.
pub(crate) fn run(args: &ParseArgs) -> Outcome {
    let tree = ParsedTree::new(args.tree.open(&[])?);
    let except = if args.paths.is_empty() {
        APART.iter().map(ToString::to_string).collect()
    } else {
        Vec::new()
    };
    let scan = Scan {
        under: args
            .paths
            .iter()
            .map(|path| path.trim_end_matches('/').to_owned())
            .collect(),
        except,
        ..Scan::default()
    };
    let (report, stats, costs) = read_all(&tree, &scan, args.slowest > 0)?;
    if let Some(missing) = report.missing.first() {
        return Err(CommandError::new(
            Status::Bad,
            format!("{missing}: the tree has no such file or folder"),
        ));
    }
    let slowest = dearest(costs, args.slowest);
    let mut stdout = std::io::stdout().lock();
    if args.json {
        let page = Page {
            summary: stats.summary(),
            slowest,
        };
        let text = serde_json::to_string_pretty(&page).map_err(CommandError::unusable)?;
        writeln!(stdout, "{text}")?;
    } else if args.list_words {
        for line in words(&stats) {
            writeln!(stdout, "{line}")?;
        }
    } else {
        stdout.write_all(human(&stats, &report, args).as_bytes())?;
        for Cost {
            milliseconds,
            bytes,
            file,
        } in &slowest
        {
            let file = escape(file);
            writeln!(stdout, "{milliseconds:>6} ms  {file}  ({bytes} bytes)")?;
        }
    }
    let clean = stats.files == stats.files_clean && report.unreadable.is_empty();
    Ok(if clean { Status::Good } else { Status::Unknown })
}

/// Reads what `scan` selects; what each file took, where that is asked for.
fn read_all(
    tree: &ParsedTree,
    scan: &Scan,
    timed: bool,
) -> Result<(ScanReport, ParseStats, Vec<Cost>), CommandError> {
    let total = Mutex::new((ParseStats::default(), Vec::new()));
    let report = {
        let _progress = Progress::start("parsing the tree");
        tree.tree()
            .scan(scan, &|path, bytes| {
                let (length, start) = (bytes.len(), processor_time());
                let stats = ParseStats::of(&tree.reader().read(&path, bytes));
                let cost = timed.then(|| Cost {
                    milliseconds: processor_time().saturating_sub(start).as_millis(),
                    bytes: length,
                    file: path.to_string(),
                });
                let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
                total.0.merge(stats);
                total.1.extend(cost);
            })
            .map_err(CommandError::unusable)?
    };
    let (stats, costs) = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((report, stats, costs))
}

/// The processor time of this thread so far: unlike a clock, it tells the same on a busy machine.
fn processor_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

/// The first `count`, the dearest first.
fn dearest(mut costs: Vec<Cost>, count: usize) -> Vec<Cost> {
    costs.sort_by(|a, b| (b.milliseconds, &a.file).cmp(&(a.milliseconds, &b.file)));
    costs.truncate(count);
    costs
}

/// The words that the dialect took, a line each, for a review.
fn words(stats: &ParseStats) -> impl Iterator<Item = String> {
    stats.words.iter().map(|((rule, word), uses)| {
        let mark = if uses.unread_only { " (unread)" } else { "" };
        format!(
            "{:>8}  {:<16} {}{mark}  {}:{}",
            uses.count,
            rule.name(),
            escape(word),
            escape(&uses.file),
            uses.line
        )
    })
}

fn human(stats: &ParseStats, report: &ScanReport, args: &ParseArgs) -> String {
    let summary = stats.summary();
    let counts = format!(
        "{} of {} read cleanly ({})\n{} of {} ({})\n",
        summary.files_clean,
        counted(summary.files, "file"),
        percent(summary.files_clean, summary.files),
        summary.functions_clean,
        counted(summary.functions, "function"),
        percent(summary.functions_clean, summary.functions),
    );
    let mut page = if args.quiet { String::new() } else { counts };
    for (path, reason) in trees::told_together(report.unreadable.clone()) {
        page.push_str(&format!("{path}: cannot be read: {}\n", escape(&reason)));
    }
    let shown = if args.all {
        summary.causes.len()
    } else {
        MOST_CAUSES
    };
    for cause in summary.causes.iter().take(shown) {
        page.push_str(&format!(
            "{:>6}  {}  ({}:{})\n",
            cause.example.count,
            escape(&cause.cause),
            escape(&cause.example.file),
            cause.example.line
        ));
    }
    let rest = summary.causes.len().saturating_sub(shown);
    if rest > 0 {
        page.push_str(&format!(
            "        and {rest} further causes; --all shows them\n"
        ));
    }
    page
}

/// Two digits more than a hundred needs, rounded down: 99.99 % is never shown as all.
fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "none there".to_owned();
    }
    let thousandths = part * 100_000 / whole;
    format!("{}.{:03}%", thousandths / 1000, thousandths % 1000)
}
