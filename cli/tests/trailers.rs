//! `patchwright trailers`: who answered what in a saved thread, and what of it the spec gets.

#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "a test says what broke by stopping"
)]

mod common;

use std::fs;
use std::path::PathBuf;

/// Two patches of the built-in tree.
const SECOND: &str = r#"
[[patch.change]]
kind = "member"
file = "include/linux/pci.h"
struct = "pci_dev"
after = "no_vf_scan"
declare = "unsigned int odd:1"

[[patch]] # the second
subject = "vfio/pci: Say a word"
message = "It is wanted."
trailers = ["Acked-by: Old <old@example.org>"]

[[patch.change]]
kind = "member"
file = "include/linux/pci.h"
struct = "pci_dev"
after = "is_virtfn"
declare = "unsigned int even:1"
"#;

struct Thread {
    folder: tempfile::TempDir,
    mails: Vec<String>,
}

impl Thread {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let spec = folder.path().join("spec.toml");
        let text = format!("{}{SECOND}", common::HEAD);
        fs::write(&spec, &text).unwrap();
        let out = folder.path().join("out");
        let rendered = common::run(&[
            "render",
            spec.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
        ]);
        assert!(
            rendered.status.success(),
            "{}",
            String::from_utf8_lossy(&rendered.stderr)
        );
        let series = out.join("case-v1");
        let names = common::names(&series).into_iter();
        let mails = names.filter(|name| name.ends_with(".patch"));
        let mails = mails
            .map(|name| fs::read_to_string(series.join(name)).unwrap())
            .collect();
        Self { folder, mails }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The id of a mail, 0 being the cover letter.
    fn id(&self, at: usize) -> &str {
        let line = self.mails[at]
            .lines()
            .find(|line| line.to_lowercase().starts_with("message-id: "));
        line.unwrap().split_once(' ').unwrap().1
    }

    /// A mail that answers another.
    fn answer(&self, name: &str, to: &str, from: &str, text: &str) -> String {
        format!(
            "From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: {from}\nSubject: Re: [PATCH] something\nMessage-ID: <{name}@x>\n\
             In-Reply-To: {to}\nReferences: {to}\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\n{text}\n\n"
        )
    }

    /// Runs the command on the series and these answers.
    fn run(&self, answers: &[String], more: &[&str]) -> (Option<i32>, String) {
        let mails = self
            .mails
            .iter()
            .map(|mail| format!("{}\n", mail.trim_end_matches('\n')));
        let whole: String = mails.chain(answers.iter().cloned()).collect();
        fs::write(self.path("thread.mbox"), whole).unwrap();
        let [spec, thread] =
            ["spec.toml", "thread.mbox"].map(|name| self.path(name).display().to_string());
        let output = common::run(&[&["trailers", &spec, &thread], more].concat());
        let told =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr);
        (
            output.status.code(),
            told.replace(self.folder.path().to_str().unwrap(), "TEMP"),
        )
    }

    fn spec(&self) -> String {
        fs::read_to_string(self.path("spec.toml")).unwrap()
    }
}

const R: &str = "R Viewer <r@example.org>";

#[test]
fn each_answer_is_about_the_patch_that_it_answers() {
    let thread = Thread::new();
    let before = thread.spec();
    let answers = [
        thread.answer(
            "a",
            thread.id(1),
            R,
            "> the patch\n\nReviewed-by: R Viewer <r@example.org>",
        ),
        // An answer to an answer.
        thread.answer(
            "b",
            "<a@x>",
            "T <t@example.org>",
            "> Reviewed-by: R Viewer <r@example.org>\n\nTested-by: T <t@example.org>",
        ),
        // To all.
        thread.answer(
            "c",
            thread.id(0),
            "A <a@example.org>",
            "Acked-by: A <a@example.org> # PCI",
        ),
        // What the spec has.
        thread.answer(
            "d",
            thread.id(2),
            "Old <old@example.org>",
            "Acked-by: Old <old@example.org>",
        ),
    ];
    let (status, told) = thread.run(&answers, &["--dry-run"]);
    assert_eq!(status, Some(0), "{told}");
    assert!(
        told.contains("4 trailers to add in TEMP/spec.toml"),
        "{told}"
    );
    assert_eq!(thread.spec(), before);
    let (status, told) = thread.run(&answers, &[]);
    assert_eq!(status, Some(0), "{told}");
    let lines = [
        "added    Reviewed-by: R Viewer <r@example.org> for 1/2 case: Change something",
        "added    Tested-by: T <t@example.org> for 1/2 case: Change something",
        "added    Acked-by: A <a@example.org> # PCI for 1/2 case: Change something",
        "added    Acked-by: A <a@example.org> # PCI for 2/2 vfio/pci: Say a word",
        "known    Acked-by: Old <old@example.org> for 2/2 vfio/pci: Say a word",
        "4 trailers added in TEMP/spec.toml",
    ];
    assert_eq!(told.lines().collect::<Vec<_>>(), lines);
    let first = "message = \"Something changes.\"\ntrailers = [\n\t\"Reviewed-by: R Viewer <r@example.org>\",\n\
        \t\"Tested-by: T <t@example.org>\",\n\t\"Acked-by: A <a@example.org> # PCI\",\n]\n";
    let second =
        "trailers = [\"Acked-by: Old <old@example.org>\", \"Acked-by: A <a@example.org> # PCI\"]\n";
    let after = before
        .replace("message = \"Something changes.\"\n", first)
        .replace("trailers = [\"Acked-by: Old <old@example.org>\"]\n", second);
    assert_eq!(thread.spec(), after);
    // Once more: all is there.
    let (status, told) = thread.run(&answers, &[]);
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("0 trailers added"), "{told}");
    assert_eq!(thread.spec(), after);
}

#[test]
fn what_changed_since_was_reviewed_by_nobody() {
    let thread = Thread::new();
    let answers = [thread.answer(
        "c",
        thread.id(0),
        R,
        "Reviewed-by: R Viewer <r@example.org>",
    )];
    let spec = thread.spec().replace("odd:1", "odd:2");
    fs::write(thread.path("spec.toml"), spec).unwrap();
    let (status, told) = thread.run(&answers, &[]);
    assert_eq!(status, Some(0), "{told}");
    let dropped = "dropped  Reviewed-by: R Viewer <r@example.org> for 1/2 case: Change something: \
        the patch has changed since v1 in include/linux/pci.h\n";
    assert!(told.contains(dropped), "{told}");
    assert!(
        told.contains("added    Reviewed-by: R Viewer <r@example.org> for 2/2"),
        "{told}"
    );
    let (_, told) = thread.run(&answers, &["--quiet"]);
    assert_eq!(told, dropped);
}

/// As b4 has it: who sends another's trailer is asked about.
#[test]
fn a_trailer_is_its_senders_own() {
    let thread = Thread::new();
    let before = thread.spec();
    let answers = [
        thread.answer(
            "a",
            thread.id(1),
            R,
            "Reviewed-by: Somebody Else <else@example.org>",
        ),
        thread.answer(
            "b",
            thread.id(1),
            "R Viewer <private@example.net>",
            "Acked-by: R Viewer <r@example.org>",
        ),
        thread.answer("c", "<nowhere@x>", R, "Tested-by: R Viewer <r@example.org>"),
        thread.answer(
            "d",
            thread.id(1),
            R,
            "Signed-off-by: R Viewer <r@example.org>\nReported-by: R Viewer <r@example.org>",
        ),
    ];
    let (status, told) = thread.run(&answers, &["-n"]);
    assert_eq!(status, Some(0), "{told}");
    for words in [
        "note: left out: Reviewed-by: Somebody Else <else@example.org>: it was sent by R Viewer <r@example.org>",
        "new      Acked-by: R Viewer <r@example.org> for 1/2",
        "note: Acked-by: R Viewer <r@example.org>: it was sent from private@example.net",
        "<c@x> of r@example.org: what it answers is not in the thread: Tested-by: R Viewer <r@example.org>",
        "left out: Signed-off-by: R Viewer <r@example.org>: a sign-off is for who passes the patch on",
        "new      Reported-by: R Viewer <r@example.org> for 1/2",
        "2 trailers to add",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    let (_, told) = thread.run(&answers, &["-n", "--sloppy-trailers"]);
    assert!(
        told.contains("new      Reviewed-by: Somebody Else <else@example.org> for 1/2"),
        "{told}"
    );
    assert_eq!(thread.spec(), before);
    let (status, told) = thread.run(&[], &[]);
    assert_eq!(status, Some(1), "{told}");
    assert!(told.contains("no trailer in the thread"), "{told}");
}

/// An answer in another encoding is read as its reader sees it.
#[test]
fn an_answer_is_decoded() {
    let thread = Thread::new();
    let answer = thread
        .answer("a", thread.id(1), "=?utf-8?q?J=C3=BCrgen?= <j@example.org>", "Reviewed-by: J=C3=BCrgen <j@exam=\nple.org>")
        .replace("\nDate:", "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\nDate:");
    let (status, told) = thread.run(&[answer], &[]);
    assert_eq!(status, Some(0), "{told}");
    assert!(
        thread
            .spec()
            .contains("trailers = [\"Reviewed-by: Jürgen <j@example.org>\"]"),
        "{}",
        thread.spec()
    );
}
