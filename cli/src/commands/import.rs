//! `patchwright import PATCH… [TREE] [-o SPEC]`

use std::path::PathBuf;

use clap::Args;
use import::{SeriesFacts, Telling};

use crate::error::{Outcome, Status};
use crate::imported::{self, DetailArgs, Made, ResultArgs};
use crate::mails::{self, MailArgs};
use crate::patches::{self, States};
use crate::progress::Progress;
use crate::tree_args::TreeArgs;

/// Make a spec of somebody's patches.
///
/// Every hunk becomes the most telling change that fits it; what nothing else can say becomes a `hunk`: nothing is ever
/// dropped. The spec is rendered on the tree, and the result compared byte for byte with that of the patches.
#[derive(Debug, Args)]
#[command(
    disable_version_flag = true,
    after_help = "Exit status: 0 the spec makes what the patches make; 1 a patch does not apply to the tree, or the spec \
    makes something else; 2 unusable arguments or mail, or a patch that no spec can say; 3 a file could not be read.\n\
    Example: patchwright import fix.mbox --tree ~/linux -o fix.toml && patchwright render fix.toml --tree ~/linux"
)]
pub(crate) struct ImportArgs {
    /// A patch mail, a mailbox (also packed with gzip), a Maildir, a bare diff, or `-` for standard input; in order.
    #[arg(required = true, value_name = "PATCH")]
    patches: Vec<PathBuf>,

    #[command(flatten)]
    tree: TreeArgs,

    #[command(flatten)]
    mails: MailArgs,

    /// Where the spec goes; without it, to standard output.
    #[arg(short = 'o', long = "output", value_name = "SPEC")]
    output: Option<PathBuf>,

    #[command(flatten)]
    result: ResultArgs,

    #[command(flatten)]
    detail: DetailArgs,
}

/// Imports, checks, writes, and says how much is declared.
pub(crate) fn run(args: &ImportArgs) -> Outcome {
    let outputs = args.output.iter().chain(&args.result.result);
    args.tree.inputs(&args.patches).spare(outputs)?;
    let series = mails::read(&args.patches, &args.mails)?;
    let tree = args.tree.open(&[])?;
    let progress = Progress::start("importing the patches");
    let states = States::of(&tree, &series)?;
    let patches = patches::facts(&series, &states)?;
    let made = Made::of(
        &series.mails,
        &patches,
        &tree,
        states.last().unwrap_or(&tree),
        Telling::default(),
    )?;
    drop(progress);
    for note in &series.notes {
        anstream::eprintln!("note: {}:{}: {}", note.file, note.line, note.message);
    }
    let about = SeriesFacts::of(&series.mails);
    for (mail, name) in series.mails.iter().zip(&series.names) {
        if let Some(other) = about.other_author(mail) {
            let author = about.author();
            let note =
                format!("note: {name} is by {other}; the mails of the spec are all by {author}");
            anstream::eprintln!("{}", crate::text::escape(&note));
        }
    }
    if args.result.file.is_none() || args.output.is_some() {
        imported::write_spec(&made.imported.spec, args.output.as_deref())?;
    }
    made.write_result(&args.result)?;
    if args.detail.verbose {
        anstream::eprint!("{}", made.changes());
    }
    if !args.detail.quiet {
        anstream::eprintln!("{}", made.share());
    }
    Ok(Status::Good)
}
