//! Cases: a file before and after a change, the same file in another tree, and what comes of it there, or why nothing.
//!
//! A case is a file `cases/NAME.toml` with `before`, `after`, `target` and either `want` or `refused`, a part of the
//! reason; `path` where it is not `drivers/x/port.c`, `known` for names that the rest of the target tree has, `note` for a
//! part of a note.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

use std::path::Path;
use std::sync::Arc;

use dialect::TreePath;
use libtest_mimic::{Arguments, Failed, Trial};
use port::{Sources, carry};
use query::File;
use syntax::Reader;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let trials = files.into_iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Trial::test(name, move || run(&path))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn run(path: &Path) -> Result<(), Failed> {
    let case: toml::Table = std::fs::read_to_string(path)?.parse()?;
    let text = |key: &str| case.get(key).and_then(toml::Value::as_str);
    let file = |key: &str| -> Result<File, Failed> {
        let path = TreePath::new(text("path").unwrap_or("drivers/x/port.c"))?;
        let bytes = text(key).ok_or(format!("the case lacks `{key}`"))?;
        Ok(Reader::standalone()
            .read(&path, Arc::from(bytes.as_bytes()))
            .into())
    };
    let (before, after, target) = (file("before")?, file("after")?, file("target")?);
    let sources = Sources {
        before: &before,
        after: &after,
        target: &target,
    };
    let words: Vec<&str> = case
        .get("known")
        .and_then(toml::Value::as_array)
        .map(|words| words.iter().filter_map(toml::Value::as_str).collect())
        .unwrap_or_default();
    let carried = carry(&sources, &|name| words.contains(&name));
    match (carried, text("want"), text("refused")) {
        (Ok(carried), Some(want), None) => {
            let got = String::from_utf8(carried.bytes)?;
            if got != want {
                return Err(format!("wanted:\n{want}\ngot:\n{got}").into());
            }
            let notes: Vec<&String> = carried.notes.iter().map(|note| &note.message).collect();
            match text("note") {
                Some(note) if !notes.iter().any(|own| own.contains(note)) => {
                    Err(format!("no note has `{note}`: {notes:?}").into())
                }
                None if !notes.is_empty() => Err(format!("not expected: {notes:?}").into()),
                _ => Ok(()),
            }
        }
        (Ok(carried), None, Some(_)) => {
            let got = String::from_utf8_lossy(&carried.bytes).into_owned();
            Err(format!("it is carried over:\n{got}").into())
        }
        (Err(remarks), None, Some(refused)) => {
            let reasons: Vec<&String> = remarks.iter().map(|remark| &remark.message).collect();
            match reasons.iter().any(|reason| reason.contains(refused)) {
                true => Ok(()),
                false => Err(format!("no reason has `{refused}`: {reasons:?}").into()),
            }
        }
        (Err(remarks), Some(_), _) => Err(format!("refused: {remarks:?}").into()),
        _ => Err("the case has both or neither of `want` and `refused`".into()),
    }
}
