//! Parses C files of a tree in parallel and prints the stats: `parse_tree [--raw] [--words] [--causes N] [--rules] [--bad] [--slow] [--view] [--edits] TREE [FOLDER]…`

#![expect(clippy::print_stdout, reason = "the output of a command")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use dialect::{FileProvider, TreePath};
use rayon::prelude::*;
use syntax::Reader;
use syntax::stats::ParseStats;

struct Directory(PathBuf);

impl FileProvider for Directory {
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(path.as_str()))
            .ok()
            .map(Into::into)
    }
}

fn collect(root: &Path, folder: &str, into: &mut Vec<TreePath>) {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
        into.extend(TreePath::new(folder));
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() {
            name
        } else {
            format!("{folder}/{name}")
        };
        let apart = ["tools", "samples", "scripts", "Documentation"].contains(&path.as_str());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !apart => collect(root, &path, into),
            Ok(kind) if kind.is_file() => {
                into.extend(TreePath::new(&path).ok().filter(TreePath::is_c));
            }
            _ => {}
        }
    }
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut flag = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name);
        at.map(|at| arguments.remove(at)).is_some()
    };
    let (raw, words, slow, rules, bad) = (
        flag("--raw"),
        flag("--words"),
        flag("--slow"),
        flag("--rules"),
        flag("--bad"),
    );
    let (show, edits) = (flag("--view"), flag("--edits"));
    let mut arguments = arguments.into_iter();
    let root = PathBuf::from(arguments.next().unwrap_or_else(|| ".".to_owned()));
    let folders: Vec<String> = arguments.collect();
    let mut paths = Vec::new();
    if folders.is_empty() {
        collect(&root, "", &mut paths);
    }
    for folder in &folders {
        collect(&root, folder, &mut paths);
    }
    let reader = if raw {
        Reader::raw()
    } else {
        Reader::for_tree(Arc::new(Directory(root.clone())))
    };
    let start = Instant::now();
    let stats = paths
        .par_iter()
        .filter_map(|path| {
            let bytes: Arc<[u8]> = std::fs::read(root.join(path.as_str())).ok()?.into();
            let begin = Instant::now();
            let file = reader.read(path, bytes);
            if slow && begin.elapsed().as_millis() > 300 {
                println!("slow {:?} {path}", begin.elapsed());
            }
            if show {
                println!("{}", String::from_utf8_lossy(&file.view()));
            }
            if edits {
                for edit in file.edits() {
                    let line = file.line_of(edit.range.start);
                    let text = file.text(edit.range.clone());
                    println!(
                        "{path}:{line}: {} {:?} {text:?}",
                        edit.rule.name(),
                        edit.change
                    );
                }
            }
            if bad {
                for unread in file.unread().iter().take(3) {
                    println!(
                        "{path}:{}: {}",
                        file.line_of(unread.range.start),
                        unread.cause
                    );
                }
            }
            Some(ParseStats::of(&file))
        })
        .reduce(ParseStats::default, |mut all, one| {
            all.merge(one);
            all
        });
    let seconds = start.elapsed().as_secs_f64();
    let summary = stats.summary();
    for cause in summary.causes.iter().take(if bad { 0 } else { 40 }) {
        let at = &cause.example;
        println!("{:5} {} {}:{}", at.count, cause.cause, at.file, at.line);
    }
    if words {
        for ((rule, word), uses) in &stats.words {
            println!("{:7} {:16} {word}", uses.count, rule.name());
        }
    }
    if rules {
        for (rule, count) in &stats.edits {
            println!("{count:8} {}", rule.name());
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
    let (percent, rate) = (
        |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64,
        stats.bytes as f64 / 1e6 / seconds,
    );
    println!(
        "files {}/{} {:.3}%  functions {}/{} {:.4}%  {} bad functions  {seconds:.2} s  {rate:.1} MB/s  dropped {} bytes",
        stats.files_clean,
        stats.files,
        percent(stats.files_clean, stats.files),
        stats.functions_clean,
        stats.functions,
        percent(stats.functions_clean, stats.functions),
        stats.functions - stats.functions_clean,
        stats.bytes_dropped,
    );
}
