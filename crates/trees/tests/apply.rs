//! Diffs applied: the same result as git and patch where they need no latitude, and a fault where they do.
#![expect(clippy::unwrap_used, reason = "a test's own preparations")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use proptest::prelude::*;
use trees::apply::{ApplyFaultKind, ApplyNoteKind, apply, apply_noting, apply_series};
use trees::mail::{FileDiff, parse_mbox};
use trees::{FileMode, Overlay, SampleTree, Tree, TreePath};

fn path(text: &str) -> TreePath {
    TreePath::new(text).unwrap()
}

/// A tree of just these files.
fn tree(files: &[(&str, &str)]) -> Arc<dyn Tree> {
    let files = files
        .iter()
        .map(|(name, text)| (path(name), Some(Arc::from(text.as_bytes()))));
    Arc::new(Overlay::new(
        Arc::new(SampleTree::open()),
        files.collect::<BTreeMap<_, _>>(),
    ))
}

fn diff(text: &str) -> Vec<FileDiff> {
    parse_mbox(text.as_bytes()).unwrap().remove(0).diff
}

fn text_of(tree: &dyn Tree, name: &str) -> Option<String> {
    let bytes = tree.read(&path(name)).unwrap()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn lines(range: std::ops::RangeInclusive<u32>) -> String {
    range.map(|number| format!("{number}\n")).collect()
}

/// Turns line 5 into `five`.
const FIVE: &str = "--- a/n\n+++ b/n\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";

#[test]
fn a_diff_that_fits_is_applied() {
    let after = apply(&tree(&[("n", &lines(1..=10))]), &diff(FIVE)).unwrap();
    assert_eq!(
        text_of(&after, "n").unwrap(),
        lines(1..=10).replace("5\n", "five\n")
    );
}

#[test]
fn a_shifted_file_takes_the_hunk_with_a_note() {
    for (before, lines_off, words) in [
        (
            format!("a\nb\nc\n{}", lines(1..=10)),
            3,
            "hunk 1 applies at line 5, +3 lines from where its header says, without fuzz",
        ),
        (
            lines(2..=10),
            -1,
            "hunk 1 applies at line 1, -1 line from where its header says, without fuzz",
        ),
    ] {
        let applied = apply_noting(&tree(&[("n", &before)]), &diff(FIVE)).unwrap();
        let [note] = &applied.notes[..] else {
            panic!("{lines_off}: {:?}", applied.notes)
        };
        assert_eq!((note.kind, note.line), (ApplyNoteKind::Offset, 3));
        assert_eq!(note.message, words);
        assert_eq!(
            text_of(&applied.overlay, "n").unwrap(),
            before.replace("5\n", "five\n")
        );
    }
}

#[test]
fn of_two_equally_near_places_git_takes_the_later() {
    let patch = "--- a/n\n+++ b/n\n@@ -4,3 +4,3 @@\n x\n-y\n+z\n x\n";
    for (before, after) in [
        ("1\nx\ny\nx\n2\nx\ny\nx\n", "1\nx\ny\nx\n2\nx\nz\nx\n"),
        (
            "x\ny\nx\n1\n2\n3\n4\n5\nx\ny\nx\n",
            "x\nz\nx\n1\n2\n3\n4\n5\nx\ny\nx\n",
        ),
        // Overlapping places.
        ("x\ny\nx\ny\nx\ny\nx\n", "x\ny\nx\ny\nx\nz\nx\n"),
    ] {
        let ours = apply(
            &tree(&[("dir/n", before)]),
            &diff(&patch.replace("/n", "/dir/n")),
        );
        assert_eq!(text_of(&ours.unwrap(), "dir/n").unwrap(), after);
        let gits = outside(before, &patch.replace("/n", "/dir/n"), GIT.0, GIT.1);
        assert_eq!(gits.unwrap(), after);
    }
}

#[test]
fn a_fault_names_the_hunk_and_both_lines() {
    let before = lines(1..=10).replace("6\n", "six\u{7}\n");
    let faults = apply(&tree(&[("n", &before)]), &diff(FIVE)).unwrap_err();
    assert_eq!(
        faults[0].to_string(),
        r"n: hunk 1: line 6 should be `6`, the file has `six\u{7}`"
    );
    assert_eq!((faults[0].line, faults[0].file_line), (9, Some(6)));
    let faults = apply(&tree(&[("n", &lines(1..=6))]), &diff(FIVE)).unwrap_err();
    assert_eq!(
        faults[0].to_string(),
        "n: hunk 1: line 7 should be `7`, the file ends at line 6"
    );
}

#[test]
fn a_header_shifted_by_hand_is_noted() {
    let n = tree(&[("n", &lines(1..=10))]);
    for (header, lines_off) in [
        ("-2,7 +3,7", "-1 line"),
        ("-3,7 +3,7", "-1 line"),
        ("-4,7 +2,7", "-2 lines"),
    ] {
        let applied = apply_noting(&n, &diff(&FIVE.replace("-2,7 +2,7", header))).unwrap();
        let [note] = &applied.notes[..] else {
            panic!("{header}: {:?}", applied.notes)
        };
        assert!(
            note.message.contains(&format!("at line 2, {lines_off} ")),
            "{}",
            note.message
        );
    }
}

#[test]
fn a_hunk_never_fits_lines_that_another_has_written() {
    let patch =
        "--- a/n\n+++ b/n\n@@ -2,3 +2,3 @@\n x\n-y\n+y\n x\n@@ -5,3 +5,3 @@\n x\n-y\n+y\n x\n";
    let faults = apply(&tree(&[("n", "1\nx\ny\nx\n2\n3\n4\n5\n")]), &diff(patch)).unwrap_err();
    assert_eq!((faults.len(), faults[0].hunk), (1, Some(2)));
}

#[test]
fn nothing_is_changed_beyond_a_symbolic_link() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("real")).unwrap();
    fs::write(folder.path().join("real/n"), lines(1..=10)).unwrap();
    std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
    std::os::unix::fs::symlink("real/n", folder.path().join("n")).unwrap();
    let tree: Arc<dyn Tree> = Arc::new(trees::DirTree::open(folder.path()).unwrap());
    for (name, kind, words) in [
        ("link/n", ApplyFaultKind::Beyond, "link is a symbolic link"),
        ("n", ApplyFaultKind::Unsupported, "symbolic link"),
        ("real/n/x", ApplyFaultKind::Beyond, "real/n is a file"),
    ] {
        let patch = FIVE
            .replace("a/n", &format!("a/{name}"))
            .replace("b/n", &format!("b/{name}"));
        let faults = apply(&tree, &diff(&patch)).unwrap_err();
        assert_eq!(faults[0].kind, kind, "{name}");
        assert!(faults[0].message.contains(words), "{}", faults[0]);
    }
}

#[test]
fn a_hunk_without_context_after_it_must_end_the_file() {
    let cut = "--- a/n\n+++ b/n\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n";
    assert!(apply(&tree(&[("n", &lines(1..=5))]), &diff(cut)).is_ok());
    let faults = apply(&tree(&[("n", &lines(1..=6))]), &diff(cut)).unwrap_err();
    assert_eq!(faults[0].kind, ApplyFaultKind::NotAtEnd);
}

#[test]
fn a_newline_at_the_end_counts() {
    let cut = "--- a/n\n+++ b/n\n@@ -1 +1 @@\n-1\n\\ No newline at end of file\n+one\n";
    let after = apply(&tree(&[("n", "1")]), &diff(cut)).unwrap();
    assert_eq!(text_of(&after, "n").unwrap(), "one\n");
    let faults = apply(&tree(&[("n", "1\n")]), &diff(cut)).unwrap_err();
    assert_eq!(faults[0].kind, ApplyFaultKind::Newline);
    assert_eq!(
        faults[0].message,
        "line 1 should be `1`, the file has a newline there, the patch has none"
    );
    // git takes this one, and joins the lines.
    let context = "--- a/n\n+++ b/n\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n\\ No newline at end of file\n";
    let faults = apply(&tree(&[("n", &lines(1..=4))]), &diff(context)).unwrap_err();
    assert_eq!(faults[0].kind, ApplyFaultKind::Newline);
}

#[test]
fn files_come_go_move_and_change_mode() {
    let before = tree(&[
        ("old.c", "x\n"),
        ("gone.c", "x\n"),
        ("from.c", "x\ny\n"),
        ("mode.sh", "m\n"),
    ]);
    let text = "\
diff --git a/new.c b/new.c
new file mode 100755
index 0000000..587be6b
--- /dev/null
+++ b/new.c
@@ -0,0 +1 @@
+x
diff --git a/gone.c b/gone.c
deleted file mode 100644
index 587be6b..0000000
--- a/gone.c
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/from.c b/to.c
similarity index 50%
rename from from.c
rename to to.c
--- a/from.c
+++ b/to.c
@@ -1,2 +1,2 @@
-x
+z
 y
diff --git a/mode.sh b/mode.sh
old mode 100644
new mode 100755
";
    let applied = apply_noting(&before, &diff(text)).unwrap();
    let after = applied.overlay;
    assert_eq!(text_of(&after, "new.c").unwrap(), "x\n");
    assert_eq!(
        after.mode(&path("new.c")).unwrap(),
        Some(FileMode::Executable)
    );
    assert_eq!(text_of(&after, "gone.c"), None);
    assert_eq!(text_of(&after, "from.c"), None);
    assert_eq!(text_of(&after, "to.c").unwrap(), "z\ny\n");
    assert_eq!(
        after.mode(&path("mode.sh")).unwrap(),
        Some(FileMode::Executable)
    );
    assert_eq!(applied.notes, []);
}

#[test]
fn what_is_there_is_not_created_and_what_is_not_is_not_changed() {
    let new = "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n";
    let kind = |tree: &Arc<dyn Tree>, text: &str| apply(tree, &diff(text)).unwrap_err()[0].kind;
    assert_eq!(kind(&tree(&[("n", "x\n")]), new), ApplyFaultKind::Exists);
    assert_eq!(kind(&tree(&[]), FIVE), ApplyFaultKind::Missing);
    let gone = "--- a/n\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
    assert_eq!(
        kind(&tree(&[("n", "x\ny\n")]), gone),
        ApplyFaultKind::NotAtEnd
    );
    let gone = "diff --git a/n b/n\ndeleted file mode 100644\n";
    assert_eq!(
        kind(&tree(&[("n", "x\n")]), gone),
        ApplyFaultKind::NotEmptied
    );
    let binary =
        "diff --git a/n b/n\nindex 1234567..89abcde 100644\nBinary files a/n and b/n differ\n";
    assert_eq!(
        kind(&tree(&[("n", "x\n")]), binary),
        ApplyFaultKind::Unsupported
    );
}

#[test]
fn an_index_line_that_is_not_so_is_noted() {
    let n = tree(&[("n", "x\n")]);
    let with_index = |index: &str| {
        format!("diff --git a/n b/n\nindex {index} 100755\n--- a/n\n+++ b/n\n@@ -1 +1 @@\n-x\n+y\n")
    };
    let kinds = |index: &str| -> Vec<ApplyNoteKind> {
        let applied = apply_noting(&n, &diff(&with_index(index))).unwrap();
        applied.notes.iter().map(|note| note.kind).collect()
    };
    assert_eq!(kinds("587be6b..975fbec"), [ApplyNoteKind::OldMode]);
    assert_eq!(
        kinds("0000001..975fbec"),
        [ApplyNoteKind::OldBlob, ApplyNoteKind::OldMode]
    );
    assert_eq!(
        kinds("587be6b..975fbed"),
        [ApplyNoteKind::OldMode, ApplyNoteKind::NewBlob]
    );
}

#[test]
fn the_mails_of_a_series_stand_on_each_other() {
    let n = tree(&[("n", &lines(1..=10))]);
    let second = FIVE.replace("-5\n+five", "-five\n+5");
    let mbox = |first: &str, second: &str| {
        let mail = |diff: &str| {
            format!("From x Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n\n---\n{diff}")
        };
        parse_mbox(format!("{}{}", mail(first), mail(second)).as_bytes()).unwrap()
    };
    let applied = apply_series(&n, &mbox(FIVE, &second)).unwrap();
    assert_eq!(text_of(&applied[1].overlay, "n").unwrap(), lines(1..=10));
    let fault = apply_series(&n, &mbox(&second, FIVE)).unwrap_err();
    assert_eq!((fault.mail, fault.faults.len()), (0, 1));
}

#[test]
fn a_file_that_fits_nowhere_is_refused_quickly() {
    let before = "x\n".repeat(1_000_000);
    let mut patch = "--- a/n\n+++ b/n\n".to_owned();
    for number in 0..20_000 {
        let at = number * 4 + 1;
        patch += &format!("@@ -{at},3 +{at},3 @@\n x\n-z\n+y\n x\n");
    }
    let started = std::time::Instant::now();
    let faults = apply(&tree(&[("n", &before)]), &diff(&patch)).unwrap_err();
    assert_eq!(faults.len(), 20_000);
    assert!(started.elapsed().as_secs() < 10);
}

/// A file of few different lines, so that hunks would fit in many places.
fn file() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "a",
        "b",
        "c",
        "\td",
        "",
        "-- ",
        "--- a/x",
        "@@ -1 +1 @@",
        "é\\",
    ]);
    (proptest::collection::vec(line, 0..60), any::<bool>()).prop_map(|(lines, ends)| {
        let text = lines.join("\n");
        if ends && !text.is_empty() {
            text + "\n"
        } else {
            text
        }
    })
}

/// A file and what some edits make of it.
fn pair() -> impl Strategy<Value = (String, String)> {
    let edit = (
        any::<prop::sample::Index>(),
        prop::sample::select(vec!["", "new\n", "a\n", "x\ny\n"]),
        0..3_usize,
    );
    (file(), proptest::collection::vec(edit, 0..5), any::<bool>()).prop_map(|(old, edits, cut)| {
        let mut lines: Vec<String> = old.split_inclusive('\n').map(str::to_owned).collect();
        for (at, text, removed) in edits {
            let at = at.index(lines.len() + 1);
            let end = (at + removed).min(lines.len());
            lines.splice(at..end, [text.to_owned()]);
        }
        let mut new = lines.concat();
        if cut && new.ends_with('\n') {
            new.pop();
        }
        (old, new)
    })
}

fn git_diff(old: &str, new: &str) -> String {
    let name = Path::new("dir/n");
    let mut patch =
        git2::Patch::from_buffers(old.as_bytes(), Some(name), new.as_bytes(), Some(name), None)
            .unwrap();
    String::from_utf8(patch.to_buf().unwrap().to_vec()).unwrap()
}

/// What a program makes of the file in a folder of its own; none where it refuses.
fn outside(old: &str, patch: &str, program: &str, arguments: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("dir")).unwrap();
    fs::write(folder.path().join("dir/n"), old).unwrap();
    fs::write(folder.path().join("p"), patch).unwrap();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder.path())
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap())
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let exact = output.status.success() && !said.contains("fuzz");
    let left = fs::read(folder.path().join("dir/n")).unwrap_or_default();
    exact.then(|| String::from_utf8(left).unwrap())
}

const GIT: (&str, &[&str]) = ("git", &["apply", "-v", "p"]);
const PATCH: (&str, &[&str]) = ("patch", &["-p1", "-F0", "--posix", "-i", "p"]);

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_result_is_that_of_git_and_of_patch((old, new) in pair()) {
        prop_assume!(old != new);
        let patch = git_diff(&old, &new);
        let after = apply(&tree(&[("dir/n", &old)]), &diff(&patch)).unwrap();
        prop_assert_eq!(text_of(&after, "dir/n").unwrap_or_default(), new.clone());
        prop_assert_eq!(outside(&old, &patch, GIT.0, GIT.1), Some(new.clone()));
        prop_assert_eq!(outside(&old, &patch, PATCH.0, PATCH.1), Some(new));
    }

    #[test]
    fn a_file_that_has_moved_on_gets_what_git_gives_it(
        (old, new) in pair(),
        above in prop::sample::select(vec!["", "a\n", "q\nr\n", "a\nb\nc\n"]),
        below in prop::sample::select(vec!["", "a\n", "q\n"]),
    ) {
        prop_assume!(old != new && old.ends_with('\n') && !new.is_empty());
        let patch = git_diff(&old, &new);
        let other = format!("{above}{old}{below}");
        let ours = apply(&tree(&[("dir/n", &other)]), &diff(&patch));
        let ours = ours.ok().map(|after| text_of(&after, "dir/n").unwrap_or_default());
        prop_assert_eq!(ours, outside(&other, &patch, GIT.0, GIT.1));
    }
}
