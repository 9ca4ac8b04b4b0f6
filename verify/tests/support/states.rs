//! One file in several states, and the mails that lead from each to the next.

use std::sync::Arc;

use trees::mail::parse_mbox;
use trees::{DirTree, Tree};
use verify::finding::Verdict;

use crate::series::{Files, Said, mails};

/// What does not hold of mails that take the file at `path` from each of the texts to the next one, one for each, by a spec;
/// their own words apart.
pub(crate) fn wrong(spec: &str, path: &str, texts: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    let mut trees: Vec<Arc<dyn Tree>> = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let root = folder.path().join(number.to_string());
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join(path), text).unwrap();
        trees.push(Arc::new(DirTree::open(&root).unwrap()));
    }
    let said = Said {
        version: 1,
        title: "port: Change it".to_owned(),
        message: "A message.".to_owned(),
    };
    for (tree, text) in trees.iter().zip(&texts[1..]) {
        let files = Files::from([(path.to_owned(), (*text).to_owned())]);
        let text = mails(tree, &files, &[vec![path.to_owned()]], &said);
        all.extend(parse_mbox(text.as_bytes()).unwrap());
    }
    let spec = schema::load("spec.toml", spec.as_bytes()).unwrap();
    let report = verify::judge_named(&spec, Arc::clone(&trees[0]), &all, &[]);
    let findings = report.findings.into_iter();
    let wrong = findings.filter(|it| it.verdict != Verdict::Holds && it.invariant != "frame/mail");
    wrong
        .map(|it| format!("{}: {}", it.invariant, it.message))
        .collect()
}
