//! The house itself: which crate may know which, which file which, and that the documents say so.
//!
//! Nothing here looks at what the code does. It fails where an arrow is drawn upwards, so that the review
//! of a change need not look for one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "house/files.rs"]
mod files;
#[path = "house/packages.rs"]
mod packages;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use packages::Workspace;

/// The crates from the ground up. A crate may know those of the rows below its own, and no other.
const FLOORS: &[&[&str]] = &[
    &["dialect", "templates"],
    &["syntax"],
    &["query"],
    &["schema", "trees"],
    &["sites"],
    &["audit", "generator", "import", "port", "verify"],
    &["mutate"],
    &["cli"],
];

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn floor_of(name: &str) -> usize {
    FLOORS
        .iter()
        .position(|row| row.contains(&name))
        .expect("every crate has a floor: add it to FLOORS and to docs/architecture.md")
}

#[test]
fn arrows_between_crates_point_down() {
    let workspace = Workspace::read(&top());
    let members: BTreeSet<&str> = workspace.members().collect();
    for name in FLOORS.iter().copied().flatten() {
        assert!(
            members.contains(name),
            "FLOORS names `{name}`, which is no crate"
        );
    }
    for name in &members {
        for dependency in workspace.arrows_of(name) {
            assert!(
                floor_of(dependency) < floor_of(name),
                "`{name}` depends on `{dependency}`, which is not below it"
            );
        }
    }
}

#[test]
fn the_verifier_does_not_reach_the_generator() {
    let reached = Workspace::read(&top()).reached_from("verify");
    assert!(!reached.contains("generator"), "{reached:?}");
}

#[test]
fn the_dialect_does_not_reach_tree_sitter() {
    let reached = Workspace::read(&top()).reached_from("dialect");
    let found: Vec<&String> = reached
        .iter()
        .filter(|name| name.contains("tree-sitter"))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// The most files of a crate that may import each other in a circle: a parent with its two halves.
const LARGEST_CIRCLE: usize = 3;

#[test]
fn no_circle_of_files_is_larger_than_three() {
    let workspace = Workspace::read(&top());
    let mut found = Vec::new();
    for name in workspace.members() {
        let source = workspace.folder_of(name).join("src");
        for circle in files::circles(&source) {
            if circle.len() > LARGEST_CIRCLE {
                found.push(format!("{name}: {}", circle.join(", ")));
            }
        }
    }
    assert!(
        found.is_empty(),
        "files that import each other in a circle:\n{}",
        found.join("\n")
    );
}

#[test]
fn the_architecture_names_every_crate_and_every_direct_dependency_with_its_reason() {
    let page = fs::read_to_string(top().join("docs/architecture.md")).unwrap();
    let explained: BTreeMap<String, String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .flat_map(|(names, reason)| {
            let reason = reason.trim_end_matches(" |").to_owned();
            names
                .split(", ")
                .map(|name| (name.trim_matches('`').to_owned(), reason.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    let workspace = Workspace::read(&top());
    let members: BTreeSet<&str> = workspace.members().collect();
    let outside = members
        .iter()
        .flat_map(|name| workspace.dependencies_of(name));
    let missing: BTreeSet<&str> = outside
        .chain(members.iter().copied())
        .filter(|name| explained.get(*name).is_none_or(|reason| reason.len() < 5))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/architecture.md has no line for {missing:?}"
    );
}

#[test]
fn no_dependency_needs_a_newer_compiler_than_we_ask_for() {
    let workspace = Workspace::read(&top());
    let ours = workspace.rust_version();
    let newer: Vec<String> = workspace
        .rust_versions()
        .filter(|(_, version)| *version > ours)
        .map(|(name, version)| format!("{name} needs Rust {}.{}", version.0, version.1))
        .collect();
    assert!(
        newer.is_empty(),
        "rust-version is {}.{}, but {newer:?}",
        ours.0,
        ours.1
    );
}
