//! `patchwright new NAME`

use std::io::Write;

use clap::Args;

use crate::error::{Outcome, Status};

/// Print a commented spec to start from.
///
/// The spec is complete and valid: it renders on the built-in tree as it stands. Redirect it to a file, put your
/// change in, and ask `patchwright locate` where it resolves.
#[derive(Debug, Args)]
#[command(after_help = "Example: patchwright new my-flag > specs/my-flag.toml")]
pub(crate) struct NewArgs {
    /// The series' name: lower-case letters, digits and dashes.
    name: String,
}

/// Prints the spec.
pub(crate) fn run(args: &NewArgs) -> Outcome {
    let text = schema::new_spec(&args.name);
    // The name goes into the spec as it is; the loader says what is wrong with it, as it would say later.
    if let Err(diagnostics) = schema::load("new", text.as_bytes()) {
        return Err(crate::spec_file::refuse(&diagnostics));
    }
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Status::Good)
}
