//! Compares what this crate reads in a whole kernel with what other programs read there.
//!
//! `oracle functions TREE` asks universal-ctags for every function definition, `oracle calls TREE` asks
//! Coccinelle for every call of some folders; each writes a Markdown table in which every disagreement
//! has a cause. `--check` compares a few folders, and fails where the table says otherwise of them.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test or a tool for developers: it says what broke by stopping"
)]

mod calls;
mod causes;
mod ctags;
mod report;
mod source;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str =
    "usage: oracle (functions|calls) TREE [--under FOLDER]... [--out FILE] [--check] [--list]";

/// What the command line says.
pub(crate) struct Options {
    /// The kernel.
    pub(crate) root: PathBuf,
    /// Folders to stay under; empty: the default of the comparison.
    pub(crate) under: Vec<String>,
    /// The table.
    pub(crate) out: Option<PathBuf>,
    /// Compare with the table that is there, and write none.
    pub(crate) check: bool,
    /// Print every disagreement.
    pub(crate) list: bool,
}

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (Some(what), Some(root)) = (words.next(), words.next()) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut options = Options {
        root: PathBuf::from(root),
        under: Vec::new(),
        out: None,
        check: false,
        list: false,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--under" => options.under.extend(words.next()),
            "--out" => options.out = words.next().map(PathBuf::from),
            "--check" => options.check = true,
            "--list" => options.list = true,
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    let done = match what.as_str() {
        "functions" => ctags::run(&options),
        "calls" => calls::run(&options),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("oracle: {reason}");
            ExitCode::from(2)
        }
    }
}
