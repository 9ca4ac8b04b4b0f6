//! docs/spec-reference.md: its tables are those of the loader, its examples load.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its own files has to stop"
)]

use std::path::{Path, PathBuf};

use schema::model::{ChangeKind, InvariantKind};

/// A spec that examples of a change or an invariant are put into.
const AROUND: &str = r#"
spec = 1

[series]
name = "example"
version = 1
author = "A Developer <dev@example.org>"
subject = "PCI: Example"
cover = "Why."

[[patch]]
subject = "PCI: Example"
message = "Why."
"#;

/// A change, for examples that are none.
const A_CHANGE: &str = r#"
[[patch.change]]
kind = "member"
file = "include/linux/pci.h"
struct = "pci_dev"
declare = "unsigned int example:1"
"#;

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec-reference.md")
}

fn text() -> String {
    std::fs::read_to_string(page()).expect("docs/spec-reference.md is there")
}

#[test]
fn tables_are_those_the_loader_reads_by() {
    let text = text();
    let made = schema::reference(&text).expect("every table once, and no other");
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(page(), &made).expect("docs/spec-reference.md can be written");
        return;
    }
    let stale = made
        .lines()
        .zip(text.lines())
        .find(|(made, text)| made != text);
    assert_eq!(
        stale, None,
        "stale: run UPDATE_REFERENCE=1 cargo test -p schema --test reference"
    );
    assert_eq!(made.len(), text.len());
}

#[test]
fn every_example_loads() {
    let text = text();
    let examples: Vec<&str> = text
        .split("```toml\n")
        .skip(1)
        .map(|after| after.split("```").next().unwrap_or_default())
        .collect();
    assert!(examples.len() > 20, "examples are missing");
    for example in examples {
        let spec = match example.lines().next().unwrap_or_default() {
            "spec = 1" => example.to_owned(),
            "[[patch.change]]" => format!("{AROUND}\n{example}"),
            _ => format!("{AROUND}\n{A_CHANGE}\n{example}"),
        };
        if let Err(diagnostics) = schema::load("example", spec.as_bytes()) {
            panic!("{diagnostics}");
        }
    }
}

/// The table of a kind comes first in a section of its own.
#[test]
fn every_kind_has_a_section() {
    let text = text();
    let kinds = ChangeKind::NAMES.iter().map(|name| ("change", name));
    let invariants = InvariantKind::NAMES.iter().map(|name| ("invariant", name));
    for (group, name) in kinds.chain(invariants) {
        let section = format!("\n### `{name}`\n\n<!-- table {group} {name} -->\n");
        assert!(
            text.contains(&section),
            "docs/spec-reference.md lacks a section for {group} {name}; it begins{section}<!-- end -->"
        );
    }
}
