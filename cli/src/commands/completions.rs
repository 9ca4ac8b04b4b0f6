//! `patchwright completions SHELL`

use clap::Args;
use clap_complete::Shell;

use crate::error::{Outcome, Status};

/// Print the completion script of a shell.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: patchwright completions bash > /etc/bash_completion.d/patchwright"
)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs, whole: &mut clap::Command) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, whole, "patchwright", &mut script);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &script)?;
    Ok(Status::Good)
}
