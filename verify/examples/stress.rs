use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use trees::{DirTree, Tree, TreePath};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let base: Arc<dyn Tree> = Arc::new(DirTree::open(Path::new(&args[1])).unwrap());
    let spec = "spec = 1\n[series]\nname = \"x\"\nversion = 1\nauthor = \"A <a@example.org>\"\nsubject = \"x\"\ncover = \"Why.\"\n[[patch]]\nsubject = \"x\"\nmessage = \"Why.\"\n[[patch.change]]\nkind = \"rewrite\"\nfile = \"a.c\"\npattern = \"a()\"\nto = \"b()\"\n";
    let spec = schema::load("x", spec.as_bytes()).unwrap();
    let _: BTreeMap<u8, u8> = BTreeMap::new();
    for group in &args[3..] {
        let mut text =
            String::from("From: A <a@example.org>\nSubject: [PATCH] x\n\nWhy.\n\n---\n\n");
        for path in group.split(',') {
            let old = base
                .read(&TreePath::new(path).unwrap())
                .unwrap()
                .map(|b| b.to_vec())
                .unwrap_or_default();
            let new = std::fs::read(Path::new(&args[2]).join(path)).unwrap_or_default();
            let mut patch = git2::Patch::from_buffers(
                &old,
                Some(Path::new(path)),
                &new,
                Some(Path::new(path)),
                None,
            )
            .unwrap();
            text.push_str(&String::from_utf8_lossy(&patch.to_buf().unwrap()));
        }
        let mails = match trees::mail::parse_mbox(text.as_bytes()) {
            Ok(m) => m,
            Err(e) => {
                println!("{group}: mail {e}");
                continue;
            }
        };
        let start = std::time::Instant::now();
        let report = verify::judge_patches(&spec, Arc::clone(&base), &mails);
        println!("## {group} {:.2}s", start.elapsed().as_secs_f64());
        for f in report.findings.iter().filter(|f| {
            (f.invariant == "frame/bisect" || f.invariant == "frame/applies")
                && f.verdict.word() != "holds"
        }) {
            println!(
                "{} {}:{} {}\n      | {}",
                f.verdict.word(),
                f.file.clone().unwrap_or_default(),
                f.line.unwrap_or(0),
                f.message,
                f.source.clone().unwrap_or_default()
            );
        }
    }
}
