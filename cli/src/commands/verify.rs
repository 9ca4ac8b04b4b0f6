//! `patchwright verify SPEC [TREE] [--patch FILE]… [--base auto] [--landed]`

use std::path::PathBuf;

use clap::Args;
use verify::report::Subject;

use crate::commands::base;
use crate::error::{CommandError, Outcome};
use crate::mails::MailArgs;
use crate::out_dir::OutArgs;
use crate::progress::Progress;
use crate::report_args::ReportArgs;
use crate::tree_args::TreeArgs;
use crate::{mails, spec_file};

/// Judge a series, somebody's patches, or a tree as it stands, against a spec.
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

    /// Judge on the revision of --git that the series was made for, as `patchwright base` finds it.
    #[arg(long, value_name = "auto", value_parser = ["auto"], requires = "git", conflicts_with_all = ["rev", "landed"])]
    base: Option<String>,

    /// Judge the tree as it stands: does it have what the spec declares?
    #[arg(long)]
    landed: bool,

    #[command(flatten)]
    report: ReportArgs,
}

/// Judges, prints the report, and gives its verdict as the exit status.
pub(crate) fn run(args: &VerifyArgs) -> Outcome {
    let printer = args.report.printer()?;
    let spec = spec_file::load(&args.spec)?;
    let specs = std::slice::from_ref(&spec);
    if args.landed {
        let tree = args.tree.open(specs)?;
        let _progress = Progress::start("judging the tree");
        let report = verify::judge_landed(&spec, tree.clone());
        let subject = Subject::of(&spec, tree.label(), "the tree as it stands".to_owned());
        printer.print(&report, &subject)?;
        return Ok(report.verdict.into());
    }
    let (files, judged) = if args.patches.is_empty() {
        let folder = args.out.series(&spec);
        (mails::in_folder(&folder)?, folder.display().to_string())
    } else {
        let given = args.patches.iter().map(|path| path.display().to_string());
        let given: Vec<String> = given.collect();
        (args.patches.clone(), given.join(", "))
    };
    // A tree that is none is said before the mails are read, unless they say which it is.
    let tree = match &args.base {
        None => Some(args.tree.open(specs)?),
        Some(_) => None,
    };
    let series = mails::read(&files, &args.mails)?;
    let _progress = Progress::start("judging the series");
    let tree = match (tree, args.tree.repository()) {
        (None, Some(repository)) => {
            let found = base::of_series(repository, &series.mails)?;
            args.tree.open_revision(specs, &found)?.0
        }
        (Some(tree), _) => tree,
        (None, None) => return Err(CommandError::unusable("--base auto needs --git REPO")),
    };
    let report = verify::judge_series(&spec, tree.clone(), &series);
    let subject = Subject::of(&spec, tree.label(), judged);
    printer.print(&report, &subject)?;
    Ok(report.verdict.into())
}
