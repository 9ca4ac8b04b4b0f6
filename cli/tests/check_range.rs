//! `check --range` and `--baseline`: a range says of every commit what a check of each alone says.

#![expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]

mod common;

use std::fs;
use std::path::Path;

use common::git::{git, linux};
use serde_json::Value;
use tempfile::TempDir;

const SPECS: [u32; 3] = [1, 2, 3];

fn commit(folder: &Path, path: &str, edit: impl Fn(String) -> String, message: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = fs::read_to_string(&path).unwrap_or_default();
    fs::write(&path, edit(text)).unwrap();
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", message]);
}

fn filler(folder: &Path, from: usize) {
    for n in from..from + 3 {
        commit(
            folder,
            "lib/filler.c",
            |text| format!("{text}int filler_{n};\n"),
            "filler",
        );
    }
}

/// The sample, and most that can happen to a series in it.
fn history() -> (TempDir, String) {
    let (folder, repository) = linux();
    let path = folder.path();
    filler(path, 0);
    git(path, &["cherry-pick", "series"]);
    filler(path, 3);
    // A file that nobody named sets the flag, and stops it.
    commit(
        path,
        "drivers/new/new.c",
        |_| {
            "#include <linux/pci.h>\nvoid f(struct pci_dev *pdev)\n{\n\tpdev->detached_vf = 1;\n}\n"
                .to_owned()
        },
        "another writer",
    );
    filler(path, 6);
    git(path, &["rm", "-q", "drivers/new/new.c"]);
    git(path, &["commit", "-qm", "it goes"]);
    // A merge that brings something, and one that brings nothing.
    git(path, &["checkout", "-q", "-b", "side"]);
    commit(
        path,
        "include/linux/pci.h",
        |text| text.replace("detached_vf:1", "detached_vf:2"),
        "two bits",
    );
    git(path, &["checkout", "-q", "main"]);
    filler(path, 9);
    git(
        path,
        &["merge", "-q", "--no-ff", "-m", "Merge side", "side"],
    );
    filler(path, 12);
    commit(
        path,
        "include/linux/pci.h",
        |text| text.replace("detached_vf:2", "detached_vf:1"),
        "one bit",
    );
    git(
        path,
        &[
            "mv",
            "drivers/vfio/pci/vfio_pci_config.c",
            "drivers/vfio/pci/config.c",
        ],
    );
    git(path, &["commit", "-qm", "the file moves"]);
    filler(path, 15);
    (folder, repository)
}

fn specs() -> Vec<String> {
    SPECS.iter().map(|version| common::spec(*version)).collect()
}

fn check(more: &[&str]) -> (Option<i32>, Value) {
    let specs = specs();
    let mut arguments = vec!["check"];
    arguments.extend(specs.iter().map(String::as_str));
    arguments.extend(more);
    arguments.push("--json");
    let output = common::run(&arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let answer = serde_json::from_slice(&output.stdout).map_err(|_| said);
    (output.status.code(), answer.unwrap())
}

#[test]
fn a_range_says_what_each_of_its_commits_says() {
    let (folder, repository) = history();
    let line = git(
        folder.path(),
        &["rev-list", "--first-parent", "--reverse", "main"],
    );
    let line: Vec<&str> = line.lines().collect();
    let mut revisions = vec!["--git", repository.as_str()];
    revisions.extend(line.iter().flat_map(|commit| ["--rev", commit]));
    let (_, alone) = check(&revisions);
    let alone = alone["checks"].as_array().unwrap();
    let range = format!("{}..main", line[0]);
    let (status, answer) = check(&["--git", &repository, "--range", &range]);
    for (number, row) in answer["checks"].as_array().unwrap().iter().enumerate() {
        let standings = alone.iter().skip(number).step_by(SPECS.len());
        let standings: Vec<&str> = standings
            .map(|row| row["status"].as_str().unwrap())
            .collect();
        let mut expected: Vec<(&str, &str)> = Vec::new();
        for (commit, standing) in line.iter().zip(standings) {
            if expected.last().is_none_or(|(_, last)| *last != standing) {
                expected.push((commit, standing));
            }
        }
        let states = row["states"].as_array().unwrap().iter();
        let states: Vec<(&str, &str)> = states
            .map(|state| {
                (
                    state["commit"].as_str().unwrap(),
                    state["status"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(states, expected, "{row:#}");
        assert_eq!(row["since"], expected.last().unwrap().0);
    }
    // Landed, violated and drifted were among them, and what has nothing to do with it was not judged.
    let text = answer.to_string();
    for standing in ["renders", "landed", "violated", "superseded"] {
        assert!(text.contains(standing), "{standing}: {answer:#}");
    }
    assert_eq!(answer["commits"], line.len());
    assert!(answer["judged"].as_u64().unwrap() <= 9, "{answer:#}");
    assert_ne!(status, Some(0));
}

/// Of what the JSON has of the states, the page has each: in the picture and in the table beside it.
#[test]
fn the_page_has_a_timeline() {
    let (folder, repository) = history();
    let log = [
        "log",
        "--first-parent",
        "--reverse",
        "--date=short",
        "--format=%H %cd",
        "main",
    ];
    let log = git(folder.path(), &log);
    let days: Vec<(&str, &str)> = log
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .collect();
    let range = format!("{}..main", days[0].0);
    let arguments = ["--git", &repository, "--range", &range];
    let (_, answer) = check(&arguments);
    let specs = specs();
    let mut command = vec!["check", "--format", "html"];
    command.extend(specs.iter().map(String::as_str));
    let page = common::run(&[&command, &arguments[..]].concat()).stdout;
    let page = String::from_utf8(page).unwrap();
    let pictures: Vec<&str> = page.split("<svg ").skip(1).collect();
    let rows = answer["checks"].as_array().unwrap();
    assert_eq!(pictures.len(), rows.len());
    for (picture, row) in pictures.iter().zip(rows) {
        let (picture, table) = picture.split_once("</svg>").unwrap();
        let states = row["states"].as_array().unwrap();
        assert_eq!(picture.matches("<rect ").count(), states.len());
        for state in states {
            let commit = state["commit"].as_str().unwrap();
            let number = state["number"].as_u64().unwrap();
            let date = state["date"].as_str().unwrap();
            let status = state["status"].as_str().unwrap();
            assert_eq!(days[usize::try_from(number).unwrap() - 1], (commit, date));
            assert!(picture.contains(&format!("<title>{status} since {}", &commit[..12])));
            assert!(picture.contains(&format!("{status} from commit {number}, {date}")));
            assert!(table.contains(&format!("<code>{}</code>", &commit[..12])));
        }
    }
    assert_eq!(answer["range"]["begins"], days[0].1);
    assert_eq!(answer["range"]["ends"], days[days.len() - 1].1);
}

#[test]
fn a_range_that_is_none_is_said() {
    let (_folder, repository) = history();
    for (range, words) in [
        ("main", "no range"),
        ("series..main", "first parents"),
        ("gone..main", "no such branch"),
    ] {
        let output = common::run(&[
            "check",
            &common::spec(2),
            "--git",
            &repository,
            "--range",
            range,
        ]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{range}: {said}");
        assert!(said.contains(words), "{range}: {said}");
    }
}

#[test]
fn a_baseline_leaves_what_did_not_change() {
    let (folder, repository) = history();
    let baseline = folder.path().join("states.json").display().to_string();
    let at = |revision: &str| {
        git(folder.path(), &["branch", "-f", "nightly", revision]);
        let (status, answer) = check(&[
            "--git",
            &repository,
            "--rev",
            "nightly",
            "--baseline",
            &baseline,
        ]);
        let rows = answer["checks"].as_array().unwrap().iter();
        let rows = rows.map(|row| format!("{} {} {}", row["series"], row["was"], row["status"]));
        (status, rows.collect::<Vec<_>>().join("\n").replace('"', ""))
    };
    let first = at("main~8^2~1");
    assert_eq!(first.1.lines().count(), 3, "{first:?}");
    // Once more: nothing is new, whatever it is.
    assert_eq!(at("main~8^2~1"), (Some(0), String::new()));
    // Violated, once.
    let (status, news) = at("side");
    assert_eq!(status, Some(1), "{news}");
    assert!(news.contains("detached-vf-v2 landed violated"), "{news}");
    assert_eq!(at("side"), (Some(0), String::new()));
    // A file that is none is not written over.
    fs::write(&baseline, "{}").unwrap();
    let output = common::run(&[
        "check",
        &common::spec(2),
        "--git",
        &repository,
        "--baseline",
        &baseline,
    ]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no baseline"), "{said}");
    assert_eq!(fs::read_to_string(&baseline).unwrap(), "{}");
    let missing = folder.path().join("none/states.json").display().to_string();
    let output = common::run(&[
        "check",
        &common::spec(2),
        "--git",
        &repository,
        "--baseline",
        &missing,
    ]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

/// What could not be judged is reported every night, and what was known of it stays known.
#[test]
fn what_is_unknown_is_never_the_baseline() {
    let (folder, repository) = history();
    let baseline = folder.path().join("states.json").display().to_string();
    git(folder.path(), &["checkout", "-q", "series"]);
    let run = || {
        check(&[
            "--git",
            &repository,
            "--rev",
            "series",
            "--baseline",
            &baseline,
        ])
    };
    run();
    let blob = git(folder.path(), &["rev-parse", "series:include/linux/pci.h"]);
    let object = folder
        .path()
        .join(".git/objects")
        .join(&blob[..2])
        .join(&blob.trim()[2..]);
    let kept = fs::read(&object).unwrap();
    fs::remove_file(&object).unwrap();
    for _ in 0..2 {
        let (status, answer) = run();
        assert_eq!(status, Some(3), "{answer:#}");
        assert_eq!(answer["checks"][1]["was"], "landed", "{answer:#}");
    }
    fs::write(&object, kept).unwrap();
    let (status, answer) = run();
    assert_eq!(status, Some(0), "{answer:#}");
    assert!(
        answer["checks"].as_array().unwrap().is_empty(),
        "{answer:#}"
    );
}

#[test]
fn two_specs_of_one_series_share_no_state_in_a_baseline() {
    let folder = tempfile::tempdir().unwrap();
    let baseline = folder.path().join("states.json").display().to_string();
    let twin = folder.path().join("twin.toml").display().to_string();
    fs::copy(common::spec(2), &twin).unwrap();
    let run = common::run(&[
        "check",
        &common::spec(2),
        &twin,
        "--sample",
        "--baseline",
        &baseline,
    ]);
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(said.contains("two specs are detached-vf-v2"), "{said}");
    assert!(!Path::new(&baseline).exists());
}
