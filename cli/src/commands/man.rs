//! `patchwright man [--out DIR]`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man;

use crate::error::{CommandError, Outcome, Status};

/// Print the manual page, or write that of every command.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  patchwright man | man -l -\n  patchwright man --out /usr/local/share/man/man1"
)]
pub(crate) struct ManArgs {
    /// Write patchwright.1 and a page for each command, patchwright-COMMAND.1, to this folder instead; it is made if it is
    /// missing.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints the page, or writes all.
pub(crate) fn run(args: &ManArgs, whole: &mut clap::Command) -> Outcome {
    whole.build();
    match &args.out {
        None => std::io::stdout().lock().write_all(&page(whole)?)?,
        Some(folder) => write_all(whole, folder)?,
    }
    Ok(Status::Good)
}

fn page(command: &clap::Command) -> Result<Vec<u8>, CommandError> {
    let mut text = Vec::new();
    Man::new(command.clone()).render(&mut text)?;
    Ok(text)
}

fn write_all(whole: &clap::Command, folder: &Path) -> Result<(), CommandError> {
    let write = |name: &str, command: &clap::Command| {
        let path = folder.join(format!("{name}.1"));
        let text = page(command)?;
        std::fs::write(&path, text).map_err(|error| cannot_write(&path, &error))
    };
    std::fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    write("patchwright", whole)?;
    for command in whole
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        let name = format!("patchwright-{}", command.get_name());
        // The page is named as man finds it: `man patchwright-verify`, and `man patchwright verify`.
        let command = command.clone().name(name.clone());
        write(&name, &command)?;
    }
    Ok(())
}

fn cannot_write(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::unusable(format!("cannot write {}: {error}", path.display()))
}
