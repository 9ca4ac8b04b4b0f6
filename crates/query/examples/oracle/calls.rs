//! Calls by Coccinelle.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use dialect::token::{TokenKind, tokens};
use query::File;
use query::access::calls;

use crate::Options;
use crate::report::{Cause, Compared, Disagreement, Table, Who};
use crate::source;

/// The folders that are compared: a run of Coccinelle over the whole kernel takes an hour.
const FOLDERS: &[&str] = &[
    "arch/s390",
    "drivers/pci",
    "drivers/vfio",
    "kernel",
    "mm",
    "net/core",
];

const PATCH: &str = "@r@ identifier f; position p; @@ f@p(...)\n\
                     @script:python@ f << r.f; p << r.p; @@\n\
                     print(\"CALL\\t%s\\t%s\\t%s\\t%s\" % (p[0].file, p[0].line, p[0].column, f))\n";

const IN_MACRO: Cause = Cause::theirs("in a macro's body, where calls are found by words");
const EXPANDED: Cause = Cause::theirs("no word of that name is there: Coccinelle expanded a macro");
const OPERATOR: Cause = Cause::theirs("`offsetof` and `__alignof__`, which are operators");
const DECLARED: Cause =
    Cause::theirs("a declaration or a definition, which Coccinelle takes for a call");
const DEAD: Cause = Cause::theirs("under `#if 0`, or for assembler alone");
const UNREAD: Cause = Cause::ours("in a region that we do not read");
const ARM: Cause =
    Cause::ours("in an `#if` arm that we do not read, for it shares braces with another");
const MISSING: Cause = Cause::ours("a call that we miss");

/// A call: line, column, name.
type Call = (usize, usize, String);

/// Compares the calls of some folders; whether no more than one in ten thousand is missing.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let folders: Vec<String> = if options.under.is_empty() {
        FOLDERS.iter().map(|&folder| folder.to_owned()).collect()
    } else {
        options.under.clone()
    };
    let paths = source::files(&options.root, &folders)?;
    let theirs = coccinelle(options, &folders)?;
    let compared = source::each(&options.root, &paths, |file| {
        let none = BTreeSet::new();
        compare(file, theirs.get(file.path().as_str()).unwrap_or(&none))
    });
    Table::new("Coccinelle", "calls", 10_000, FOLDERS).finish(compared, options)
}

fn compare(file: &File, theirs: &BTreeSet<Call>) -> Compared {
    let place = |offset| (file.line_of(offset), file.lines().column_of(offset));
    let ours: BTreeSet<Call> = calls(file, 0..file.bytes().len())
        .into_iter()
        .map(|call| {
            let (line, column) = place(call.range.start);
            (line, column, call.name)
        })
        .collect();
    let missing = theirs.difference(&ours).map(|call| Disagreement {
        side: Who::Theirs,
        cause: cause(file, call),
        path: file.path().to_string(),
        line: call.0,
        text: call.2.clone(),
    });
    Compared {
        path: file.path().to_string(),
        agreed: ours.intersection(theirs).count(),
        ours_alone: Some(ours.difference(theirs).count()),
        disagreements: missing.collect(),
    }
}

fn cause(file: &File, (line, column, name): &Call) -> Cause {
    let line = file.lines().range_of(*line);
    let at = line.start + column;
    let end = at + name.len();
    if file.slice(at..end) != name.as_bytes() {
        return EXPANDED;
    }
    let all = tokens(file.bytes());
    let token = all.iter().find(|token| token.range.contains(&at));
    if token.is_some_and(|token| token.kind == TokenKind::Directive) {
        return IN_MACRO;
    }
    if let Some(dropped) = file.dropped().iter().find(|d| d.range.contains(&at)) {
        return if dropped.dead { DEAD } else { ARM };
    }
    let declared = file
        .functions()
        .iter()
        .any(|f| f.range.start <= at && at < f.body.start)
        || file.prototypes().iter().any(|p| p.range.contains(&at))
        || file.records().iter().any(|r| r.range.contains(&at));
    if declared {
        return DECLARED;
    }
    if matches!(name.as_str(), "offsetof" | "__alignof__") {
        return OPERATOR;
    }
    match file.unread_in(&(at..end)) {
        Some(_) => UNREAD,
        None => MISSING,
    }
}

/// What Coccinelle finds, by file.
fn coccinelle(
    options: &Options,
    folders: &[String],
) -> Result<BTreeMap<String, BTreeSet<Call>>, String> {
    let mut patch =
        tempfile::NamedTempFile::with_suffix(".cocci").map_err(|why| why.to_string())?;
    patch
        .write_all(PATCH.as_bytes())
        .map_err(|why| why.to_string())?;
    let mut found = BTreeMap::<String, BTreeSet<Call>>::new();
    for folder in folders {
        let output = Command::new("spatch")
            .args(["--very-quiet", "--no-includes", "--sp-file"])
            .arg(patch.path())
            .args(["--dir", folder])
            .current_dir(&options.root)
            .stderr(Stdio::null())
            .output()
            .map_err(|why| format!("spatch: {why}"))?;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let ["CALL", path, line, column, name] = fields[..] else {
                continue;
            };
            if let (Ok(line), Ok(column)) = (line.parse(), column.parse()) {
                let of_file = found.entry(path.to_owned()).or_default();
                of_file.insert((line, column, name.to_owned()));
            }
        }
    }
    if found.is_empty() {
        return Err("spatch found nothing: is it built with Python?".to_owned());
    }
    Ok(found)
}
