//! How specs stand to trees.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of the built-in tree that has the series of the shipped spec of that version.
fn tree_with(version: u32, temp: &Path) -> PathBuf {
    let (tree, out) = (temp.join("tree"), temp.join("out"));
    let out_argument = out.to_str().unwrap();
    let rendered = common::run(&["render", &common::spec(version), "--out", out_argument]);
    assert!(rendered.status.success());
    let series = out.join(format!("detached-vf-v{version}"));
    common::applied(&common::top().join("samples/linux"), &series, &tree).unwrap();
    tree
}

/// The shipped v2 with other `[[superseded]]` tables in the place of its own.
fn superseded_by(tables: &str, temp: &Path) -> String {
    let shipped = std::fs::read_to_string(common::spec(2)).unwrap();
    let (before, _) = shipped.split_once("[[superseded]]").unwrap();
    let path = temp.join("spec.toml");
    std::fs::write(&path, format!("{before}{tables}")).unwrap();
    path.display().to_string()
}

/// The exit status and the words of the lines.
fn standings(arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let output = common::run(arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    let words = text.lines().filter_map(|line| line.split(' ').next());
    (output.status.code(), words.map(str::to_owned).collect())
}

/// The `[[superseded]]` tables of a spec, and how it stands to the built-in tree, which has its anchors and no flag.
const TABLES: &[(&str, &str)] = &[
    ("", "renders"),
    (
        "[[superseded]]\nid = 'a'\nkind = 'present'\npattern = '$D->is_virtfn'\nreason = 'It asks for a VF.'\n",
        "superseded",
    ),
    (
        "[[superseded]]\nid = 'a'\nkind = 'present'\npattern = '$D->is_virtfn'\n\
         [[superseded]]\nid = 'b'\nkind = 'present'\npattern = '$D->no_command_memory'\n",
        "renders",
    ),
    (
        "[[superseded]]\nid = 'a'\nkind = 'absent'\npattern = '$D->no_command_memory'\n",
        "superseded",
    ),
];

#[test]
fn what_took_a_series_place_is_all_of_its_superseded_tables() {
    let temp = tempfile::tempdir().unwrap();
    for (tables, expected) in TABLES {
        let spec = superseded_by(tables, temp.path());
        let found = standings(&["check", &spec]);
        assert_eq!(found, (Some(0), vec![(*expected).to_owned()]), "{tables}");
    }
}

/// Something else may stand in the code that was not read: nobody may call for the series.
#[test]
fn what_may_have_taken_a_series_place_is_unknown() {
    let temp = tempfile::tempdir().unwrap();
    let tree = temp.path().join("tree");
    let sample = common::top().join("samples/linux");
    let copied = Command::new("cp").arg("-r").args([&sample, &tree]).status();
    assert!(copied.unwrap().success());
    let unread = "int unread(void)\n{\n\tif (( dev->no_command_memory;\n}\n";
    std::fs::write(tree.join("drivers/unread.c"), unread).unwrap();
    let spec = superseded_by(
        "[[superseded]]\nid = 'a'\nkind = 'absent'\npattern = '$D->no_command_memory'\n",
        temp.path(),
    );
    let output = common::run(&["check", &spec, "--tree", tree.to_str().unwrap()]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("unknown"), "{told}");
    assert!(
        told.contains("whether it is superseded: drivers/unread.c:3: "),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_mistake_in_a_superseded_table_is_shown_in_its_place() {
    let temp = tempfile::tempdir().unwrap();
    let spec = superseded_by(
        "[[superseded]]\nid = 'allow-mmio'\nkind = 'presnt'\npattern = '$D->('\n",
        temp.path(),
    );
    let output = common::run(&["check", &spec]);
    let told = String::from_utf8(output.stderr).unwrap();
    insta::assert_snapshot!(told.replace(temp.path().to_str().unwrap(), "TEMP"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_version_is_superseded_where_a_later_one_has_landed() {
    let temp = tempfile::tempdir().unwrap();
    let tree = tree_with(3, temp.path());
    let tree = tree.to_str().unwrap();
    let specs = [1, 2, 3].map(common::spec);
    let [first, second, third] = specs.each_ref().map(String::as_str);
    let (status, words) = standings(&["check", first, second, third, "--tree", tree]);
    assert_eq!(words, ["superseded", "superseded", "landed"]);
    assert_eq!(status, Some(0));
    // Who does not give the later one is told what is there.
    let (status, words) = standings(&["check", second, "--tree", tree]);
    assert_eq!(words, ["drifted"]);
    assert_eq!(status, Some(1));
}

#[test]
fn an_earlier_version_supersedes_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let tree = tree_with(2, temp.path());
    let tree = tree.to_str().unwrap();
    let (second, third) = (common::spec(2), common::spec(3));
    let (status, words) = standings(&["check", &second, &third, "--tree", tree, "--sample"]);
    assert_eq!(words, ["landed", "drifted", "renders", "renders"]);
    assert_eq!(status, Some(1));
}

#[test]
fn a_tree_without_the_files_is_drift() {
    let temp = tempfile::tempdir().unwrap();
    let tree = temp.path().to_str().unwrap();
    let (status, words) = standings(&["check", &common::spec(2), "--tree", tree]);
    assert_eq!((status, words), (Some(1), vec!["drifted".to_owned()]));
}

#[test]
fn revisions_are_trees_each() {
    let temp = tempfile::tempdir().unwrap();
    let tree = tree_with(3, temp.path());
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(&tree).env("GIT_CONFIG_GLOBAL", "/dev/null");
        git.args(["-c", "user.name=A", "-c", "user.email=a@example.org"]);
        let done = git.args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}");
    };
    let commit = |message| {
        git(&["add", "-A"]);
        git(&["commit", "-qm", message]);
    };
    git(&["init", "-q"]);
    commit("with");
    git(&["rm", "-rq", "drivers/vfio"]);
    commit("without");
    let (status, words) = standings(&[
        "check",
        &common::spec(3),
        "--git",
        tree.to_str().unwrap(),
        "--rev",
        "HEAD~1",
        "--rev",
        "HEAD",
    ]);
    assert_eq!(words, ["landed", "drifted"]);
    assert_eq!(status, Some(1));
}

#[test]
fn every_format_has_every_pair() {
    for format in [
        "human", "json", "markdown", "sarif", "junit", "github", "html",
    ] {
        let mut command = common::command();
        // Reports have the specs' paths as they were given.
        command.current_dir(common::top());
        command.args([
            "check",
            "specs/detached-vf/v1.toml",
            "specs/detached-vf/v2.toml",
        ]);
        let output = command.args(["--format", format]).output().unwrap();
        assert!(output.status.success(), "{format}");
        let text = String::from_utf8(output.stdout).unwrap();
        insta::assert_snapshot!(format!("as-{format}"), text);
    }
}
