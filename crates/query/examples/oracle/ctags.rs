//! Functions by universal-ctags.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use query::File;

use crate::Options;
use crate::causes::Judge;
use crate::report::{Compared, Disagreement, Table, Who};
use crate::source;

/// A function: the line of its name, and the name.
pub(crate) type Function = (usize, String);

/// The folders of a check: small enough for every run, and written in many styles.
const FOLDERS: &[&str] = &[
    "arch/s390",
    "drivers/pci",
    "drivers/vfio",
    "kernel",
    "mm",
    "net/core",
];

/// Compares the functions of a tree; whether no more than one in a thousand is ours.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let under = match (&options.under[..], options.check) {
        ([], true) => FOLDERS.iter().map(|&folder| folder.to_owned()).collect(),
        (under, _) => under.to_vec(),
    };
    let paths = source::files(&options.root, &under)?;
    let theirs = functions(options, &paths)?;
    let compared = source::each(&options.root, &paths, |file| {
        let none = BTreeSet::new();
        compare(file, theirs.get(file.path().as_str()).unwrap_or(&none))
    });
    Table::new("universal-ctags", "functions", 1_000, FOLDERS).finish(compared, options)
}

fn compare(file: &File, theirs: &BTreeSet<Function>) -> Compared {
    let ours: BTreeSet<Function> = file
        .functions()
        .iter()
        .map(|f| (file.line_of(f.name_range.start), f.name.clone()))
        .collect();
    if ours == *theirs {
        return Compared {
            path: file.path().to_string(),
            ours_alone: None,
            agreed: ours.len(),
            disagreements: Vec::new(),
        };
    }
    let judge = Judge::new(file);
    let told = |side: Who, function: &Function| Disagreement {
        side,
        cause: judge.cause(side, function, theirs),
        path: file.path().to_string(),
        line: function.0,
        text: function.1.clone(),
    };
    let mut disagreements: Vec<_> = theirs
        .difference(&ours)
        .map(|function| told(Who::Theirs, function))
        .collect();
    disagreements.extend(
        ours.difference(theirs)
            .map(|function| told(Who::Ours, function)),
    );
    Compared {
        path: file.path().to_string(),
        ours_alone: None,
        agreed: ours.intersection(theirs).count(),
        disagreements,
    }
}

/// What ctags finds, by file.
fn functions(
    options: &Options,
    paths: &[String],
) -> Result<BTreeMap<String, BTreeSet<Function>>, String> {
    let mut child = Command::new("ctags")
        .args([
            "--languages=C",
            "--langmap=C:.c.h",
            "--kinds-C=f",
            "--sort=no",
            "-x",
        ])
        .args(["--_xformat=%N\t%n\t%F", "-f", "-", "-L", "-"])
        .current_dir(&options.root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|why| format!("ctags: {why}"))?;
    let list = paths.join("\n");
    let input = child.stdin.take();
    let writer = std::thread::spawn(move || {
        if let Some(mut input) = input {
            let _ = input.write_all(list.as_bytes());
        }
    });
    let output = child
        .wait_with_output()
        .map_err(|why| format!("ctags: {why}"))?;
    let _ = writer.join();
    if !output.status.success() {
        return Err(format!("ctags: {}", output.status));
    }
    let mut found = BTreeMap::<String, BTreeSet<Function>>::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(line), Some(path)) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let Ok(line) = line.parse() else { continue };
        let of_file = found.entry(path.to_owned()).or_default();
        of_file.insert((line, name.to_owned()));
    }
    Ok(found)
}
