//! One folder is one case, `cases/KIND/NAME/`; so is one file, `cases/KIND/NAME.toml` (see [`single`]).
//!
//! A folder has:
//!
//! * `change.toml`: the changes of one patch (`[[patch.change]]` tables), or `spec.toml`: a whole spec;
//! * `before/`: the tree;
//! * `expected.diff`: what the series changes, or `expected.error`: why it does not land.
//!
//! Every diff is also taken by `git apply` and by `patch`, to the same bytes; a second run over the
//! result has to say that all of it is there already. A case in which it is not (`again.error`) says so.
//!
//! `PATCHWRIGHT_BLESS=1 cargo test -p generator --test cases` writes the expected files; read what it wrote.

mod single;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use generator::{FailureKind, RenderFailure, Writes};
use libtest_mimic::{Arguments, Failed, Trial};
use schema::model::{ChangeKind, Spec};

const HEAD: &str = r#"spec = 1

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

/// The folder of the cases that are about the tree, not about a kind.
const TREE: &str = "tree";

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders = Vec::new();
    let mut files = Vec::new();
    for kind in folders_in(&root) {
        folders.extend(folders_in(&kind));
        files.extend(single::files_in(&kind));
    }
    let mut trials: Vec<Trial> = folders
        .into_iter()
        .map(|folder| {
            let name = folder
                .strip_prefix(&root)
                .unwrap_or(&folder)
                .display()
                .to_string();
            Trial::test(name, move || run(&folder).map_err(Failed::from))
        })
        .collect();
    trials.extend(files.into_iter().map(|path| {
        let name = path.strip_prefix(&root).unwrap_or(&path);
        let name = name.display().to_string();
        Trial::test(name, move || single::run(&path).map_err(Failed::from))
    }));
    trials.push(Trial::test(
        "every kind writes by templates, or says why not",
        move || every_template().map_err(Failed::from),
    ));
    trials.push(Trial::test(
        "every kind has cases that land and cases that do not",
        {
            let root = root.clone();
            move || every_kind(&root).map_err(Failed::from)
        },
    ));
    let top = root.clone();
    trials.push(Trial::test(
        "what is taken away again comes back as it was",
        move || taken_away(&top).map_err(Failed::from),
    ));
    libtest_mimic::run(&arguments, trials).exit();
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn run(folder: &Path) -> Result<(), String> {
    let spec = load(folder)?;
    match support::render(&spec, &folder.join("before")) {
        Ok(rendered) => {
            let diff = support::diffs(&rendered);
            compare(folder, "expected", "diff", &diff)?;
            let after = apply_everywhere(&folder.join("before"), &support::diff_bytes(&rendered))?;
            again(folder, &spec, after.path())
        }
        Err(failure) => compare(folder, "expected", "error", &shown(&failure)),
    }
}

/// A kind without a case could break unseen.
fn every_kind(root: &Path) -> Result<(), String> {
    for folder in folders_in(root) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        if name != TREE && !ChangeKind::NAMES.contains(&&*name) {
            return Err(format!("cases/{name}/ is of no kind"));
        }
    }
    for kind in ChangeKind::NAMES {
        let folder = root.join(kind);
        let has = |outcome: &str| {
            let folders = folders_in(&folder);
            folders.iter().any(|case| case.join(outcome).exists())
        };
        let files = single::files_in(&folder);
        if !has("expected.diff") && files.is_empty() {
            return Err(format!("cases/{kind}/ has no case that lands"));
        }
        if !has("expected.error") && !files.iter().any(|file| single::has_refused(file)) {
            return Err(format!("cases/{kind}/ has no case that is refused"));
        }
    }
    Ok(())
}

/// Kinds that no case can be taken away of again: what they take the place of is in no spec, or they are of many files.
/// The cases of `file` delete and replace besides.
const NEVER_TAKEN_AWAY: &[&str] = &["delete", "file", "guard", "redefine", "rename", "signature"];

/// Takes the series of every case away again; of a wrong one the case says so, and each kind has one that comes back.
fn taken_away(root: &Path) -> Result<(), String> {
    let mut never = Vec::new();
    for kind in folders_in(root) {
        let name = kind
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut back = 0;
        for folder in folders_in(&kind) {
            if folder.join("expected.diff").exists() {
                let came = comes_back(&folder);
                back += usize::from(came.map_err(|e| format!("{}: {e}", folder.display()))?);
            }
        }
        for file in single::files_in(&kind) {
            let came = single::comes_back(&file);
            back += usize::from(came.map_err(|e| format!("{}: {e}", file.display()))?);
        }
        if back == 0 && name != TREE {
            never.push(name);
        }
    }
    match never == NEVER_TAKEN_AWAY {
        true => Ok(()),
        false => Err(format!(
            "never taken away: {never:?}, not {NEVER_TAKEN_AWAY:?}"
        )),
    }
}

/// Whether the series of a case can be taken away; where it can, it comes back.
fn comes_back(folder: &Path) -> Result<bool, String> {
    let spec = load(folder)?;
    let before = folder.join("before");
    let rendered = support::render(&spec, &before).map_err(|failure| failure.to_string())?;
    let after = apply_everywhere(&before, &support::diff_bytes(&rendered))?;
    let Ok(reversed) = support::reverse_over(&spec, &support::tree(after.path())) else {
        return Ok(false);
    };
    let left = apply_everywhere(after.path(), &support::diff_bytes(&reversed.rendered))?;
    let again = support::render(&spec, left.path()).map_err(|failure| failure.to_string())?;
    let again = apply_everywhere(left.path(), &support::diff_bytes(&again))?;
    let names = [after.path(), again.path()].map(|path| path.display().to_string());
    let same = support::run(after.path(), "diff", &["-ru", &names[0], &names[1]], None);
    match same.status.success() {
        true => Ok(true),
        false if !reversed.differs.is_empty() => Ok(false),
        false => Err(String::from_utf8_lossy(&same.stdout).into_owned()),
    }
}

/// Every template of C is some kind's, and every kind has one or a reason.
fn every_template() -> Result<(), String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates");
    let mut unused: BTreeSet<String> = fs::read_dir(top.join("c"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(format!("c/{}", entry.ok()?.file_name().to_string_lossy())))
        .collect();
    for (kind, writes) in generator::writes() {
        match writes {
            Writes::Fragments([]) => {
                return Err(format!("{kind}: no template, and no reason"));
            }
            Writes::Fragments(templates) => {
                for template in templates {
                    unused.remove(*template);
                }
            }
            Writes::NoFragment("") => {
                return Err(format!("{kind}: no template, and no reason"));
            }
            Writes::NoFragment(_) => {}
        }
    }
    match unused.first() {
        Some(template) => Err(format!("no kind writes by templates/{template}")),
        None => Ok(()),
    }
}

fn load(folder: &Path) -> Result<Spec, String> {
    let whole = folder.join("spec.toml");
    let text = if whole.exists() {
        fs::read_to_string(whole).map_err(|e| e.to_string())?
    } else {
        let changes = fs::read_to_string(folder.join("change.toml")).map_err(|e| e.to_string())?;
        format!("{HEAD}{changes}")
    };
    schema::load("case", text.as_bytes()).map_err(|faults| faults.to_string())
}

fn shown(failure: &RenderFailure) -> String {
    format!("{:?}\n{failure}\n", failure.kind)
}

/// A second run writes no second copy.
fn again(folder: &Path, spec: &Spec, after: &Path) -> Result<(), String> {
    let second = support::render(spec, after);
    let blessed = folder.join("again.error");
    match second {
        Ok(rendered) => Err(format!(
            "a second run changes more:\n{}",
            support::diffs(&rendered)
        )),
        Err(failure) if blessed.exists() => compare(folder, "again", "error", &shown(&failure)),
        Err(failure) if failure.kind == FailureKind::Present && !failure.is_partly_present() => {
            Ok(())
        }
        Err(failure) => Err(format!(
            "a second run does not see that all is there:\n{}",
            shown(&failure)
        )),
    }
}

/// What git and patch make of the tree; the same, or the case fails.
fn apply_everywhere(before: &Path, diff: &[u8]) -> Result<tempfile::TempDir, String> {
    let scratch = tempfile::tempdir().map_err(|e| e.to_string())?;
    let by_patch = scratch.path().join("patch");
    let by_git = tempfile::tempdir().map_err(|e| e.to_string())?;
    support::copy(before, &by_patch);
    support::copy(before, by_git.path());
    let git = support::run(
        by_git.path(),
        "git",
        &["apply", "--whitespace=error-all", "-"],
        Some(diff),
    );
    if !git.status.success() {
        return Err(format!(
            "git apply: {}",
            String::from_utf8_lossy(&git.stderr)
        ));
    }
    let patch = support::run(
        &by_patch,
        "patch",
        &["-p1", "--fuzz=0", "--no-backup-if-mismatch"],
        Some(diff),
    );
    let said = String::from_utf8_lossy(&patch.stdout).into_owned();
    if !patch.status.success() || said.contains("offset") {
        return Err(format!("patch -p1: {said}"));
    }
    let same = support::run(
        scratch.path(),
        "diff",
        &["-r", "patch", &by_git.path().display().to_string()],
        None,
    );
    if !same.status.success() {
        return Err("git and patch disagree".to_owned());
    }
    Ok(by_git)
}

fn compare(folder: &Path, stem: &str, ending: &str, actual: &str) -> Result<(), String> {
    let path = folder.join(format!("{stem}.{ending}"));
    if std::env::var_os("PATCHWRIGHT_BLESS").is_some() {
        for other in ["diff", "error"] {
            let stale = folder.join(format!("{stem}.{other}"));
            if other != ending && stale.exists() {
                fs::remove_file(stale).map_err(|e| e.to_string())?;
            }
        }
        return fs::write(&path, actual).map_err(|e| e.to_string());
    }
    let expected = fs::read_to_string(&path)
        .map_err(|_| format!("no {}; it would be\n{actual}", path.display()))?;
    if expected == actual {
        return Ok(());
    }
    Err(format!(
        "{}\n{}",
        path.display(),
        similar::TextDiff::from_lines(&expected, actual.to_owned().as_str()).unified_diff()
    ))
}
