//! Measures `patchwright port` and its peers against what the maintainers of stable kernels did.
//!
//! `peers PATCHWRIGHT DONOR DONOR TARGET TARGET` takes four kernels: the donor's tree before and after some weeks of
//! fixes, and the target's. A function that both changed in the same way is a task: carry the donor's change to the
//! target's older tree; the newer one says what is right. A table of all tools goes to the standard output.
//!
//! What is right is told by tokens, of our lexer, which `make oracle-lexer` holds to clang's; where functions are, by
//! universal-ctags; so no reader of ours decides it.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a tool for developers"
)]

mod code;
mod hunks;
mod tasks;
mod tools;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

use rayon::prelude::*;

use tasks::{Label, Task};
use tools::{Tool, Verdict};

const USAGE: &str = "usage: peers PATCHWRIGHT DONOR_BEFORE DONOR_AFTER TARGET_BEFORE TARGET_AFTER \
    [--trivial N] [--only TOOL]... [--details FILE]";

/// Functions that are the same in both trees: more of them say nothing new.
const TRIVIAL: usize = 300;

struct Options {
    patchwright: PathBuf,
    trees: [PathBuf; 4],
    trivial: usize,
    only: Vec<String>,
    details: Option<PathBuf>,
}

fn options() -> Option<Options> {
    let mut places = Vec::new();
    let (mut trivial, mut only, mut details) = (TRIVIAL, Vec::new(), None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--trivial" => trivial = words.next()?.parse().ok()?,
            "--only" => only.push(words.next()?),
            "--details" => details = Some(PathBuf::from(words.next()?)),
            _ => places.push(PathBuf::from(word)),
        }
    }
    let [patchwright, trees @ ..] = <[PathBuf; 5]>::try_from(places).ok()?;
    Some(Options {
        patchwright,
        trees,
        trivial,
        only,
        details,
    })
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
            eprintln!("peers: {reason}");
            ExitCode::from(2)
        }
    }
}

/// Measures; whether none of ours is wrong.
fn run(options: &Options) -> Result<bool, String> {
    let mut tasks = tasks::of(&options.trees)?;
    thin_out(&mut tasks, options.trivial);
    let titles = Label::ALL.map(|label| {
        let count = tasks.iter().filter(|task| task.label == label).count();
        format!("{} ({count})", label.title())
    });
    println!("right / wrong / refused\n");
    println!("| | {} |\n|---|---|---|---|", titles.join(" | "));
    let details = options.details.as_ref().map(std::fs::File::create);
    let details = details.transpose().map_err(|why| why.to_string())?;
    let details = details.map(Mutex::new);
    let mut is_clean = true;
    for tool in tools::all(&options.patchwright) {
        let is_asked =
            options.only.is_empty() || options.only.iter().any(|name| *name == tool.name);
        if !is_asked {
            continue;
        }
        if !tool.is_there() {
            println!("| {}: not installed | | | |", tool.title);
            continue;
        }
        let verdicts = measured(&tool, &tasks, &options.trees, details.as_ref())?;
        let cells = Label::ALL.map(|label| cell(label, &tasks, &verdicts));
        println!("| {} | {} |", tool.title, cells.join(" | "));
        is_clean &= !tool.is_ours() || !verdicts.contains(&Verdict::Wrong);
    }
    Ok(is_clean)
}

/// Leaves so many of the trivial tasks, evenly spread.
fn thin_out(tasks: &mut Vec<Task>, most: usize) {
    let is_trivial = |task: &Task| task.label == Label::Trivial;
    let count = tasks.iter().filter(|task| is_trivial(task)).count();
    let mut number = 0;
    tasks.retain(|task| {
        if !is_trivial(task) || count <= most {
            return true;
        }
        number += 1;
        number * most / count != (number - 1) * most / count
    });
}

fn measured(
    tool: &Tool,
    tasks: &[Task],
    trees: &[PathBuf; 4],
    details: Option<&Mutex<std::fs::File>>,
) -> Result<Vec<Verdict>, String> {
    let verdict = |task: &Task| {
        let (verdict, said) = tools::try_on(tool, task, trees).map_err(|why| why.to_string())?;
        let line = details.filter(|_| verdict != Verdict::Right);
        if let Some(mut file) = line.and_then(|file| file.lock().ok()) {
            let Task {
                path,
                function,
                label,
                ..
            } = task;
            let (label, said) = (label.title(), said.trim().replace('\n', "\n\t"));
            let _ = writeln!(
                file,
                "{}: {verdict:?}: {path}: {function}(), {label}\n\t{said}",
                tool.name
            );
        }
        Ok(verdict)
    };
    tasks.par_iter().map(verdict).collect()
}

fn cell(label: Label, tasks: &[Task], verdicts: &[Verdict]) -> String {
    let counts = [Verdict::Right, Verdict::Wrong, Verdict::Refused].map(|verdict| {
        let pairs = tasks.iter().zip(verdicts);
        let found = pairs.filter(|(task, told)| task.label == label && **told == verdict);
        found.count().to_string()
    });
    counts.join(" / ")
}
