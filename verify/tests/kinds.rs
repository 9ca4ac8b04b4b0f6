//! Each kind of change and of stated invariant, on small files: the good series holds, each bad one does not.
//!
//! One file is one case: `generator/tests/cases/KIND/*.toml` and `invariants/*.toml`. `[before]` and `[after]` are
//! files, `[[bad]]` edits the latter. The generator's tests read those of the kinds too: what it makes of `[before]` is
//! `[after]`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/series.rs"]
#[expect(dead_code, reason = "the breaks use the fixtures")]
mod series;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use schema::model::{ChangeKind, InvariantKind, Spec};
use serde::Deserialize;
use trees::{Overlay, Tree, TreePath};
use verify::finding::{Report, Verdict};

/// One kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The patches and invariants of a spec; its head is added.
    spec: String,
    /// Files that the tree has (over the sample); an empty one is not there.
    before: BTreeMap<String, String>,
    /// The files that the series changes, as it leaves them.
    after: BTreeMap<String, String>,
    /// The bad series.
    bad: Vec<Bad>,
    /// Trees that the generator refuses.
    #[serde(default, rename = "refused")]
    _refused: Vec<toml::Table>,
}

/// A bad series: the good one, edited.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bad {
    /// What is wrong.
    about: String,
    /// `violated` unless said.
    #[serde(default = "violated")]
    verdict: Verdict,
    /// The invariant that must have that verdict.
    invariant: String,
    /// What its message must say.
    message: String,
    /// The file edited.
    file: String,
    /// What must stand there just once.
    replace: String,
    /// What comes in its place.
    by: String,
    /// Invariants that hold all the same: what is right is not to be called wrong for it. Of patches.
    #[serde(default)]
    holds: Vec<String>,
    /// Judged as it is too, where there is nothing to compare with.
    #[serde(default)]
    landed: bool,
    /// Judged as patches; where it says no, only as it is: of patches another check says it first.
    #[serde(default = "yes")]
    patches: bool,
}

fn yes() -> bool {
    true
}

fn violated() -> Verdict {
    Verdict::Violated
}

const HEAD: &str = r#"
spec = 1
[series]
name = "kind"
version = 1
author = "A Developer <dev@example.org>"
subject = "kinds: Try one"
cover = "A text."
to = ["list@example.org"]
"#;

fn main() {
    let args = Arguments::from_args();
    let mut trials = Vec::new();
    let kinds = series::package().join("../generator/tests/cases");
    for kind in ChangeKind::NAMES {
        let paths = cases(&kinds.join(kind));
        trials.push(has_case(kind, &paths, "generator/tests/cases/KIND"));
        trials.extend(paths.iter().map(|path| trial(kind, path)));
    }
    trials.extend(
        cases(&kinds.join("tree"))
            .iter()
            .map(|path| trial("tree", path)),
    );
    let paths = cases(&series::package().join("tests/invariants"));
    for kind in InvariantKind::NAMES {
        let own: Vec<PathBuf> = paths
            .iter()
            .filter(|path| is_of(path, kind))
            .cloned()
            .collect();
        trials.push(has_case(kind, &own, "verify/tests/invariants"));
    }
    trials.extend(paths.iter().map(|path| trial("invariants", path)));
    libtest_mimic::run(&args, trials).exit();
}

fn trial(group: &str, path: &Path) -> Trial {
    let path = path.to_owned();
    Trial::test(format!("{group}/{}", stem(&path)), move || run(&path))
}

fn has_case(kind: &str, paths: &[PathBuf], folder: &str) -> Trial {
    let missing = paths.is_empty();
    let message = format!("no case of `{kind}` in {folder} shows that it can be violated");
    Trial::test(format!("{kind} has a case"), move || match missing {
        true => Err(message.into()),
        false => Ok(()),
    })
}

/// The cases that are one file each.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// `KIND.toml`, or `KIND-WHAT.toml` where a kind has several.
fn is_of(path: &Path, kind: &str) -> bool {
    let name = stem(path);
    let rest = name.strip_prefix(kind);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn run(path: &Path) -> Result<(), Failed> {
    let case: Case = toml::from_str(&std::fs::read_to_string(path)?)?;
    let text = format!("{HEAD}\n{}", case.spec);
    let spec = schema::load("case.toml", text.as_bytes())
        .map_err(|mistakes| format!("the spec is no spec: {mistakes:?}"))?;
    let tree = trees::with_words(over(&series::sample(), &case.before)?, &spec.words);
    let said = series::Said {
        version: 1,
        title: spec.patches[0].subject.clone(),
        message: "A message.".to_owned(),
    };
    let judge = |files: &BTreeMap<String, String>| -> Result<Report, Failed> {
        let groups = [files.keys().cloned().collect()];
        let mbox = series::mails(&tree, files, &groups, &said);
        let mails = trees::mail::parse_mbox(mbox.as_bytes())?;
        Ok(verify::judge_patches(&spec, Arc::clone(&tree), &mails))
    };
    holds("the good series", &judge(&case.after)?)?;
    let landed = |files: &BTreeMap<String, String>| {
        Ok::<_, Failed>(verify::judge_landed(&spec, over(&tree, files)?))
    };
    holds("the good tree as it is", &landed(&case.after)?)?;
    let documented = |report: &Report| is_documented(&spec, report);
    documented(&judge(&case.after)?)?;
    documented(&landed(&case.after)?)?;
    if case.bad.is_empty() {
        return Err("no `[[bad]]` shows that it can be violated".into());
    }
    for bad in &case.bad {
        let mut files = case.after.clone();
        let text = files
            .remove(&bad.file)
            .or_else(|| case.before.get(&bad.file).cloned())
            .ok_or("no such file")?;
        if text.matches(&bad.replace).count() != 1 {
            return Err(format!("{:?} does not stand just once in\n{text}", bad.replace).into());
        }
        files.insert(bad.file.clone(), text.replace(&bad.replace, &bad.by));
        if bad.patches {
            let report = judge(&files)?;
            has(bad, &report)?;
            still_holds(bad, &report)?;
            documented(&report)?;
        }
        if bad.landed {
            let report = landed(&files)?;
            has(bad, &report)?;
            documented(&report)?;
        }
    }
    Ok(())
}

/// Every check that a report names has its words in docs/checks.md, in the section of its kind or of the frame.
fn is_documented(spec: &Spec, report: &Report) -> Result<(), Failed> {
    let page = std::fs::read_to_string(series::package().join("../docs/checks.md"))?;
    let section = |heading: &str| {
        let (_, behind) = page.split_once(heading)?;
        behind.split("\n#").next()
    };
    let changes = || spec.patches.iter().flat_map(|patch| &patch.changes);
    for finding in &report.findings {
        let Some((group, check)) = finding.invariant.split_once('/') else {
            continue;
        };
        let is_there = match changes().find(|change| change.id == group) {
            None => section(&format!("\n### `{check}`\n")).is_some(),
            Some(change) => {
                let kinds = change
                    .forms()
                    .map(|form| format!("### `{}`", form.kind.name()));
                let common = "## What a change implies".to_owned();
                let mut sections = kinds.chain([common]);
                sections.any(|heading| {
                    section(&format!("\n{heading}\n"))
                        .is_some_and(|said| said.contains(&format!("`{check}`")))
                })
            }
        };
        if !is_there {
            return Err(format!(
                "docs/checks.md does not say what {} asks",
                finding.invariant
            )
            .into());
        }
    }
    Ok(())
}

fn over(tree: &Arc<dyn Tree>, files: &BTreeMap<String, String>) -> Result<Arc<dyn Tree>, Failed> {
    let files = files
        .iter()
        .map(|(path, text)| {
            let bytes = (!text.is_empty()).then(|| text.clone().into_bytes().into());
            Ok((TreePath::new(path)?, bytes))
        })
        .collect::<Result<_, trees::TreePathError>>()?;
    Ok(Arc::new(Overlay::new(Arc::clone(tree), files)))
}

fn shown(report: &Report) -> String {
    let page = verify::report::human(
        report,
        &verify::report::Subject::default(),
        verify::report::Detail::Normal,
    );
    verify::report::paint(&page, false)
}

fn holds(what: &str, report: &Report) -> Result<(), Failed> {
    if report.verdict == Verdict::Holds {
        Ok(())
    } else {
        Err(format!("{what} does not hold:\n{}", shown(report)).into())
    }
}

fn still_holds(bad: &Bad, report: &Report) -> Result<(), Failed> {
    let is_wrong = |name: &&String| {
        let mut own = report
            .findings
            .iter()
            .filter(|one| one.invariant == **name)
            .peekable();
        own.peek().is_none() || own.any(|one| one.verdict != Verdict::Holds)
    };
    match bad.holds.iter().find(is_wrong) {
        None => Ok(()),
        Some(name) => Err(format!("{}: {name} does not hold\n{}", bad.about, shown(report)).into()),
    }
}

fn has(bad: &Bad, report: &Report) -> Result<(), Failed> {
    let found = report.findings.iter().any(|finding| {
        finding.invariant == bad.invariant
            && finding.verdict == bad.verdict
            && finding.message.contains(&bad.message)
    });
    if found && report.verdict == bad.verdict {
        Ok(())
    } else {
        Err(format!("{}: not so, but\n{}", bad.about, shown(report)).into())
    }
}
