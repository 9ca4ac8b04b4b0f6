//! Control flow of real kernel code: every function of some folders gets its graph, quickly, and no
//! statement is dead that is not known to be.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "says why it is skipped")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel_c::flow::Flow;
use kernel_c::{FileProvider, Reader, TreePath};

struct Folder(PathBuf);

impl FileProvider for Folder {
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(path.as_str()))
            .ok()
            .map(Arc::from)
    }
}

fn kernel(name: &str) -> Option<PathBuf> {
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    let kernels = std::env::var_os("PATCHWRIGHT_KERNELS")
        .map_or_else(|| home.join(".cache/patchwright/kernels"), PathBuf::from);
    let tree = kernels.join(name);
    if tree.is_dir() {
        return Some(tree);
    }
    eprintln!("skipped: no {} (make kernels)", tree.display());
    None
}

fn c_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            c_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "c" || end == "h") {
            found.push(path);
        }
    }
}

/// Functions with code that nothing reaches, in Linux 6.12, and why that is right.
const DEAD: &[(&str, &str)] = &[];

#[derive(Default)]
struct Tally {
    functions: usize,
    unread: usize,
    dead: Vec<String>,
    slowest: Duration,
}

fn tally(tree: &Path, folder: &str) -> Tally {
    let reader = Reader::for_tree(Arc::new(Folder(tree.to_owned())));
    let mut files = Vec::new();
    c_files(&tree.join(folder), &mut files);
    let mut tally = Tally::default();
    for path in files {
        let name = path
            .strip_prefix(tree)
            .expect("inside")
            .to_string_lossy()
            .into_owned();
        let bytes: Arc<[u8]> = std::fs::read(&path).expect("readable").into();
        let file = reader.read(&TreePath::new(&name).expect("a path"), bytes);
        for function in file.functions() {
            tally.functions += 1;
            let start = Instant::now();
            let Ok(flow) = Flow::of(&file, function) else {
                tally.unread += 1;
                continue;
            };
            for dead in flow.dead() {
                // Asked of every statement, so that the answers are timed too.
                if !file.is_dead(dead.start) {
                    let line = file.line_of(dead.start);
                    let text = file
                        .text(dead)
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ");
                    tally
                        .dead
                        .push(format!("{name}:{line}: {}: {text}", function.name));
                }
            }
            flow.guards(&(function.body.end - 1..function.body.end));
            tally.slowest = tally.slowest.max(start.elapsed());
        }
    }
    tally
}

#[test]
fn every_function_of_pci_and_vfio_has_a_graph_and_no_unexplained_dead_code() {
    let Some(tree) = kernel("linux-6.12") else {
        return;
    };
    for folder in ["drivers/pci", "drivers/vfio"] {
        let tally = tally(&tree, folder);
        eprintln!(
            "{folder}: {} functions, {} unread, {} dead, slowest {:?}",
            tally.functions,
            tally.unread,
            tally.dead.len(),
            tally.slowest
        );
        let unexplained: Vec<_> = tally
            .dead
            .iter()
            .filter(|dead| !DEAD.iter().any(|(known, _)| dead.contains(known)))
            .collect();
        assert!(unexplained.is_empty(), "{unexplained:#?}");
        assert!(
            tally.slowest < Duration::from_secs(1),
            "{:?}",
            tally.slowest
        );
    }
}
