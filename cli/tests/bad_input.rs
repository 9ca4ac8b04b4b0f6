//! Bad input gets one clear message and leaves nothing in the out directory.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

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
        "an audit of what is no C",
        |d| put(d, "Kconfig", b"config X"),
        "audit x --tree . --under Kconfig",
        2,
        "is no C file",
    ),
    (
        "a revision of a directory",
        nothing,
        "verify SPEC --tree tree --rev v6.1 --landed",
        2,
        "cannot be used with",
    ),
    (
        "commits of a directory",
        nothing,
        "verify SPEC --tree tree --range a..b",
        2,
        "cannot be used with",
    ),
    (
        "what a directory is known to lack",
        nothing,
        "locate SPEC --tree tree --known-missing none",
        2,
        "cannot be used with",
    ),
    (
        "a report over the spec",
        |d| put(d, "s.toml", b"spec = 1"),
        "verify s.toml --landed --format json=./s.toml",
        2,
        "the result would replace it",
    ),
    (
        "a report over a file of the tree",
        |d| put(d, "a.h", b"int a;"),
        "audit a --tree . --format json=a.h",
        2,
        "a file of the tree",
    ),
    (
        "a report over the words",
        |d| put(d, "w.toml", b""),
        "audit a --sample --words w.toml --format json=w.toml",
        2,
        "the result would replace it",
    ),
    (
        "a spec over the mails",
        |d| put(d, "a.mbox", b"From x"),
        "import a.mbox -o a.mbox",
        2,
        "the result would replace it",
    ),
    (
        "a series that was never rendered",
        nothing,
        "verify SPEC --sample --out none",
        2,
        "no series there",
    ),
    (
        "no tree, and no series either",
        nothing,
        "verify SPEC --tree none --out none",
        2,
        "none: ",
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
        "a pattern that matches nothing",
        |d| {
            let change = "[[patch.change]]\n";
            let nothing = "kind = 'rewrite'\nfile = 'arch/s390/pci/pci.c'\npattern = '*nil = $E'\nto = 'f($E)'\n\n";
            let text = fs::read_to_string(common::spec(2)).unwrap();
            let text = text.replacen(change, &format!("{change}{nothing}{change}"), 1);
            put(d, "s.toml", text.as_bytes());
        },
        "render s.toml",
        1,
        "no match for `*nil = $E` in this file",
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
        1,
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
        "patch cut in its head",
        |d| patch(d, |t| t.split_at(700).0.to_owned()),
        "verify SPEC --patch p",
        2,
        "no diff in it",
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
    let mut copy = Command::new("cp");
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

/// What the command says and how it exits, with the temp dir's name taken out.
fn told(dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    told_by(common::command(), dir, arguments)
}

fn told_by(mut command: Command, dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = command.args(arguments).current_dir(dir).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    let message = message
        .replace(dir.to_str().unwrap(), "[TMP]")
        .replace(common::top().to_str().unwrap(), "[TOP]");
    (output.status.code(), message)
}

fn run(&(name, set_up, arguments, status, words): &Case) -> Result<(), Failed> {
    let temp = tempfile::tempdir()?;
    set_up(temp.path());
    let spec = common::spec(2);
    let arguments: Vec<&str> = arguments
        .split(' ')
        .map(|word| if word == "SPEC" { &spec } else { word })
        .collect();
    let (got, message) = told(temp.path(), &arguments);
    assert_eq!(got, Some(status), "{message}");
    assert!(message.contains(words), "{message}");
    assert!(!temp.path().join("out").exists(), "something is written");
    insta::assert_snapshot!(name.replace([' ', '.'], "-"), message);
    Ok(())
}

/// A long line is no reason to fail where no site is near it.
fn a_long_line() -> Result<(), Failed> {
    let temp = tempfile::tempdir()?;
    change(temp.path(), CONFIG, |b| [b, vec![b'x'; 1_000_000]].concat());
    let spec = common::spec(2);
    let (status, message) = told(temp.path(), &["render", &spec, "--tree", "tree"]);
    assert_eq!(status, Some(0), "{message}");
    insta::assert_snapshot!("a-line-of-a-megabyte", message);
    Ok(())
}

/// The user that may nothing, on every Linux; root may read and write everything, so no case about rights can run as root.
const NOBODY: u32 = 65534;

/// One thing in the sample tree's temp dir with other rights, asked about by a user who is not root.
fn without_rights(path: &str, mode: u32, wanted: i32, name: &str) -> Result<(), Failed> {
    let temp = tempfile::tempdir()?;
    let dir = temp.path();
    tree(dir);
    edit(dir, "\n", "\n");
    fs::create_dir(dir.join("locked"))?;
    let binary = dir.join("patchwright");
    // Not fs::copy: a test beside this one that forks meanwhile keeps our copy open for writing, and then it is "busy".
    let built = common::command().get_program().to_owned();
    let copied = Command::new("cp").arg(built).arg(&binary).status()?;
    assert!(copied.success());
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755))?;
    let mut command = Command::new(&binary);
    if fs::metadata(dir)?.uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    fs::set_permissions(dir.join(path), fs::Permissions::from_mode(mode))?;
    let arguments = ["render", "s.toml", "--tree", "tree", "--out", "locked"];
    let (status, message) = told_by(command, dir, &arguments);
    assert_eq!(status, Some(wanted), "{message}");
    assert!(message.contains("Permission denied"), "{message}");
    assert_eq!(fs::read_dir(dir.join("locked"))?.count(), 0);
    insta::assert_snapshot!(name.replace(' ', "-"), message);
    Ok(())
}

/// A file system with room for one page, where this machine lets us mount one.
struct Full(tempfile::TempDir);

impl Full {
    fn mount() -> Option<Self> {
        let temp = tempfile::tempdir().ok()?;
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=4k", "tmpfs"])
            .arg(temp.path());
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(Self(temp))
    }
}

impl Drop for Full {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

fn a_full_disk(disk: &Full) -> Result<(), Failed> {
    let out = disk.0.path().to_str().unwrap();
    let (status, message) = told(disk.0.path(), &["render", &common::spec(2), "--out", out]);
    assert_eq!(status, Some(2), "{message}");
    assert!(message.contains("No space left on device"), "{message}");
    assert_eq!(fs::read_dir(out)?.count(), 0, "something is half-written");
    // The name of what is being written has the process's number in it.
    insta::with_settings!({filters => vec![(r"tmp-\d+", "tmp-[PID]")]}, {
        insta::assert_snapshot!("a-full-disk", message);
    });
    Ok(())
}

fn main() {
    let mut trials: Vec<Trial> = CASES
        .iter()
        .map(|case| Trial::test(case.0, || run(case)))
        .collect();
    trials.push(Trial::test("a line of a megabyte", a_long_line));
    // A file of the tree that cannot be read is unknown; the rest is unusable.
    let rights = [
        ("unreadable file", PCI, 0o000, 3),
        ("unreadable spec", "s.toml", 0o000, 2),
        ("out not writable", "locked", 0o555, 2),
    ];
    for (name, path, mode, wanted) in rights {
        trials.push(Trial::test(name, move || {
            without_rights(path, mode, wanted, name)
        }));
    }
    let disk = Full::mount();
    let skipped = disk.is_none();
    let full = move || disk.as_ref().map_or(Ok(()), a_full_disk);
    let name = "a full disk (needs the right to mount a tmpfs)";
    trials.push(Trial::test(name, full).with_ignored_flag(skipped));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
