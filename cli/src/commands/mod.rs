//! The subcommands, one file each: its arguments and one `run`.

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod locate;
pub(crate) mod new;
pub(crate) mod parse;
pub(crate) mod render;
pub(crate) mod schema;
pub(crate) mod verify;

use crate::args::Command;
use crate::error::Outcome;

/// Runs one subcommand.
///
/// # Errors
/// Why it stopped, with the exit status.
pub(crate) fn run(command: Command) -> Outcome {
    match command {
        Command::Render(args) => render::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Locate(args) => locate::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Parse(args) => parse::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::New(args) => new::run(&args),
        Command::Completions(args) => completions::run(&args),
    }
}
