//! Stated invariants on small trees: one file a claim in `claims/`, one `[[case]]` a tree that it is judged on.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use trees::DirTree;
use verify::finding::Verdict;

/// A claim, and trees.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    /// The keys of the invariant.
    invariant: String,
    /// What every tree has.
    #[serde(default)]
    files: BTreeMap<String, String>,
    case: Vec<Case>,
}

/// One tree, and what the claim comes to there.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What is tried.
    about: String,
    verdict: Verdict,
    /// What a finding of that verdict must say.
    #[serde(default)]
    message: String,
    /// Where it must be: `a.c:7`.
    #[serde(default)]
    at: String,
    /// The file `a.c`.
    code: String,
    /// Files beside it.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Links beside them, with what they lead to; `out/` is a folder beside the tree.
    #[serde(default)]
    links: BTreeMap<String, String>,
    /// The invariant's keys, where they differ.
    invariant: Option<String>,
}

const HEAD: &str = r#"
spec = 1
[series]
name = "claims"
"#;

fn main() {
    let args = Arguments::from_args();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/claims");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
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
    let claim: Claim = toml::from_str(&text).unwrap();
    let claim = Arc::new(claim);
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let make = |case: &Case| {
        let (claim, case) = (Arc::clone(&claim), case.clone());
        Trial::test(format!("{name}: {}", case.about), move || {
            check(&claim, &case)
        })
    };
    claim.case.iter().map(make).collect()
}

fn check(claim: &Claim, case: &Case) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let root = folder.path().join("tree");
    let code = BTreeMap::from([
        ("a.c".to_owned(), case.code.clone()),
        ("Makefile".to_owned(), "obj-y += a.o\n".to_owned()),
    ]);
    for (path, text) in code.iter().chain(&claim.files).chain(&case.files) {
        let to = match path.strip_prefix("out/") {
            Some(_) => folder.path().join(path),
            None => root.join(path),
        };
        std::fs::create_dir_all(to.parent().unwrap())?;
        std::fs::write(to, text)?;
    }
    for (path, target) in &case.links {
        std::os::unix::fs::symlink(target, root.join(path))?;
    }
    let keys = case.invariant.as_ref().unwrap_or(&claim.invariant);
    let text = format!("{HEAD}\n[[invariant]]\nid = \"claim\"\n{keys}");
    let spec = schema::load("claims.toml", text.as_bytes())
        .map_err(|errors| format!("the spec is refused: {errors:?}"))?;
    let report = verify::judge_landed(&spec, Arc::new(DirTree::open(&root)?));
    let findings: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.invariant == "claim")
        .collect();
    let worst = findings.iter().map(|finding| finding.verdict).max();
    let place = |file: &Option<String>, line: Option<usize>| {
        format!(
            "{}:{}",
            file.as_deref().unwrap_or_default(),
            line.unwrap_or_default()
        )
    };
    let told = findings.iter().any(|finding| {
        finding.verdict == case.verdict
            && finding.message.contains(&case.message)
            && (case.at.is_empty() || place(&finding.file, finding.line) == case.at)
    });
    if worst == Some(case.verdict) && told {
        return Ok(());
    }
    let shown: Vec<String> = findings
        .iter()
        .map(|finding| {
            let at = place(&finding.file, finding.line);
            format!("{} {at} {}", finding.verdict.word(), finding.message)
        })
        .collect();
    Err(format!(
        "expected {} {} `{}`:\n{}",
        case.verdict.word(),
        case.at,
        case.message,
        shown.join("\n")
    )
    .into())
}
