//! Bad input gets one clear message and leaves nothing in the out directory.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::path::Path;

/// A name, what is set up in the temp dir, the arguments, the exit status, and words of the message.
/// SPEC stands for the shipped v2; every relative path is one in the temp dir.
type Case = (&'static str, fn(&Path), &'static str, i32, &'static str);

const CONFIG: &str = "tree/drivers/vfio/pci/vfio_pci_config.c";
const PCI: &str = "tree/arch/s390/pci/pci.c";

const CASES: &[Case] = &[
    (
        "no such spec",
        nothing,
        "render none.toml",
        2,
        "there is no such spec",
    ),
    (
        "not TOML",
        |d| put(d, "s.toml", b"not toml"),
        "render s.toml",
        2,
        "this is not TOML",
    ),
    (
        "not UTF-8",
        |d| put(d, "s.toml", b"name=\"\xff\""),
        "render s.toml",
        2,
        "not UTF-8: byte 6",
    ),
    (
        "a directory as spec",
        |d| fs::create_dir(d.join("s")).unwrap(),
        "render s",
        2,
        "is a directory",
    ),
    (
        "empty spec",
        |d| put(d, "s.toml", b""),
        "render s.toml",
        2,
        "the file is empty",
    ),
    (
        "10 MB of brackets",
        |d| put(d, "s.toml", &vec![b'['; 10_000_000]),
        "render s.toml",
        2,
        "larger than 4 MiB",
    ),
    (
        "no such tree",
        nothing,
        "render SPEC --tree none",
        2,
        "No such file or directory",
    ),
    (
        "tree without the files",
        |d| fs::create_dir(d.join("t")).unwrap(),
        "render SPEC --tree t",
        1,
        "the tree has no include/linux/pci.h",
    ),
    (
        "path with ..",
        |d| edit(d, "arch/s390/pci/pci.c", "../pci.c"),
        "render s.toml",
        2,
        "could leave the tree",
    ),
    (
        "absolute path",
        |d| edit(d, "arch/s390/pci/pci.c", "/etc/passwd"),
        "render s.toml",
        2,
        "the path is absolute",
    ),
    (
        "newline in subject",
        |d| edit(d, "\nsubject = \"", "\nsubject = \"a\\n"),
        "render s.toml",
        2,
        "`subject` has a newline",
    ),
    (
        "newline in name",
        |d| edit(d, "\nname = \"", "\nname = \"a\\n"),
        "render s.toml",
        2,
        "error",
    ),
    (
        "newline in address",
        |d| edit(d, "@", "\\n@"),
        "render s.toml",
        2,
        "newline",
    ),
    (
        "symlink out of the tree",
        symlink,
        "render SPEC --tree tree",
        2,
        "pci.c",
    ),
    (
        "CRLF file",
        |d| {
            change(d, PCI, |b| {
                String::from_utf8(b).unwrap().replace('\n', "\r\n").into()
            })
        },
        "render SPEC --tree tree",
        1,
        "pci.c",
    ),
    (
        "NUL bytes",
        |d| change(d, PCI, |b| [b"\0\0\0".to_vec(), b].concat()),
        "render SPEC --tree tree",
        3,
        "pci.c",
    ),
    (
        "out is a file",
        |d| put(d, "f", b""),
        "render SPEC --out f",
        2,
        "not a directory",
    ),
    (
        "out below /proc",
        nothing,
        "render SPEC --out /proc/x",
        2,
        "cannot make the directory",
    ),
    (
        "binary patch",
        |d| put(d, "p", b"\x00\x9f\xff\x01\n\xfe"),
        "verify SPEC --patch p",
        2,
        "neither a mail nor a diff",
    ),
    (
        "escaping patch",
        |d| patch(d, |t| t.replacen("--- a/", "--- a/../../etc/", 1)),
        "verify SPEC --patch p",
        2,
        "could leave the tree",
    ),
    (
        "truncated patch",
        |d| patch(d, |t| t.split_at(t.rfind("\n+").unwrap()).0.to_owned()),
        "verify SPEC --patch p",
        2,
        "p",
    ),
];

fn nothing(_: &Path) {}

fn put(dir: &Path, name: &str, bytes: &[u8]) {
    fs::write(dir.join(name), bytes).unwrap();
}

fn edit(dir: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(common::spec(2)).unwrap();
    assert!(text.contains(old), "the spec has no {old:?}");
    put(dir, "s.toml", text.replace(old, new).as_bytes());
}

fn tree(dir: &Path) {
    let mut copy = std::process::Command::new("cp");
    copy.arg("-r")
        .arg(common::top().join("samples/linux"))
        .arg(dir.join("tree"));
    assert!(copy.status().unwrap().success());
}

fn change(dir: &Path, file: &str, with: fn(Vec<u8>) -> Vec<u8>) {
    tree(dir);
    let bytes = with(fs::read(dir.join(file)).unwrap());
    put(dir, file, &bytes);
}

fn symlink(dir: &Path) {
    tree(dir);
    fs::rename(dir.join(PCI), dir.join("outside.c")).unwrap();
    std::os::unix::fs::symlink(dir.join("outside.c"), dir.join(PCI)).unwrap();
}

fn patch(dir: &Path, with: fn(&str) -> String) {
    let good = dir.join("good");
    assert!(
        common::run(&["render", &common::spec(2), "--out", good.to_str().unwrap()])
            .status
            .success()
    );
    let files = common::files(&good.join("detached-vf-v2"));
    let (_, mail) = files
        .iter()
        .find(|(name, _)| name.starts_with("0001"))
        .unwrap();
    put(
        dir,
        "p",
        with(std::str::from_utf8(mail).unwrap()).as_bytes(),
    );
}

fn fault((_, set_up, arguments, status, words): &Case) -> Option<String> {
    let temp = tempfile::tempdir().unwrap();
    set_up(temp.path());
    let spec = common::spec(2);
    let arguments = arguments
        .split(' ')
        .map(|word| if word == "SPEC" { &spec } else { word });
    let output = common::command()
        .args(arguments)
        .current_dir(temp.path())
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    let message = message.replace(temp.path().to_str().unwrap(), "[TMP]");
    let good = output.status.code() == Some(*status)
        && message.contains(words)
        && !message.contains("panicked")
        && !temp.path().join("out").exists();
    (!good).then(|| {
        format!(
            "{:?}, out {}: {message:.300}",
            output.status.code(),
            temp.path().join("out").exists()
        )
    })
}

#[test]
fn bad_input_gets_one_message_and_writes_nothing() {
    let faults = CASES
        .iter()
        .filter_map(|case| Some(format!("{}: {}", case.0, fault(case)?)));
    let faults: Vec<_> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_line_of_a_megabyte_away_from_the_sites_does_not_disturb_them() {
    let temp = tempfile::tempdir().unwrap();
    change(temp.path(), CONFIG, |b| [b, vec![b'x'; 1_000_000]].concat());
    let mut command = common::command();
    command.args(["render", &common::spec(2), "--tree", "tree"]);
    assert!(
        command
            .current_dir(temp.path())
            .output()
            .unwrap()
            .status
            .success()
    );
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let temp = tempfile::tempdir().unwrap();
    let out = temp.path().join("full");
    fs::create_dir(&out).unwrap();
    let mut mount = std::process::Command::new("mount");
    mount
        .args(["-t", "tmpfs", "-o", "size=4k", "tmpfs"])
        .arg(&out);
    if !mount.output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: a full disk needs the right to mount a tmpfs");
        return;
    }
    let output = common::run(&["render", &common::spec(2), "--out", out.to_str().unwrap()]);
    let left = fs::read_dir(&out).unwrap().count();
    let mut unmount = std::process::Command::new("umount");
    assert!(unmount.arg(&out).status().unwrap().success());
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("No space left on device"), "{message}");
    assert_eq!(left, 0, "a full disk keeps nothing half-written");
}
