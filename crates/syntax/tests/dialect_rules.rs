//! Every rule of the dialect has an example that needs it and reads with it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;

use dialect::TreePath;
use dialect::view::RULES;
use syntax::{Reader, SourceFile};

fn read(reader: &Reader, source: &str) -> SourceFile {
    let path = TreePath::new("drivers/a/b.c").expect("path");
    reader.read(&path, Arc::from(source.as_bytes()))
}

#[test]
fn every_example_uses_its_rule_and_reads() {
    let mut wrong = Vec::new();
    for entry in RULES {
        let file = read(&Reader::standalone(), entry.example);
        let used = file.edits().iter().any(|edit| edit.rule == entry.rule);
        if !used || !file.unread().is_empty() {
            wrong.push(format!(
                "{}: used: {used}, unread: {:?}, view:\n{}",
                entry.name,
                file.unread(),
                String::from_utf8_lossy(&file.view())
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules whose example the grammar alone reads too, and why the rule is there all the same.
const READ_ALONE: &[(&str, &str)] = &[
    (
        "macro-type",
        "the grammar alone takes the structure for a function",
    ),
    ("product", "the grammar alone declares a function"),
    ("refused-cast", "the grammar alone casts a label's address"),
    ("cast-call", "the grammar alone calls what the cast gives"),
    ("sizeof-call", "the grammar alone calls the size"),
];

#[test]
fn no_example_reads_without_the_dialect() {
    let wrong: Vec<&str> = RULES
        .iter()
        .filter(|entry| {
            let clean = read(&Reader::raw(), entry.example).unread().is_empty();
            let listed = READ_ALONE.iter().any(|(name, _)| *name == entry.name);
            clean != listed
        })
        .map(|entry| entry.name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn rules_have_names_and_reasons_of_their_own() {
    let names: BTreeSet<_> = RULES.iter().map(|entry| entry.name).collect();
    let reasons: BTreeSet<_> = RULES.iter().map(|entry| entry.reason).collect();
    assert_eq!(names.len(), RULES.len());
    assert_eq!(reasons.len(), RULES.len());
    for (index, entry) in RULES.iter().enumerate() {
        assert_eq!(entry.rule as usize, index, "{} stands in order", entry.name);
        assert_eq!(entry.rule.name(), entry.name);
    }
}
