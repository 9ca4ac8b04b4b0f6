//! git, the outside judge, with nothing of the caller's configuration.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs git in a folder, and gives what it printed.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    git_with(folder, arguments, b"")
}

/// The same, with something on its standard input.
pub fn git_with(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("git")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs([
            ("HOME", "/nowhere"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "A Uthor"),
            ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ("GIT_COMMITTER_NAME", "C Ommitter"),
            ("GIT_COMMITTER_EMAIL", "c@example.org"),
        ])
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The sample as a repository, with the series of version 2 as the branch `series`; and the folder's path.
pub fn linux() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    super::copy(&super::top().join("samples/linux"), folder.path());
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "linux"]);
    let repository = folder.path().display().to_string();
    let out = tempfile::tempdir().unwrap();
    let out = out.path().display().to_string();
    let spec = super::spec(2);
    commit_series(&spec, &repository, &out, "series");
    (folder, repository)
}

/// Renders a spec on top of HEAD, as a branch too.
pub fn commit_series(spec: &str, repository: &str, out: &str, branch: &str) {
    let rendered = super::run(&[
        "render", spec, "--git", repository, "--out", out, "--commit", branch,
    ]);
    assert!(rendered.status.success(), "{rendered:?}");
}
