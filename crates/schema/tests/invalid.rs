//! One file in `invalid/` is one mistake, named after it; its snapshot is what a user reads.
//!
//! A new case is a new `.toml` there. `INSTA_UPDATE=always cargo test -p schema --test invalid` writes its
//! snapshot, which then wants reading.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its own files has to stop"
)]

use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let trials = cases().into_iter().map(|path| {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let title = name.clone();
        Trial::test(title, move || judge(&name, &path))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid");
    let entries = std::fs::read_dir(folder).expect("tests/invalid can be listed");
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    found.sort();
    assert!(found.len() > 80, "cases are missing");
    found
}

fn judge(name: &str, path: &Path) -> Result<(), Failed> {
    let bytes = std::fs::read(path)?;
    let Err(diagnostics) = schema::load(&format!("{name}.toml"), &bytes) else {
        return Err("it loads, and should not".into());
    };
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("invalid");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, diagnostics.render(false)));
    Ok(())
}
