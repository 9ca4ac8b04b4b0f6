//! The command line, as clap reads it. One file a subcommand in `commands/`.

use clap::Parser;

use crate::colour::Colour;
use crate::commands::Command;

/// Turns one TOML declaration of a Linux kernel change into a mail-ready patch series for any kernel
/// tree, and proves from the patched source that the declaration holds.
#[derive(Debug, Parser)]
#[command(
    name = "patchwright",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Exit status: 0 holds (or done); 1 violated, drifted or not found; \
                  2 unusable arguments or spec; 3 unknown: something needed could not be read."
)]
pub(crate) struct Args {
    /// When to colour: a terminal decides, and NO_COLOR.
    #[arg(
        long = "color",
        visible_alias = "colour",
        value_name = "WHEN",
        global = true,
        default_value = "auto"
    )]
    pub(crate) colour: Colour,

    #[command(subcommand)]
    pub(crate) command: Command,
}
