//! The mails: git's own shape, no injection, the same bytes always.

#![expect(
    clippy::type_complexity,
    clippy::unwrap_used,
    reason = "a test or a tool for developers: it says what broke by stopping"
)]

mod support;

use std::fs;
use std::path::Path;

use generator::{FailureKind, Rendered};

const AUTHOR: &str = "Jürgen J. Größer <j@example.org>";

/// A series of two patches with all that a mail can have.
fn series(author: &str, subject: &str, extra: &str) -> String {
    format!(
        r#"spec = 1

[series]
name = "two"
version = 3
author = "{author}"
date = 2020-08-12T15:21:30-05:00
subject = "{subject}"
cover = """
What it is about,
in two lines.
"""
to = ["First List <first@example.org>", "second@example.org"]
cc = ["Ünal <u@example.org>"]
links = ["https://lore.kernel.org/r/1"]

[series.changelog]
v2 = ["Older"]
v3 = ["Newer, in rather a lot of words that have to be wrapped because they go on and on", "Other"]

[[patch]]
subject = "two: Add a member to the structure whose name is short, and say so at length"
message = """
First message.
"""
trailers = ["Suggested-by: B <b@example.org>"]
notes = "Not for the history."
fixes = [{{ commit = "abafbc551fdd1234", subject = "vfio-pci: Invalidate" }}]

[[patch.change]]
kind = "member"
file = "a.h"
struct = "s"
after = "a"
declare = "int b"

[[patch]]
subject = "two: Übersetze"
message = "Zweite Änderung."

[[patch.change]]
kind = "member"
file = "a.h"
struct = "s"
after = "b"
declare = "int c"
{extra}"#
    )
}

const TREE: &str = "struct s {\n\tint a;\n};\n";

fn render(text: &str) -> Result<Rendered, generator::RenderFailure> {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join("a.h"), TREE).unwrap();
    support::render(&support::spec("two", text), &tree)
}

fn text(rendered: &Rendered, index: usize) -> String {
    String::from_utf8(rendered.files[index].1.clone()).unwrap()
}

#[test]
fn the_whole_series_reads_as_it_should() {
    let rendered = render(&series(
        "A. Developer <a@example.org>",
        "two: What it is",
        "",
    ))
    .unwrap();
    for (name, bytes) in &rendered.files {
        insta::assert_snapshot!(name.clone(), String::from_utf8_lossy(bytes));
    }
}

/// What git format-patch makes of the same commits, message ids, hashes, recipients and the signature
/// apart, is what we mail.
#[test]
fn the_patches_are_what_git_format_patch_writes() {
    let rendered = render(&series(AUTHOR, "two: Ünd", "")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let repository = folder.path();
    fs::write(repository.join("a.h"), TREE).unwrap();
    support::must(repository, "git", &["init", "-q"], None);
    support::must(repository, "git", &["add", "-A"], None);
    support::must(
        repository,
        "git",
        &[
            "-c",
            "user.name=B",
            "-c",
            "user.email=b@x",
            "commit",
            "-qm",
            "base",
        ],
        None,
    );
    for (_, mail) in support::patches(&rendered) {
        support::must(repository, "git", &["am", "-q"], Some(mail));
    }
    let args = [
        "format-patch",
        "-q",
        "-2",
        "--cover-letter",
        "--thread=shallow",
        "-v3",
        "--abbrev=12",
        "--stat=72",
        "--encode-email-headers",
        "-o",
        "by-git",
    ];
    support::must(repository, "git", &args, None);
    for (name, ours) in rendered
        .files
        .iter()
        .filter(|(name, _)| name.ends_with(".patch"))
    {
        // git cuts a name off earlier by the version that it puts before it.
        let mut by_git = fs::read_dir(repository.join("by-git"))
            .unwrap()
            .map(|entry| entry.unwrap());
        let same = by_git.find(|entry| {
            let theirs = entry.file_name().into_string().unwrap();
            name.starts_with(theirs.trim_start_matches("v3-").trim_end_matches(".patch"))
        });
        let theirs = fs::read_to_string(same.unwrap().path()).unwrap();
        let ours = String::from_utf8(ours.clone()).unwrap();
        if name.starts_with("0000") {
            let tail =
                |text: &str| text[text.rfind("(2):").unwrap()..].replace(signature(text), "");
            assert_eq!(tail(&ours), tail(&theirs));
            continue;
        }
        let ours = ours.replace("Not for the history.\n\n", "");
        assert_eq!(plain(&ours), plain(&theirs), "{name}");
    }
}

fn signature(text: &str) -> &str {
    text.trim_end().lines().last().unwrap()
}

/// A mail without what differs by design.
fn plain(mail: &str) -> String {
    let signature = signature(mail).to_owned();
    let mut to = false;
    let lines = mail.lines().filter(|line| {
        to = line.starts_with("To: ")
            || line.starts_with("Cc: ")
            || (to && line.starts_with("    "));
        !to && *line != signature
    });
    lines
        .map(|line| match line.split_once(": ") {
            // As git before 2.40 writes it.
            Some(("Message-Id", _)) => "Message-ID: …".to_owned(),
            Some((name @ ("Message-ID" | "In-Reply-To" | "References" | "Date"), _)) => {
                name.to_owned() + ": …"
            }
            _ if line.starts_with("From ") => "From …".to_owned(),
            _ => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn git_am_gives_back_what_the_spec_said() {
    let spec = series(AUTHOR, "two: Ünd", "");
    let rendered = render(&spec).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.h"), TREE).unwrap();
    support::must(folder.path(), "git", &["init", "-q"], None);
    support::must(folder.path(), "git", &["add", "-A"], None);
    support::must(
        folder.path(),
        "git",
        &[
            "-c",
            "user.name=B",
            "-c",
            "user.email=b@x",
            "commit",
            "-qm",
            "base",
        ],
        None,
    );
    for (_, mail) in support::patches(&rendered) {
        support::must(folder.path(), "git", &["am", "-q"], Some(mail));
    }
    let log = support::must(
        folder.path(),
        "git",
        &["log", "-2", "--format=%an|%ae|%aD|%s"],
        None,
    );
    assert_eq!(
        log,
        "Jürgen J. Größer|j@example.org|Wed, 12 Aug 2020 15:21:32 -0500|two: Übersetze\n\
         Jürgen J. Größer|j@example.org|Wed, 12 Aug 2020 15:21:31 -0500|\
         two: Add a member to the structure whose name is short, and say so at length\n"
    );
}

#[test]
fn a_message_that_git_am_would_cut_off_is_refused() {
    for line in ["---", "--- a/x.c", "diff --git a/x b/x", "Index: x"] {
        let text = series("A <a@example.org>", "two: X", "")
            .replace("First message.", &format!("First.\n\n{line}\n\nMore."));
        // Whoever refuses it first: the schema, or the mailer.
        let Ok(spec) = schema::load("two", text.as_bytes()) else {
            continue;
        };
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.h"), TREE).unwrap();
        let failure = support::render(&spec, folder.path()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Spec, "{line}: {failure}");
        assert!(failure.to_string().contains("git am"), "{failure}");
    }
}

#[test]
fn what_git_am_would_change_or_drop_is_refused() {
    for (from, to, words) in [
        (
            "subject = \"two: Übersetze\"",
            "subject = \"Re: two: X\"",
            "the subject",
        ),
        (
            "subject = \"two: Übersetze\"",
            "subject = \"two:  X\"",
            "the subject",
        ),
        (
            "subject = \"two: Übersetze\"",
            "subject = \": two\"",
            "the subject",
        ),
        ("First message.", "[PATCH] First message.", "the subject"),
        (
            "First message.",
            "from: B <b@example.org>",
            "a line of the message",
        ),
        (
            "First message.",
            "First.\n\n-- >8 --\n\nMessage.",
            "a scissors line",
        ),
        (
            "Not for the history.",
            "@@ -1 +1 @@",
            "would not read the mail",
        ),
        (
            "Not for the history.",
            "From a Mon Sep 17 00:00:00 2001",
            "git am",
        ),
        (
            "What it is about,",
            "From a Mon Sep 17 00:00:00 2001",
            "start another mail",
        ),
        (
            "What it is about,",
            "diff --git a/a.h b/a.h\nold mode 100644\nnew mode 100755",
            "a diff",
        ),
        ("A. Developer <a@", "a@b <a@", "the author"),
    ] {
        let text = series("A. Developer <a@example.org>", "two: X", "");
        assert!(text.contains(from), "{from}");
        let failure = render(&text.replace(from, to)).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Spec, "{to}: {failure}");
        assert!(failure.to_string().contains(words), "{to}: {failure}");
    }
}

#[test]
fn a_trailer_that_the_message_ends_with_is_written_once() {
    let sign_off = "Signed-off-by: A. Developer <a@example.org>";
    let fixes = "Fixes: abafbc551fdd (\"vfio-pci: Invalidate\")";
    let spec = series("A. Developer <a@example.org>", "two: X", "");
    let render_with = |message: &str| {
        let rendered = render(&spec.replace("First message.", message)).unwrap();
        text(&rendered, 1)
    };
    let ends = render_with(&format!(
        "First message.\n\n{}\n{sign_off}",
        fixes.replace('"', "\\\"")
    ));
    assert_eq!(ends.matches(fixes).count(), 1, "{ends}");
    assert_eq!(ends.matches(sign_off).count(), 1, "{ends}");
    assert_eq!(ends.matches("Suggested-by: B").count(), 1, "{ends}");
    // What is quoted amid the message is no trailer of it.
    let amid = render_with(&format!("It came with\n\n{sign_off}\n\nand was lost."));
    assert_eq!(amid.matches(sign_off).count(), 2, "{amid}");
    assert!(
        amid.contains(&format!(
            "{fixes}\nSuggested-by: B <b@example.org>\n{sign_off}\n---"
        )),
        "{amid}"
    );
}

#[test]
fn notes_may_have_lines_of_dashes() {
    let spec = series("A. Developer <a@example.org>", "two: X", "");
    let spec = spec.replace(
        "\"Not for the history.\"",
        "\"Not for the history.\\n---\\nNor this.\"",
    );
    assert!(text(&render(&spec).unwrap(), 1).contains("\n---\nNor this.\n"));
}

#[test]
fn brackets_that_git_am_can_keep_and_quotes_in_a_name_are_written() {
    let text = series("A. Developer <a@example.org>", "two: X", "")
        .replace(
            "subject = \"two: Übersetze\"",
            "subject = \"[media] two: Übersetze\"",
        )
        .replace("\"A. Developer <a@", "\"\\\"A \\\\\\\"B\\\\\\\" C\\\" <a@");
    let rendered = render(&text).unwrap();
    let mail = trees::mail::parse_mbox(&rendered.files[2].1)
        .unwrap()
        .remove(0);
    assert_eq!(mail.author.unwrap().name, "A \"B\" C");
    assert!(mail.subject.unwrap().ends_with("[media] two: Übersetze"));
}

#[test]
fn nothing_is_written_for_a_symbolic_link_or_beyond_one() {
    for link in ["a.h", "folder"] {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real");
        fs::create_dir(&real).unwrap();
        fs::write(real.join("a.h"), TREE).unwrap();
        let target = if link == "a.h" { "real/a.h" } else { "real" };
        std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
        let name = if link == "a.h" { "a.h" } else { "folder/a.h" };
        let text = series("A <a@example.org>", "two: X", "")
            .replace("file = \"a.h\"", &format!("file = \"{name}\""));
        let failure = support::render(&support::spec("two", &text), folder.path()).unwrap_err();
        assert!(failure.to_string().contains("symbolic link"), "{failure}");
    }
}

/// The schema has checked all of this; the mailer does not rely on it.
#[test]
fn no_header_can_be_injected() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.h"), TREE).unwrap();
    let tree = support::tree(folder.path());
    let inject = "x\nBcc: everybody@example.org";
    let edits: [(&str, fn(&mut schema::model::Spec, &str)); 7] = [
        ("subject", |spec, text| {
            spec.series.subject = text.to_owned()
        }),
        ("patch subject", |spec, text| {
            spec.patches[0].subject = text.to_owned()
        }),
        ("author", |spec, text| {
            spec.series.author.name = text.to_owned()
        }),
        ("address", |spec, text| {
            spec.series.author.email = text.to_owned()
        }),
        ("to", |spec, text| spec.series.to[0].name = text.to_owned()),
        ("prefix", |spec, text| spec.series.prefix = text.to_owned()),
        ("trailer", |spec, text| {
            spec.patches[0].trailers.push(text.to_owned())
        }),
    ];
    for (what, edit) in edits {
        let mut spec = support::spec("two", &series("A <a@example.org>", "two: X", ""));
        edit(&mut spec, inject);
        let failure = support::render_over(&spec, &tree).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Spec, "{what}: {failure}");
    }
}

#[test]
fn another_series_has_other_message_ids() {
    let id = |rendered: &Rendered| {
        let mail = text(rendered, 0);
        mail.lines()
            .find(|line| line.starts_with("Message-ID: "))
            .unwrap()
            .to_owned()
    };
    let one = render(&series("A <a@example.org>", "two: X", "")).unwrap();
    let other = render(&series(
        "A <a@example.org>",
        "two: X",
        "comment = \"words\"\n",
    ))
    .unwrap();
    assert_ne!(id(&one), id(&other));
}

/// Twenty renders: in threads, from other folders, with another locale and time zone.
#[test]
fn the_same_bytes_come_out_always() {
    let spec = support::top().join("specs/detached-vf/v2.toml");
    let text = fs::read_to_string(spec).unwrap();
    let once = |_: usize| {
        let spec = support::spec("v2", &text);
        let tree = trees::ParsedTree::new(std::sync::Arc::new(trees::SampleTree::open()));
        support::render_over(&spec, &tree).unwrap().files
    };
    let first = once(0);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (1..20).map(|n| scope.spawn(move || once(n))).collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), first);
        }
    });
}

#[test]
fn the_manifest_has_neither_an_absolute_path_nor_the_time_of_day() {
    let rendered = render(&series("A <a@example.org>", "two: X", "")).unwrap();
    let (name, bytes) = rendered.files.last().unwrap();
    assert_eq!(name, "manifest.json");
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(
        !text.contains(&std::env::temp_dir().display().to_string()),
        "{text}"
    );
    assert!(
        !text.contains(&Path::new("/").join("tmp").display().to_string()),
        "{text}"
    );
}
