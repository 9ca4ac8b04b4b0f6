//! out/ changes as a whole or not at all.

#![expect(
    clippy::unwrap_used,
    reason = "a test or a tool for developers: it says what broke by stopping"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use generator::{Rendered, WriteError, write};

/// Two series of the same name whose files tell them apart.
fn rendered(version: &str) -> Rendered {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join("a.h"), "struct s {\n\tint a;\n};\n").unwrap();
    let spec = format!(
        "spec = 1\n[series]\nname = \"s\"\nversion = 1\nauthor = \"A <a@example.org>\"\nsubject = \"s: {version}\"\n\
         cover = \"{version}\"\nto = [\"l@example.org\"]\n[[patch]]\nsubject = \"s: {version}\"\nmessage = \"{version}\"\n\
         [[patch.change]]\nkind = \"member\"\nfile = \"a.h\"\nstruct = \"s\"\nafter = \"a\"\ndeclare = \"int {version}\"\n"
    );
    support::render(&support::spec("s", &spec), &tree).unwrap()
}

/// What is in a folder, hidden entries apart.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

fn expected(series: &Rendered) -> BTreeMap<String, Vec<u8>> {
    series.files.iter().cloned().collect()
}

fn hidden(out: &Path) -> Vec<String> {
    let names = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

#[test]
fn a_series_replaces_the_one_before_it_and_leaves_nothing_beside() {
    let out = tempfile::tempdir().unwrap();
    let (first, second) = (rendered("first"), rendered("second"));
    let folder = write(&first, out.path()).unwrap();
    assert_eq!(contents(&folder), expected(&first));
    assert_eq!(write(&second, out.path()).unwrap(), folder);
    assert_eq!(contents(&folder), expected(&second));
    assert_eq!(hidden(out.path()), [""; 0]);
}

#[test]
fn the_out_directory_is_made_with_those_above_it() {
    let top = tempfile::tempdir().unwrap();
    let series = rendered("first");
    let folder = write(&series, &top.path().join("a/b/out")).unwrap();
    assert_eq!(contents(&folder), expected(&series));
}

#[test]
fn an_empty_folder_is_taken() {
    let out = tempfile::tempdir().unwrap();
    fs::create_dir(out.path().join("s-v1")).unwrap();
    write(&rendered("first"), out.path()).unwrap();
}

/// Each stands where the series would go, and is still there as it was after the refusal.
#[test]
fn what_is_not_a_series_of_ours_is_never_replaced() {
    type Setup = fn(&Path);
    let cases: [(&str, Setup); 5] = [
        ("it is not a directory", |target| {
            fs::write(target, "mine").unwrap()
        }),
        ("it is a symbolic link", |target| {
            symlink("/tmp", target).unwrap()
        }),
        ("it holds files, and no manifest.json", |target| {
            fs::create_dir(target).unwrap();
            fs::write(target.join("thesis.txt"), "years of work").unwrap();
        }),
        (
            "its manifest.json was not written by patchwright",
            |target| {
                fs::create_dir(target).unwrap();
                fs::write(
                    target.join("manifest.json"),
                    "{\"name\": \"an npm package\"}",
                )
                .unwrap();
            },
        ),
        ("it holds `notes.txt`", |target| {
            write(&rendered("first"), target.parent().unwrap()).unwrap();
            fs::write(target.join("notes.txt"), "mine").unwrap();
        }),
    ];
    for (reason, setup) in cases {
        let out = tempfile::tempdir().unwrap();
        let target = out.path().join("s-v1");
        setup(&target);
        let before = support::must(out.path(), "ls", &["-lAR", "--time-style=full-iso"], None);
        let error = write(&rendered("second"), out.path()).unwrap_err();
        assert!(matches!(error, WriteError::NotOurs { .. }), "{error}");
        assert!(
            error.to_string().contains(reason),
            "`{error}` does not say `{reason}`"
        );
        assert_eq!(
            support::must(out.path(), "ls", &["-lAR", "--time-style=full-iso"], None),
            before
        );
    }
}

#[test]
fn an_out_that_is_a_file_is_said() {
    let top = tempfile::tempdir().unwrap();
    let out = top.path().join("out");
    fs::write(&out, "mine").unwrap();
    assert!(matches!(
        write(&rendered("first"), &out).unwrap_err(),
        WriteError::NotADirectory(_)
    ));
    let below = write(&rendered("first"), &out.join("deeper")).unwrap_err();
    assert!(below.to_string().contains("Not a directory"), "{below}");
    assert_eq!(fs::read(&out).unwrap(), b"mine");
}

#[test]
fn where_nothing_can_be_made_one_message_says_so() {
    // Not by permission bits: tests may run as root. Nobody can make a folder in /proc.
    let error = write(&rendered("first"), Path::new("/proc/patchwright")).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/proc/patchwright: cannot make the directory: "),
        "{error}"
    );
    let error = write(&rendered("first"), Path::new("/proc")).unwrap_err();
    assert!(matches!(error, WriteError::Io { .. }), "{error}");
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    let out = tempfile::tempdir().unwrap();
    for name in ["../x", "a/b", "", ".hidden", "a\nb"] {
        let mut series = rendered("first");
        series.files.push((name.to_owned(), Vec::new()));
        assert!(matches!(
            write(&series, out.path()).unwrap_err(),
            WriteError::BadName(_)
        ));
    }
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}

#[test]
fn what_a_killed_run_left_is_cleared_and_an_old_series_put_back() {
    let out = tempfile::tempdir().unwrap();
    let first = rendered("first");
    let folder = write(&first, out.path()).unwrap();
    fs::create_dir(out.path().join(".s-v1.tmp-99999")).unwrap();
    fs::write(
        out.path().join(".s-v1.tmp-99999/0000-cover-letter.patch"),
        "half",
    )
    .unwrap();
    // Died between the two renames, where the file system cannot exchange.
    fs::rename(&folder, out.path().join(".s-v1.old")).unwrap();
    let mut bad = rendered("second");
    bad.files.push(("manifest.json".to_owned(), Vec::new()));
    assert!(write(&bad, out.path()).is_err(), "one file twice");
    assert_eq!(contents(&folder), expected(&first));
    assert_eq!(hidden(out.path()), [""; 0]);
}

#[test]
fn several_runs_at_once_leave_one_whole_series() {
    let out = tempfile::tempdir().unwrap();
    let all: Vec<Rendered> = (0..4).map(|n| rendered(&format!("run{n}"))).collect();
    std::thread::scope(|scope| {
        for series in &all {
            scope.spawn(|| {
                for _ in 0..5 {
                    write(series, out.path()).unwrap();
                }
            });
        }
    });
    let found = contents(&out.path().join("s-v1"));
    assert!(all.iter().any(|series| expected(series) == found));
    assert_eq!(hidden(out.path()), [""; 0]);
}

/// The process that the next test kills: writes two series in turns for ever.
#[test]
#[ignore = "a helper that runs until it is killed"]
fn writes_until_it_is_killed() {
    let Some(out) = std::env::var_os("PATCHWRIGHT_TEST_OUT") else {
        return;
    };
    let series = [rendered("first"), rendered("second")];
    for turn in 0.. {
        write(&series[turn % 2], Path::new(&out)).unwrap();
    }
}

#[test]
fn a_run_killed_at_any_moment_leaves_a_whole_series_or_none() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("s-v1");
    let whole = [expected(&rendered("first")), expected(&rendered("second"))];
    let mut seen = 0;
    for round in 0..40_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "writes_until_it_is_killed"])
            .env("PATCHWRIGHT_TEST_OUT", out.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while hidden(out.path()).is_empty() && start.elapsed() < Duration::from_secs(10) {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(round * 7919 % 150_000));
        child.kill().unwrap();
        child.wait().unwrap();
        if folder.exists() {
            let found = contents(&folder);
            assert!(whole.contains(&found), "round {round}: {:?}", found.keys());
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} rounds had a series");
    write(&rendered("first"), out.path()).unwrap();
    assert_eq!(hidden(out.path()), [""; 0]);
}

/// A file system of 64 KiB, where one can be mounted.
#[test]
fn on_a_full_disk_the_series_before_stays() {
    let disk = tempfile::tempdir().unwrap();
    let folder = disk.path().display().to_string();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs", &folder])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        println!("skipped: no file system can be mounted here");
        return;
    }
    let outcome = std::panic::catch_unwind(|| {
        let first = rendered("first");
        let series = write(&first, disk.path()).unwrap();
        let mut large = rendered("second");
        large
            .files
            .push(("0002-large.patch".to_owned(), vec![b'x'; 1 << 20]));
        let error = write(&large, disk.path()).unwrap_err();
        assert!(error.to_string().contains("No space left"), "{error}");
        assert_eq!(contents(&series), expected(&first));
        assert_eq!(hidden(disk.path()), [""; 0]);
    });
    let unmounted = Command::new("umount")
        .arg(&folder)
        .status()
        .is_ok_and(|status| status.success());
    assert!(unmounted);
    outcome.unwrap();
}
