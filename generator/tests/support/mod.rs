//! What the tests share: rendering a spec over a folder, the diff in the mails, and taking it with
//! git and patch.
#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails panics; each test binary uses a part"
)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use generator::{Mailing, RenderFailure, Rendered, Reversed};
use schema::model::Spec;
use templates::Templates;
use trees::{DirTree, ParsedTree};

/// A spec from its text; a wrong one is the test's own fault.
pub(crate) fn spec(origin: &str, text: &str) -> Spec {
    schema::load(origin, text.as_bytes()).unwrap_or_else(|faults| panic!("{origin}: {faults}"))
}

/// The tree in a folder.
pub(crate) fn tree(folder: &Path) -> ParsedTree {
    let tree = DirTree::open(folder).unwrap_or_else(|error| panic!("{error}"));
    ParsedTree::new(Arc::new(tree))
}

/// Renders a spec over the tree in a folder.
pub(crate) fn render(spec: &Spec, folder: &Path) -> Result<Rendered, RenderFailure> {
    render_over(spec, &tree(folder))
}

/// Renders a spec over a tree, by the shipped templates and without SOURCE_DATE_EPOCH.
pub(crate) fn render_over(spec: &Spec, tree: &ParsedTree) -> Result<Rendered, RenderFailure> {
    let date = generator::series_date(spec, None).unwrap_or_else(|error| panic!("{error}"));
    let templates = Templates::shipped();
    generator::render(spec, tree, &Mailing::new(date, &templates))
}

/// The series that takes a spec's away of a tree that has it.
pub(crate) fn reverse_over(spec: &Spec, tree: &ParsedTree) -> Result<Reversed, RenderFailure> {
    let date = generator::series_date(spec, None).unwrap_or_else(|error| panic!("{error}"));
    let templates = Templates::shipped();
    generator::reverse(spec, tree, &Mailing::new(date, &templates))
}

/// The patch mails of a series, as text.
pub(crate) fn patches(rendered: &Rendered) -> Vec<(&str, &[u8])> {
    rendered
        .files
        .iter()
        .filter(|(name, _)| name.ends_with(".patch") && !name.starts_with("0000"))
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect()
}

/// The diffs of all patch mails, one after the other.
pub(crate) fn diff_bytes(rendered: &Rendered) -> Vec<u8> {
    let find =
        |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let mut all = Vec::new();
    for (_, bytes) in patches(rendered) {
        let start = find(bytes, b"\ndiff --git").expect("a mail has a diff") + 1;
        let end = bytes.len()
            - find(&bytes.iter().rev().copied().collect::<Vec<u8>>(), b"\n --").expect("signed")
            - 4;
        all.extend_from_slice(&bytes[start..end]);
    }
    all
}

/// [`diff_bytes`] for people.
pub(crate) fn diffs(rendered: &Rendered) -> String {
    String::from_utf8_lossy(&diff_bytes(rendered)).into_owned()
}

/// Runs a program in a folder with nothing of the user's environment that could matter.
pub(crate) fn run(
    folder: &Path,
    program: impl AsRef<OsStr>,
    args: &[&str],
    input: Option<&[u8]>,
) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(program.as_ref())
        .args(args)
        .current_dir(folder)
        .env_remove("GIT_DIR")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_COMMITTER_NAME", "C")
        .env("GIT_COMMITTER_EMAIL", "c@example.org")
        .env("LC_ALL", "C")
        .env("HOME", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.as_ref().display()));
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.unwrap_or_default().to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("waited for");
    writer.join().expect("the writer ends");
    output
}

/// Runs a program that has to succeed, and gives what it printed.
pub(crate) fn must(folder: &Path, program: &str, args: &[&str], input: Option<&[u8]>) -> String {
    let output = run(folder, program, args, input);
    assert!(
        output.status.success(),
        "{program} {args:?} failed\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// A kernel of `make kernels`; none where it is not unpacked.
pub(crate) fn kernel(version: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PATCHWRIGHT_KERNELS").map_or_else(
        || {
            PathBuf::from(std::env::var_os("HOME").unwrap_or_default())
                .join(".cache/patchwright/kernels")
        },
        PathBuf::from,
    );
    let folder = root.join(format!("linux-{version}"));
    folder.join("MAINTAINERS").exists().then_some(folder)
}

/// The repository's top folder.
pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
