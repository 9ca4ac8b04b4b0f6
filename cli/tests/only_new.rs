//! Findings that were so before the patches: every report says it, and with `--only-new` they do not count.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::path::Path;

use serde_json::Value;

const SPEC: &str = "spec = 1\n\n[series]\nname = \"claims\"\n\n[[invariant]]\nid = \"no-boom\"\nkind = \"absent\"\npattern = \"boom($N)\"\n";
const BEFORE: &str = "int boom(int n);\n\nint f(int n)\n{\n\treturn boom(n);\n}\n";
const OLD: &str = "so before the patches, too";

/// A spec, a tree, and a mail that makes `after` of its file.
fn set_up(temp: &Path, hunk: &str) -> Vec<String> {
    let mail = format!(
        "From: Some Body <some@example.org>\nDate: Wed, 12 Aug 2020 15:21:30 -0500\nSubject: [PATCH] a: Change it\n\n\
         A text.\n\nSigned-off-by: Some Body <some@example.org>\n---\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n{hunk}-- \n2.47.3\n\n"
    );
    std::fs::create_dir_all(temp.join("tree")).unwrap();
    std::fs::write(temp.join("tree/a.c"), BEFORE).unwrap();
    std::fs::write(temp.join("claims.toml"), SPEC).unwrap();
    std::fs::write(temp.join("a.mbox"), mail).unwrap();
    let at = |name: &str| temp.join(name).display().to_string();
    let arguments = ["verify", &at("claims.toml"), "--tree", &at("tree")];
    let arguments = arguments.into_iter().map(str::to_owned);
    arguments
        .chain(["--patch".to_owned(), at("a.mbox")])
        .collect()
}

fn run(arguments: &[String], more: &[&str]) -> (Option<i32>, String) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = common::run(&[&arguments, more].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), text)
}

const NOTHING_NEW: &str = "@@ -1,2 +1,3 @@\n int boom(int n);\n+int calm(int n);\n \n";
const ONE_NEW: &str =
    "@@ -3,4 +3,5 @@\n int f(int n)\n {\n+\tn = boom(n);\n \treturn boom(n);\n }\n";

#[test]
fn what_is_old_does_not_count() {
    let temp = tempfile::tempdir().unwrap();
    let arguments = set_up(temp.path(), NOTHING_NEW);
    for format in [
        "human", "json", "markdown", "sarif", "junit", "github", "html",
    ] {
        let (status, text) = run(&arguments, &["--format", format]);
        assert_eq!(status, Some(1), "{format}");
        let says = match format {
            "json" => "\"so_before\": true",
            _ => OLD,
        };
        assert!(text.contains(says), "{text}");
        let (status, text) = run(&arguments, &["--only-new", "--format", format]);
        assert_eq!(status, Some(0), "{format}");
        assert!(text.contains(says), "{text}");
    }
    let (_, text) = run(&arguments, &["--only-new", "--json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["verdict"], "holds");
    assert_eq!(report["only_new"], true);
    let (_, text) = run(&arguments, &["--only-new", "--format", "junit"]);
    assert!(!text.contains("<failure"), "{text}");
    let (_, text) = run(&arguments, &["--only-new", "--format", "github"]);
    assert!(!text.contains("::error"), "{text}");
    let (_, text) = run(&arguments, &["--only-new", "--quiet"]);
    assert_eq!(text, "");
}

#[test]
fn what_is_new_counts() {
    let temp = tempfile::tempdir().unwrap();
    let arguments = set_up(temp.path(), ONE_NEW);
    let (status, text) = run(&arguments, &["--only-new"]);
    assert_eq!(status, Some(1));
    let (new, old) = text.split_once("a.c:6").unwrap();
    assert!(new.contains("a.c:5") && !new.contains(OLD), "{text}");
    assert!(old.contains(OLD), "{text}");
    let (_, text) = run(&arguments, &["--only-new", "--format", "github"]);
    assert_eq!(text.matches("::error").count(), 1, "{text}");
}

#[test]
fn a_line_that_the_patch_takes_away_and_puts_in_is_new() {
    let temp = tempfile::tempdir().unwrap();
    let moved =
        "@@ -3,4 +3,5 @@\n int f(int n)\n {\n-\treturn boom(n);\n+\tn++;\n+\treturn boom(n);\n }\n";
    let (status, text) = run(&set_up(temp.path(), moved), &["--only-new"]);
    assert_eq!(status, Some(1));
    assert!(!text.contains(OLD), "{text}");
}

#[test]
fn a_tree_alone_has_nothing_new() {
    let temp = tempfile::tempdir().unwrap();
    let arguments = set_up(temp.path(), NOTHING_NEW);
    let arguments: Vec<String> = arguments.into_iter().take(4).collect();
    let (status, _) = run(&arguments, &["--only-new"]);
    assert_eq!(status, Some(2));
}
