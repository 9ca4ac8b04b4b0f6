//! `patchwright check SPEC… [TREE]`

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use generator::FailureKind;
use schema::model::Spec;
use serde_json::{Value, json};
use trees::{ParsedTree, Tree};
use verify::Verdict;

use crate::error::{CommandError, Outcome, Status};
use crate::progress::Progress;
use crate::spec_file;
use crate::text::escape;
use crate::tree_args::TreeArgs;

/// Judge specs against a tree: landed, renders, drifted, violated or unknown.
///
/// landed: the tree has what the spec declares. renders: it has not, and the series can be written for it and holds.
/// drifted: a change has no site. violated: the tree has a part of it, or what renders does not hold.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: the worst: 0 landed or renders; 1 drifted or violated; 2 unusable; 3 unknown.\n\
    Example: patchwright check specs/detached-vf/*.toml --git ~/linux --rev v6.12"
)]
pub(crate) struct CheckArgs {
    /// The specs.
    #[arg(required = true)]
    specs: Vec<PathBuf>,

    #[command(flatten)]
    tree: TreeArgs,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// How a spec stands to a tree.
struct Standing {
    word: &'static str,
    status: Status,
    detail: String,
}

/// Judges each spec and prints a line each.
pub(crate) fn run(args: &CheckArgs) -> Outcome {
    let tree = args.tree.open()?;
    let mut worst = Status::Good;
    let mut rows: Vec<Value> = Vec::new();
    let mut stdout = std::io::stdout().lock();
    for path in &args.specs {
        let spec = spec_file::load(path)?;
        let standing = {
            let _progress = Progress::start("judging a spec");
            judge(&spec, &tree)?
        };
        worst = worst.max(standing.status);
        let name = format!("{}-v{}", spec.series.name, spec.series.version);
        if args.json {
            rows.push(json!({ "series": name, "tree": tree.label(), "standing": standing.word, "detail": standing.detail }));
        } else {
            writeln!(
                stdout,
                "{:<9} {name} on {}: {}",
                standing.word,
                escape(&tree.label()),
                escape(&standing.detail)
            )?;
        }
    }
    if args.json {
        let text = serde_json::to_string_pretty(&json!({ "checks": rows }))
            .map_err(CommandError::unusable)?;
        writeln!(stdout, "{text}")?;
    }
    Ok(worst)
}

fn judge(spec: &Spec, tree: &Arc<dyn Tree>) -> Result<Standing, CommandError> {
    let landed = verify::judge_landed(spec, tree.clone());
    if landed.verdict == Verdict::Holds {
        return Ok(standing(
            "landed",
            Status::Good,
            "the tree has what the spec declares",
        ));
    }
    match generator::render(spec, &ParsedTree::new(tree.clone())) {
        Ok(rendered) => verified(spec, tree, &rendered),
        Err(failure) => {
            let detail = failure
                .problems
                .first()
                .map_or_else(String::new, |problem| {
                    problem
                        .to_string()
                        .lines()
                        .next()
                        .unwrap_or_default()
                        .to_owned()
                });
            Ok(match failure.kind {
                FailureKind::Present => standing(
                    "violated",
                    Status::Bad,
                    format!("in the tree, and not as declared: {detail}"),
                ),
                FailureKind::Drift => standing("drifted", Status::Bad, detail),
                FailureKind::Unread => standing("unknown", Status::Unknown, detail),
                FailureKind::Tree | FailureKind::Spec => {
                    standing("unusable", Status::Unusable, detail)
                }
            })
        }
    }
}

/// The verifier sees what is on disk, here as everywhere.
fn verified(
    spec: &Spec,
    tree: &Arc<dyn Tree>,
    rendered: &generator::Rendered,
) -> Result<Standing, CommandError> {
    let scratch = tempfile::tempdir()?;
    let folder = generator::write(rendered, scratch.path()).map_err(CommandError::unusable)?;
    let (mails, names) = crate::mails::read(&crate::mails::in_folder(&folder)?)?;
    let report = verify::judge_named(spec, tree.clone(), &mails, &names);
    let bad = report
        .findings
        .iter()
        .find(|finding| finding.verdict == report.verdict);
    let detail = bad.map_or_else(String::new, |finding| finding.message.clone());
    Ok(match report.verdict {
        Verdict::Holds => standing(
            "renders",
            Status::Good,
            format!(
                "{} files, {} insertions, {} deletions, and holds",
                rendered.manifest.files.len(),
                rendered.manifest.insertions,
                rendered.manifest.deletions
            ),
        ),
        Verdict::Violated => standing("violated", Status::Bad, detail),
        Verdict::Unknown => standing("unknown", Status::Unknown, detail),
    })
}

fn standing(word: &'static str, status: Status, detail: impl Into<String>) -> Standing {
    Standing {
        word,
        status,
        detail: detail.into(),
    }
}
