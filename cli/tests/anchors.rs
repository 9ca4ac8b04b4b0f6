//! What an anchor means: one answer, which `sites` gives and generator and verifier share.
//!
//! One file a case in `anchors/`. `change` is a `[[patch.change]]` (with its `[[patch.change.instead]]`); each `[[tree]]`
//! says what `is` special about it, its `files`, and the `answer`: the lines of the sites, `["a.c:3"]`, or one of
//! `absent` (no site: the next form may have one), `unfit` (not as many as declared, or it cannot take the change),
//! `present` (the change is there already) and `unread` (it cannot be told). A case asks all three:
//!
//! * `sites` resolves the change's forms in the tree;
//! * the generator's `locate` finds the same sites, or fails with the kind of failure that the answer makes;
//! * the verifier, on the same tree: what is rendered at sites holds; where there are none, a series that leaves the
//!   change out is violated (or unknown, where it cannot be told) for its site.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use dialect::TreePath;
use generator::FailureKind;
use libtest_mimic::{Arguments, Failed, Trial};
use schema::model::{ChangeBody, Spec};
use serde::Deserialize;
use sites::{Reason, Resolver, Unresolved};
use trees::{DirTree, Overlay, ParsedTree, Tree};
use verify::finding::{Finding, Report, Verdict};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    about: String,
    change: String,
    tree: Vec<InTree>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InTree {
    /// What is special about this tree.
    is: String,
    files: BTreeMap<String, String>,
    answer: Answer,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(untagged)]
enum Answer {
    Sites(Vec<String>),
    Reason(String),
}

const HEAD: &str = r#"
spec = 1
[series]
name = "anchors"
version = 1
author = "A Developer <dev@example.org>"
subject = "anchors: Try one"
cover = "A text."
to = ["list@example.org"]

[[patch]]
subject = "anchors: Try one"
message = "A message."

[[patch.change]]
id = "it"
"#;

/// A mail that leaves the change out.
const BESIDE_THE_POINT: &str =
    "From 1111111111111111111111111111111111111111 Mon Sep 17 00:00:00 2001
From: A Developer <dev@example.org>
Date: Thu, 1 Jan 2026 00:00:00 +0000
Subject: [PATCH 1/1] anchors: Try one

A message.

Signed-off-by: A Developer <dev@example.org>
---
 beside-the-point | 1 +
 1 file changed, 1 insertion(+)

diff --git a/beside-the-point b/beside-the-point
index 1111111..2222222 100644
--- a/beside-the-point
+++ b/beside-the-point
@@ -1 +1,2 @@
 one
+two
--
2.47.0

";

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/anchors");
    let mut trials: Vec<Trial> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            Trial::test(name, move || run(&path))
        })
        .collect();
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn run(path: &Path) -> Result<(), Failed> {
    let case: Case = toml::from_str(&std::fs::read_to_string(path)?)?;
    let text = format!("{HEAD}{}", case.change);
    let spec = schema::load("case.toml", text.as_bytes())
        .map_err(|mistakes| format!("the change is no change: {mistakes:?}"))?;
    let empty = tempfile::tempdir()?;
    for one in &case.tree {
        let tree = tree(empty.path(), &one.files)?;
        let say = |wrong: String| format!("{}, in {}: {wrong}", case.about, one.is);
        same("sites", &of_sites(&spec, &tree), &one.answer).map_err(say)?;
        same("the generator", &of_generator(&spec, &tree)?, &one.answer).map_err(say)?;
        of_verifier(&spec, &tree, &one.answer).map_err(say)?;
    }
    Ok(())
}

fn tree(empty: &Path, files: &BTreeMap<String, String>) -> Result<Arc<dyn Tree>, Failed> {
    let own = [("beside-the-point".to_owned(), "one\n".to_owned())];
    let files = files
        .clone()
        .into_iter()
        .chain(own)
        .map(|(path, text)| Ok((TreePath::new(&path)?, Some(text.into_bytes().into()))))
        .collect::<Result<_, trees::TreePathError>>()?;
    Ok(Arc::new(Overlay::new(
        Arc::new(DirTree::open(empty)?),
        files,
    )))
}

fn same(who: &str, got: &Answer, wanted: &Answer) -> Result<(), String> {
    if got == wanted {
        Ok(())
    } else {
        Err(format!("{who} answers {got:?}, not {wanted:?}"))
    }
}

fn of_sites(spec: &Spec, tree: &Arc<dyn Tree>) -> Answer {
    let parsed = ParsedTree::new(Arc::clone(tree));
    let change = &spec.patches[0].changes[0];
    let open = |path: &TreePath| Ok(parsed.file(path).unwrap());
    let resolve = |body: &ChangeBody| -> Result<Vec<String>, Unresolved> {
        let (_, file) = sites::first_file(&**tree, body, open)?;
        let resolver = Resolver::new(&parsed, &file, &spec.isomorphisms, change.sites);
        let offsets = sites::resolve(&resolver, body)?;
        let line = |at: usize| format!("{}:{}", file.path(), file.line_of(at));
        Ok(offsets.into_iter().map(line).collect())
    };
    let answer = sites::first_form(change, |_, body| resolve(body).map_err(|why| (why, ())));
    match answer {
        Ok(lines) => Answer::Sites(lines),
        Err((unresolved, _)) => Answer::Reason(
            match unresolved.reason {
                Reason::Absent => "absent",
                Reason::Unfit => "unfit",
                Reason::Present => "present",
                Reason::Unread => "unread",
                Reason::Spec => "spec",
                Reason::Tree => "tree",
            }
            .to_owned(),
        ),
    }
}

/// The generator calls both `absent` and `unfit` drift: which of them, `sites` has said.
fn of_generator(spec: &Spec, tree: &Arc<dyn Tree>) -> Result<Answer, Failed> {
    let located = generator::locate(spec, &ParsedTree::new(Arc::clone(tree)));
    let [located] = located.as_slice() else {
        return Err("one change is one answer".into());
    };
    Ok(match &located.outcome {
        Ok(facts) => {
            let lines = facts.sites.iter();
            Answer::Sites(
                lines
                    .map(|site| format!("{}:{}", site.file, site.line))
                    .collect(),
            )
        }
        Err(problem) => match (problem.kind, of_sites(spec, tree)) {
            (FailureKind::Drift, Answer::Reason(reason))
                if reason == "absent" || reason == "unfit" =>
            {
                Answer::Reason(reason)
            }
            (kind, _) => Answer::Reason(format!("{kind:?}").to_lowercase()),
        },
    })
}

fn of_verifier(spec: &Spec, tree: &Arc<dyn Tree>, answer: &Answer) -> Result<(), String> {
    let judge = |mbox: &[u8]| -> Result<Report, String> {
        let mails = trees::mail::parse_mbox(mbox).map_err(|error| error.to_string())?;
        Ok(verify::judge_patches(spec, Arc::clone(tree), &mails))
    };
    let left_out = judge(BESIDE_THE_POINT.as_bytes())?;
    let site = left_out.findings.iter().find(|f| f.invariant == "it/site");
    let wanted = match answer {
        Answer::Sites(_) => None,
        Answer::Reason(reason) if reason == "unread" => Some(Verdict::Unknown),
        Answer::Reason(_) => Some(Verdict::Violated),
    };
    if site.map(|finding| finding.verdict) != wanted {
        return Err(format!(
            "the verifier says {site:?} of the site, not {wanted:?}"
        ));
    }
    if wanted.is_some() {
        return Ok(());
    }
    let date = generator::series_date(spec, None).map_err(|error| error.to_string())?;
    let templates = templates::Templates::shipped();
    let mailing = generator::Mailing::new(date, &templates);
    let rendered = generator::render(spec, &ParsedTree::new(Arc::clone(tree)), &mailing);
    let rendered =
        rendered.map_err(|failure| format!("it is located and not rendered: {failure}"))?;
    let mut mbox = Vec::new();
    for (name, bytes) in &rendered.files {
        if name.ends_with(".patch") {
            mbox.extend_from_slice(bytes);
        }
    }
    let report = judge(&mbox)?;
    // These trees declare no more than their anchors need, and so do not compile.
    let is_wrong = |finding: &&Finding| {
        finding.verdict != Verdict::Holds && finding.invariant != "frame/bisect"
    };
    let wrong: Vec<&Finding> = report.findings.iter().filter(is_wrong).collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("what is rendered does not hold: {wrong:#?}"))
    }
}
