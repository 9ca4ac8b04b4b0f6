//! `base`: which revisions a series was made for. git makes the series and the repository, and says what applies.

#![expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::git::{git, git_with};
use serde_json::Value;

const FILES: [&str; 3] = ["a/one.c", "a/two.c", "b/three.h"];

/// A line that each version of a file has changed; the lines around it stay.
fn text(file: usize, version: usize) -> String {
    let lines = (0..40).map(|line| match line {
        // Far from the place where the series is.
        5 => format!("int version_{file}_{version};\n"),
        line => format!("int line_{file}_{line};\n"),
    });
    lines.collect()
}

/// A history by `git fast-import`: commits that change a file each, one after the other.
fn repository(folder: &Path, commits: usize) {
    git(folder, &["init", "-q", "-b", "main"]);
    let mut stream = String::new();
    for n in 0..commits {
        let message = format!("change {n}");
        stream += &format!(
            "commit refs/heads/main\nmark :{}\ncommitter C <c@example.org> {} +0000\ndata {}\n{message}\n",
            n + 1,
            1_600_000_000 + n * 60,
            message.len()
        );
        let files: Vec<usize> = if n == 0 { vec![0, 1, 2] } else { vec![n % 3] };
        for file in files {
            let text = text(file, n);
            stream += &format!(
                "M 100644 inline {}\ndata {}\n{text}\n",
                FILES[file],
                text.len()
            );
        }
        let other = format!("{n}\n");
        stream += &format!(
            "M 100644 inline other/{}\ndata {}\n{other}\n",
            n % 97,
            other.len()
        );
    }
    git_with(folder, &["fast-import", "--quiet"], stream.as_bytes());
}

/// The mails of a change of line 20 of some files, made on a revision.
fn series(folder: &Path, revision: &str, files: &[usize], options: &[&str]) -> std::path::PathBuf {
    let work = folder.join("work");
    let shown = work.display().to_string();
    git(
        folder,
        &["worktree", "add", "-q", "--detach", &shown, revision],
    );
    for file in files {
        let path = work.join(FILES[*file]);
        let text = fs::read_to_string(&path).unwrap();
        let line = format!("int line_{file}_20;");
        fs::write(&path, text.replace(&line, &format!("long line_{file}_20;"))).unwrap();
    }
    git(&work, &["commit", "-qam", "the series"]);
    let mails = git(
        &work,
        &[&["format-patch", "--stdout", "-1"][..], options].concat(),
    );
    git(folder, &["worktree", "remove", "--force", &shown]);
    // As though it came from somebody else.
    git(folder, &["prune", "--expire=now"]);
    let path = folder.join("series.mbox");
    fs::write(&path, mails).unwrap();
    path
}

fn stripped(mbox: &Path) {
    let text = fs::read_to_string(mbox).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("index "));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    fs::write(mbox, text).unwrap();
}

fn ask(mbox: &Path, folder: &Path, more: &[&str]) -> (Option<i32>, Value) {
    let (mbox, repository) = (mbox.display().to_string(), folder.display().to_string());
    let arguments = [
        &["base", &mbox][..],
        more,
        &["--git", &repository, "--json"],
    ]
    .concat();
    let output = common::run(&arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    let answer = serde_json::from_slice(&output.stdout);
    (
        output.status.code(),
        answer.map_err(|_| said.into_owned()).unwrap(),
    )
}

fn commits(answer: &Value) -> Vec<String> {
    let found = answer["revisions"].as_array().unwrap().iter();
    found
        .map(|found| found["commit"].as_str().unwrap().to_owned())
        .collect()
}

/// By blobs: just the commits between the change that made the last of its files and the next change of any.
#[test]
fn the_blobs_of_a_series_name_its_commits() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    repository(folder, 60);
    for (n, files) in [(10, &[0, 1, 2][..]), (30, &[1]), (59, &[0, 2]), (3, &[0])] {
        let revision = format!("main~{}", 59 - n);
        let mbox = series(folder, &revision, files, &[]);
        let (status, answer) = ask(&mbox, folder, &[]);
        let mut expected = Vec::new();
        let ids = |commit: &str| -> Vec<String> {
            let paths = files
                .iter()
                .map(|file| format!("{commit}:{}", FILES[*file]));
            paths
                .map(|path| git(folder, &["rev-parse", &path]))
                .collect()
        };
        for commit in git(folder, &["rev-list", "main"]).lines() {
            if ids(commit) == ids(&revision) {
                expected.push(commit.to_owned());
            }
        }
        assert_eq!(
            (status, commits(&answer)),
            (Some(0), expected),
            "{n}: {answer:#}"
        );
        assert!(
            answer["revisions"]
                .as_array()
                .unwrap()
                .iter()
                .all(|found| found["by"] == "blobs")
        );
    }
}

#[test]
fn a_base_commit_line_goes_first() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    repository(folder, 30);
    let mbox = series(folder, "main~7", &[0], &["--base=HEAD~1"]);
    let (status, answer) = ask(&mbox, folder, &[]);
    let base = git(folder, &["rev-parse", "main~7"]);
    assert_eq!(status, Some(0), "{answer:#}");
    assert_eq!(answer["revisions"][0]["commit"], base.trim());
    assert_eq!(answer["revisions"][0]["by"], "base-commit");
    // One that nobody has is said, and the blobs are asked.
    let text = fs::read_to_string(&mbox).unwrap();
    fs::write(&mbox, text.replace(base.trim(), &"1".repeat(40))).unwrap();
    let (status, answer) = ask(&mbox, folder, &[]);
    assert_eq!(status, Some(0), "{answer:#}");
    assert!(
        answer["notes"][0]
            .as_str()
            .unwrap()
            .contains("does not have its base-commit")
    );
    assert!(commits(&answer).contains(&base.trim().to_owned()));
}

/// Without index lines, by trial: what applies is what `git apply` takes, and what does not comes with what changed.
#[test]
fn a_series_without_index_lines_is_tried() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    repository(folder, 12);
    let mbox = series(folder, "main", &[0], &[]);
    stripped(&mbox);
    let old = git(folder, &["rev-parse", "main"]);
    // A later commit changes the very place, and one more moves the file.
    let path = folder.join(FILES[0]);
    git(folder, &["reset", "-q", "--hard"]);
    let changed = fs::read_to_string(&path)
        .unwrap()
        .replace("int line_0_19;", "char line_0_19;");
    fs::write(&path, changed).unwrap();
    git(folder, &["commit", "-qam", "the place changes"]);
    git(folder, &["tag", "changed"]);
    git(folder, &["mv", FILES[0], "a/moved.c"]);
    git(folder, &["commit", "-qm", "the file moves"]);

    let (status, answer) = ask(&mbox, folder, &[]);
    assert_eq!(status, Some(0), "{answer:#}");
    assert_eq!(answer["revisions"][0]["by"], "applies");
    let expected: Vec<String> = git(folder, &["rev-list", "changed~1"])
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(commits(&answer), expected);

    let (status, answer) = ask(&mbox, folder, &["changed"]);
    assert_eq!(status, Some(1), "{answer:#}");
    let refused = &answer["refused"][0];
    assert_eq!(refused["hunk"], 1, "{answer:#}");
    assert_eq!(refused["nearest"]["commit"], old.trim());
    assert_eq!(refused["since"][0]["subject"], "the place changes");

    let (status, answer) = ask(&mbox, folder, &["HEAD"]);
    assert_eq!(status, Some(1), "{answer:#}");
    let refused = &answer["refused"][0];
    assert_eq!(refused["renamed"], "a/moved.c", "{answer:#}");
    assert_eq!(refused["nearest"]["subject"], "change 11");
    // For people, the same.
    let (mbox, repository) = (mbox.display().to_string(), folder.display().to_string());
    let output = common::run(&["base", &mbox, "HEAD", "--git", &repository]);
    let page = String::from_utf8_lossy(&output.stdout);
    assert!(page.contains("the file is a/moved.c now"), "{page}");
    assert!(page.contains("(\"the file moves\")"), "{page}");
}

#[test]
fn a_series_for_another_repository_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    repository(folder, 9);
    let mbox = series(folder, "main", &[1], &[]);
    let text = fs::read_to_string(&mbox)
        .unwrap()
        .replace("line_1_", "nowhere_");
    let lines = text.lines().filter(|line| !line.starts_with("index "));
    fs::write(
        &mbox,
        lines.map(|line| format!("{line}\n")).collect::<String>(),
    )
    .unwrap();
    let (status, answer) = ask(&mbox, folder, &[]);
    assert_eq!(status, Some(1), "{answer:#}");
    assert!(commits(&answer).is_empty());
    assert!(answer["refused"][0]["nearest"].is_null(), "{answer:#}");
}

#[test]
fn a_shallow_clone_says_that_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let full = folder.join("full");
    fs::create_dir(&full).unwrap();
    repository(&full, 20);
    let mbox = series(&full, "main~15", &[0, 1, 2], &[]);
    let from = format!("file://{}", full.display());
    git(folder, &["clone", "-q", "--depth=3", &from, "shallow"]);
    let shallow = folder.join("shallow");
    let (status, answer) = ask(&mbox, &shallow, &[]);
    // The hunks apply there, some commits later.
    assert_eq!(status, Some(0), "{answer:#}");
    assert!(
        answer["notes"][0].as_str().unwrap().contains("shallow"),
        "{answer:#}"
    );
    let text = fs::read_to_string(&mbox)
        .unwrap()
        .replace("line_1_", "nowhere_");
    fs::write(&mbox, text).unwrap();
    let (status, answer) = ask(&mbox, &shallow, &[]);
    assert_ne!(status, Some(0), "{answer:#}");
}

#[test]
fn what_is_no_repository_or_revision_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    repository(folder, 3);
    let mbox = series(folder, "main", &[1], &[]);
    let (mbox, repository) = (mbox.display().to_string(), folder.display().to_string());
    for (arguments, words) in [
        (vec!["base", &mbox, "--git", "/nowhere"], "/nowhere"),
        (
            vec!["base", &mbox, "gone", "--git", &repository],
            "no such branch",
        ),
        (
            vec!["base", &mbox, "main~1..main", "--git", &repository],
            "range",
        ),
        (
            vec!["base", &mbox, "main^{tree}", "--git", &repository],
            "tree",
        ),
        (
            vec!["base", "/nowhere.mbox", "--git", &repository],
            "/nowhere.mbox",
        ),
    ] {
        let output = common::run(&arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    // An empty repository has no commit, and none that could take it.
    let empty = folder.join("empty");
    fs::create_dir(&empty).unwrap();
    git(&empty, &["init", "-q"]);
    let (status, answer) = ask(Path::new(&mbox), &empty, &[]);
    assert_eq!(status, Some(1), "{answer:#}");
}

#[test]
fn two_thousand_commits_are_asked_in_a_moment() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    repository(folder, 2000);
    let mbox = series(folder, "main~1200", &[0, 1, 2], &[]);
    for strip in [false, true] {
        if strip {
            stripped(&mbox);
        }
        let start = Instant::now();
        let (status, answer) = ask(&mbox, folder, &[]);
        let took = start.elapsed();
        assert_eq!(status, Some(0), "{answer:#}");
        // Of a debug build on a busy machine; a release build takes a tenth.
        assert!(took < Duration::from_secs(10), "{took:?}");
        let base = git(folder, &["rev-parse", "main~1200"]);
        assert!(commits(&answer).contains(&base.trim().to_owned()));
    }
}

#[test]
fn verify_judges_on_the_revision_that_the_series_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let repository = folder.join("linux");
    common::copy(&common::top().join("samples/linux"), &repository);
    git(&repository, &["init", "-q", "-b", "main"]);
    git(&repository, &["add", "-A"]);
    git(&repository, &["commit", "-qm", "linux"]);
    let base = git(&repository, &["rev-parse", "HEAD"]);
    fs::remove_file(repository.join("include/linux/pci.h")).unwrap();
    git(&repository, &["commit", "-qam", "gone"]);
    let (spec, out) = (common::spec(2), folder.join("out").display().to_string());
    let repository = repository.display().to_string();
    let rendered = common::run(&[
        "render",
        &spec,
        "--git",
        &repository,
        "--rev",
        "HEAD~1",
        "--out",
        &out,
    ]);
    assert!(rendered.status.success(), "{rendered:?}");
    let arguments = [
        "verify",
        &spec,
        "--git",
        &repository,
        "--out",
        &out,
        "--json",
    ];
    let judged = common::run(&[&arguments[..], &["--base", "auto"]].concat());
    assert_eq!(judged.status.code(), Some(0), "{judged:?}");
    let report: Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert!(
        report["tree"].as_str().unwrap().ends_with(base.trim()),
        "{}",
        report["tree"]
    );
    let judged = common::run(&arguments);
    assert_ne!(judged.status.code(), Some(0), "{judged:?}");
}
