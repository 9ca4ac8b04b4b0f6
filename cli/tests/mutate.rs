//! `patchwright mutate`: every class makes mutants, every verdict is that of `verify`, and the exit status says what survived.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use common::{run, spec};
use serde_json::Value;

/// The outcome as JSON, and the exit status.
fn mutate(version: u32, arguments: &[&str]) -> (Option<i32>, Value) {
    let spec = spec(version);
    let mut all = vec!["mutate", &spec, "--json"];
    all.extend(arguments);
    let output = run(&all);
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    let outcome = serde_json::from_slice(&output.stdout);
    (output.status.code(), outcome.expect(&shown))
}

#[test]
fn no_mutant_of_the_shipped_series_survives_as_mails() {
    for version in 1..=3 {
        let (_, outcome) = mutate(version, &["--most", "12"]);
        let mails = &outcome["mails"];
        assert!(mails["mutants"].as_u64().unwrap() > 100, "{mails}");
        assert_eq!(mails["mutants"], mails["killed"], "{outcome:#}");
    }
}

#[test]
fn every_class_makes_mutants_and_names_its_survivors() {
    let (status, outcome) = mutate(2, &["--most", "8"]);
    let classes = outcome["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 13);
    for class in classes {
        let judged = |way: &str| class[way]["mutants"].as_u64().unwrap();
        // The spec renames nothing.
        if class["class"] == "rename" {
            assert_eq!(class["possible"], 0, "{class}");
            continue;
        }
        assert!(judged("mails") > 0, "{class}");
        assert_eq!(judged("landed") == 0, class["class"] == "mail", "{class}");
    }
    let survivors = outcome["survivors"].as_array().unwrap();
    assert_eq!(status, Some(i32::from(!survivors.is_empty())));
    for survivor in survivors {
        assert_eq!(survivor["judged"], "landed", "{survivor}");
        assert!(
            survivor["diff"].as_str().unwrap().contains("@@"),
            "{survivor}"
        );
        assert!(survivor["line"].as_u64().unwrap() > 0, "{survivor}");
    }
}

#[test]
fn a_suggested_invariant_is_read_and_sees_the_mutant() {
    // Version 1 does not say who reads its flag.
    let (status, outcome) = mutate(1, &["--class", "undeclared"]);
    assert_eq!(status, Some(1));
    let survivors = outcome["survivors"].as_array().unwrap();
    let reader = survivors
        .iter()
        .find(|survivor| survivor["what"].as_str().unwrap().contains("reads"));
    let table = reader.unwrap()["invariant"].as_str().unwrap();
    assert!(table.contains("kind = \"reads-only-in\""), "{table}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("more.toml");
    let text = std::fs::read_to_string(spec(1)).unwrap();
    std::fs::write(&path, format!("{text}\n{table}")).unwrap();
    let output = run(&["mutate", path.to_str().unwrap(), "--class", "undeclared"]);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let seen = !shown
        .lines()
        .any(|line| line.starts_with("survived") && line.contains("reads"));
    assert!(seen, "{shown}");
}

#[test]
fn what_means_the_same_holds() {
    for version in 1..=3 {
        let (status, outcome) = mutate(version, &["--class", "preserving"]);
        assert_eq!(status, Some(0), "{:#}", outcome["false_alarms"]);
        let count = &outcome["classes"][0];
        let judged = |way: &str| count[way]["mutants"].as_u64().unwrap();
        assert!(judged("mails") + judged("landed") >= 150, "{count}");
    }
}

#[test]
fn a_seed_gives_the_same_again_and_another_one_others() {
    let of = |seed: &str| {
        let output = run(&["mutate", &spec(1), "--class", "undeclared", "--seed", seed]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert_eq!(of("1"), of("1"));
    assert_ne!(of("1"), of("2"));
}

#[test]
fn a_series_that_cannot_be_judged_is_unknown() {
    let text = std::fs::read_to_string(spec(2)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drifted.toml");
    std::fs::write(&path, text.replace("vfio_bar_restore", "vfio_bar_gone")).unwrap();
    let output = run(&["mutate", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(shown.contains("cannot be judged on this tree"), "{shown}");
    assert_eq!(
        run(&["mutate", &spec(2), "--class", "none"]).status.code(),
        Some(2)
    );
}

#[test]
fn the_page_for_people_has_the_table_and_the_score() {
    let output = run(&["mutate", &spec(2), "--class", "constant"]);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    insta::assert_snapshot!(shown);
}
