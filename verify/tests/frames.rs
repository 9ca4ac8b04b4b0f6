//! What a patch may do beside what a spec declares, and what was so before it: one file a tree in `frames/`, one `[[case]]` a
//! patch that is judged on it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/series.rs"]
#[expect(dead_code, reason = "the breaks use the fixtures")]
mod series;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use trees::{DirTree, Tree};
use verify::finding::{Finding, Report, Verdict};

/// A spec, and a tree.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ground {
    /// The spec.
    spec: String,
    /// What the tree has.
    files: BTreeMap<String, String>,
    case: Vec<Case>,
}

/// A patch, and what it comes to.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What is tried.
    about: String,
    /// The report's.
    verdict: Verdict,
    /// The report's, where what was so before the patch does not count.
    only_new: Option<Verdict>,
    /// What there have to be, each once, among the findings; of what does not hold there may be nothing else.
    #[serde(default)]
    found: Vec<Told>,
    /// What the patch does to the files.
    edit: Vec<Edit>,
    /// The spec's text, edited.
    #[serde(default)]
    spec: Vec<Edit>,
}

/// A finding.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    verdict: Verdict,
    invariant: String,
    /// A part of it.
    message: String,
    /// `a.c:7`, where it has a place.
    #[serde(default)]
    at: String,
    /// Whether it was so before the patch.
    #[serde(default)]
    so_before: bool,
}

/// A piece of text replaced; of a file that is not there, all of it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// The file; not for a spec.
    #[serde(default)]
    file: String,
    /// What must be there just once.
    replace: String,
    /// What comes in its place.
    by: String,
}

fn main() {
    let args = Arguments::from_args();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(series::package().join("tests/frames"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    let trials: Vec<Trial> = paths.iter().flat_map(|path| trials(path)).collect();
    libtest_mimic::run(&args, trials).exit();
}

fn trials(path: &Path) -> Vec<Trial> {
    let text = std::fs::read_to_string(path).unwrap();
    let ground: Ground =
        toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let ground = Arc::new(ground);
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let make = |case: &Case| {
        let (ground, case) = (Arc::clone(&ground), case.clone());
        Trial::test(format!("{name}: {}", case.about), move || {
            check(&ground, &case)
        })
    };
    ground.case.iter().map(make).collect()
}

fn check(ground: &Ground, case: &Case) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    for (path, text) in &ground.files {
        let to = folder.path().join(path);
        std::fs::create_dir_all(to.parent().unwrap())?;
        std::fs::write(to, text)?;
    }
    let tree: Arc<dyn Tree> = Arc::new(DirTree::open(folder.path())?);
    let mut files = series::Files::new();
    for edit in &case.edit {
        let text = files
            .get(&edit.file)
            .or_else(|| ground.files.get(&edit.file));
        let text = text.cloned().unwrap_or_default();
        files.insert(edit.file.clone(), replaced(&text, edit)?);
    }
    let spec = case
        .spec
        .iter()
        .try_fold(ground.spec.clone(), |text, edit| replaced(&text, edit))?;
    let spec = schema::load("frames.toml", spec.as_bytes())
        .map_err(|errors| format!("the spec is refused: {errors:?}"))?;
    let said = series::Said {
        version: 1,
        title: "test: Change it".to_owned(),
        message: "A message.".to_owned(),
    };
    let groups = [files.keys().cloned().collect()];
    let mbox = series::mails(&tree, &files, &groups, &said);
    let mails = trees::mail::parse_mbox(mbox.as_bytes())?;
    compare(case, &verify::judge_patches(&spec, tree, &mails))
}

fn replaced(text: &str, edit: &Edit) -> Result<String, Failed> {
    match text.matches(&edit.replace).count() {
        _ if edit.replace.is_empty() && text.is_empty() => Ok(edit.by.clone()),
        1 => Ok(text.replace(&edit.replace, &edit.by)),
        n => Err(format!(
            "{:?} is there {n} times, not once, in\n{text}",
            edit.replace
        )
        .into()),
    }
}

fn compare(case: &Case, report: &Report) -> Result<(), Failed> {
    let is_told = |finding: &Finding, told: &Told| {
        let file = finding.file.as_deref().unwrap_or_default();
        let at = format!("{file}:{}", finding.line.unwrap_or_default());
        finding.verdict == told.verdict
            && finding.invariant == told.invariant
            && finding.message.contains(&told.message)
            && (told.at.is_empty() || told.at == at)
            && told.so_before == finding.so_before
    };
    let mut faults = Vec::new();
    if report.verdict != case.verdict {
        faults.push(format!("not {}", case.verdict.word()));
    }
    let of_new = report.clone().of_new().verdict;
    if case.only_new.is_some_and(|verdict| verdict != of_new) {
        faults.push(format!("of what is new {}", of_new.word()));
    }
    let mut known = BTreeSet::new();
    for told in &case.found {
        let all = report.findings.iter().enumerate();
        let such: Vec<usize> = all
            .filter(|(_, finding)| is_told(finding, told))
            .map(|(index, _)| index)
            .collect();
        if such.len() != 1 {
            faults.push(format!(
                "{} of {}: {}",
                such.len(),
                told.invariant,
                told.message
            ));
        }
        known.extend(such);
    }
    for (index, finding) in report.findings.iter().enumerate() {
        if finding.verdict != Verdict::Holds && !known.contains(&index) {
            faults.push(format!("{} is not expected", finding.invariant));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    let page = verify::report::human(
        report,
        &verify::report::Subject::default(),
        verify::report::Detail::Verbose,
    );
    let page = verify::report::paint(&page, false);
    Err(format!("{}\n{page}", faults.join("; ")).into())
}
