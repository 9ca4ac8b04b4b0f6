//! Small trees and what a patch makes of them, one folder each in `bisect/`: what `frame/bisect` says of
//! it, and, as the outside judge, whether gcc compiles and links it. See `bisect/README.md`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it left out"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use trees::mail::Mail;
use trees::{Overlay, Tree, TreePath};
use verify::finding::Finding;

/// One case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it is about, for people.
    about: String,
    /// `holds`, `violated` or `unknown`.
    verdict: String,
    /// What the findings must say, each of them somewhere.
    #[serde(default)]
    says: Vec<String>,
    /// Files of the tree that are there and cannot be read.
    #[serde(default)]
    unreadable: Vec<String>,
    /// Options of gcc, one configuration each: all have to compile. None: one without options.
    #[serde(default = "plain")]
    configurations: Vec<String>,
    /// What gcc is not asked, and why not.
    not_for_gcc: Option<String>,
}

fn plain() -> Vec<String> {
    vec![String::new()]
}

/// The kernel's own demands: what it makes an error is one here. What is unused is no fault.
const FLAGS: &[&str] = &[
    "-std=gnu11",
    "-Wall",
    "-Werror",
    "-Wno-unused",
    "-Wno-main",
    "-Wno-uninitialized",
    "-Wno-maybe-uninitialized",
    "-fms-extensions",
    "-ffreestanding",
    "-r",
    "-nostdlib",
];

fn main() {
    let args = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bisect");
    let has_gcc = Command::new("gcc")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_gcc {
        eprintln!("gcc is not there: its judgement is left out (scripts/packages.sh gcc)");
    }
    let mut trials = Vec::new();
    for path in folders(&folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let of_gcc = path.clone();
        trials.push(Trial::test(name.clone(), move || judge(&path)));
        let trial = Trial::test(format!("{name}::gcc"), move || ask_gcc(&of_gcc));
        trials.push(trial.with_ignored_flag(!has_gcc));
    }
    libtest_mimic::run(&args, trials).exit();
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn case(folder: &Path) -> Result<Case, Failed> {
    let text = std::fs::read_to_string(folder.join("case.toml"))?;
    let case: Case = toml::from_str(&text)?;
    if case.about.trim().is_empty() {
        return Err("the case does not say what it is about".into());
    }
    Ok(case)
}

/// The folders of the states after each patch: `1`, `2`, …
fn patches(folder: &Path) -> Vec<PathBuf> {
    (1..)
        .map(|number: usize| folder.join(number.to_string()))
        .take_while(|path| path.is_dir())
        .collect()
}

type Texts = BTreeMap<String, String>;

fn texts(folder: &Path) -> Texts {
    let mut found = Texts::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        for entry in std::fs::read_dir(&path).unwrap() {
            let entry = entry.unwrap().path();
            if entry.is_dir() {
                pending.push(entry);
            } else {
                let name = entry
                    .strip_prefix(folder)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, std::fs::read_to_string(&entry).unwrap());
            }
        }
    }
    found
}

/// Each state of the tree, the one before first.
fn states(folder: &Path) -> Vec<Texts> {
    let mut states = vec![texts(&folder.join("tree"))];
    for patch in patches(folder) {
        let mut next = states.last().unwrap().clone();
        next.extend(texts(&patch));
        states.push(next);
    }
    states
}

fn judge(folder: &Path) -> Result<(), Failed> {
    let case = case(folder)?;
    let states = states(folder);
    let files = states[0]
        .iter()
        .filter(|(path, _)| !case.unreadable.contains(path))
        .map(|(path, text)| Ok((TreePath::new(path)?, Some(text.clone().into_bytes().into()))))
        .collect::<Result<_, trees::TreePathError>>()?;
    let nothing: Arc<dyn Tree> = Arc::new(Overlay::new(
        Arc::new(Unreadable(case.unreadable.clone())),
        files,
    ));
    let mails: Vec<Mail> = states
        .windows(2)
        .map(|two| mail(&two[0], &two[1]))
        .collect::<Result<_, _>>()?;
    let mut spec = String::from(
        "spec = 1\n[series]\nname = \"x\"\nversion = 1\nauthor = \"A <a@example.org>\"\nsubject = \"x\"\ncover = \"Why.\"\n",
    );
    for _ in &mails {
        spec.push_str("[[patch]]\nsubject = \"x\"\nmessage = \"Why.\"\n[[patch.change]]\nkind = \"rewrite\"\nfile = \"a.c\"\npattern = \"a()\"\nto = \"b()\"\n");
    }
    let spec = schema::load("case.toml", spec.as_bytes()).map_err(|error| format!("{error:?}"))?;
    let report = verify::judge_patches(&spec, nothing, &mails);
    let findings: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| {
            finding.invariant == "frame/bisect" || finding.invariant == "frame/applies"
        })
        .filter(|finding| finding.invariant == "frame/bisect" || finding.verdict.word() != "holds")
        .collect();
    let worst = findings.iter().map(|finding| finding.verdict).max();
    let shown = || {
        let lines = findings.iter().map(|finding| {
            let place = format!(
                "{}:{}",
                finding.file.clone().unwrap_or_default(),
                finding.line.unwrap_or(0)
            );
            format!("{} {place}: {}", finding.verdict.word(), finding.message)
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    if worst.map(verify::Verdict::word) != Some(&case.verdict) {
        return Err(format!("not {}, but\n{}", case.verdict, shown()).into());
    }
    for text in &case.says {
        if !shown().contains(text) {
            return Err(format!("does not say {text:?}, but\n{}", shown()).into());
        }
    }
    Ok(())
}

/// One mail with the difference of two states.
fn mail(old: &Texts, new: &Texts) -> Result<Mail, Failed> {
    let mut text = String::from("From: A <a@example.org>\nSubject: [PATCH] x\n\nWhy.\n\n---\n\n");
    for (path, new_text) in new {
        let old_text = old.get(path).map_or("", String::as_str);
        if old_text == new_text {
            continue;
        }
        let name = Path::new(path);
        let mut patch = git2::Patch::from_buffers(
            old_text.as_bytes(),
            Some(name),
            new_text.as_bytes(),
            Some(name),
            None,
        )?;
        text.push_str(&String::from_utf8_lossy(&patch.to_buf()?));
    }
    let mut mails = trees::mail::parse_mbox(text.as_bytes())?;
    mails.pop().ok_or_else(|| "no mail".into())
}

/// A tree without a file that could be read: the case's are laid over it.
struct Unreadable(Vec<String>);

impl Tree for Unreadable {
    fn label(&self) -> String {
        "a case's tree".to_owned()
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, trees::TreeError> {
        let path = path.to_string();
        if !self.0.contains(&path) {
            return Ok(None);
        }
        let reason = "it is lost".to_owned();
        Err(trees::TreeError::Unreadable { path, reason })
    }

    fn mode(&self, path: &TreePath) -> Result<Option<trees::FileMode>, trees::TreeError> {
        let is_there = self.0.iter().any(|lost| lost == path.as_str());
        Ok(is_there.then_some(trees::FileMode::Regular))
    }

    fn scan(
        &self,
        _: &trees::Scan,
        _: &trees::Visit<'_>,
    ) -> Result<trees::ScanReport, trees::TreeError> {
        Ok(trees::ScanReport::default())
    }
}

/// The tree before compiles in each configuration; those after do just where the check holds.
fn ask_gcc(folder: &Path) -> Result<(), Failed> {
    let case = case(folder)?;
    if case.not_for_gcc.is_some() {
        return Ok(());
    }
    let states = states(folder);
    let mut refused = None;
    for (number, state) in states.iter().enumerate() {
        for options in &case.configurations {
            if let Err(text) = compile(state, options)? {
                if number == 0 {
                    return Err(format!("gcc refuses the tree before:\n{text}").into());
                }
                refused = refused.or(Some(text));
            }
        }
    }
    match (case.verdict.as_str(), refused) {
        ("holds", Some(text)) => Err(format!("gcc refuses it:\n{text}").into()),
        ("violated", None) => Err("gcc compiles it".into()),
        _ => Ok(()),
    }
}

fn compile(state: &Texts, options: &str) -> Result<Result<(), String>, Failed> {
    let scratch = tempfile::tempdir()?;
    for (path, text) in state {
        let path = scratch.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap())?;
        std::fs::write(path, text)?;
    }
    let sources = state.keys().filter(|path| path.ends_with(".c"));
    let done = Command::new("gcc")
        .current_dir(scratch.path())
        .env("LC_ALL", "C")
        .args(FLAGS)
        .args(["-I.", "-Iinclude", "-o", "linked.o"])
        .args(options.split_whitespace())
        .args(sources)
        .output()?;
    Ok(if done.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&done.stderr).into_owned())
    })
}
