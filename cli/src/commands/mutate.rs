//! `patchwright mutate SPEC [TREE] [--class CLASS]… [--seed N]`

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use clap::builder::PossibleValuesParser;
use mutate::{Class, Material, Options, Outcome, Unusable};
use templates::Templates;
use trees::Indexed;

use crate::error::{CommandError, Outcome as CommandOutcome, Status};
use crate::mutants_page;
use crate::progress::{Counter, Progress};
use crate::tree_args::TreeArgs;
use crate::{mailing, spec_file};

/// Show what a spec would not notice: change the series in small ways, and judge each.
///
/// The series is written for the tree (or found landed in it); then the tree that it leaves, and its mails, are changed
/// one way at a time, and every mutant is judged by the spec: as mails, and as a landed tree. What still holds is a
/// survivor: it is shown with its diff, and with an invariant that would have seen it where there is one. Mutants with
/// the tokens of the series or of another mutant are not counted. Nothing is written; the tree is read once.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 every mutant was noticed; 1 some survived; 2 unusable arguments or spec; \
    3 the series itself cannot be judged.\n\
    Examples:\n  patchwright mutate specs/detached-vf/v2.toml\n  \
    patchwright mutate specs/detached-vf/v2.toml --tree ~/linux --class write --class bypass --most 100\n  \
    patchwright mutate specs/detached-vf/v2.toml --class preserving"
)]
pub(crate) struct MutateArgs {
    /// The spec.
    spec: PathBuf,

    #[command(flatten)]
    tree: TreeArgs,

    /// Only mutants of this class; may be given again. `preserving` changes nothing that means anything, so that
    /// each of its mutants has to hold; it is done only where it is named.
    #[arg(long = "class", value_name = "CLASS", value_parser = classes(), long_help = long_help())]
    classes: Vec<String>,

    /// Choose other mutants, where there are more than are judged.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Judge at most this many mutants of each class (default: as many as make a telling sample of it).
    #[arg(long, value_name = "N")]
    most: Option<usize>,

    /// Print JSON.
    #[arg(long)]
    json: bool,

    /// Print only what survived, false alarms and what could not be judged.
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

fn classes() -> PossibleValuesParser {
    PossibleValuesParser::new(Class::ALL.iter().map(|class| class.name()))
}

fn long_help() -> String {
    let mut text = "Only mutants of this class; may be given again:\n".to_owned();
    for class in Class::ALL {
        text.push_str(&format!("  {:<12} {}\n", class.name(), class.about()));
    }
    text.push_str("Without it: all but `preserving`.");
    text
}

/// Makes the mutants, judges them, prints what became of them.
pub(crate) fn run(args: &MutateArgs) -> CommandOutcome {
    let spec = spec_file::load_series(&args.spec, "make mutants of")?;
    let tree = args.tree.open(std::slice::from_ref(&spec))?;
    let templates = Templates::shipped();
    let mailing = mailing::of(&spec, &templates)?;
    let options = Options {
        classes: chosen(&args.classes),
        most: args.most,
    };
    let outcome = {
        let material = {
            let _progress = Progress::start("writing the series");
            let tree = Arc::new(Indexed::new(tree));
            Material::new(&spec, tree, &mailing, args.seed).map_err(|error| unusable(&error))?
        };
        let counter = Counter::start("judging mutants");
        mutate::run(&material, &options, &|done, all| counter.at(done, all))
            .map_err(|error| unusable(&error))?
    };
    print(args, &outcome)?;
    Ok(if outcome.is_clean() {
        Status::Good
    } else {
        Status::Bad
    })
}

fn chosen(names: &[String]) -> Vec<Class> {
    if names.is_empty() {
        return Class::breaking();
    }
    let all = Class::ALL.iter().copied();
    all.filter(|class| names.iter().any(|name| name == class.name()))
        .collect()
}

/// What is not proved to hold cannot be made worse.
fn unusable(error: &Unusable) -> CommandError {
    CommandError::new(Status::Unknown, error).with_hint(
        "`patchwright check SPEC [TREE]` shows the status of the spec in the tree: it has to be `renders` or `landed`",
    )
}

fn print(args: &MutateArgs, outcome: &Outcome) -> Result<(), CommandError> {
    let mut stdout = anstream::stdout().lock();
    if args.json {
        let text = serde_json::to_string_pretty(outcome).map_err(CommandError::unusable)?;
        writeln!(stdout, "{text}")?;
    } else {
        stdout.write_all(mutants_page::human(outcome, args.quiet).as_bytes())?;
    }
    Ok(())
}
