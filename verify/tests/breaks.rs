//! Deliberate breaks of a good series, one folder each in `breaks/`: every one must be judged as its
//! `break.toml` says, by the invariant and with the words that it names. See `breaks/README.md`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/series.rs"]
mod series;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use trees::{Overlay, Tree, TreePath};
use verify::finding::{Finding, Report, Verdict};

/// One break.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What is broken and why it must be found, for people.
    about: String,
    /// `violated`, `unknown` or `holds`.
    verdict: String,
    /// The invariant that must have that verdict; not for `holds`.
    invariant: Option<String>,
    /// What its message must say.
    message: Option<String>,
    /// The function it must name.
    function: Option<String>,
    /// Further invariants that may be violated; any other one is a false alarm.
    #[serde(default)]
    also: Vec<String>,
    /// The version of the spec to judge by.
    #[serde(default = "two")]
    spec: u32,
    /// The good series that is broken.
    #[serde(default = "v2")]
    fixture: String,
    /// The tree is judged as it is, with the edits in it.
    #[serde(default)]
    landed: bool,
    /// Take the fixture's own mails instead of new ones made from the edited files.
    #[serde(default)]
    as_mailed: bool,
    /// Which files each mail changes; one mail with all of them by default.
    mails: Option<Vec<Vec<String>>>,
    /// Edits of the files as the good series leaves them.
    #[serde(default)]
    edit: Vec<Edit>,
    /// Edits of the mails' text.
    #[serde(default)]
    mail: Vec<Edit>,
}

/// A piece of text replaced.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// The file; not for mails.
    file: Option<String>,
    /// What must stand there just once.
    replace: String,
    /// What comes in its place.
    by: String,
}

fn two() -> u32 {
    2
}

fn v2() -> String {
    "detached-vf-v2".to_owned()
}

fn main() {
    let args = Arguments::from_args();
    let folder = series::package().join("tests/breaks");
    let mut trials: Vec<Trial> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            Trial::test(name, move || run(&path))
        })
        .collect();
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    trials.push(Trial::test("there_are_at_least_thirty_breaks", move || {
        let count = std::fs::read_dir(&folder).unwrap().count();
        if count > 30 {
            Ok(())
        } else {
            Err(format!("{count}").into())
        }
    }));
    libtest_mimic::run(&args, trials).exit();
}

fn run(folder: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(folder.join("break.toml"))?;
    let case: Case = toml::from_str(&text)?;
    if case.about.trim().is_empty() {
        return Err("the case does not say what it is about".into());
    }
    let report = judge(&case)?;
    compare(&case, &report)
}

fn judge(case: &Case) -> Result<Report, Failed> {
    let spec = series::spec(case.spec);
    if case.as_mailed {
        let (mails, names) = series::fixture(&case.fixture);
        return Ok(verify::judge_named(&spec, series::sample(), &mails, &names));
    }
    let mut files = series::patched(&case.fixture);
    for edit in &case.edit {
        let path = edit.file.clone().ok_or("an edit without a file")?;
        let text = files
            .remove(&path)
            .unwrap_or_else(|| series::text(&series::sample(), &path));
        files.insert(path, replaced(&text, edit)?);
    }
    if case.landed {
        let files = files
            .into_iter()
            .map(|(path, text)| Ok((TreePath::new(&path)?, Some(text.into_bytes().into()))))
            .collect::<Result<_, trees::TreePathError>>()?;
        let tree: Arc<dyn Tree> = Arc::new(Overlay::new(series::sample(), files));
        return Ok(verify::judge_landed(&spec, tree));
    }
    let groups = case
        .mails
        .clone()
        .unwrap_or_else(|| vec![files.keys().cloned().collect()]);
    let said = series::Said::as_version(case.spec);
    let mut mbox = series::mails(&series::sample(), &files, &groups, &said);
    for edit in &case.mail {
        mbox = replaced(&mbox, edit)?;
    }
    let mails = trees::mail::parse_mbox(mbox.as_bytes())?;
    Ok(verify::judge_patches(&spec, series::sample(), &mails))
}

fn replaced(text: &str, edit: &Edit) -> Result<String, Failed> {
    match text.matches(&edit.replace).count() {
        1 => Ok(text.replace(&edit.replace, &edit.by)),
        n => Err(format!("{:?} stands {n} times, not once, in\n{text}", edit.replace).into()),
    }
}

fn compare(case: &Case, report: &Report) -> Result<(), Failed> {
    let shown = || {
        let page = verify::report::human(
            report,
            &verify::report::Subject::default(),
            verify::report::Detail::Normal,
        );
        verify::report::paint(&page, false)
    };
    if report.verdict.word() != case.verdict {
        return Err(format!("not {}, but\n{}", case.verdict, shown()).into());
    }
    let Some(invariant) = &case.invariant else {
        return if case.verdict == "holds" {
            Ok(())
        } else {
            Err("the case names no invariant".into())
        };
    };
    let is_meant = |finding: &&Finding| {
        finding.invariant == *invariant
            && finding.verdict.word() == case.verdict
            && case
                .message
                .as_ref()
                .is_none_or(|text| finding.message.contains(text))
            && case
                .function
                .as_ref()
                .is_none_or(|name| finding.function.as_ref() == Some(name))
    };
    if report.findings.iter().find(is_meant).is_none() {
        return Err(format!("no such finding of {invariant} in\n{}", shown()).into());
    }
    if case.message.is_none() {
        return Err("the case does not say what the message must be".into());
    }
    let blamed: BTreeSet<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Violated)
        .map(|finding| finding.invariant.as_str())
        .filter(|id| *id != invariant && !case.also.iter().any(|also| also == id))
        .collect();
    if blamed.is_empty() {
        Ok(())
    } else {
        Err(format!("blames {blamed:?} too:\n{}", shown()).into())
    }
}
