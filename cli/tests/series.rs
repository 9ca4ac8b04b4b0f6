//! The promises about what lands in the out directory: the same bytes everywhere, whole or not at all, and
//! what the verifier says of one version's patch by another version's spec.

#![expect(clippy::expect_used, reason = "a test says what broke by stopping")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn spec(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../specs/detached-vf")
        .join(name)
}

/// The command with nothing of this machine's environment.
fn patchwright() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchwright"));
    command.env_clear().stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the command starts")
}

fn render(name: &str, out: &Path) -> Output {
    run(patchwright()
        .arg("render")
        .arg(spec(name))
        .arg("--out")
        .arg(out))
}

/// Every file of a series and its bytes.
fn series(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .expect("the series is there")
        .map(|entry| {
            let path = entry.expect("readable").path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(&path).expect("readable"))
        })
        .collect()
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a scratch folder")
}

#[test]
fn twenty_renders_give_the_same_bytes_whatever_is_around_them() {
    let wanted = scratch();
    assert!(render("v2.toml", wanted.path()).status.success());
    let wanted = series(&wanted.path().join("detached-vf-v2"));
    assert_eq!(wanted.len(), 3, "a cover letter, a patch, a manifest");
    let around = [
        ("C", "UTC"),
        ("de_DE.UTF-8", "Asia/Tokyo"),
        ("tr_TR.UTF-8", "America/New_York"),
        ("POSIX", "Pacific/Apia"),
    ];
    for number in 0..20 {
        let (locale, zone) = around[number % around.len()];
        let elsewhere = scratch();
        let output = run(patchwright()
            .current_dir(elsewhere.path())
            .env("RAYON_NUM_THREADS", if number % 2 == 0 { "1" } else { "8" })
            .env("LC_ALL", locale)
            .env("TZ", zone)
            .arg("render")
            .arg(spec("v2.toml").canonicalize().expect("there"))
            .args(["--out", "o"]));
        assert!(output.status.success(), "{output:?}");
        let got = series(&elsewhere.path().join("o/detached-vf-v2"));
        assert_eq!(got, wanted, "render {number}");
    }
}

#[test]
fn a_killed_run_leaves_the_last_whole_series_or_none() {
    let reference = scratch();
    assert!(render("v2.toml", reference.path()).status.success());
    let whole = series(&reference.path().join("detached-vf-v2"));
    let out = scratch();
    let place = out.path().join("detached-vf-v2");
    let mut none = 0;
    for number in 0_u64..80 {
        if number % 8 == 0 {
            let _ = std::fs::remove_dir_all(&place);
        }
        let mut child = patchwright()
            .arg("render")
            .arg(spec("v2.toml"))
            .arg("--out")
            .arg(out.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        std::thread::sleep(Duration::from_micros(number * 400));
        let _ = child.kill();
        let _ = child.wait();
        if place.exists() {
            assert_eq!(series(&place), whole, "kill {number}");
        } else {
            none += 1;
        }
    }
    assert!(none > 0, "the first run is killed before it writes");
    assert!(render("v2.toml", out.path()).status.success());
    let left: Vec<_> = std::fs::read_dir(out.path())
        .expect("readable")
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|name| !name.to_string_lossy().contains("lock"))
        .collect();
    assert_eq!(left, ["detached-vf-v2"], "what killed runs left is gone");
}

fn judged(patch: &str, by: &str) -> (Option<i32>, serde_json::Value) {
    let out = scratch();
    assert!(
        render(&format!("{patch}.toml"), out.path())
            .status
            .success()
    );
    let folder = out.path().join(format!("detached-vf-{patch}"));
    let mut command = patchwright();
    command
        .arg("verify")
        .arg(spec(&format!("{by}.toml")))
        .arg("--json");
    for name in series(&folder)
        .keys()
        .filter(|name| name.ends_with(".patch"))
    {
        command.arg("--patch").arg(folder.join(name));
    }
    let output = run(&mut command);
    let report = serde_json::from_slice(&output.stdout).expect("JSON");
    (output.status.code(), report)
}

fn findings(report: &serde_json::Value) -> &[serde_json::Value] {
    report["findings"].as_array().expect("findings")
}

#[test]
fn every_version_holds_by_its_own_spec() {
    for version in ["v1", "v2", "v3"] {
        let (status, report) = judged(version, version);
        assert_eq!(report["verdict"], "holds", "{version}: {report}");
        assert_eq!(status, Some(0), "{version}");
    }
}

#[test]
fn the_first_version_by_the_seconds_spec_names_the_three_functions_that_it_forgot() {
    let (status, report) = judged("v1", "v2");
    assert_eq!(status, Some(1));
    let mut functions: Vec<&str> = findings(&report)
        .iter()
        .filter(|finding| finding["verdict"] == "violated")
        .filter_map(|finding| finding["function"].as_str())
        .collect();
    functions.sort_unstable();
    functions.dedup();
    let forgotten = [
        "vfio_bar_restore",
        "vfio_basic_config_read",
        "vfio_config_init",
    ];
    assert_eq!(functions, forgotten);
}

#[test]
fn the_second_version_by_the_thirds_spec_sets_the_flag_too_late() {
    let (status, report) = judged("v2", "v3");
    assert_eq!(status, Some(1));
    let order = findings(&report)
        .iter()
        .find(|finding| finding["invariant"] == "set-before-drivers-look")
        .expect("the invariant is judged");
    assert_eq!(order["verdict"], "violated");
    let message = order["message"].as_str().unwrap_or_default();
    let wanted = "nothing that pci_bus_add_device() calls before device_attach() writes \
                  pci_dev.detached_vf";
    assert!(message.starts_with(wanted), "{message}");
}

#[test]
fn what_cannot_be_used_is_refused_and_nothing_is_written() {
    let escapes =
        b"spec = 1\n[[patch]]\n[[patch.change]]\nkind = \"line\"\nfile = \"../x\"\nadd = \"y\"\n";
    let rows: [(&str, &[u8], &str); 5] = [
        ("empty.toml", b"", "spec"),
        ("not.toml", b"= 1\n[", "not.toml"),
        ("utf8.toml", b"spec = 1 # \xff\n", "UTF-8"),
        ("brackets.toml", &[b'['; 200_000], "brackets"),
        ("escapes.toml", escapes, ".."),
    ];
    let folder = scratch();
    let out = folder.path().join("out");
    for (name, bytes, fragment) in rows {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let output = run(patchwright()
            .arg("render")
            .arg(&path)
            .arg("--out")
            .arg(&out));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.contains(fragment), "{name}: {stderr}");
        assert!(!stderr.contains("panicked"), "{name}: {stderr}");
        assert!(!out.exists(), "{name} wrote something");
    }
    for arguments in [
        &["render", "no-such.toml"][..],
        &["verify", ".", "--landed"],
        &["audit", "$D->(", "--sample"],
        &["parse", "--tree", "/no/such/tree"],
    ] {
        let output = run(patchwright().args(arguments));
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}
