//! The `patchwright` command: one declaration of a kernel change, a mailed series for any tree, a proof
//! from the patched source.

mod args;
mod audit_page;
mod audit_rules;
mod base_search;
mod baseline;
mod build;
mod check_cells;
mod check_history;
mod colour;
mod commands;
mod drift;
mod error;
mod explain;
mod imported;
mod inputs;
mod kept_answers;
mod mailing;
mod mails;
mod mutants_page;
mod narrow;
mod out_dir;
mod patches;
mod progress;
mod range_diff;
mod report_args;
mod report_file;
mod shards;
mod spec_file;
mod spec_status;
mod template_args;
mod text;
mod trailers;
mod tree_args;
mod trials;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

/// Several threads parse at once; the system's allocator asks the kernel for memory some 28,000 times in
/// an audit of one member.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return error::report_usage(&error),
    };
    args.colour.apply();
    match commands::run(args.command, &mut args::Args::command()) {
        Ok(status) => status.into(),
        Err(error) => error.report(),
    }
}
