//! Who reads standard output may stop whenever he likes (`| head`): that is no error of the command.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::process::Stdio;

/// Runs the command with a standard output that nobody reads; its status, and what it says of it.
fn unread(arguments: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = common::command();
    command
        .args(arguments)
        .stdout(writer)
        .stderr(Stdio::piped());
    let output = command.output().unwrap();
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn a_closed_pipe_ends_every_command_without_a_word() {
    let spec = common::spec(2);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let commands: &[&[&str]] = &[
        &["audit", "is_virtfn", "--sample"],
        &["check", &spec, "--sample"],
        &["completions", "bash"],
        &["locate", &spec, "--sample"],
        &["man"],
        &["new", "x"],
        &["parse", "--sample"],
        &["render", &spec, "--sample", "--out", &out],
        &["schema"],
        &["verify", &spec, "--sample", "--landed"],
        &["verify", &spec, "--sample", "--landed", "--format", "sarif"],
    ];
    for arguments in commands {
        assert_eq!(
            unread(arguments),
            (Some(141), String::new()),
            "{arguments:?}"
        );
    }
}
