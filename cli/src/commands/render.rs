//! `patchwright render SPEC [TREE] [--out DIR] [--templates DIR] [--json]`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use trees::ParsedTree;

use crate::error::{CommandError, Outcome, Status};
use crate::out_dir::OutArgs;
use crate::progress::Progress;
use crate::template_args::TemplateArgs;
use crate::tree_args::TreeArgs;
use crate::{drift, mailing, spec_file};

/// Write the series of a spec for a tree.
///
/// Every change of the spec lands on exactly the sites that it declares, or nothing is written. The folder
/// OUT/NAME-vN changes as a whole or not at all.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 written; 1 a change has no site here, or the tree has it already; \
    2 unusable arguments or spec; 3 a site is in code that could not be read.\n\
    Dates come from the spec, else from SOURCE_DATE_EPOCH.\n\
    Example: patchwright render specs/detached-vf/v2.toml --tree ~/linux && git send-email out/detached-vf-v2/*.patch"
)]
pub(crate) struct RenderArgs {
    /// The spec.
    spec: PathBuf,

    #[command(flatten)]
    tree: TreeArgs,

    #[command(flatten)]
    out: OutArgs,

    #[command(flatten)]
    templates: TemplateArgs,

    /// Print the series' manifest as JSON instead of the summary.
    #[arg(long)]
    json: bool,
}

/// Renders, writes, and says what landed where.
pub(crate) fn run(args: &RenderArgs) -> Outcome {
    let templates = args.templates.open()?;
    let spec = spec_file::load(&args.spec)?;
    let mailing = mailing::of(&spec, &templates)?;
    let tree = ParsedTree::new(args.tree.open(std::slice::from_ref(&spec))?);
    let rendered = {
        let _progress = Progress::start("rendering the series");
        generator::render(&spec, &tree, &mailing)
            .map_err(|failure| drift::refuse(&spec, &failure))?
    };
    let folder = generator::write(&rendered, &args.out.out)
        .map_err(|error| CommandError::new(Status::Unusable, error))?;
    let mut stdout = anstream::stdout().lock();
    if args.json {
        let text =
            serde_json::to_string_pretty(&rendered.manifest).map_err(CommandError::unusable)?;
        writeln!(stdout, "{text}")?;
    } else {
        write!(stdout, "{}", drift::summary(&rendered.manifest, &folder))?;
    }
    Ok(Status::Good)
}
