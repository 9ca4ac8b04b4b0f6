//! `patchwright new [NAME] [--kind KIND]… [--invariant KIND]…`

use std::io::Write;

use clap::Args;
use clap::builder::PossibleValuesParser;
use schema::model::{ChangeKind, InvariantKind};

use crate::error::{CommandError, Outcome, Status};

/// Print a commented spec to start from, or tables of some kinds.
///
/// Without NAME, only the tables of the kinds asked for, for a spec that is there already. With it, the spec is complete and valid: it renders on the built-in tree as it is. Redirect it to a file, put your
/// change in, and ask `patchwright locate` where it resolves.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  patchwright new my-flag > specs/my-flag.toml\n  \
    patchwright new --kind member >> specs/my-flag.toml\n  \
    patchwright new my-flag --kind macro --kind include --invariant order"
)]
pub(crate) struct NewArgs {
    /// The series' name: lower-case letters, digits and dashes.
    #[arg(required_unless_present_any = ["kinds", "invariants"])]
    name: Option<String>,

    /// A kind of change to give an example of; may be given again.
    #[arg(long = "kind", value_name = "KIND", value_parser = PossibleValuesParser::new(ChangeKind::NAMES))]
    kinds: Vec<String>,

    /// A kind of invariant to give an example of; may be given again.
    #[arg(long = "invariant", value_name = "KIND", value_parser = PossibleValuesParser::new(InvariantKind::NAMES))]
    invariants: Vec<String>,
}

/// Prints the spec.
pub(crate) fn run(args: &NewArgs) -> Outcome {
    let Some(name) = &args.name else {
        let tables = schema::new_tables(&args.kinds, &args.invariants);
        let tables = tables.map_err(CommandError::unusable)?;
        std::io::stdout().lock().write_all(tables.as_bytes())?;
        return Ok(Status::Good);
    };
    let text =
        schema::new_spec(name, &args.kinds, &args.invariants).map_err(CommandError::unusable)?;
    // The name goes into the spec as it is; the loader says what is wrong with it, as it would say later.
    if let Err(diagnostics) = schema::load("new", text.as_bytes()) {
        return Err(crate::spec_file::refuse(&diagnostics));
    }
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Status::Good)
}
