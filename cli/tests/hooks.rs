//! The hooks of `contrib/hooks`, installed as docs/ci.md says and called by git.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::git::git;

fn hook(name: &str) -> PathBuf {
    let path = common::top().join("contrib/hooks").join(name);
    path.canonicalize().unwrap()
}

/// A command in a repository, as a user's shell has it.
fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PATCHWRIGHT", env!("CARGO_BIN_EXE_patchwright"))
        .envs([
            ("HOME", "/nowhere"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "A Uthor"),
            ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ("GIT_COMMITTER_NAME", "C Ommitter"),
            ("GIT_COMMITTER_EMAIL", "c@example.org"),
        ])
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// Runs git: whether it went well, and what it said on standard error.
fn try_git(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = command("git", folder).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said)
}

/// The built-in tree with the series as a branch, which is checked out, and the hook.
fn with_hook(name: &str) -> tempfile::TempDir {
    let (folder, _) = common::git::linux();
    git(folder.path(), &["checkout", "-q", "series"]);
    let hooks = folder.path().join(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    symlink(hook(name), hooks.join(name)).unwrap();
    folder
}

fn render(version: u32, repository: &Path, out: &Path) -> Vec<String> {
    let (spec, out_text) = (common::spec(version), out.display().to_string());
    let repository = repository.display().to_string();
    let rendered = common::run(&[
        "render",
        &spec,
        "--git",
        &repository,
        "--rev",
        "main",
        "--out",
        &out_text,
    ]);
    assert!(rendered.status.success(), "{rendered:?}");
    let series = out.join(format!("detached-vf-v{version}"));
    let names = common::names(&series).into_iter();
    let mails = names.filter(|name| name.ends_with(".patch"));
    mails
        .map(|name| series.join(name).display().to_string())
        .collect()
}

fn send(folder: &Path, mails: &[String], more: &[&str]) -> (bool, String) {
    let mut arguments = vec![
        "send-email",
        "--dry-run",
        "--to=list@example.org",
        "--from=a@example.org",
        "--suppress-cc=all",
        "--confirm=never",
        "--smtp-server=/bin/false",
    ];
    arguments.extend(more);
    arguments.extend(mails.iter().map(String::as_str));
    try_git(folder, &arguments)
}

#[test]
fn a_series_is_judged_before_it_is_mailed() {
    let folder = with_hook("sendemail-validate");
    if !try_git(folder.path(), &["send-email", "--dump-aliases"]).0 {
        println!("skipped: no git send-email: apt install git-email");
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let right = render(2, folder.path(), out.path());
    let (is_sent, said) = send(folder.path(), &right, &[]);
    assert!(is_sent, "{said}");
    assert!(
        said.contains("patchwright: not judged: no spec for "),
        "{said}"
    );
    git(
        folder.path(),
        &["config", "patchwright.spec", &common::spec(2)],
    );
    let (is_sent, said) = send(folder.path(), &right, &[]);
    assert!(is_sent && !said.contains("patchwright"), "{said}");
    // The first version leaves three tests out.
    let wrong = render(1, folder.path(), out.path());
    let (is_sent, said) = send(folder.path(), &wrong, &[]);
    assert!(!is_sent, "{said}");
    assert!(
        said.contains("violated") && said.contains("the series is not sent"),
        "{said}"
    );
    assert!(send(folder.path(), &wrong, &["--no-validate"]).0);
    // A spec for the branch goes before the one for all; and a base that is named is where it is judged.
    git(
        folder.path(),
        &["config", "branch.series.patchwrightSpec", &common::spec(1)],
    );
    git(folder.path(), &["config", "patchwright.base", "main"]);
    let (is_sent, said) = send(folder.path(), &wrong, &[]);
    assert!(is_sent, "{said}");
    git(folder.path(), &["config", "patchwright.base", "series"]);
    let (is_sent, said) = send(folder.path(), &wrong, &[]);
    assert!(!is_sent && said.contains("applies"), "{said}");
    assert!(!folder.path().join(".git/patchwright-sendemail").exists());
}

/// git before 2.41 does not say how many mails there are.
#[test]
fn an_old_git_has_the_folder_judged() {
    let folder = with_hook("sendemail-validate");
    git(
        folder.path(),
        &["config", "patchwright.spec", &common::spec(2)],
    );
    let out = tempfile::tempdir().unwrap();
    for (version, status) in [(2, 0), (1, 1)] {
        let mails = render(version, folder.path(), out.path());
        let script = hook("sendemail-validate").display().to_string();
        let done = command(&script, folder.path())
            .arg(&mails[0])
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(status), "{done:?}");
    }
}

#[test]
fn a_branch_is_judged_before_it_is_pushed() {
    let folder = with_hook("pre-push");
    let remote = tempfile::tempdir().unwrap();
    let here = folder.path();
    git(remote.path(), &["init", "-q", "--bare"]);
    git(
        here,
        &[
            "remote",
            "add",
            "there",
            &remote.path().display().to_string(),
        ],
    );
    let push = |arguments: &[&str]| try_git(here, &[&["push", "there"], arguments].concat());
    let there = |name: &str| !git(remote.path(), &["branch", "--list", name]).is_empty();
    let (is_pushed, said) = push(&["main"]);
    assert!(
        is_pushed && said.contains("not judged: no spec for main"),
        "{said}"
    );
    git(
        here,
        &["config", "branch.series.patchwrightSpec", &common::spec(2)],
    );
    let (is_pushed, said) = push(&["series"]);
    assert!(
        !is_pushed && said.contains("where does the series on series begin?"),
        "{said}"
    );
    // An upstream is a base, and so is what is named.
    git(here, &["branch", "-q", "--set-upstream-to=main", "series"]);
    let (is_pushed, said) = push(&["series"]);
    assert!(is_pushed && there("series"), "{said}");
    let readme = here.join("README");
    fs::write(&readme, "undeclared\n").unwrap();
    git(here, &["add", "-A"]);
    git(
        here,
        &[
            "commit",
            "-qm",
            "README: Say something\n\nSigned-off-by: A Uthor <a@example.org>",
        ],
    );
    let (is_pushed, said) = push(&["series"]);
    assert!(!is_pushed, "{said}");
    assert!(
        said.contains("README") && said.contains("series is not pushed"),
        "{said}"
    );
    assert!(!push(&["HEAD:refs/heads/other"]).0);
    assert!(!push(&["main", "series"]).0);
    assert!(push(&["--no-verify", "series"]).0);
    // What goes, and what is not on top of the base, is nothing to judge.
    assert!(push(&["--delete", "series"]).0 && !there("series"));
    git(here, &["config", "patchwright.base", "series"]);
    assert!(push(&["series"]).0 && there("series"));
}

/// Calls the command as b4 does: the patch on its standard input. What it printed, and its exit status.
fn b4_check(folder: &Path, path: &Path, commit: &str) -> (String, Option<i32>) {
    let patch = git(folder, &["format-patch", "-1", "--stdout", commit]);
    let mail = path.join("mail");
    fs::write(&mail, patch).unwrap();
    let script = hook("b4-prep-check").display().to_string();
    let paths = format!("{}:{}", path.display(), std::env::var("PATH").unwrap());
    let done: Output = command(&script, folder)
        .arg(common::spec(2))
        .env("PATH", paths)
        .stdin(fs::File::open(&mail).unwrap())
        .output()
        .unwrap();
    assert!(
        done.stderr.is_empty(),
        "{:?}",
        String::from_utf8_lossy(&done.stderr)
    );
    (String::from_utf8(done.stdout).unwrap(), done.status.code())
}

#[test]
fn b4_has_the_series_judged_with_its_last_patch() {
    let (folder, _) = common::git::linux();
    git(folder.path(), &["checkout", "-q", "series"]);
    // What `b4 prep --show-info series-range` prints.
    let path = tempfile::tempdir().unwrap();
    let b4 = path.path().join("b4");
    fs::write(
        &b4,
        "#!/bin/sh\n[ \"$*\" = 'prep --show-info series-range' ] && echo main..series\n",
    )
    .unwrap();
    fs::set_permissions(&b4, fs::Permissions::from_mode(0o755)).unwrap();
    let check = |commit: &str| b4_check(folder.path(), path.path(), commit);
    assert_eq!(check("series"), (String::new(), Some(0)));
    let header = folder.path().join("include/linux/pci.h");
    let text = fs::read_to_string(&header).unwrap();
    fs::write(&header, text.replace("is_virtfn", "is_vf")).unwrap();
    git(
        folder.path(),
        &[
            "commit",
            "-qam",
            "PCI: Rename\n\nWhy.\n\nSigned-off-by: A Uthor <a@example.org>",
        ],
    );
    assert_eq!(check("series~1"), (String::new(), Some(0)));
    let (told, status) = check("series");
    assert_eq!(status, Some(1), "{told}");
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines.iter().all(|line| line.contains("ERROR: ")), "{told}");
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("include/linux/pci.h:")),
        "{told}"
    );
    assert!(!told.contains("%3A") && !told.contains("::"), "{told}");
}
