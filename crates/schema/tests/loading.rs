//! Files that cannot be had, files that are no specs, and the specs that ship.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its own files has to stop"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use schema::model::{ChangeKind, InvariantKind};
use schema::{LoadError, MOST_BYTES, load, load_file, new_spec};

fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    std::fs::read_to_string(path).expect("a shipped spec")
}

#[test]
fn a_file_that_is_not_there_is_said_in_one_line() {
    let error = load_file("specs/none.toml").expect_err("there is none");
    assert!(matches!(error, LoadError::NoSuchFile { .. }));
    assert_eq!(error.to_string(), "specs/none.toml: there is no such spec");
}

#[test]
fn a_directory_is_said_in_one_line() {
    let error = load_file(env!("CARGO_MANIFEST_DIR")).expect_err("it is a directory");
    assert!(matches!(error, LoadError::Directory { .. }));
    assert_eq!(error.to_string().lines().count(), 1);
}

#[test]
fn control_characters_of_a_path_are_escaped() {
    let error = load_file("no\u{1b}[2Jne.toml").expect_err("there is none");
    assert_eq!(
        error.to_string(),
        "no\\u{1b}[2Jne.toml: there is no such spec"
    );
}

#[test]
fn many_mistakes_take_time_by_their_number_and_the_first_id_is_the_one_named() {
    let time = |count: usize| {
        let row = "{id=\"x\",kind=\"a\"},\n".repeat(count);
        let text = format!("spec = 1\ninvariant = [{row}]\n");
        let start = Instant::now();
        let diagnostics = load("mistakes.toml", text.as_bytes()).expect_err("no spec");
        assert!(diagnostics.items().len() > count);
        let twice = diagnostics
            .items()
            .iter()
            .filter_map(|item| item.help.as_deref());
        let twice: Vec<&str> = twice
            .filter(|help| help.starts_with("the first is in line"))
            .collect();
        assert!(
            twice
                .iter()
                .all(|help| help.starts_with("the first is in line 2;")),
            "{:?}",
            twice.last()
        );
        start.elapsed()
    };
    // Four times the mistakes: sixteen times the time, were it to grow with the square. The shortest of three
    // runs, since others use the machine too.
    let shortest = |count| (0..3).map(|_| time(count)).min().unwrap_or_default();
    let (few, many) = (shortest(4_000), shortest(16_000));
    assert!(
        many < few * 10 + Duration::from_millis(50),
        "{few:?}, {many:?}"
    );
}

#[test]
fn brackets_without_end_fail_fast() {
    for size in [1000, MOST_BYTES, 10 << 20] {
        for opening in ["[", "{", "a = [", "x = {a="] {
            let text = opening.repeat(size / opening.len());
            let start = Instant::now();
            let diagnostics = load("brackets.toml", text.as_bytes()).expect_err("no spec");
            let rendered = diagnostics.to_string();
            assert!(
                start.elapsed() < Duration::from_secs(2),
                "{opening} took {:?}",
                start.elapsed()
            );
            assert!(
                rendered.len() < 100_000,
                "{} bytes of diagnostics",
                rendered.len()
            );
        }
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_by_its_size() {
    let diagnostics = load("large.toml", &vec![b'#'; MOST_BYTES + 1]).expect_err("too large");
    assert_eq!(
        diagnostics.items()[0].message,
        "the file is larger than 4 MiB"
    );
}

#[test]
fn diagnostics_serialise_with_line_and_column() {
    let diagnostics = load("x.toml", "spec = 1\ncolour = 2\n".as_bytes()).expect_err("no spec");
    let json = serde_json::to_value(&diagnostics).expect("plain data");
    let colour = json
        .as_array()
        .expect("a list")
        .iter()
        .find(|item| item["line"] == 2);
    let colour = colour.expect("the unknown key");
    assert_eq!(colour["file"], "x.toml");
    assert_eq!(colour["column"], 1);
    assert_eq!(colour["message"], "the spec has no key `colour`");
}

#[test]
fn the_new_spec_loads_under_its_name() {
    let text = new_spec("my-flag", &[], &[]).expect("no kind is asked for");
    let spec = load("new", text.as_bytes()).expect("it is a spec");
    assert_eq!(spec.series.name, "my-flag");
    assert_eq!(spec.patches[0].changes.len(), 2);
}

#[test]
fn the_new_spec_has_the_kinds_asked_for() {
    for &kind in ChangeKind::NAMES {
        let text = new_spec("x", &[kind.to_owned()], &[]).expect("it is a kind");
        let spec = load("new", text.as_bytes()).expect("it is a spec");
        let changes = &spec.patches[0].changes;
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].body.kind.name(), kind);
        assert!(spec.invariants.is_empty());
    }
    for &kind in InvariantKind::NAMES {
        let text = new_spec("x", &[], &[kind.to_owned()]).expect("it is a kind");
        let spec = load("new", text.as_bytes()).expect("it is a spec");
        assert_eq!(spec.patches[0].changes.len(), 2);
        assert_eq!(spec.invariants.len(), 1);
    }
    assert!(new_spec("x", &["nonsense".to_owned()], &[]).is_err());
}

#[test]
fn a_new_spec_is_not_injected_through_its_name() {
    let text = new_spec("x\"\nversion = 7\n", &[], &[]).expect("no kind is asked for");
    let diagnostics = load("new", text.as_bytes()).expect_err("not a name");
    assert_eq!(diagnostics.items().len(), 1, "{diagnostics}");
}

#[test]
fn ids_that_are_made_are_stable_and_unlike_given_ones() {
    let text = shipped("specs/detached-vf/v2.toml")
        .replace("id = \"leave-bars\"\n", "")
        .replace(
            "id = \"show-bit\"",
            "id = \"test-vfio_pci_config-vfio_bar_restore\"",
        );
    let ids = |text: &str| -> Vec<String> {
        let spec = load("v2", text.as_bytes()).expect("it is a spec");
        spec.patches[0]
            .changes
            .iter()
            .map(|change| change.id.clone())
            .collect()
    };
    assert_eq!(ids(&text), ids(&text));
    assert_eq!(ids(&text)[3], "test-vfio_pci_config-vfio_bar_restore-2");
}

#[test]
fn an_alternative_takes_over_file_and_function() {
    let spec = load("v2", shipped("specs/detached-vf/v2.toml").as_bytes()).expect("it is a spec");
    let change = spec.patches[0].changes.last().expect("changes");
    let ChangeKind::Split(split) = &change.instead[0].kind else {
        panic!("{change:?}");
    };
    assert_eq!(split.functions, ["vfio_config_init"]);
    assert_eq!(change.instead[0].files, change.body.files);
}

#[test]
fn the_unported_spec_of_the_tests_loads() {
    load(
        "unported",
        shipped("tests/specs/detached-vf-v2-unported.toml").as_bytes(),
    )
    .expect("it is a spec");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Bytes put anywhere into a spec make diagnostics, never a panic, and every span can be shown.
    #[test]
    fn no_change_of_a_spec_panics(at in 0usize..4000, cut in 0usize..40, put in "[\\PC\\n\"'\\[\\]$]{0,12}") {
        let text = shipped("specs/detached-vf/v3.toml");
        let mut bytes = text.into_bytes();
        let at = at.min(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, put.into_bytes());
        if let Err(diagnostics) = load("changed.toml", &bytes) {
            prop_assert!(!diagnostics.items().is_empty());
            prop_assert!(diagnostics.to_string().contains("changed.toml"));
        }
    }
}
