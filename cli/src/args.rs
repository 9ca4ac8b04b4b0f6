//! The command line, as clap reads it. One file a subcommand in `commands/`.

use clap::{Parser, Subcommand, ValueEnum};

use crate::commands;

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

/// When to colour output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colour {
    /// Makes every later write obey.
    pub(crate) fn apply(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }

    /// Whether text for standard error, laid out ahead of writing, should carry colour.
    pub(crate) fn on_stderr() -> bool {
        anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the series of a spec for a tree: OUT/NAME-vN/0000-cover-letter.patch, 0001-….patch, …
    Render(commands::render::RenderArgs),
    /// Judge a series, somebody's patches, or a tree as it stands, against a spec.
    Verify(commands::verify::VerifyArgs),
    /// Judge specs against trees: renders, landed, superseded, drifted, violated or unknown.
    Check(commands::check::CheckArgs),
    /// Show where every change of a spec resolves, and what comes near where it does not.
    Locate(commands::locate::LocateArgs),
    /// List every use of a pattern in a tree, classified, with its function and receiver type.
    Audit(commands::audit::AuditArgs),
    /// Show how much of a tree is read cleanly, and why not the rest.
    Parse(commands::parse::ParseArgs),
    /// Print the JSON Schema of the spec language.
    Schema(commands::schema::SchemaArgs),
    /// Print a commented spec to start from.
    New(commands::new::NewArgs),
    /// Print the completion script of a shell.
    Completions(commands::completions::CompletionsArgs),
}
