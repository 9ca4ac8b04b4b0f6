//! What the generator writes, the verifier holds for right: every case of `generator/tests/cases` that lands is rendered
//! and judged, as mails over its tree and as the tree that git makes of them.
//!
//! The cases' trees are fragments: names that they do not declare are let pass (`frame/bisect`).

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let root = common::top().join("generator/tests/cases");
    let kinds = folders_in(&root);
    let cases = kinds.iter().flat_map(|kind| folders_in(kind));
    let trials = cases
        .filter(|folder| folder.join("expected.diff").exists())
        .map(|folder| {
            let name = folder.strip_prefix(&root).unwrap().display().to_string();
            Trial::test(name, move || run(&folder))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn run(folder: &Path) -> Result<(), Failed> {
    let temp = tempfile::tempdir()?;
    let spec = temp.path().join("spec.toml");
    let text = std::fs::read_to_string(folder.join("spec.toml")).or_else(|_| {
        let changes = std::fs::read_to_string(folder.join("change.toml"));
        changes.map(|changes| [common::HEAD, &changes].concat())
    })?;
    std::fs::write(&spec, text)?;
    let spec = spec.to_str().unwrap();
    let before = folder.join("before");
    let tree = before.to_str().unwrap();
    let out = temp.path().join("out");
    let out_argument = out.to_str().unwrap();
    let rendered = common::run(&["render", spec, "--tree", tree, "--out", out_argument]);
    if !rendered.status.success() {
        return Err(String::from_utf8_lossy(&rendered.stderr)
            .into_owned()
            .into());
    }
    holds(&["verify", spec, "--tree", tree, "--out", out_argument])?;
    let after = temp.path().join("after");
    let series = folders_in(&out);
    common::applied(&before, series.first().ok_or("no series")?, &after)?;
    holds(&[
        "verify",
        spec,
        "--tree",
        after.to_str().unwrap(),
        "--landed",
    ])
}

/// Nothing is violated or unknown.
fn holds(arguments: &[&str]) -> Result<(), Failed> {
    let output = common::run(&[arguments, &["--json"]].concat());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let findings = report["findings"].as_array().ok_or("no findings")?;
    let bad = findings
        .iter()
        .filter(|finding| finding["verdict"] != "holds" && finding["invariant"] != "frame/bisect");
    let told: Vec<String> = bad
        .map(|finding| {
            format!(
                "{} {}: {}",
                finding["verdict"], finding["invariant"], finding["message"]
            )
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    Err(format!("{}:\n{}", arguments.last().unwrap_or(&""), told.join("\n")).into())
}
