//! Counts the files of a directory that have one of some words: `scan DIR WORD…`, for `hyperfine`.
use std::process::ExitCode;

use trees::{DirTree, Scan, Tree};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let tree = DirTree::open(arguments.next().unwrap_or_default());
    let scan = Scan {
        words: arguments.collect(),
        ..Scan::default()
    };
    match tree.and_then(|tree| tree.scan(&scan, &|_, _| {})) {
        Ok(report) => {
            #[expect(clippy::print_stdout, reason = "an example prints")]
            {
                println!(
                    "{} files, {} bytes, {} visited, {} unreadable",
                    report.files,
                    report.bytes,
                    report.visited,
                    report.unreadable.len()
                );
            }
            ExitCode::SUCCESS
        }
        Err(_) => ExitCode::FAILURE,
    }
}
