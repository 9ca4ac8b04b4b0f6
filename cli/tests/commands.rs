//! The main commands on the built-in tree.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::collections::BTreeSet;

use schema::model::{ChangeKind, InvariantKind};

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

/// Every spec that ships; files of rules, beside them, are none.
fn shipped() -> Vec<String> {
    let folders = std::fs::read_dir(common::top().join("specs")).unwrap();
    let folders = folders.map(|entry| entry.unwrap().path());
    let folders = folders.filter(|folder| !folder.ends_with("rules"));
    let names = folders.flat_map(|folder| {
        common::files(&folder)
            .into_keys()
            .map(move |name| folder.join(name))
    });
    names.map(|path| path.display().to_string()).collect()
}

/// The exit status and the report of one version's patch by another version's spec.
fn verify(spec: u32, patch: u32) -> (Option<i32>, serde_json::Value) {
    let temp = tempfile::tempdir().unwrap();
    let mail = first_mail(patch, temp.path());
    let output = common::run(&["verify", &common::spec(spec), "--patch", &mail, "--json"]);
    let report = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code(), report)
}

fn findings(report: &serde_json::Value) -> &[serde_json::Value] {
    report["findings"].as_array().unwrap()
}

#[test]
fn every_shipped_series_holds_by_its_own_spec() {
    let specs = shipped();
    assert!(specs.len() >= 4, "{specs:?}");
    for spec in specs {
        let temp = tempfile::tempdir().unwrap();
        let out = temp.path().to_str().unwrap();
        for command in ["render", "verify"] {
            let output = common::run(&[command, &spec, "--out", out]);
            let told = String::from_utf8_lossy(&output.stdout);
            assert_eq!(output.status.code(), Some(0), "{command} {spec}: {told}");
        }
    }
}

#[test]
fn the_first_patch_by_the_second_spec_names_three_functions() {
    let (status, report) = verify(2, 1);
    assert_eq!(status, Some(1), "{report}");
    let named: BTreeSet<&str> = findings(&report)
        .iter()
        .filter(|finding| finding["verdict"] == "violated")
        .filter_map(|finding| finding["function"].as_str())
        .collect();
    let expected = [
        "vfio_bar_restore",
        "vfio_basic_config_read",
        "vfio_config_init",
    ];
    assert_eq!(named, BTreeSet::from(expected), "{report}");
}

#[test]
fn the_second_patch_by_the_third_spec_sets_the_flag_too_late() {
    let (status, report) = verify(3, 2);
    assert_eq!(status, Some(1), "{report}");
    let order = findings(&report)
        .iter()
        .find(|finding| finding["invariant"] == "set-before-drivers-look")
        .unwrap();
    assert_eq!(order["verdict"], "violated");
    let message = order["message"].as_str().unwrap();
    let wanted = "nothing that pci_bus_add_device() calls before device_attach() writes \
                  pci_dev.detached_vf";
    assert!(message.starts_with(wanted), "{message}");
}

#[test]
fn the_plain_commands_exit_with_0() {
    let spec = common::spec(2);
    let commands: [&[&str]; 5] = [
        &["locate", &spec],
        &["check", &spec],
        &["parse"],
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
fn the_schema_is_json() {
    let output = common::run(&["schema"]);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(schema["properties"]["series"].is_object(), "{schema}");
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

#[test]
fn the_example_of_every_kind_renders_on_the_built_in_tree() {
    let kinds = ChangeKind::NAMES.iter().map(|kind| ["--kind", *kind]);
    let invariants = InvariantKind::NAMES
        .iter()
        .map(|kind| ["--invariant", *kind]);
    for asked in kinds.chain(invariants) {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("example.toml");
        let made = common::run(&["new", "example", asked[0], asked[1]]);
        std::fs::write(&path, made.stdout).unwrap();
        let (spec, out) = (path.to_str().unwrap(), temp.path().to_str().unwrap());
        let output = common::run(&["render", spec, "--sample", "--out", out]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{asked:?}: {said}");
    }
}

/// The verifier never calls the generator, its tests neither: what they break is a copy, kept true here.
#[test]
fn the_series_that_the_verifier_s_tests_break_are_rendered_ones() {
    let out = tempfile::tempdir().unwrap();
    for version in 1..=3 {
        first_mail(version, out.path());
        let name = format!("detached-vf-v{version}");
        let kept = common::top().join("verify/tests/fixtures").join(&name);
        let mut rendered = common::files(&out.path().join(&name));
        rendered.remove("manifest.json");
        assert!(
            common::files(&kept) == rendered,
            "{name}: `make patch SPEC=specs/detached-vf/v{version}.toml` and copy out/{name}/*.patch to {}",
            kept.display()
        );
    }
}

/// A table is put behind a spec that is there already, and every key of its kind is explained above it.
#[test]
fn tables_of_kinds_extend_a_spec() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("spec.toml");
    let kinds = ChangeKind::NAMES.iter().map(|kind| ["--kind", *kind]);
    let invariants = InvariantKind::NAMES
        .iter()
        .map(|kind| ["--invariant", *kind]);
    for asked in kinds.chain(invariants) {
        let made = common::run(&["new", asked[0], asked[1]]);
        assert!(made.status.success());
        let table = String::from_utf8(made.stdout).unwrap();
        assert!(table.starts_with("# "), "{table}");
        let header = match asked[0] {
            "--kind" => "[[patch.change]]\n",
            _ => "[[invariant]]\n",
        };
        assert_eq!(table.matches(header).count(), 1, "{table}");
        std::fs::write(&path, format!("{}{table}", common::HEAD)).unwrap();
        let read = common::run(&["locate", path.to_str().unwrap(), "--name"]);
        let said = String::from_utf8_lossy(&read.stderr).into_owned();
        // An invariant alone is a spec without a change; that is all that may be missing.
        assert!(
            !said.contains("unknown key") && !said.contains("missing key"),
            "{said}"
        );
    }
    assert_eq!(common::run(&["new"]).status.code(), Some(2));
}

#[test]
fn every_command_has_a_manual_page() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("share/man1");
    let made = common::run(&["man", "--out", folder.to_str().unwrap()]);
    assert!(made.status.success());
    let help = String::from_utf8(common::run(&["--help"]).stdout).unwrap();
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let mut expected = vec!["patchwright.1".to_owned()];
    for line in commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
    {
        let name = line.split_whitespace().next().unwrap();
        if name != "help" {
            expected.push(format!("patchwright-{name}.1"));
        }
    }
    expected.sort();
    assert_eq!(common::names(&folder), expected);
    for (name, page) in common::files(&folder) {
        let page = String::from_utf8(page).unwrap();
        assert!(
            page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"),
            "{name}"
        );
    }
    let page = common::run(&["man"]).stdout;
    assert_eq!(page, std::fs::read(folder.join("patchwright.1")).unwrap());
}

/// `--quiet` leaves nothing to print where all is well, and `--verbose` says everything that is in the way.
#[test]
fn what_is_quiet_and_what_is_verbose() {
    let temp = tempfile::tempdir().unwrap();
    let out = temp.path().join("out").display().to_string();
    let spec = common::spec(2);
    let quiet: [&[&str]; 4] = [
        &["locate", &spec, "-q"],
        &["render", &spec, "-q", "--out", &out],
        &["parse", "-q"],
        &["mutate", &spec, "-q", "--class", "mail", "--most", "2"],
    ];
    for arguments in quiet {
        let done = common::run(arguments);
        let told = String::from_utf8_lossy(&done.stdout);
        assert_eq!((done.status.code(), &*told), (Some(0), ""), "{arguments:?}");
    }
    // A function that the tree does not have, and a test that is another one.
    let text = std::fs::read_to_string(&spec).unwrap();
    let text = text.replace("\"vfio_bar_restore\"\nwhere", "\"vfio_bar_rescue\"\nwhere");
    let text = text.replace(
        "\"pcibios_enable_device\"\nafter",
        "\"pcibios_enable\"\nafter",
    );
    let drifted = temp.path().join("drifted.toml").display().to_string();
    std::fs::write(&drifted, text).unwrap();
    let lines = |arguments: &[&str]| {
        let done = common::run(arguments);
        assert_eq!(done.status.code(), Some(1), "{arguments:?}");
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let short = lines(&["check", &drifted]);
    let long = lines(&["check", &drifted, "--verbose"]);
    assert!(!short.contains("vfio_bar_rescue"), "{short}");
    assert!(
        long.starts_with(&short) && long.contains("vfio_bar_rescue"),
        "{long}"
    );
    let unresolved = lines(&["locate", &drifted, "--quiet"]);
    assert!(!unresolved.contains("found ") && unresolved.contains("vfio_bar_rescue"));
}
