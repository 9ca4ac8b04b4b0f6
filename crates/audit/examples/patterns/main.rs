//! Compares what a typed pattern finds with what Coccinelle and ast-grep find.
//!
//! `patterns TREE` runs each of `cases/*.cocci` and its twin, the pattern in the file's first lines, over
//! some folders of a kernel, and writes a Markdown table in which every difference has a cause. `--check`
//! compares only a few folders, and fails where the table says otherwise of them.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a tool for developers: it says what differs"
)]

mod case;
mod cause;
mod compare;
mod ours;
mod plain;
mod report;
mod theirs;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str =
    "usage: patterns TREE [--under FOLDER]... [--cache DIR] [--out FILE] [--check] [--list]";

/// Folders with rows of their own in the table.
const FOLDERS: &[&str] = &[
    "arch/s390",
    "drivers/net/ethernet/intel",
    "drivers/pci",
    "drivers/vfio",
];

/// What the command line says.
pub(crate) struct Options {
    /// The kernel.
    pub(crate) root: PathBuf,
    /// The folders.
    pub(crate) under: Vec<String>,
    /// Where what Coccinelle printed is kept: it takes minutes.
    pub(crate) cache: Option<PathBuf>,
    /// The table.
    pub(crate) out: Option<PathBuf>,
    /// Compare with the table that is there, and write none.
    pub(crate) check: bool,
    /// Print every difference.
    pub(crate) list: bool,
}

fn options() -> Option<Options> {
    let mut words = std::env::args().skip(1);
    let mut options = Options {
        root: PathBuf::from(words.next()?),
        under: Vec::new(),
        cache: None,
        out: None,
        check: false,
        list: false,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--under" => options.under.push(words.next()?),
            "--cache" => options.cache = Some(PathBuf::from(words.next()?)),
            "--out" => options.out = Some(PathBuf::from(words.next()?)),
            "--check" => options.check = true,
            "--list" => options.list = true,
            _ => return None,
        }
    }
    if options.under.is_empty() {
        options.under = FOLDERS.iter().map(|&folder| folder.to_owned()).collect();
    }
    Some(options)
}

/// Whether every difference is explained and the table is as it should be.
fn run(options: &Options) -> Result<bool, String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/patterns");
    let cases = case::all(&data.join("cases"))?;
    let ours = ours::find(options, &cases)?;
    let spatch = theirs::coccinelle(options, &cases)?;
    let ast_grep = theirs::ast_grep(options, &cases)?;
    let rows = compare::rows(&cases, &options.under, &ours, &spatch, ast_grep.as_ref());
    let findings = report::Findings::read(&data.join("findings.tsv"))?;
    report::finish(options, &cases, &rows, &findings)
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("patterns: {reason}");
            ExitCode::from(2)
        }
    }
}
