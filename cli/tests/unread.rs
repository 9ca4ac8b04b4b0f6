//! A pattern in code that was not read: `locate` and `render` refuse, `verify` says unknown, each with file and
//! line. One folder is one case: `unread/NAME/`.
//!
//! * `case.toml`: what it is about, the changes and invariants of the spec, and what each command has to say;
//! * `before/`: the tree that `locate` and `render` are asked about;
//! * `landed/`: the tree with the change in it, which `verify --landed` judges.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

/// What one command has to do.
struct Expected {
    command: &'static str,
    status: i32,
    says: String,
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/unread");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    let trials = folders
        .into_iter()
        .map(|folder| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            Trial::test(name, move || run(&folder))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A case file has the expectations first, as comments that a reader sees before the spec: the exit status, and
/// what is said, pieces that need not stand together with `|` between: `# verify 3 drivers/a.c:5 | line 7`.
fn expectations(text: &str) -> Vec<Expected> {
    ["locate", "render", "verify"]
        .into_iter()
        .map(|command| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(&format!("# {command} ")))
                .unwrap_or_else(|| panic!("the case does not say what {command} does"));
            let (status, says) = line.split_once(' ').unwrap_or((line, ""));
            Expected {
                command,
                status: status.parse().unwrap(),
                says: says.to_owned(),
            }
        })
        .collect()
}

fn run(folder: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(folder.join("case.toml"))?;
    let temp = tempfile::tempdir()?;
    let spec = temp.path().join("spec.toml");
    fs::write(&spec, [common::HEAD, &text].concat())?;
    let out = temp.path().join("out");
    let mut wrong = Vec::new();
    for expected in expectations(&text) {
        let tree = match expected.command {
            "verify" => folder.join("landed"),
            _ => folder.join("before"),
        };
        let mut command = common::command();
        command.arg(expected.command).arg(&spec);
        command.arg("--tree").arg(&tree);
        match expected.command {
            "render" => command.arg("--out").arg(&out),
            "verify" => command.arg("--landed"),
            _ => &mut command,
        };
        let output = command.output()?;
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        if output.status.code() != Some(expected.status)
            || !expected.says.split(" | ").all(|piece| said.contains(piece))
        {
            wrong.push(format!(
                "{} exits {:?}, not {} with {:?}:\n{said}",
                expected.command,
                output.status.code(),
                expected.status,
                expected.says
            ));
        }
        if expected.command == "render" && out.exists() != (expected.status == 0) {
            wrong.push("a refused series is written, or one that is not is absent".to_owned());
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong.join("\n").into())
}
