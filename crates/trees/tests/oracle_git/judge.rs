//! One mailbox held against git.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use trees::apply::{ApplyFaultKind, apply};
use trees::mail::{Mail, parse_mbox};
use trees::{DirTree, FileMode, Overlay, Tree};

use crate::tree::{self, State};

/// How many mails came to what.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) mails: usize,
    /// Read by us, and so the same as by git.
    pub(crate) judged: usize,
    refused: usize,
    with_diff: usize,
    pub(crate) applied: usize,
}

impl Counts {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            mails: self.mails + other.mails,
            judged: self.judged + other.judged,
            refused: self.refused + other.refused,
            with_diff: self.with_diff + other.with_diff,
            applied: self.applied + other.applied,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} mails: {} judged as git reads them, {} refused; {} with a diff, {} of them applied as git applies them",
            self.mails, self.judged, self.refused, self.with_diff, self.applied
        )
    }
}

pub(crate) struct Judge {
    folder: tempfile::TempDir,
    base: Arc<dyn Tree>,
    before: State,
    pub(crate) counts: Counts,
}

/// What `git mailinfo` gives.
struct Info {
    message: Vec<u8>,
    patch: Vec<u8>,
    facts: String,
}

impl Judge {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["base", "work", "split"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        tree::write(&folder.path().join("base"));
        tree::write(&folder.path().join("work"));
        let base = folder.path().join("base");
        Self {
            base: Arc::new(DirTree::open(&base).unwrap()),
            before: tree::read(&base),
            folder,
            counts: Counts::default(),
        }
    }

    fn git(&self, arguments: &[&str], within: &str, input: Option<&Path>) -> Output {
        let folder = self.folder.path();
        let mut git = Command::new("git");
        git.args(arguments)
            .current_dir(folder.join(within))
            .env_clear();
        git.env("PATH", std::env::var_os("PATH").unwrap());
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder);
        git.env("GIT_CEILING_DIRECTORIES", folder);
        let input = input.map_or_else(Stdio::null, |file| fs::File::open(file).unwrap().into());
        git.stdin(input).output().unwrap()
    }

    /// Judges every mail of a mailbox; gives their number.
    pub(crate) fn mailbox(&mut self, bytes: &[u8]) -> usize {
        let split = self.folder.path().join("split");
        fs::remove_dir_all(&split).unwrap();
        fs::create_dir(&split).unwrap();
        let file = self.folder.path().join("mbox");
        fs::write(&file, bytes).unwrap();
        let output = self.git(&["mailsplit", "-b", "-osplit", "mbox"], ".", None);
        let mut names: Vec<_> = fs::read_dir(&split)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        names.sort();
        let ours = parse_mbox(bytes);
        if let Ok(ours) = &ours
            && !ours.iter().all(Mail::is_bare)
        {
            let theirs: Vec<Vec<u8>> = names.iter().map(|name| fs::read(name).unwrap()).collect();
            let ours: Vec<Vec<u8>> = ours.iter().map(|mail| lf(&mail.raw)).collect();
            assert!(
                output.status.success(),
                "git does not split\n{}",
                shown(bytes)
            );
            assert!(
                ours == theirs,
                "{} mails, not {}\n{}",
                ours.len(),
                theirs.len(),
                shown(bytes)
            );
        }
        for name in &names {
            self.counts.mails += 1;
            self.mail(name);
        }
        names.len().max(1)
    }

    fn mail(&mut self, file: &Path) {
        let bytes = fs::read(file).unwrap();
        // git took one carriage return off each line already; we are to take off just that, and no second one.
        let has_returns = bytes.windows(2).any(|pair| pair == b"\r\n");
        let is_bare = parse_mbox(&bytes).is_ok_and(|mails| mails.iter().all(Mail::is_bare));
        let input = if has_returns && !is_bare {
            let lines = bytes.split_inclusive(|&byte| byte == b'\n');
            let lines = lines.map(|line| {
                line.strip_suffix(b"\n")
                    .map_or(line.to_vec(), |line| [line, b"\r\n"].concat())
            });
            lines.collect::<Vec<_>>().concat()
        } else {
            bytes.clone()
        };
        let ours = match parse_mbox(&input) {
            Ok(mut mails) if mails.len() == 1 && mails[0].unread.is_none() => mails.remove(0),
            _ => {
                self.counts.refused += 1;
                return;
            }
        };
        self.counts.judged += 1;
        let what = || format!("{}\n=== our patch\n{}", shown(&bytes), shown(&ours.patch));
        if ours.is_bare() {
            fs::write(self.folder.path().join("patch"), &bytes).unwrap();
        } else {
            let plain = self
                .info(file, &[])
                .unwrap_or_else(|| panic!("git refuses the mail\n{}", what()));
            let info = match ours.lines.scissors.filter(|_| !ours.is_cover()) {
                // What `git am` applies without --scissors has to be the same diff.
                Some(_) => self
                    .info(file, &["--scissors"])
                    .unwrap_or_else(|| panic!("git refuses the mail\n{}", what())),
                None => plain,
            };
            let same = info
                .patch
                .iter()
                .zip(&ours.patch)
                .take_while(|(theirs, ours)| theirs == ours)
                .count();
            assert!(
                info.patch == ours.patch,
                "git reads another patch: after byte {same}, {:?}, we {:?}\n{}",
                shown(&info.patch[same..]),
                shown(&ours.patch[same..]),
                what()
            );
            same_facts(&ours, &info.facts, &what);
            if !ours.is_cover() && ours.patch.starts_with(b"---\n") {
                let theirs = String::from_utf8_lossy(&info.message).into_owned();
                assert_eq!(
                    ours.message,
                    theirs.trim_matches('\n').trim_end(),
                    "{}",
                    what()
                );
            }
            fs::write(self.folder.path().join("patch"), &info.patch).unwrap();
        }
        self.patch(&ours, &what);
    }

    fn info(&self, file: &Path, arguments: &[&str]) -> Option<Info> {
        let arguments = [&["mailinfo"], arguments, &["msg", "patch"]].concat();
        let output = self.git(&arguments, ".", Some(file));
        let read = |name: &str| fs::read(self.folder.path().join(name)).unwrap();
        output.status.success().then(|| Info {
            message: read("msg"),
            patch: read("patch"),
            facts: String::from_utf8_lossy(&output.stdout).into_owned(),
        })
    }

    /// Applies the patch, which is in `patch`, and has git do it.
    fn patch(&mut self, ours: &Mail, what: &dyn Fn() -> String) {
        let output = self.git(&["apply", "../patch"], "work", None);
        let said = || String::from_utf8_lossy(&output.stderr).into_owned();
        let theirs = output.status.success();
        if ours.diff.is_empty() {
            assert!(!theirs, "git finds a diff\n{}", what());
        } else {
            self.same_tree(ours, theirs, &said, what);
        }
        // git may have written a part before it failed.
        if tree::read(&self.folder.path().join("work")) != self.before {
            tree::restore(&self.folder.path().join("work"));
        }
    }

    fn same_tree(
        &mut self,
        ours: &Mail,
        theirs: bool,
        said: &dyn Fn() -> String,
        what: &dyn Fn() -> String,
    ) {
        self.counts.with_diff += 1;
        match apply(&self.base, &ours.diff) {
            Ok(overlay) => {
                assert!(theirs, "git does not apply it: {}\n{}", said(), what());
                let left = tree::read(&self.folder.path().join("work"));
                let ours = self.state(&overlay);
                let differs = left
                    .iter()
                    .find(|(path, state)| ours.get(*path) != Some(state));
                assert!(
                    left == ours,
                    "git makes another tree: {differs:?}\n{}",
                    what()
                );
                self.counts.applied += 1;
            }
            Err(faults) => {
                let undecided = [
                    ApplyFaultKind::Unsupported,
                    ApplyFaultKind::Newline,
                    ApplyFaultKind::Unreadable,
                ];
                let decided = faults.iter().find(|fault| !undecided.contains(&fault.kind));
                let all = faults.iter().all(|fault| !undecided.contains(&fault.kind));
                assert!(!theirs || !all, "git applies it: {decided:?}\n{}", what());
            }
        }
    }

    fn state(&self, overlay: &Overlay) -> State {
        let mut state = self.before.clone();
        for (path, bytes) in overlay.files() {
            match bytes {
                Some(bytes) => {
                    let is_executable = overlay.mode(path).unwrap() == Some(FileMode::Executable);
                    state.insert(path.as_str().to_owned(), (bytes.to_vec(), is_executable));
                }
                None => drop(state.remove(path.as_str())),
            }
        }
        state
    }
}

/// Subject, author and date, where the mail has a patch: for others git does not look into the body.
fn same_facts(ours: &Mail, facts: &str, what: &dyn Fn() -> String) {
    let fact = |name: &str| {
        let mut found = facts.lines().filter_map(|line| line.strip_prefix(name));
        found.next().map(str::to_owned)
    };
    assert_eq!(
        ours.title,
        fact("Subject: ").unwrap_or_default(),
        "{}\n{facts}",
        what()
    );
    let author = ours.author.clone().unwrap_or_default();
    assert_eq!(
        author.name,
        fact("Author: ").unwrap_or_default(),
        "{}\n{facts}",
        what()
    );
    assert_eq!(
        author.email,
        fact("Email: ").unwrap_or_default(),
        "{}\n{facts}",
        what()
    );
}

fn lf(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split_inclusive(|&byte| byte == b'\n');
    lines
        .map(|line| match line.strip_suffix(b"\r\n") {
            Some(text) => [text, b"\n"].concat(),
            None => line.to_vec(),
        })
        .collect::<Vec<_>>()
        .concat()
}

fn shown(bytes: &[u8]) -> String {
    bytes
        .escape_ascii()
        .to_string()
        .replace("\\n", "\n")
        .replace("\\t", "\t")
        .replace("\\'", "'")
        .replace("\\\"", "\"")
}
