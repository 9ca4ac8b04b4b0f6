//! Running the built command in a known environment.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "every test file uses a part of this, and a test says what broke by stopping"
)]

pub mod git;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The top of the repository.
pub fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The shipped spec of that version.
pub fn spec(version: u32) -> String {
    let path = top().join(format!("specs/detached-vf/v{version}.toml"));
    path.display().to_string()
}

/// The command with nothing of the caller's environment but PATH, and a fixed date.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchwright"));
    command.env_clear().env("SOURCE_DATE_EPOCH", "1600000000");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Runs the command with these arguments.
pub fn run(arguments: &[&str]) -> Output {
    command().args(arguments).output().unwrap()
}

/// Every file of a flat folder with its bytes; nothing where the folder is absent.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    let entries = entries.map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The head of a spec of one patch: what a case's changes and invariants come after.
pub const HEAD: &str = r#"spec = 1

[series]
name = "case"
version = 1
author = "A Developer <dev@example.org>"
subject = "case: Change something"
cover = "A case."
to = ["List <list@example.org>"]

[[patch]]
subject = "case: Change something"
message = "Something changes."

"#;

/// A copy of the tree, in the place of `after`, with what git makes of the series in a folder.
///
/// # Errors
/// What git says.
pub fn applied(before: &Path, series: &Path, after: &Path) -> Result<(), String> {
    let copied = Command::new("cp").arg("-r").args([before, after]).status();
    assert!(copied.unwrap().success());
    for name in files(series).into_keys() {
        if name.ends_with(".patch") && !name.starts_with("0000") {
            let mut git = Command::new("git");
            git.arg("apply").arg(series.join(name)).current_dir(after);
            let done = git.output().unwrap();
            if !done.status.success() {
                return Err(String::from_utf8_lossy(&done.stderr).into_owned());
            }
        }
    }
    Ok(())
}

/// The names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
