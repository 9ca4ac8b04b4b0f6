//! Every spec that ships loads without a diagnostic, by the users' own path.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its own files has to stop"
)]

use std::path::{Path, PathBuf};

use schema::{LoadError, load_file};

fn specs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let mut found = Vec::new();
    let mut pending = vec![root];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).expect("specs/ can be listed") {
            let path = entry.expect("an entry").path();
            // Rules of `audit` have a folder of their own: crates/audit/tests/rules.rs loads them.
            if path.ends_with("specs/rules") {
                continue;
            }
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_shipped_spec_loads() {
    let specs = specs();
    assert!(specs.len() >= 3, "only {specs:?}");
    for path in specs {
        match load_file(&path) {
            Ok(spec) => {
                let name = format!("{}/v{}.toml", spec.series.name, spec.series.version);
                assert!(path.ends_with(&name), "{} is {name}", path.display());
            }
            Err(LoadError::Invalid(diagnostics)) => panic!("{diagnostics}"),
            Err(error) => panic!("{error}"),
        }
    }
}
