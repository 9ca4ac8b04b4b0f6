//! One spec and one tree give one series, whatever surrounds the run.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

#[test]
fn twenty_renders_in_other_surroundings_are_the_same_bytes() {
    let mut first = None;
    for round in 0..20_usize {
        let cwd = tempfile::tempdir().unwrap();
        let mut command = common::command();
        command
            .args(["render", &common::spec(2)])
            .current_dir(cwd.path());
        command.env("RAYON_NUM_THREADS", if round % 2 == 0 { "1" } else { "8" });
        command.env(
            "LC_ALL",
            ["C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"][round % 4],
        );
        command.env(
            "TZ",
            ["UTC", "Asia/Kathmandu", "America/St_Johns"][round % 3],
        );
        assert!(command.output().unwrap().status.success());
        let files = common::files(&cwd.path().join("out/detached-vf-v2"));
        assert!(!files.is_empty());
        assert!(
            first.get_or_insert_with(|| files.clone()) == &files,
            "round {round} differs"
        );
    }
}
