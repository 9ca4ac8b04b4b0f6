//! Mails as they come from the lists, judged by the built command: threads, versions, packed and piped ones, offsets.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

const HEADER: &str = "struct lamp {\n\tint id;\n\tint on;\n\tint off;\n};\n";

/// A spec of three patches, each with a member.
fn spec(version: u32) -> String {
    let mut text = format!(
        "spec = 1\n\n[series]\nname = \"lamp\"\nversion = {version}\nauthor = \"A Developer <dev@example.org>\"\n\
         subject = \"lamp: More members\"\ncover = \"Why.\"\n"
    );
    for (after, name) in [("id", "one"), ("on", "two"), ("off", "three")] {
        text += &format!(
            "\n[[patch]]\nsubject = \"lamp: Add {name}\"\nmessage = \"Say it.\"\n\n[[patch.change]]\nkind = \"member\"\n\
             file = \"include/lamp.h\"\nstruct = \"lamp\"\nafter = \"{after}\"\ndeclare = \"int {name}\"\n"
        );
    }
    text
}

struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir_all(case.folder.path().join("tree/include")).unwrap();
        case.put("tree/include/lamp.h", HEADER);
        case.put("v1.toml", spec(1));
        case.put("v2.toml", spec(2));
        case
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = common::command();
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn verify(&self, spec: &str, more: &[&str]) -> (i32, String) {
        let all = ["verify", spec, "--tree", "tree", "--verbose"];
        said(&self.run(&[&all[..], more].concat()))
    }

    /// The mails of a version, the cover letter first.
    fn mails(&self, version: u32) -> Vec<String> {
        let output = self.run(&["render", &format!("v{version}.toml"), "--tree", "tree"]);
        assert!(output.status.success(), "{output:?}");
        let files = common::files(&self.folder.path().join(format!("out/lamp-v{version}")));
        let mails = files
            .into_iter()
            .filter(|(name, _)| name.ends_with(".patch"));
        mails
            .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
            .collect()
    }
}

fn said(output: &Output) -> (i32, String) {
    let text = [&output.stdout[..], &output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    )
}

/// An answer to a mail: quoted, or with a diff of its own.
fn answer(mail: &str, text: &str) -> String {
    let subject = mail
        .lines()
        .find(|line| line.starts_with("Subject: "))
        .unwrap();
    let quoted: String = mail.lines().map(|line| format!("> {line}\n")).collect();
    format!(
        "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\nFrom: R Reader <r@example.org>\n\
         {}\n\n{quoted}\n{text}\n",
        subject.replace("Subject: ", "Subject: Re: ")
    )
}

const SUGGESTION: &str = "Rather:\n\ndiff --git a/include/lamp.h b/include/lamp.h\n--- a/include/lamp.h\n+++ b/include/lamp.h\n\
@@ -1,3 +1,4 @@\n struct lamp {\n \tint id;\n+\tint other;\n \tint on;\n";

fn message_id(mail: &str) -> String {
    let line = mail
        .lines()
        .find(|line| line.starts_with("Message-ID: "))
        .unwrap();
    line["Message-ID: ".len()..].to_owned()
}

#[test]
fn a_saved_thread_is_judged_as_b4_would_take_it() {
    let case = Case::new();
    let (mails, newer) = (case.mails(1), case.mails(2));
    let again = newer[2].replace(
        &format!("In-Reply-To: {}", message_id(&newer[0])),
        &format!("In-Reply-To: {}", message_id(&mails[2])),
    );
    let thread = [
        mails[0].clone(),
        mails[1].clone(),
        answer(&mails[1], "Fine with me."),
        mails[2].clone(),
        mails[3].clone(),
        answer(&mails[2], SUGGESTION),
        answer(&mails[3], "And so is this."),
        again,
    ];
    case.put("thread.mbox", thread.concat());
    // The newest version: the one patch that was sent again, and the others of the version before.
    let (code, text) = case.verify("v2.toml", &["--patch", "thread.mbox"]);
    assert_eq!(code, 0, "{text}");
    for words in [
        "note: an answer is left out\n",
        "note: an answer is left out, with its diff, which `git am` would apply",
        "note: patch 1 of v1 goes on in v2, which was sent in part",
        "note: patch 3 of v1 goes on in v2",
        "note: a mail of v1 is left out: v2 is judged",
        "note: the mails are not in order",
        "3 patches apply in order with no fuzz and no offset",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let (code, text) = case.verify("v1.toml", &["--patch", "thread.mbox", "--version", "1"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("note: a mail of v2 is left out: v1 is judged"),
        "{text}"
    );
    let (code, text) = case.verify("v1.toml", &["--patch", "thread.mbox", "--version", "3"]);
    assert!(code == 2 && text.contains("there is v1, v2"), "{text}");
}

#[test]
fn an_answer_with_a_diff_is_no_series() {
    let case = Case::new();
    let mails = case.mails(1);
    case.put("answer.mbox", answer(&mails[1], SUGGESTION));
    let (code, text) = case.verify("v1.toml", &["--patch", "answer.mbox"]);
    assert!(code == 2 && text.contains("answers another"), "{text}");
}

#[test]
fn a_series_comes_in_any_wrapping() {
    let case = Case::new();
    let mails = case.mails(1);
    let mbox = mails.concat();
    case.put("a.mbox", &mbox);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(mbox.as_bytes()).unwrap();
    case.put("a.mbox.gz", packed.finish().unwrap());
    case.put("crlf.mbox", mbox.replace('\n', "\r\n"));
    let reversed: Vec<_> = mails.iter().rev().cloned().collect();
    case.put("reversed.mbox", reversed.concat());
    for (index, mail) in mails.iter().enumerate() {
        let part = if index % 2 == 0 { "cur" } else { "new" };
        fs::create_dir_all(case.folder.path().join("maildir").join(part)).unwrap();
        case.put(&format!("maildir/{part}/{}.x:2,S", 9 + index), mail);
    }
    fs::create_dir_all(case.folder.path().join("folder/0004-no.patch")).unwrap();
    case.put("folder/0004-no.txt", "no patch");
    for (index, mail) in mails.iter().enumerate() {
        case.put(&format!("folder/{:04}-x.patch", index + 1), mail);
    }
    for name in [
        "a.mbox",
        "a.mbox.gz",
        "crlf.mbox",
        "reversed.mbox",
        "maildir",
        "folder",
    ] {
        let (code, text) = case.verify("v1.toml", &["--patch", name]);
        assert_eq!(code, 0, "{name}: {text}");
        assert!(
            text.contains("3 patches apply in order with no fuzz and no offset"),
            "{name}: {text}"
        );
    }
    let mut command = common::command();
    command.args(["verify", "v1.toml", "--tree", "tree", "--patch", "-"]);
    command
        .current_dir(case.folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(mbox.as_bytes())
        .unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn what_is_no_file_or_too_large_is_refused_by_name() {
    let case = Case::new();
    case.put("large.mbox", vec![b'\n'; 3 << 20]);
    let fifo = case.folder.path().join("pipe");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        0o600.into(),
        0,
    )
    .unwrap();
    let _socket =
        std::os::unix::net::UnixListener::bind(case.folder.path().join("socket")).unwrap();
    for (arguments, words) in [
        (&["--patch", "pipe"][..], "pipe: is a pipe, not a file"),
        (&["--patch", "socket"], "socket: is a socket, not a file"),
        (
            &["--patch", "/dev/zero"],
            "/dev/zero: is a device, not a file",
        ),
        (&["--patch", "tree"], "no Maildir"),
        (&["--patch", "none"], "none: No such file"),
        (
            &["--patch", "large.mbox", "--max-patch-size", "2"],
            "larger than 2 MiB; `--max-patch-size` raises the limit",
        ),
        (&["--patch", "large.mbox"], "there is no mail in the file"),
    ] {
        let (code, text) = case.verify("v1.toml", arguments);
        assert!(code == 2 && text.contains(words), "{arguments:?}: {text}");
    }
}

/// The functions and invariants that a report blames.
fn blamed(output: &Output) -> (BTreeSet<String>, BTreeSet<String>) {
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let bad = findings
        .iter()
        .filter(|finding| finding["verdict"] == "violated");
    let (mut functions, mut invariants) = (BTreeSet::new(), BTreeSet::new());
    for finding in bad {
        functions.extend(finding["function"].as_str().map(str::to_owned));
        invariants.extend(finding["invariant"].as_str().map(str::to_owned));
    }
    (functions, invariants)
}

/// The mails of a shipped version with the hunk of pci.h some lines off, as the first ones were.
fn shifted(folder: &Path, version: u32) -> String {
    let out = folder.join("out");
    let spec = common::spec(version);
    let output = common::run(&["render", &spec, "--out", out.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let files = common::files(&out.join(format!("detached-vf-v{version}")));
    let (_, bytes) = files
        .iter()
        .find(|(name, _)| name.starts_with("0001"))
        .unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let (above, below) = text.split_once("+++ b/include/linux/pci.h\n").unwrap();
    let (head, rest) = below.split_once('\n').unwrap();
    let ranges: Vec<String> = head
        .split(' ')
        .map(|word| match word.split_once(',') {
            Some((start, count)) => {
                let (sign, start) = start.split_at(1);
                format!("{sign}{},{count}", start.parse::<usize>().unwrap() + 6)
            }
            None => word.to_owned(),
        })
        .collect();
    let file = folder.join(format!("v{version}.mbox"));
    let text = format!(
        "{above}+++ b/include/linux/pci.h\n{}\n{rest}",
        ranges.join(" ")
    );
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[test]
fn the_first_versions_are_judged_six_lines_off() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (shifted(folder.path(), 1), shifted(folder.path(), 2));
    let judge = |version: u32, mails: &str, format: &str| {
        common::run(&[
            "verify",
            &common::spec(version),
            "--patch",
            mails,
            "--verbose",
            "--format",
            format,
        ])
    };
    let (_, text) = said(&judge(1, &first, "human"));
    assert!(
        text.contains("-6 lines from where its header says, without fuzz"),
        "{text}"
    );
    let (functions, _) = blamed(&judge(2, &first, "json"));
    let forgotten = [
        "vfio_bar_restore",
        "vfio_basic_config_read",
        "vfio_config_init",
    ];
    assert_eq!(functions, forgotten.map(str::to_owned).into());
    let (_, invariants) = blamed(&judge(3, &second, "json"));
    let order = invariants
        .iter()
        .any(|invariant| invariant.contains("before"));
    assert!(order, "{invariants:?}");
}
