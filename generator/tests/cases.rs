//! One folder a case: `spec.toml`, the files before under `before/`, and what comes of it: `expected.diff`
//! (what the series does), or `expected.error` (why nothing is written). A new folder is a new case.
//!
//! `PATCHWRIGHT_UPDATE=1 cargo test -p generator --test cases` writes what is missing or has changed: read it
//! before you commit it.

#![expect(
    clippy::expect_used,
    reason = "a test or a tool for developers: it says what broke by stopping"
)]

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use trees::{DirTree, ParsedTree, Tree};

fn main() {
    let arguments = Arguments::from_args();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<_> = std::fs::read_dir(&cases)
        .expect("the cases are there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let mut trials: Vec<Trial> = folders
        .into_iter()
        .map(|folder| {
            let name = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            Trial::test(name, move || run(&folder))
        })
        .collect();
    trials.push(Trial::test("every kind has a case", move || {
        every_kind(&cases)
    }));
    libtest_mimic::run(&arguments, trials).exit();
}

fn run(folder: &Path) -> Result<(), Failed> {
    let spec = schema::load_file(folder.join("spec.toml")).map_err(|error| error.to_string())?;
    let tree: Arc<dyn Tree> = Arc::new(DirTree::open(folder.join("before"))?);
    let (name, got) = match generator::render(&spec, &ParsedTree::new(tree)) {
        Ok(rendered) => ("expected.diff", diff_of(&rendered)),
        Err(failure) => ("expected.error", format!("{failure}\n")),
    };
    let other = if name == "expected.diff" {
        "expected.error"
    } else {
        "expected.diff"
    };
    if std::env::var_os("PATCHWRIGHT_UPDATE").is_some() {
        let _ = std::fs::remove_file(folder.join(other));
        std::fs::write(folder.join(name), &got)?;
        return Ok(());
    }
    let wanted = std::fs::read_to_string(folder.join(name))
        .map_err(|_| format!("there is no {name}; what came out is:\n{got}"))?;
    if wanted == got {
        Ok(())
    } else {
        Err(similar::TextDiff::from_lines(&wanted, &got)
            .unified_diff()
            .to_string()
            .into())
    }
}

/// The diffs of all patch mails, mail text and blob ids apart.
fn diff_of(rendered: &generator::Rendered) -> String {
    let mut out = String::new();
    for (name, bytes) in &rendered.files {
        if name.starts_with("0000") || !name.ends_with(".patch") {
            continue;
        }
        let text = String::from_utf8_lossy(bytes);
        let start = text.find("\ndiff --git").map_or(0, |at| at + 1);
        let end = text.rfind("\n-- \n").map_or(text.len(), |at| at + 1);
        for line in text.get(start..end).unwrap_or_default().lines() {
            if !line.starts_with("index ") {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// A kind without a case could break unseen.
fn every_kind(cases: &Path) -> Result<(), Failed> {
    let kinds = [
        "member",
        "assign",
        "test",
        "split",
        "function",
        "macro",
        "include",
        "comment",
        "rewrite",
        "line",
        "rust-method",
    ];
    let mut specs = String::new();
    for entry in std::fs::read_dir(cases)? {
        specs.push_str(
            &std::fs::read_to_string(entry?.path().join("spec.toml")).unwrap_or_default(),
        );
    }
    for kind in kinds {
        if !specs.contains(&format!("kind = \"{kind}\"")) {
            return Err(format!("no case has a change of kind {kind}").into());
        }
    }
    Ok(())
}
