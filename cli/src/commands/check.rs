//! `patchwright check SPEC… [TREE]…`

use std::path::PathBuf;

use clap::Args;
use schema::model::Spec;
use verify::report::{self, Matrix, Pair};

use crate::error::{CommandError, Outcome, Status};
use crate::progress::Progress;
use crate::report_args::{Format, FormatArgs};
use crate::spec_file;
use crate::spec_status::{self, SpecStatus};
use crate::text::escape;
use crate::tree_args::{OpenedTree, TreesArgs};

/// Judge specs against trees: landed, superseded, renders, drifted, violated or unknown.
///
/// landed: the tree has what the spec declares. superseded: it has what the superseded tables of the spec describe, or a
/// later version of the series has landed. renders: not applied yet; the series renders here and verifies.
/// drifted: a change has no site. violated: the tree has a part of it, or what renders does not hold.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 every pair landed, superseded or renders; 1 one drifted or violated; 2 a spec or tree \
    cannot be used (the others are judged all the same); 3 one unknown and none worse.\n\
    Example: patchwright check specs/detached-vf/*.toml --git ~/linux --rev v6.1 --rev v6.12"
)]
pub(crate) struct CheckArgs {
    /// The specs.
    #[arg(required = true)]
    specs: Vec<PathBuf>,

    #[command(flatten)]
    trees: TreesArgs,

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

/// A spec, a tree, and the status of the one in the other.
struct Cell<'a> {
    spec: &'a LoadedSpec,
    tree: &'a str,
    spec_status: SpecStatus,
}

impl Cell<'_> {
    /// As reports have it.
    fn pair(&self) -> Pair {
        let SpecStatus { word, detail, .. } = &self.spec_status;
        Pair {
            series: self.spec.series(),
            spec: spec_file::from_here(self.spec.origin()),
            tree: self.tree.to_owned(),
            status: word.as_str(),
            about: word.about(),
            outcome: word.outcome(),
            detail: detail.clone(),
        }
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
    let trees = args.trees.open(&usable)?;
    report_all(trees.iter().filter_map(|opened| opened.tree.as_ref().err()));
    if trees.iter().all(|opened| opened.tree.is_err()) {
        return Ok(Status::Unusable);
    }
    let matrix = Matrix {
        pairs: judge(&specs, &trees).iter().map(Cell::pair).collect(),
    };
    printer.write(|printer, format| match format {
        Format::Human => Ok(lines(&matrix, printer.is_quiet())),
        _ => printer.matrix(format, &matrix),
    })?;
    Ok(matrix.outcome().into())
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
            cells.extend(spec_status.map(|spec_status| Cell {
                spec,
                tree: &opened.label,
                spec_status,
            }));
        }
    }
    cells
}

fn lines(matrix: &Matrix, is_quiet: bool) -> String {
    let pairs = matrix.pairs.iter();
    let pairs = pairs.filter(|pair| !is_quiet || pair.outcome != report::Outcome::Holds);
    let lines = pairs.map(|pair| {
        format!(
            "{:<10} {} on {}: {}\n",
            pair.status,
            escape(&pair.series),
            escape(&pair.tree),
            escape(&pair.detail)
        )
    });
    lines.collect()
}
