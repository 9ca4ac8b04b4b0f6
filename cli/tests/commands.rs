//! The main commands on the built-in tree.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::collections::BTreeSet;

fn first_mail(version: u32, out: &std::path::Path) -> String {
    let run = common::run(&[
        "render",
        &common::spec(version),
        "--out",
        out.to_str().unwrap(),
    ]);
    assert!(run.status.success());
    let series = out.join(format!("detached-vf-v{version}"));
    let name = common::files(&series)
        .into_keys()
        .find(|name| name.starts_with("0001"))
        .unwrap();
    series.join(name).display().to_string()
}

fn verify(spec: u32, patch: u32) -> (Option<i32>, String) {
    let temp = tempfile::tempdir().unwrap();
    let mail = first_mail(patch, temp.path());
    let output = common::run(&["verify", &common::spec(spec), "--patch", &mail]);
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn every_shipped_series_holds_by_its_own_spec() {
    for version in 1..=3 {
        let (status, text) = verify(version, version);
        assert_eq!(status, Some(0), "v{version}: {text}");
    }
}

#[test]
fn the_first_patch_by_the_second_spec_names_three_functions() {
    let (status, text) = verify(2, 1);
    assert_eq!(status, Some(1), "{text}");
    let lines = text
        .lines()
        .filter(|line| line.starts_with("  ") && line.ends_with("()"));
    let named: BTreeSet<_> = lines
        .filter_map(|line| line.split_once(" in "))
        .map(|x| x.1)
        .collect();
    let expected = [
        "vfio_bar_restore()",
        "vfio_basic_config_read()",
        "vfio_config_init()",
    ];
    assert_eq!(named, BTreeSet::from(expected), "{text}");
}

#[test]
fn the_second_patch_by_the_third_spec_sets_the_flag_too_late() {
    let (status, text) = verify(3, 2);
    assert_eq!(status, Some(1), "{text}");
    let mut findings = text.split("\n\n");
    let late = |finding: &str| {
        ["violated", "pci_bus_add_device", "device_attach"]
            .iter()
            .all(|word| finding.contains(word))
    };
    assert!(findings.any(late), "{text}");
}

#[test]
fn the_plain_commands_exit_with_0() {
    let spec = common::spec(2);
    let commands: [&[&str]; 6] = [
        &["locate", &spec],
        &["check", &spec],
        &["parse"],
        &["schema"],
        &["completions", "bash"],
        &["audit", "$D->is_virtfn"],
    ];
    for arguments in commands {
        let output = common::run(arguments);
        assert!(
            output.status.success() && !output.stdout.is_empty(),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_new_spec_loads() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("my-flag.toml");
    std::fs::write(&path, common::run(&["new", "my-flag"]).stdout).unwrap();
    let output = common::run(&["locate", path.to_str().unwrap()]);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
