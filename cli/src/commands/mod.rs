//! The subcommands, one file each: its arguments and one `run`.

pub(crate) mod audit;
pub(crate) mod base;
pub(crate) mod bisect;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod import;
pub(crate) mod locate;
pub(crate) mod man;
pub(crate) mod mutate;
pub(crate) mod new;
pub(crate) mod parse;
pub(crate) mod port;
pub(crate) mod render;
pub(crate) mod schema;
pub(crate) mod trailers;
pub(crate) mod verify;

use clap::Subcommand;

use crate::error::Outcome;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the series of a spec for a tree: OUT/NAME-vN/0000-cover-letter.patch, 0001-….patch, …
    Render(render::RenderArgs),
    /// Judge a series, somebody's patches, or a tree as it is, against a spec.
    Verify(verify::VerifyArgs),
    /// Judge specs against trees: renders, landed, partly landed, superseded, drifted, violated or unknown.
    Check(check::CheckArgs),
    /// Show where every change of a spec resolves, and what comes near where it does not.
    Locate(locate::LocateArgs),
    /// Find the revisions of a git repository that a series was made for.
    Base(base::BaseArgs),
    /// Find the first commit that changes the status of a spec in a tree.
    Bisect(bisect::BisectArgs),
    /// Compile what a series touches, before and after it.
    Build(build::BuildArgs),
    /// List every use of a pattern in a tree, classified, with its function and receiver type.
    Audit(audit::AuditArgs),
    /// Show what a spec would not notice: mutants of its series, judged.
    Mutate(mutate::MutateArgs),
    /// Make a spec of somebody's patches.
    Import(import::ImportArgs),
    /// Carry somebody's patches from one tree to another.
    Port(port::PortArgs),
    /// Add the trailers of a saved thread to a spec.
    Trailers(trailers::TrailersArgs),
    /// Show how much of a tree is read cleanly, and why not the rest.
    Parse(parse::ParseArgs),
    /// Print the JSON Schema of specs, or of reports.
    Schema(schema::SchemaArgs),
    /// Print a commented spec to start from, or tables of some kinds.
    New(new::NewArgs),
    /// Print the completion script of a shell.
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write that of every command.
    Man(man::ManArgs),
}

/// Runs one subcommand. `whole` is the command line as clap has it, for what describes it.
///
/// # Errors
/// Why it stopped, with the exit status.
pub(crate) fn run(command: Command, whole: &mut clap::Command) -> Outcome {
    match command {
        Command::Render(args) => render::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Locate(args) => locate::run(&args),
        Command::Base(args) => base::run(&args),
        Command::Bisect(args) => bisect::run(&args),
        Command::Build(args) => build::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Mutate(args) => mutate::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Port(args) => port::run(&args),
        Command::Trailers(args) => trailers::run(&args),
        Command::Parse(args) => parse::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::New(args) => new::run(&args),
        Command::Completions(args) => completions::run(&args, whole),
        Command::Man(args) => man::run(&args, whole),
    }
}
