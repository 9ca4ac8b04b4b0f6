//! A render that is killed leaves the last whole series or none.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.collect()
}

#[test]
fn a_killed_render_leaves_the_last_whole_series_or_none() {
    let temp = tempfile::tempdir().unwrap();
    let out = temp.path().join("out");
    let spec = common::spec(2);
    let arguments = ["render", &spec, "--out", out.to_str().unwrap()];
    assert!(common::run(&arguments).status.success());
    let series = out.join("detached-vf-v2");
    let whole = common::files(&series);
    assert!(!whole.is_empty());

    // Spread over one and a quarter of a whole run, so that the writing is hit on any machine.
    let start = Instant::now();
    assert!(common::run(&arguments).status.success());
    let pause = start.elapsed() / 48;

    for step in 0..60_u32 {
        // Every other run starts with no series; only then may there be none afterwards.
        let starts_with_none = step % 2 == 0;
        if starts_with_none && series.exists() {
            std::fs::remove_dir_all(&series).unwrap();
        } else if !starts_with_none {
            assert!(common::run(&arguments).status.success());
        }
        let mut command = common::command();
        command
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(pause * step);
        child.kill().unwrap();
        child.wait().unwrap();
        if series.exists() {
            assert_eq!(common::files(&series), whole, "kill {step}");
        } else {
            assert!(starts_with_none, "kill {step} lost the series");
        }
        for name in names(&out) {
            let expected = name == "detached-vf-v2" || name.starts_with('.');
            assert!(expected, "{name} is left after kill {step}");
        }
    }

    assert!(common::run(&arguments).status.success());
    assert_eq!(common::files(&series), whole);
    let mut left = names(&out);
    left.retain(|name| out.join(name).is_dir());
    assert_eq!(
        left,
        ["detached-vf-v2"],
        "a clean render clears what kills left"
    );
}
