//! `render --reverse`: what it takes away comes back byte for byte when the spec is rendered again; git carries the patches.

#![expect(clippy::unwrap_used, reason = "a test says what broke by stopping")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{applied, run, spec, top};

/// Renders into `out`, and gives the folder of the series.
fn rendered(spec: &str, tree: &Path, out: &Path, options: &[&str]) -> (i32, String) {
    let (tree, out) = (tree.display().to_string(), out.display().to_string());
    let mut arguments = vec!["render", spec, "--tree", &tree, "--out", &out];
    arguments.extend(options);
    let output = run(&arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap(), told)
}

/// What differs between two trees, as `diff` says it.
fn difference(one: &Path, other: &Path) -> String {
    let output = Command::new("diff").arg("-ru").args([one, other]).output();
    String::from_utf8_lossy(&output.unwrap().stdout).into_owned()
}

#[test]
fn what_is_taken_away_comes_back() {
    for version in 1..=3 {
        let scratch = tempfile::tempdir().unwrap();
        let at = |name: &str| scratch.path().join(name);
        let (sample, spec) = (top().join("samples/linux"), spec(version));
        let name = format!("detached-vf-v{version}");
        assert_eq!(rendered(&spec, &sample, &at("out"), &[]).0, 0);
        applied(&sample, &at("out").join(&name), &at("landed")).unwrap();

        let (status, told) = rendered(&spec, &at("landed"), &at("out"), &["--reverse"]);
        assert_eq!(status, 0, "v{version}: {told}");
        // Of v3's two forms for s390 the one that leaves no empty function is taken, and that is said.
        let notes: Vec<&str> = told.lines().collect();
        let is_told = notes.iter().all(|note| note.contains("set-on-s390"));
        assert!(
            is_told && notes.len() == usize::from(version == 3),
            "{told}"
        );
        let reverse = at("out").join(format!("{name}-reverse"));
        applied(&at("landed"), &reverse, &at("left")).unwrap();
        assert_eq!(difference(&sample, &at("left")), "", "v{version}");

        assert_eq!(rendered(&spec, &at("left"), &at("again"), &[]).0, 0);
        applied(&at("left"), &at("again").join(&name), &at("back")).unwrap();
        assert_eq!(difference(&at("landed"), &at("back")), "", "v{version}");
    }
}

#[test]
fn a_revert_reads_as_gits() {
    let scratch = tempfile::tempdir().unwrap();
    let at = |name: &str| scratch.path().join(name);
    let (sample, spec) = (top().join("samples/linux"), spec(1));
    assert_eq!(rendered(&spec, &sample, &at("out"), &[]).0, 0);
    applied(&sample, &at("out/detached-vf-v1"), &at("landed")).unwrap();
    let options = ["--reverse", "--no-cover-letter"];
    assert_eq!(rendered(&spec, &at("landed"), &at("out"), &options).0, 0);
    let folder = at("out/detached-vf-v1-reverse");
    let mails = common::files(&folder);
    let mail = mails.keys().find(|name| name.starts_with("0001-Revert-"));
    let mail = fs::read_to_string(folder.join(mail.unwrap())).unwrap();
    let first = fs::read_to_string(&spec).unwrap();
    let subject = first.split("[[patch]]\nsubject = \"").nth(1).unwrap();
    let subject = subject.split('"').next().unwrap();
    let unfolded = mail.replace("\n ", " ");
    for line in [
        format!("Subject: [PATCH] Revert \"{subject}\"\n"),
        format!("\nThis reverts \"{subject}\",\npatch 1 of 1 of detached-vf v1.\n"),
        "\nSigned-off-by: A Developer <dev@example.org>\n".to_owned(),
    ] {
        assert!(unfolded.contains(&line), "no {line:?} in\n{mail}");
    }
    assert!(!mail.contains("Fixes:"), "{mail}");
}

#[test]
fn what_is_not_there_is_not_taken_away() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("out");
    let (status, told) = rendered(&spec(2), &top().join("samples/linux"), &out, &["--reverse"]);
    assert_eq!(status, 1, "{told}");
    for part in [
        "the series cannot be taken away; nothing is written",
        "flag: include/linux/pci.h:",
        "it is not in the tree, and could be made here",
        "verify SPEC --landed",
    ] {
        assert!(told.contains(part), "no {part:?} in\n{told}");
    }
    assert!(!out.exists());
}

#[test]
fn other_words_of_a_comment_are_a_note() {
    let scratch = tempfile::tempdir().unwrap();
    let at = |name: &str| scratch.path().join(name);
    let (sample, spec) = (top().join("samples/linux"), spec(1));
    assert_eq!(rendered(&spec, &sample, &at("out"), &[]).0, 0);
    applied(&sample, &at("out/detached-vf-v1"), &at("landed")).unwrap();
    let header = at("landed/include/linux/pci.h");
    let text = fs::read_to_string(&header).unwrap();
    let line = text.lines().find(|line| line.contains("detached_vf"));
    let comment = line.unwrap().split("/*").nth(1).unwrap();
    fs::write(&header, text.replace(comment, " Firmware has its PF */")).unwrap();
    let (status, told) = rendered(&spec, &at("landed"), &at("out"), &["--reverse"]);
    assert_eq!(status, 0, "{told}");
    assert!(told.starts_with("note: include/linux/pci.h:"), "{told}");
    assert!(
        told.contains("Firmware has its PF */` comes back as `"),
        "{told}"
    );
    applied(
        &at("landed"),
        &at("out/detached-vf-v1-reverse"),
        &at("left"),
    )
    .unwrap();
    assert_eq!(difference(&sample, &at("left")), "");
}

#[test]
fn what_a_delete_took_is_in_no_spec() {
    let scratch = tempfile::tempdir().unwrap();
    let at = |name: &str| scratch.path().join(name);
    let change = "[[patch.change]]\nid = \"drop\"\nkind = \"delete\"\nfile = \"a.h\"\nwhat = { member = \"a.y\" }\n";
    fs::write(at("case.toml"), format!("{}{change}", common::HEAD)).unwrap();
    fs::create_dir(at("tree")).unwrap();
    fs::write(at("tree/a.h"), "struct a {\n\tint x;\n};\n").unwrap();
    let spec = at("case.toml").display().to_string();
    let (status, told) = rendered(&spec, &at("tree"), &at("out"), &["--reverse"]);
    assert_eq!(status, 1, "{told}");
    let part = "drop: a.h: what a `delete` takes away cannot be written again";
    assert!(told.contains(part), "{told}");
}

#[test]
fn files_and_lines_come_and_go() {
    let rows = [
        (
            "a new file",
            "kind = \"file\"\nfile = \"b.h\"\ncontent = \"/* SPDX-License-Identifier: GPL-2.0 */\\n\"\n",
        ),
        (
            "a moved one",
            "kind = \"file\"\nfile = \"b.h\"\nfrom = \"a.h\"\n",
        ),
        (
            "lines",
            "kind = \"lines\"\nfile = \"Kconfig\"\nwithin = \"config A\"\nafter = \"\\tbool \\\"A\\\"\"\nadd = \"\\tdepends on B\\n\\tselect C\\n\"\n",
        ),
    ];
    for (about, change) in rows {
        let scratch = tempfile::tempdir().unwrap();
        let at = |name: &str| scratch.path().join(name);
        let text = format!("{}[[patch.change]]\n{change}", common::HEAD);
        fs::write(at("case.toml"), text).unwrap();
        fs::create_dir(at("tree")).unwrap();
        fs::write(at("tree/a.h"), "struct a {\n\tint x;\n};\n").unwrap();
        fs::write(
            at("tree/Kconfig"),
            "config A\n\tbool \"A\"\n\nconfig B\n\tbool\n",
        )
        .unwrap();
        let spec = at("case.toml").display().to_string();
        let (status, told) = rendered(&spec, &at("tree"), &at("out"), &[]);
        assert_eq!(status, 0, "{about}: {told}");
        applied(&at("tree"), &at("out/case-v1"), &at("landed")).unwrap();
        let (status, told) = rendered(&spec, &at("landed"), &at("out"), &["--reverse"]);
        assert_eq!(status, 0, "{about}: {told}");
        applied(&at("landed"), &at("out/case-v1-reverse"), &at("left")).unwrap();
        assert_eq!(difference(&at("tree"), &at("left")), "", "{about}");
    }
}
