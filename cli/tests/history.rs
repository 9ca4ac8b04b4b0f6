//! `verify --range`, `verify --bisect` and `bisect`, on repositories whose every change was put there by git.

#![expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]

mod common;

use std::fs;
use std::path::Path;

use common::git::{git, git_with, linux};
use serde_json::Value;

/// Commits that have nothing to do with any of it, on top of main.
fn filler(folder: &Path, count: usize) {
    let tip = git(folder, &["rev-parse", "HEAD"]);
    let mut stream = String::new();
    for n in 0..count {
        let from = if n == 0 {
            format!("from {tip}")
        } else {
            String::new()
        };
        let text = format!("int filler_{n};\n");
        stream += &format!(
            "commit refs/heads/main\ncommitter C <c@example.org> {} +0000\ndata 6\nfiller\n{from}M 100644 inline lib/filler.c\ndata {}\n{text}\n",
            1_900_000_000 + n,
            text.len()
        );
    }
    git_with(
        folder,
        &["fast-import", "--quiet", "--force"],
        stream.as_bytes(),
    );
    git(folder, &["reset", "-q", "--hard", "main"]);
}

fn bisect(repository: &str, range: &str) -> (Option<i32>, Value) {
    let output = common::run(&[
        "bisect",
        &common::spec(2),
        range,
        "--git",
        repository,
        "--json",
    ]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let answer = serde_json::from_slice(&output.stdout).map_err(|_| said);
    (output.status.code(), answer.unwrap())
}

/// What is planted among other commits is what is found, with the states around it.
#[test]
fn the_commit_that_changed_the_state_is_found() {
    let (folder, repository) = linux();
    let folder = folder.path();
    let mut planted: Vec<(String, &str, &str)> = Vec::new();
    let mut plant = |before: &'static str, after: &'static str| {
        let commit = git(folder, &["rev-parse", "HEAD"]).trim().to_owned();
        planted.push((commit, before, after));
        filler(folder, 9);
    };
    filler(folder, 7);
    git(folder, &["cherry-pick", "series"]);
    plant("renders", "landed");
    git(folder, &["revert", "--no-edit", "HEAD~9"]);
    plant("landed", "renders");
    git(
        folder,
        &[
            "mv",
            "drivers/vfio/pci/vfio_pci_config.c",
            "drivers/vfio/pci/config.c",
        ],
    );
    git(folder, &["commit", "-qm", "the file moves"]);
    plant("renders", "drifted");
    git(
        folder,
        &[
            "mv",
            "drivers/vfio/pci/config.c",
            "drivers/vfio/pci/vfio_pci_config.c",
        ],
    );
    git(folder, &["commit", "-qm", "and back"]);
    plant("drifted", "renders");
    // One file of three.
    git(
        folder,
        &[
            "checkout",
            "-q",
            "series",
            "--",
            "include/linux/pci.h",
            "drivers/vfio/pci/vfio_pci_config.c",
        ],
    );
    git(folder, &["commit", "-qm", "half of it"]);
    plant("renders", "partly landed");
    let mut start = git(folder, &["rev-list", "--max-parents=0", "main"])
        .trim()
        .to_owned();
    for (commit, before, after) in &planted {
        // Up to some commits behind the one that was planted.
        let line = git(
            folder,
            &["rev-list", "--reverse", &format!("{commit}..main")],
        );
        let end = line.lines().nth(5).unwrap();
        let (status, answer) = bisect(&repository, &format!("{start}..{end}"));
        assert_eq!(status, Some(0), "{answer:#}");
        assert_eq!(
            answer["commit"],
            commit.as_str(),
            "{before} to {after}: {answer:#}"
        );
        assert_eq!(answer["before"]["status"], *before);
        assert_eq!(answer["after"]["status"], *after);
        start = end.to_owned();
    }
}

#[test]
fn a_long_history_is_judged_in_a_few_places() {
    let (folder, repository) = linux();
    let folder = folder.path();
    filler(folder, 300);
    git(folder, &["cherry-pick", "series"]);
    let commit = git(folder, &["rev-parse", "HEAD"]);
    filler(folder, 211);
    let start = git(folder, &["rev-list", "--max-parents=0", "main"]);
    let (status, answer) = bisect(&repository, &format!("{}..main", start.trim()));
    assert_eq!(status, Some(0), "{answer:#}");
    assert_eq!(answer["commit"], commit.trim());
    assert_eq!(answer["revisions"], 513);
    let judged = answer["judged"].as_array().unwrap().len();
    assert!(judged <= 2 + 9, "{judged}");
}

/// A merge is one commit of the line: what it brought came with it.
#[test]
fn a_merge_that_brings_the_series_is_what_is_found() {
    let (folder, repository) = linux();
    let folder = folder.path();
    let start = git(folder, &["rev-parse", "HEAD"]);
    filler(folder, 3);
    git(
        folder,
        &["merge", "-q", "--no-ff", "-m", "Merge the series", "series"],
    );
    let merge = git(folder, &["rev-parse", "HEAD"]);
    filler(folder, 3);
    let (status, answer) = bisect(&repository, &format!("{}..main", start.trim()));
    assert_eq!(status, Some(0), "{answer:#}");
    assert_eq!(answer["commit"], merge.trim());
}

#[test]
fn where_nothing_changed_there_is_nothing_to_find() {
    let (folder, repository) = linux();
    let folder = folder.path();
    filler(folder, 4);
    let (status, answer) = bisect(&repository, "main~2..main");
    assert_eq!(status, Some(1), "{answer:#}");
    assert!(answer["commit"].is_null());
    for (range, words) in [
        ("main", "no range"),
        ("main...series", "no range"),
        ("series..main", "not among the first parents"),
        ("gone..main", "no such branch"),
    ] {
        let output = common::run(&["bisect", &common::spec(2), range, "--git", &repository]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{range}: {said}");
        assert!(said.contains(words), "{range}: {said}");
    }
}

/// A revision whose objects are gone is passed over, and said where it is in the way.
#[test]
fn what_cannot_be_judged_is_skipped() {
    let (folder, repository) = linux();
    let folder = folder.path();
    filler(folder, 2);
    let header = "include/linux/pci.h";
    let text = fs::read_to_string(folder.join(header)).unwrap();
    fs::write(folder.join(header), format!("{text}\n/* more */\n")).unwrap();
    git(folder, &["commit", "-qam", "more"]);
    let unread = git(folder, &["rev-parse", "HEAD"]);
    let blob = git(folder, &["rev-parse", &format!("HEAD:{header}")]);
    git(folder, &["cherry-pick", "series"]);
    let landed = git(folder, &["rev-parse", "HEAD"]);
    filler(folder, 2);
    let blob = blob.trim();
    let object = folder
        .join(".git/objects")
        .join(&blob[..2])
        .join(&blob[2..]);
    fs::remove_file(object).unwrap();
    let (status, answer) = bisect(&repository, "main~5..main");
    assert_eq!(status, Some(3), "{answer:#}");
    assert!(answer["commit"].is_null());
    assert_eq!(answer["skipped"][0], unread.trim());
    assert_eq!(answer["after"]["commit"], landed.trim());
}

fn range(repository: &str, range: &str, more: &[&str]) -> (Option<i32>, String) {
    let spec = common::spec(2);
    let arguments = ["verify", &spec, "--git", repository, "--range", range];
    let output = common::run(&[&arguments[..], more].concat());
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn commits_are_judged_where_they_are() {
    let (folder, repository) = linux();
    let folder = folder.path();
    let (status, said) = range(&repository, "main..series", &[]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("1 commit of main..series"), "{said}");
    // A line more that nobody declared, in a commit of its own.
    git(folder, &["checkout", "-q", "series"]);
    let path = folder.join("arch/s390/pci/pci.c");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}\nint undeclared;\n")).unwrap();
    git(
        folder,
        &[
            "commit",
            "-qam",
            "more\n\nSigned-off-by: A Uthor <a@example.org>",
        ],
    );
    let (status, said) = range(&repository, "main..series", &[]);
    assert_eq!(status, Some(1), "{said}");
    let commit = git(folder, &["rev-parse", "--short=12", "HEAD"]);
    assert!(
        said.contains("undeclared") || said.contains(commit.trim()),
        "{said}"
    );
    // A message that would end a mail is one of a commit.
    git(folder, &["reset", "-q", "--hard", "HEAD~1"]);
    let message = git(folder, &["log", "-1", "--format=%B"]);
    let message = message.replacen("\n\n", "\n\n---\ndiff --git a/x b/x\n\n", 1);
    git_with(
        folder,
        &["commit", "-q", "--amend", "-F", "-"],
        message.as_bytes(),
    );
    let (status, said) = range(&repository, "main..series", &[]);
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn what_is_no_patch_is_said_of_its_commit() {
    let (folder, repository) = linux();
    let folder = folder.path();
    filler(folder, 1);
    git(
        folder,
        &["merge", "-q", "--no-ff", "-m", "Merge the series", "series"],
    );
    let (status, said) = range(&repository, "main~2..main", &[]);
    assert_eq!(status, Some(3), "{said}");
    assert!(
        said.contains("Merge the series") && said.contains("is a merge"),
        "{said}"
    );
    for (name, words) in [
        ("main..main", "no commit in the range"),
        ("main", "no range"),
        ("main..", "no commit"),
    ] {
        let (status, said) = range(&repository, name, &[]);
        assert_eq!(status, Some(2), "{name}: {said}");
        assert!(said.contains(words), "{name}: {said}");
    }
    // What git bisect run would take for bad is skipped.
    let (status, said) = range(&repository, "main~2..main", &["--bisect"]);
    assert_eq!(status, Some(125), "{said}");
    let (status, said) = range(&repository, "main^2~1..main^2", &["--bisect"]);
    assert_eq!(status, Some(0), "{said}");
}

/// git's own bisect, with our verdict, finds what ours finds.
#[test]
fn git_bisect_run_takes_the_verdict() {
    let (folder, _) = linux();
    let folder = folder.path();
    filler(folder, 6);
    git(folder, &["cherry-pick", "series"]);
    git(folder, &["tag", "good"]);
    filler(folder, 5);
    git(folder, &["revert", "--no-edit", "good"]);
    let bad = git(folder, &["rev-parse", "HEAD"]);
    filler(folder, 6);
    git(folder, &["bisect", "start", "main", "good"]);
    let patchwright = env!("CARGO_BIN_EXE_patchwright");
    let spec = fs::canonicalize(common::spec(2))
        .unwrap()
        .display()
        .to_string();
    let said = git(
        folder,
        &[
            "bisect",
            "run",
            patchwright,
            "verify",
            &spec,
            "--git",
            ".",
            "--landed",
            "--bisect",
        ],
    );
    assert!(
        said.contains(&format!("{} is the first", bad.trim())),
        "{said}"
    );
}
