//! `patchwright verify SPEC [TREE] [--patch FILE]… [--landed]`

use std::path::PathBuf;

use clap::Args;
use verify::report::Subject;

use crate::error::Outcome;
use crate::mails::MailArgs;
use crate::out_dir::OutArgs;
use crate::progress::Progress;
use crate::report_args::ReportArgs;
use crate::tree_args::TreeArgs;
use crate::{mails, spec_file};

/// Judge a series, somebody's patches, or a tree as it is, against a spec.
///
/// The mails are read as `git am` reads them, or refused; the patches are applied to the tree without fuzz (in
/// memory: the tree is never written), and the result is parsed afresh. Nothing that `render` knew is used.
#[derive(Debug, Args)]
#[command(
    // `--version N` is the series' here.
    disable_version_flag = true,
    after_help = "Exit status: 0 holds; 1 violated; 2 unusable arguments, spec or mail; 3 unknown.\n\
    Examples:\n  patchwright verify specs/detached-vf/v2.toml --tree ~/linux\n  \
    patchwright verify specs/detached-vf/v3.toml --tree ~/linux --patch somebodys.mbox\n  \
    patchwright verify specs/detached-vf/v2.toml --git ~/linux --rev v6.12 --landed --format junit"
)]
pub(crate) struct VerifyArgs {
    /// The spec.
    spec: PathBuf,

    #[command(flatten)]
    tree: TreeArgs,

    #[command(flatten)]
    out: OutArgs,

    /// A patch mail, a mailbox (also packed with gzip), a Maildir, or `-` for the standard input, to judge instead
    /// of the series in OUT; may be given again, in order.
    #[arg(long = "patch", value_name = "FILE", conflicts_with = "landed")]
    patches: Vec<PathBuf>,

    #[command(flatten)]
    mails: MailArgs,

    /// Judge the tree as it is: does it have what the spec declares?
    #[arg(long)]
    landed: bool,

    #[command(flatten)]
    report: ReportArgs,
}

/// Judges, prints the report, and gives its verdict as the exit status.
pub(crate) fn run(args: &VerifyArgs) -> Outcome {
    let printer = args.report.printer()?;
    let spec = spec_file::load(&args.spec)?;
    let tree = args.tree.open(std::slice::from_ref(&spec))?;
    let (report, judged, patches) = if args.landed {
        let _progress = Progress::start("judging the tree");
        let judged = "the tree as it is".to_owned();
        (
            verify::judge_landed(&spec, tree.clone()),
            judged,
            Vec::new(),
        )
    } else {
        let (files, judged) = if args.patches.is_empty() {
            let folder = args.out.series(&spec);
            (mails::in_folder(&folder)?, folder.display().to_string())
        } else {
            let given: Vec<String> = args
                .patches
                .iter()
                .map(|p| p.display().to_string())
                .collect();
            (args.patches.clone(), given.join(", "))
        };
        let series = mails::read(&files, &args.mails)?;
        let _progress = Progress::start("judging the series");
        let report = verify::judge_series(&spec, tree.clone(), &series);
        let patches = series.names.into_iter().zip(series.mails);
        (report, judged, patches.collect())
    };
    let of_spec = Subject::of(&spec, tree.label(), judged);
    let subject = Subject {
        spec: of_spec.spec.as_deref().map(spec_file::from_here),
        patches,
        ..of_spec
    };
    printer.print(&report, &subject)?;
    Ok(report.verdict.into())
}
