//! `--format FORMAT=FILE`, given once or several times.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

const FORMATS: [&str; 7] = [
    "human", "json", "markdown", "sarif", "junit", "github", "html",
];

/// A run of each of the three commands that make reports.
fn commands() -> [Vec<String>; 3] {
    [
        vec!["verify".into(), common::spec(2), "--landed".into()],
        vec!["check".into(), common::spec(1), common::spec(2)],
        vec!["audit".into(), "$D->is_virtfn".into()],
    ]
}

fn run(folder: &Path, arguments: &[String], more: &[String]) -> Output {
    let mut command = common::command();
    command.current_dir(folder).args(arguments).args(more);
    command.output().unwrap()
}

#[test]
fn each_format_is_the_same_in_a_file_and_on_the_standard_output() {
    let temp = tempfile::tempdir().unwrap();
    for arguments in commands() {
        let all: Vec<String> = FORMATS
            .iter()
            .map(|format| format!("--format={format}=report.{format}"))
            .collect();
        let several = run(temp.path(), &arguments, &all);
        assert!(several.stdout.is_empty(), "{arguments:?}");
        for format in FORMATS {
            let alone = run(temp.path(), &arguments, &["--format".into(), format.into()]);
            assert_eq!(alone.status.code(), several.status.code());
            let file = fs::read(temp.path().join(format!("report.{format}"))).unwrap();
            let [file, alone] = [&file, &alone.stdout].map(|bytes| String::from_utf8_lossy(bytes));
            assert_eq!(file.trim_end(), alone.trim_end(), "{arguments:?} {format}");
        }
    }
}

#[test]
fn one_of_several_goes_to_the_standard_output() {
    let temp = tempfile::tempdir().unwrap();
    for stdout in ["human", "human=-"] {
        let formats = ["--format", stdout, "--format", "json=out.json"].map(str::to_owned);
        for arguments in commands() {
            let output = run(temp.path(), &arguments, &formats);
            let plain = run(temp.path(), &arguments, &[]);
            assert_eq!(output.stdout, plain.stdout);
            let json = fs::read(temp.path().join("out.json")).unwrap();
            serde_json::from_slice::<serde_json::Value>(&json).unwrap();
        }
    }
}

/// The formats, what is said of them. All is exit status 2, and nothing is judged or written.
const REFUSED: &[(&[&str], &str)] = &[
    (
        &["human", "sarif"],
        "two reports for the standard output: --format human and sarif\n\
         help: give one of them a file: --format sarif=FILE",
    ),
    (
        &["json=-", "human"],
        "two reports for the standard output: --format json and human",
    ),
    (
        &["json=a", "sarif=./a"],
        "two reports for one file: --format json=a and sarif=./a",
    ),
    (
        &["sarif="],
        "invalid value 'sarif=' for '--format <FORMAT[=FILE]>'",
    ),
    (
        &["sariff=a"],
        "invalid value 'sariff' for '--format <FORMAT[=FILE]>'",
    ),
    (
        &["json=a", "sarif=none/b"],
        "cannot write none/b: no such folder",
    ),
    (
        &["json=a", "sarif=folder"],
        "cannot write folder: it is a folder",
    ),
    (
        &["json=a", "sarif=kept/b"],
        "cannot write kept/b: Not a directory",
    ),
];

#[test]
fn what_cannot_be_written_is_said_before_any_work() {
    let temp = tempfile::tempdir().unwrap();
    fs::create_dir(temp.path().join("folder")).unwrap();
    fs::write(temp.path().join("kept"), "as it was").unwrap();
    for (formats, told) in REFUSED {
        for mut arguments in commands() {
            // What cannot be judged shows that nothing was tried.
            arguments.extend(["--tree".into(), "no-such-tree".into()]);
            let formats = formats.iter().map(|format| format!("--format={format}"));
            let output = run(temp.path(), &arguments, &formats.collect::<Vec<_>>());
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains(told), "{said}");
            assert!(!said.contains("no-such-tree"), "{said}");
            assert_eq!(output.status.code(), Some(2));
            assert!(output.stdout.is_empty());
        }
    }
    let left = common::names(temp.path());
    assert_eq!(left, ["folder", "kept"]);
}

/// A run that stops leaves the report of the last one, and nothing half written beside it.
#[test]
fn a_report_is_written_whole_or_not_at_all() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("report.json");
    fs::write(&file, "the last one").unwrap();
    let [mut verify, ..] = commands();
    let format = ["--format=json=report.json".to_owned()];
    verify.extend(["--tree".into(), "no-such-tree".into()]);
    let output = run(temp.path(), &verify, &format);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&file).unwrap(), "the last one");
    assert_eq!(common::names(temp.path()), ["report.json"]);
}

/// Whoever reads the report goes on reading it: the mode stays, a link stays a link, a device is not renamed over.
#[test]
fn the_file_stays_what_it_was() {
    let temp = tempfile::tempdir().unwrap();
    let (file, link) = (temp.path().join("file"), temp.path().join("link"));
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("file", &link).unwrap();
    let [verify, ..] = commands();
    let formats = ["--format=json=link", "--format=sarif=/dev/null"].map(str::to_owned);
    let output = run(temp.path(), &verify, &formats);
    assert_eq!(output.status.code(), Some(1));
    assert!(link.is_symlink());
    assert!(fs::read_to_string(&file).unwrap().starts_with('{'));
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert!(!Path::new("/dev/null").metadata().unwrap().is_file());
}

#[test]
fn a_file_has_no_colour() {
    let temp = tempfile::tempdir().unwrap();
    let [verify, ..] = commands();
    let formats = ["--color=always", "--format=human", "--format=human=plain"].map(str::to_owned);
    let output = run(temp.path(), &verify, &formats);
    assert!(output.stdout.contains(&0x1b));
    let plain = fs::read(temp.path().join("plain")).unwrap();
    assert!(!plain.contains(&0x1b));
}

/// A job that runs every night prints nothing while nothing is wrong.
#[test]
fn quiet_is_quiet_where_all_holds() {
    let temp = tempfile::tempdir().unwrap();
    let [verify, check, audit] = commands();
    let quiet = ["--quiet".to_owned()];
    let output = run(temp.path(), &check, &quiet);
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
    let output = run(temp.path(), &verify, &quiet);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.starts_with("violated") && !told.contains("holds"),
        "{told}"
    );
    // The uses are what was asked for.
    let [told, plain] = [&quiet[..], &[]].map(|more| run(temp.path(), &audit, more).stdout);
    assert!(plain.starts_with(&told) && told.len() < plain.len());
    let output = run(temp.path(), &verify, &["-q".into(), "-v".into()]);
    assert_eq!(output.status.code(), Some(2));
}
