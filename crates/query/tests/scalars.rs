//! Typed metavariables of types without members: each value of `tests/scalars/values.c` is taken by the type in its
//! comment, and by no other.

#![expect(
    clippy::unwrap_used,
    reason = "a test or a tool for developers: it says what broke by stopping"
)]

use std::collections::BTreeMap;

use dialect::TreePath;
use query::File;
use query::pattern::{Doubt, Fragment, Isomorphisms, Matches, Pattern};
use query::types::NoOtherFile;
use syntax::Reader;

const SOURCE: &str = include_str!("scalars/values.c");

/// Expression and type, as the comments say.
fn rows() -> Vec<(&'static str, &'static str)> {
    let probes = SOURCE
        .lines()
        .filter_map(|line| line.trim().strip_prefix("probe("));
    let rows = probes.map(|probe| probe.split_once("); /* ").unwrap());
    rows.map(|(value, kind)| (value, kind.trim_end_matches(" */")))
        .collect()
}

fn file() -> File {
    let path = TreePath::new("drivers/values.c").unwrap();
    File::from(Reader::standalone().read(&path, SOURCE.as_bytes().into()))
}

fn found(file: &File, kind: &str) -> Matches {
    let text = format!("probe($(X: {kind}))");
    let pattern = Pattern::compile(&text, Fragment::Expression, &Isomorphisms::default()).unwrap();
    pattern.find(file, 0..SOURCE.len(), &NoOtherFile)
}

#[test]
fn every_value_is_taken_by_its_own_type_alone() {
    let file = file();
    let mut kinds: Vec<&str> = rows().into_iter().map(|(_, kind)| kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut taken = BTreeMap::<&str, Vec<&str>>::new();
    let mut unsure = BTreeMap::<&str, usize>::new();
    for kind in kinds.iter().copied().filter(|kind| *kind != "?") {
        let matches = found(&file, kind);
        let (found, doubts) = matches.parts();
        for hit in found {
            let value = &SOURCE[hit.bindings["X"].range.clone()];
            taken.entry(value).or_default().push(kind);
        }
        for doubt in doubts {
            let Doubt::Untyped(untyped) = doubt else {
                panic!("{doubt:?}")
            };
            let value = &SOURCE[untyped.found.bindings["X"].range.clone()];
            *unsure.entry(value).or_default() += 1;
        }
    }
    let mut wrong = Vec::new();
    for (value, kind) in rows() {
        let got = taken.get(value).cloned().unwrap_or_default();
        let right = match kind {
            "?" => got.is_empty() && unsure.get(value) == Some(&(kinds.len() - 1)),
            kind => got == [kind] && !unsure.contains_key(value),
        };
        if !right {
            wrong.push(format!(
                "`{value}` is `{kind}`, taken by {got:?}, unsure {:?}",
                unsure.get(value)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows().len() > 110, "{} rows", rows().len());
}

#[test]
fn names_of_the_kernel_are_the_types_that_they_stand_for() {
    let file = file();
    let texts = |kind: &str| -> Vec<String> {
        let matches = found(&file, kind);
        let found = matches.parts().0;
        found
            .iter()
            .map(|m| file.text(m.range.clone()).into_owned())
            .collect()
    };
    assert_eq!(texts("u32"), texts("unsigned int"));
    assert_eq!(texts("unsigned"), texts("unsigned int"));
    assert_eq!(texts("long unsigned int"), texts("unsigned long"));
    assert_eq!(texts("const char *"), texts("char *"));
    assert_eq!(texts("size_t"), texts("unsigned long"));
}
