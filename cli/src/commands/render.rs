//! `patchwright render SPEC [TREE] [--out DIR] [--commit BRANCH [--b4]] [--range-diff OLD_SPEC] [--reverse] [--explain] [--no-cover-letter] [--templates DIR] [--json]`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use generator::{Branch, CommitError, Mailing, Prep, RenderFailure, Rendered};
use schema::model::Spec;
use trees::ParsedTree;

use crate::error::{CommandError, Outcome, Status};
use crate::out_dir::OutArgs;
use crate::progress::Progress;
use crate::range_diff::Versions;
use crate::template_args::TemplateArgs;
use crate::text::{counted, escape};
use crate::tree_args::TreeArgs;
use crate::{drift, mailing, spec_file};

/// Write the series of a spec for a tree.
///
/// Every change of the spec lands on exactly the sites that it declares, or nothing is written. The folder
/// OUT/NAME-vN changes as a whole or not at all.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 written; 1 a change has no site here, or the tree has it already; with --reverse, the tree \
    does not have it, or what it was made of cannot be told; 2 unusable arguments or spec; 3 a site is in code that could not be read.\n\
    Dates come from the spec, else from SOURCE_DATE_EPOCH.\n\
    Examples:\n  patchwright render specs/detached-vf/v2.toml --tree ~/linux && git send-email out/detached-vf-v2/*.patch\n  \
    patchwright render specs/detached-vf/v2.toml --git ~/linux --rev v6.12 --commit detached-vf/v2\n  \
    patchwright render specs/detached-vf/v3.toml --tree ~/linux --range-diff specs/detached-vf/v2.toml"
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

    /// Write the series as commits too, in the repository of --git on top of --rev, as a new branch of this name.
    /// No existing branch is moved; work tree and index are not touched; no hook or filter runs.
    #[arg(long, value_name = "BRANCH", requires = "git", conflicts_with_all = ["tree", "sample"])]
    commit: Option<String>,

    /// With --commit, write what b4 keeps of a branch of its own into the repository's configuration as well: the cover
    /// letter, the version, the change-id. On the branch, b4 prep and b4 send take it from there. --rev has to be a branch.
    #[arg(long, requires = "commit", conflicts_with = "reverse")]
    b4: bool,

    /// Say in the cover letter, or below the diff of a single patch without one, what has changed since an earlier version:
    /// both specs rendered on this tree, compared by `git range-diff`.
    #[arg(
        long = "range-diff",
        value_name = "OLD_SPEC",
        conflicts_with = "reverse"
    )]
    range_diff: Option<PathBuf>,

    /// Mail a series of one patch without a cover letter: its changelog goes below the `---`.
    #[arg(long = "no-cover-letter")]
    no_cover_letter: bool,

    /// Write the series that takes the spec's away again, for a tree that has it: the patches reverted, the last first,
    /// into OUT/NAME-vN-reverse. It is proved that the spec renders on the tree after it, and gives the tree back.
    #[arg(long)]
    reverse: bool,

    /// Show, of a change that does not land, the anchor and the places most like it word by word; with --git, the commit
    /// since which it does not.
    #[arg(long, conflicts_with = "reverse")]
    explain: bool,

    /// Print the series' manifest as JSON instead of the summary.
    #[arg(long)]
    json: bool,

    /// Print nothing once the series is written.
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

/// Renders, writes, and says what landed where.
pub(crate) fn run(args: &RenderArgs) -> Outcome {
    let templates = args.templates.open()?;
    let spec = spec_file::load_series(&args.spec, "render")?;
    let old = args.range_diff.as_deref();
    let old = old.map(|path| spec_file::load_series(path, "render"));
    let old = old.transpose()?;
    let specs: Vec<Spec> = [&spec].into_iter().chain(&old).cloned().collect();
    let (tree, commit) = args.tree.open_at(&specs)?;
    let branch = args
        .commit
        .as_deref()
        .map(|name| branch(args, commit.as_deref(), name));
    let branch = branch.transpose()?;
    let prep = args.b4.then(|| prep(args, &spec)).transpose()?;
    let mut mailing = Mailing {
        base: commit.clone(),
        is_bare: args.no_cover_letter,
        branch: branch.as_ref(),
        ..mailing::of(&spec, &templates)?
    };
    let tree = ParsedTree::new(tree);
    let rendered = {
        let _progress = Progress::start("rendering the series");
        let new = &spec;
        let on = args.tree.repository().zip(commit.as_deref());
        let versions = old.as_ref().map(|old| Versions { old, new, on });
        if let Some(versions) = versions {
            versions.check()?;
            let refuse = |failure: &RenderFailure| refused(args, new, failure, &mailing);
            mailing.range_diff = Some(versions.compared(&tree, &mailing, &refuse)?);
        }
        made(args, &spec, &tree, &mailing)?
    };
    let folder = generator::write(&rendered, &args.out.out)
        .map_err(|error| CommandError::new(Status::Unusable, error))?;
    // Last of all: whoever sees the branch has all of the series.
    let tip = rendered
        .manifest
        .patches
        .last()
        .and_then(|patch| patch.commit.as_ref());
    if let (Some(branch), Some(tip)) = (&branch, tip) {
        let reason = format!("patchwright: render {}", rendered.name);
        branch.make(tip, &reason).map_err(unmade)?;
        let described = prep.map(|prep| branch.describe(&prep));
        described.transpose().map_err(unmade)?;
    }
    print(args, &rendered, &folder, branch.as_ref())?;
    Ok(Status::Good)
}

/// The series, or the one that takes it away.
fn made(
    args: &RenderArgs,
    spec: &Spec,
    tree: &ParsedTree,
    mailing: &Mailing<'_>,
) -> Result<Rendered, CommandError> {
    if !args.reverse {
        let rendered = generator::render(spec, tree, mailing);
        return rendered.map_err(|failure| refused(args, spec, &failure, mailing));
    }
    let reversed = generator::reverse(spec, tree, mailing)
        .map_err(|failure| drift::refuse_to_reverse(spec, &failure))?;
    for differs in &reversed.differs {
        anstream::eprintln!("note: {}", drift::differing(differs));
    }
    for unsure in &reversed.unsure {
        anstream::eprintln!("note: {}", drift::unsure(unsure));
    }
    Ok(reversed.rendered)
}

/// Why the series does not render.
fn refused(
    args: &RenderArgs,
    spec: &Spec,
    failure: &RenderFailure,
    mailing: &Mailing<'_>,
) -> CommandError {
    if !args.explain {
        return drift::refuse(spec, failure);
    }
    match args.tree.past(mailing.base.as_deref()) {
        Ok(past) => drift::explain(spec, failure, past.as_ref()),
        Err(error) => error,
    }
}

fn print(
    args: &RenderArgs,
    rendered: &Rendered,
    folder: &Path,
    branch: Option<&Branch>,
) -> Result<(), CommandError> {
    if args.quiet {
        return Ok(());
    }
    let mut stdout = anstream::stdout().lock();
    if args.json {
        let text =
            serde_json::to_string_pretty(&rendered.manifest).map_err(CommandError::unusable)?;
        writeln!(stdout, "{text}")?;
        return Ok(());
    }
    write!(stdout, "{}", drift::summary(&rendered.manifest, folder))?;
    if let Some(branch) = branch {
        let commits = counted(rendered.manifest.patches.len(), "commit");
        writeln!(stdout, "  branch {}: {commits}", escape(branch.name()))?;
    }
    Ok(())
}

/// The branch that is to be made; nothing of it is written yet.
fn branch(args: &RenderArgs, base: Option<&str>, name: &str) -> Result<Branch, CommandError> {
    let (Some(repository), Some(base)) = (args.tree.repository(), base) else {
        let error =
            CommandError::unusable("--rev names a tree, and commits need a commit below them");
        return Err(error.with_hint("name a branch, a tag of a commit or a commit"));
    };
    Branch::open(repository, base, name, mailing::committer()).map_err(unmade)
}

/// What b4 has to know of the branch.
fn prep(args: &RenderArgs, spec: &Spec) -> Result<Prep, CommandError> {
    let base = args.tree.repository();
    let base = base.map_or_else(
        || Ok(String::new()),
        |repository| generator::base_branch(repository, args.tree.revision()),
    );
    base.and_then(|base| Prep::new(spec, &base)).map_err(unmade)
}

fn unmade(error: CommitError) -> CommandError {
    CommandError::unusable(error.message).with_hint(error.hint)
}
