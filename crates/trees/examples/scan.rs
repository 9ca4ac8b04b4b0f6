//! Counts the files of a tree that have one of some words, for `hyperfine`:
//! `scan DIR WORD…` or `scan --git REPO REV WORD…`.

use std::process::ExitCode;

use trees::{DirTree, GitTree, Scan, ScanReport, Tree, TreeError};

fn count(mut arguments: impl Iterator<Item = String>) -> Result<ScanReport, TreeError> {
    let first = arguments.next().unwrap_or_default();
    let tree: Box<dyn Tree> = if first == "--git" {
        let repository = arguments.next().unwrap_or_default();
        let rev = arguments.next().unwrap_or_default();
        Box::new(GitTree::open(repository, &rev)?)
    } else {
        Box::new(DirTree::open(first)?)
    };
    let scan = Scan {
        words: arguments.collect(),
        ..Scan::default()
    };
    tree.scan(&scan, &|_, _| {})
}

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example prints"
)]
fn main() -> ExitCode {
    match count(std::env::args().skip(1)) {
        Ok(report) => {
            let ScanReport { files, bytes, .. } = report;
            let (visited, unreadable) = (report.visited, report.unreadable.len());
            println!("{files} files, {bytes} bytes, {visited} visited, {unreadable} unreadable");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
