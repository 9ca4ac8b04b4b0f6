//! Functions by universal-ctags.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use kernel_c::SourceFile;

use crate::Options;
use crate::causes::{Side, cause};
use crate::report::{Disagreement, Table};
use crate::source;

/// A function: the line of its name, and the name.
pub type Function = (usize, String);

/// Compares the functions of a tree; whether no more than one in a thousand is ours.
pub fn run(options: &Options) -> Result<bool, String> {
    let paths = source::files(&options.root, &options.under)?;
    let theirs = functions(options, &paths)?;
    let compared = source::each(&options.root, &paths, |file| {
        let none = BTreeSet::new();
        compare(file, theirs.get(file.path().as_str()).unwrap_or(&none))
    });
    let mut table = Table::new("universal-ctags", "function definitions", 1_000);
    table.files = paths.len();
    for one in compared {
        table.agreed += one.agreed;
        table.disagreements.extend(one.disagreements);
    }
    table.finish(options)
}

/// The comparison of one file.
struct Compared {
    agreed: usize,
    disagreements: Vec<Disagreement>,
}

fn compare(file: &SourceFile, theirs: &BTreeSet<Function>) -> Compared {
    let ours: BTreeSet<Function> = file
        .functions()
        .iter()
        .map(|f| (file.line_of(f.name_range.start), f.name.clone()))
        .collect();
    let told = |side: Side, (line, name): &Function| Disagreement {
        side,
        cause: cause(file, side, *line, name, &ours, theirs),
        path: file.path().to_string(),
        line: *line,
        text: name.clone(),
    };
    let mut disagreements: Vec<_> = theirs
        .difference(&ours)
        .map(|function| told(Side::Theirs, function))
        .collect();
    disagreements.extend(
        ours.difference(theirs)
            .map(|function| told(Side::Ours, function)),
    );
    Compared {
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
