//! `patchwright verify SPEC [TREE] [--patch FILE]… [--base auto] [--range A..B] [--landed]`

use std::path::{Path, PathBuf};

use clap::Args;
use schema::model::Spec;
use trees::History;
use trees::mail::Mail;
use verify::finding::Report;
use verify::report::Subject;

use crate::commands::base;
use crate::error::{CommandError, Outcome, Status};
use crate::mails::MailArgs;
use crate::out_dir::OutArgs;
use crate::progress::Progress;
use crate::report_args::{Printer, ReportArgs};
use crate::text::counted;
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
    patchwright verify claims.toml --tree ~/linux --patch somebodys.mbox --only-new\n  \
    patchwright verify specs/detached-vf/v2.toml --git ~/linux --rev v6.12 --landed --format junit\n  \
    patchwright verify specs/detached-vf/v2.toml --git ~/linux --range v6.12..my-branch\n  \
    git bisect run patchwright verify specs/detached-vf/v2.toml --tree . --landed --bisect"
)]
pub(crate) struct VerifyArgs {
    /// The spec.
    spec: PathBuf,

    #[command(flatten)]
    tree: TreeArgs,

    #[command(flatten)]
    out: OutArgs,

    /// A patch mail, a mailbox (also packed with gzip), a Maildir, a folder of patches, or `-` for the standard input, to
    /// judge instead of the series in OUT; may be given again, in order.
    #[arg(long = "patch", value_name = "FILE", conflicts_with = "landed")]
    patches: Vec<PathBuf>,

    #[command(flatten)]
    mails: MailArgs,

    /// Judge on the revision of --git that the series was made for, as `patchwright base` finds it.
    #[arg(long, value_name = "auto", value_parser = ["auto"], requires = "git", conflicts_with_all = ["tree", "sample", "rev", "landed"])]
    base: Option<String>,

    /// Judge the tree as it is: does it have what the spec declares? For a spec of claims this is so without --patch and
    /// --range.
    #[arg(long)]
    landed: bool,

    /// Judge commits of --git where they are: those of B and not of A, each as one patch of the series on top of A.
    #[arg(long, value_name = "A..B", requires = "git", conflicts_with_all = ["tree", "sample", "rev", "landed", "patches", "base"])]
    range: Option<String>,

    /// Let only those findings decide the verdict and the exit status that were not so in the tree before the patches: the
    /// same claim at the same place. The others are listed, and said to be old; a place that the patches forgot is one of
    /// them.
    #[arg(long, conflicts_with = "landed")]
    only_new: bool,

    /// For `git bisect run`: exit with 125 where nothing can be told, so that the revision is skipped.
    #[arg(long)]
    bisect: bool,

    #[command(flatten)]
    report: ReportArgs,
}

impl VerifyArgs {
    /// The report, of which all or only the new findings count.
    fn counted(&self, report: Report) -> Report {
        match self.only_new {
            true => report.of_new(),
            false => report,
        }
    }
}

/// Judges, prints the report, and gives its verdict as the exit status.
pub(crate) fn run(args: &VerifyArgs) -> Outcome {
    let outcome = judge(args);
    if !args.bisect {
        return outcome;
    }
    match outcome {
        Ok(status @ (Status::Good | Status::Bad)) => Ok(status),
        Ok(_) => Ok(Status::Skip),
        Err(error) => {
            let _ = error.report();
            Ok(Status::Skip)
        }
    }
}

fn judge(args: &VerifyArgs) -> Outcome {
    let inputs = std::iter::once(&args.spec).chain(&args.patches);
    let printer = args.report.printer(&args.tree.inputs(inputs))?;
    let spec = spec_file::load(&args.spec)?;
    let specs = std::slice::from_ref(&spec);
    // Of claims there is no series in OUT, only the tree.
    let is_of_tree = spec.is_of_claims() && args.patches.is_empty() && args.range.is_none();
    if is_of_tree && args.only_new {
        let error = CommandError::unusable("--only-new: there are no patches, but a tree alone");
        return Err(error.with_hint("--patch FILE names mails, --range A..B commits"));
    }
    if args.landed || is_of_tree {
        let tree = args.tree.open(specs)?;
        let _progress = Progress::start("judging the tree");
        let report = verify::judge_landed(&spec, tree.clone());
        let subject = subject(
            &spec,
            tree.label(),
            "the tree as it is".to_owned(),
            Vec::new(),
        );
        printer.print(&report, &subject)?;
        return Ok(report.verdict.into());
    }
    if let (Some(range), Some(repository)) = (&args.range, args.tree.repository()) {
        return judge_range(args, printer, &spec, repository, range);
    }
    // A tree that is none is said before the mails are read, unless they say which it is.
    let tree = match &args.base {
        None => Some(args.tree.open(specs)?),
        Some(_) => None,
    };
    let (files, judged) = if args.patches.is_empty() {
        let folder = args.out.series(&spec);
        (mails::in_folder(&folder)?, folder.display().to_string())
    } else {
        let given = args.patches.iter().map(|path| path.display().to_string());
        let given: Vec<String> = given.collect();
        (args.patches.clone(), given.join(", "))
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
    let report = args.counted(verify::judge_series(&spec, tree.clone(), &series));
    let patches = series.names.into_iter().zip(series.mails).collect();
    let subject = Subject {
        places: mails::places(&files),
        ..subject(&spec, tree.label(), judged, patches)
    };
    printer.print(&report, &subject)?;
    Ok(report.verdict.into())
}

/// Judges commits, each as the mail that would carry it.
fn judge_range(
    args: &VerifyArgs,
    printer: Printer,
    spec: &Spec,
    repository: &Path,
    range: &str,
) -> Outcome {
    let history = History::open(repository).map_err(base::no_history)?;
    let (after, until) = history.range(range).map_err(base::no_history)?;
    let commits = history
        .first_parents(after, until)
        .map_err(base::no_history)?;
    if commits.is_empty() {
        let error = CommandError::unusable(format!("{range}: there is no commit in the range"));
        return Err(error.with_hint("A..B are the commits of B that A does not have"));
    }
    let mails = commits.iter().map(|commit| history.mail(*commit));
    let mails: Vec<Mail> = mails.collect::<Result<_, _>>().map_err(|reason| {
        CommandError::new(Status::Unknown, reason)
            .with_hint("a commit is judged as one patch on top of its parent")
    })?;
    let names: Vec<String> = commits
        .iter()
        .map(|c| format!("commit {}", c.short()))
        .collect();
    let specs = std::slice::from_ref(spec);
    let (tree, _) = args.tree.open_revision(specs, &after.to_string())?;
    let _progress = Progress::start("judging the commits");
    let report = args.counted(verify::judge_named(spec, tree.clone(), &mails, &names));
    let judged = format!("{} of {range}", counted(commits.len(), "commit"));
    let patches = names.into_iter().zip(mails).collect();
    printer.print(&report, &subject(spec, tree.label(), judged, patches))?;
    Ok(report.verdict.into())
}

/// What was judged, with the spec's path as it is from here.
fn subject(spec: &Spec, tree: String, judged: String, patches: Vec<(String, Mail)>) -> Subject {
    let of_spec = Subject::of(spec, tree, judged);
    Subject {
        spec: of_spec.spec.as_deref().map(spec_file::from_here),
        patches,
        ..of_spec
    }
}
