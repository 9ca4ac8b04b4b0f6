//! `patchwright check SPEC… [TREE]…`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use schema::model::Spec;
use trees::{GitTree, Tree};

use crate::baseline::Baseline;
use crate::check_cells::{Cell, Checked};
use crate::check_history::{self, Since};
use crate::error::{CommandError, Outcome, Status};
use crate::kept_answers::KeptAnswers;
use crate::progress::Progress;
use crate::report_args::FormatArgs;
use crate::shards::{self, Plan, Shard};
use crate::spec_file;
use crate::spec_status::{self, SpecStatus};
use crate::tree_args::{OpenedTree, TreesArgs};

/// Judge specs against trees: landed, partly landed, superseded, renders, drifted, violated or unknown.
///
/// landed: the tree has what the spec declares. partly landed: it has some of the changes, and the others could still be made.
/// superseded: it has what the superseded tables of the spec describe, or a
/// later version of the series has landed. renders: not applied yet; the series renders here and verifies.
/// drifted: a change has no site. violated: the tree has a change otherwise than declared, or what renders does not hold.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 every pair landed, superseded or renders; 1 one partly landed, drifted or violated; 2 a spec or tree \
    cannot be used (the others are judged all the same); 3 one unknown and none worse.\n\
    Examples:\n  patchwright check specs/detached-vf/*.toml --git ~/linux --rev v6.1 --rev v6.12\n  \
    patchwright check specs/*-*/*.toml --git ~/linux --rev master --git ~/stable --rev linux-6.12.y\n  \
    patchwright check specs/*-*/*.toml --git ~/linux --range v6.11..v6.12\n  \
    patchwright check specs/*-*/*.toml --git ~/linux --rev origin/master --baseline states.json"
)]
pub(crate) struct CheckArgs {
    /// The specs.
    #[arg(required_unless_present = "merge")]
    specs: Vec<PathBuf>,

    #[command(flatten)]
    trees: TreesArgs,

    /// Judge along the first parents of --git from A to B: the status of each spec in B, since which commit, and which
    /// commits changed that before. A commit that touches nothing that the specs depend on is not judged.
    #[arg(long, value_name = "A..B", requires = "git", conflicts_with_all = ["rev", "tree", "sample", "known_missing"])]
    range: Option<String>,

    /// Report only what has another status than in FILE, and keep the new ones there. What cannot be judged is reported
    /// every time, and not kept.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Judge only the part I of N of the pairs, for machines that share the work: `--json` of all parts is for --merge. The
    /// versions of a series stay together.
    #[arg(long, value_name = "I/N", conflicts_with_all = ["baseline", "merge"])]
    shard: Option<Shard>,

    /// Judge nothing, but join what runs with --shard printed as JSON into one report. Parts that are missing, there twice or
    /// of another run are refused.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["specs", "tree", "git", "sample", "words", "range"])]
    merge: Vec<PathBuf>,

    /// Judge every revision, whatever an earlier run kept of it in ~/.cache/patchwright (or $XDG_CACHE_HOME/patchwright), and
    /// keep nothing there.
    #[arg(long, conflicts_with = "merge")]
    no_cache: bool,

    #[command(flatten)]
    format: FormatArgs,

    /// Show everything that keeps a spec from a tree, not only the first of it (format human).
    #[arg(long, short, conflicts_with_all = ["quiet", "merge"])]
    verbose: bool,
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

    /// NAME-vN, and the name of the series alone: its versions are judged together.
    fn name(&self) -> (String, String) {
        let name = self
            .spec
            .as_ref()
            .map_or(&self.path, |spec| &spec.series.name);
        (self.series(), name.clone())
    }

    fn cell(&self, tree: &str, spec_status: SpecStatus) -> Cell {
        let origin = self.spec.as_ref().map_or(&self.path, |spec| &spec.origin);
        Cell {
            series: self.series(),
            origin: origin.clone(),
            tree: tree.to_owned(),
            spec_status,
            course: Vec::new(),
            was: None,
        }
    }
}

/// Judges every spec against every tree, and prints a line for each pair. A spec or a tree that is of no use keeps none
/// of the others from it. Where nothing is left to judge, only a report for a program says more than the errors.
pub(crate) fn run(args: &CheckArgs) -> Outcome {
    let inputs = args.trees.inputs(args.specs.iter().chain(&args.merge));
    let printer = args.format.printer(args.verbose, &inputs)?;
    inputs.spare(&args.baseline)?;
    let mut baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let checked = match args.merge.is_empty() {
        true => judged(args)?,
        false => Some(shards::merged(&args.merge)?),
    };
    let Some(mut checked) = checked else {
        return Ok(Status::Unusable);
    };
    if let Some(baseline) = &mut baseline {
        checked.keep_news(baseline)?;
    }
    let matrix = checked.matrix();
    checked.print(&matrix, printer)?;
    // Last of all: a run that could not report has told nobody.
    if let (Some(baseline), Some(path)) = (baseline, &args.baseline) {
        baseline.write(path)?;
    }
    Ok(matrix.outcome().into())
}

/// Judges; none where nothing is left to judge, which is said.
fn judged(args: &CheckArgs) -> Result<Option<Checked>, CommandError> {
    let load = |path: &PathBuf| LoadedSpec {
        path: path.display().to_string(),
        spec: spec_file::load(path),
    };
    // A glob over specs comes by the rules of `audit`, too. Named alone, such a file is a mistake.
    let is_passed = |path: &&PathBuf| args.specs.len() > 1 && spec_file::is_of_rules(path);
    let (rules, specs): (Vec<&PathBuf>, Vec<&PathBuf>) = args.specs.iter().partition(is_passed);
    for path in rules {
        let name = path.display().to_string();
        anstream::eprintln!(
            "note: {}: rules of `audit`, no spec: passed over",
            crate::text::escape(&name)
        );
    }
    let specs: Vec<LoadedSpec> = specs.into_iter().map(load).collect();
    let usable: Vec<Spec> = specs
        .iter()
        .filter_map(|s| s.spec.as_ref().ok().cloned())
        .collect();
    report_all(specs.iter().filter_map(|spec| spec.spec.as_ref().err()));
    // A program that reads the report has to be told of each pair, too.
    let is_told = args.format.is_for_people() || args.range.is_some();
    if usable.is_empty() && is_told {
        return Ok(None);
    }
    let trees = match &args.range {
        Some(_) => Vec::new(),
        None => args.trees.open(&usable)?,
    };
    report_all(trees.iter().filter_map(|opened| opened.tree.as_ref().err()));
    if is_told && args.range.is_none() && trees.iter().all(|opened| opened.tree.is_err()) {
        return Ok(None);
    }
    let labels: Vec<String> = match args.range {
        Some(_) => vec![range_label(args)?],
        None => trees.iter().map(|tree| tree.label.clone()).collect(),
    };
    let names: Vec<(String, String)> = specs.iter().map(LoadedSpec::name).collect();
    let plan = args.shard.map(|shard| Plan::new(shard, &names, &labels));
    let is_ours = |tree: usize, spec: usize| plan.as_ref().is_none_or(|plan| plan.has(tree, spec));
    let mut walked = None;
    let repository = match &args.range {
        Some(_) => args.trees.repository()?,
        None => None,
    };
    let cells = match (&args.range, repository) {
        (Some(range), Some(repository)) => {
            let words = args.trees.all_words(&usable)?;
            let ours: Vec<&LoadedSpec> = of_shard(&specs, |spec| is_ours(0, spec));
            let usable: Vec<&Spec> = ours.iter().filter_map(|s| s.spec.as_ref().ok()).collect();
            let _progress = Progress::start("judging commits");
            let course = check_history::course(repository, range, &usable, &words)?;
            walked = Some(course.range);
            let label = labels.first().map_or("", String::as_str);
            along(&ours, label, course.states)
        }
        _ => {
            let has_revision = trees.iter().any(|opened| opened.revision.is_some());
            let kept = match has_revision && !args.no_cache {
                true => KeptAnswers::open(),
                false => None,
            };
            judge(&specs, &trees, &is_ours, kept.as_ref())
        }
    };
    Ok(Some(Checked {
        cells,
        unchanged: Vec::new(),
        range: walked,
        plan,
        is_news: false,
    }))
}

fn of_shard(specs: &[LoadedSpec], is_ours: impl Fn(usize) -> bool) -> Vec<&LoadedSpec> {
    let numbered = specs.iter().enumerate();
    let ours = numbered.filter(|(number, _)| is_ours(*number));
    ours.map(|(_, spec)| spec).collect()
}

/// What the tree of a range is called: its end.
fn range_label(args: &CheckArgs) -> Result<String, CommandError> {
    let until = args
        .range
        .as_deref()
        .and_then(|range| range.split_once(".."));
    let until = until.map_or("", |(_, until)| until);
    let until = if until.is_empty() { "HEAD" } else { until };
    let repository = args
        .trees
        .repository()?
        .map(|path| path.display().to_string());
    Ok(format!("{}@{until}", repository.unwrap_or_default()))
}

/// The status of each spec at the end of a range, with its states before.
fn along(specs: &[&LoadedSpec], label: &str, states: Vec<Vec<Since>>) -> Vec<Cell> {
    let mut states = states.into_iter();
    let cells = specs.iter().filter_map(|spec| match &spec.spec {
        Err(why) => Some(spec.cell(label, SpecStatus::unusable(&spec.path, why))),
        Ok(_) => {
            let course = states.next()?;
            let now = course.last()?.status.clone();
            Some(Cell {
                course,
                ..spec.cell(label, now)
            })
        }
    });
    cells.collect()
}

/// Says each once, whatever pairs it is in.
fn report_all<'e>(errors: impl Iterator<Item = &'e CommandError>) {
    for error in errors {
        let _ = error.report();
    }
}

/// The status of each spec in a tree, as an earlier run has kept it or as it is found.
fn statuses(
    specs: &[&Spec],
    tree: &Arc<dyn Tree>,
    revision: Option<&Arc<GitTree>>,
    kept: Option<&KeptAnswers>,
) -> Vec<SpecStatus> {
    if specs.is_empty() {
        return Vec::new();
    }
    match (kept, revision) {
        (Some(kept), Some(revision)) => kept.statuses(specs, &tree.words(), revision),
        _ => spec_status::of_all(specs, tree),
    }
}

/// Tree by tree, each with the specs in the order given.
fn judge(
    specs: &[LoadedSpec],
    trees: &[OpenedTree],
    is_ours: &dyn Fn(usize, usize) -> bool,
    kept: Option<&KeptAnswers>,
) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (number, opened) in trees.iter().enumerate() {
        let _progress = Progress::start("judging the specs");
        let ours = of_shard(specs, |spec| is_ours(number, spec));
        let usable: Vec<&Spec> = ours.iter().filter_map(|s| s.spec.as_ref().ok()).collect();
        let judged = opened.tree.as_ref();
        let judged = judged.map(|tree| statuses(&usable, tree, opened.revision.as_ref(), kept));
        let mut judged = judged.map(Vec::into_iter);
        for spec in ours {
            let spec_status = match (&spec.spec, &mut judged) {
                (Ok(_), Ok(judged)) => judged.next(),
                (Err(why), _) => Some(SpecStatus::unusable(&spec.path, why)),
                (Ok(_), Err(why)) => Some(SpecStatus::unusable(&opened.label, why)),
            };
            cells.extend(spec_status.map(|status| spec.cell(&opened.label, status)));
        }
    }
    cells
}
