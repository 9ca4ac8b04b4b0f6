//! Single tokens of clean files deleted, doubled, or swapped with the next: what is read is never as it was.
//!
//! A dialect that helps a grammar over what it does not know also helps it over mistakes, so each mutant is
//! sorted by the strongest thing that gives it away:
//!
//! * *reported*: a region is unread, or code is not shown, that was before;
//! * *facts*: what judges ask for differs (functions and their lines, calls with their guards, members and
//!   how they are used, conditions, declarations, `#if`s);
//! * *shape*: the syntax tree differs;
//! * *log*: the dialect mended it, and only its record of edits says so. The rules that may do that are
//!   [`MENDING`]; a verdict on such code rests on the tokens, see `verify/tests/mutations.rs`;
//! * *silent*: nothing tells. Only what [`means_nothing`] may be, and it is counted.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(
    clippy::print_stderr,
    reason = "says why it is skipped, and the figures"
)]

mod facts;

use query::File;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dialect::token::{TokenKind, tokens};
use dialect::{FileProvider, TreePath};
use facts::Reading;
use rayon::prelude::*;
use syntax::Reader;

/// What is done to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Deleted,
    Doubled,
    Swapped,
}

/// One mutant of a text.
struct Mutant {
    kind: Kind,
    line: usize,
    token: String,
    next: String,
    text: String,
}

/// Rules that mend what may be a mistake, and what in the kernel makes them.
const MENDING: &[(&str, &str)] = &[
    (
        "annotation",
        "`int __init f(void)`: with one annotation more or less, or elsewhere, it declares the same",
    ),
    (
        "excess-word",
        "`STATIC noinline_unless_x int f(void)`: a word too many is what an unknown annotation looks like",
    ),
    (
        "after-declarator",
        "`int a __mine;`: so does a word behind a declarator",
    ),
    (
        "cast-word",
        "`(u32 __mine *)p`: and one among the words of a type",
    ),
    ("statement-macro", "`UNTIL(busy)` brings its own `;`"),
    ("file-macro", "`EXPORT_IT(f)` brings its own `;`"),
    ("member-macro", "`LIST_OF(x)` brings its own `;`"),
    ("empty-member", "`int a;;` stands in many a record"),
    ("enumerator-macro", "`OPCODE(A)` brings its own `,`"),
    ("missing-comma", "`ENTRY(1)` brings its own `,`"),
    (
        "storage",
        "`static LIST_HEAD(x);` and `LIST_HEAD(x);` are both written",
    ),
    ("string-macro", "`\"a\" FMT \"b\"`: names join literals"),
    (
        "empty-argument",
        "`m(a,,b)`: macros take nothing for an argument",
    ),
    (
        "odd-argument",
        "`m(a ==, b)`: macros take anything for an argument",
    ),
    ("type-argument", "`m(struct a, b)`: macros take types"),
];

/// Mutations after which the compiler sees the same program: two tokens that are one another's copies.
fn means_nothing(mutant: &Mutant) -> bool {
    mutant.kind == Kind::Swapped && mutant.token == mutant.next
}

/// A fixed sequence of numbers.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }
}

fn code_tokens(text: &str) -> Vec<Range<usize>> {
    tokens(text.as_bytes())
        .into_iter()
        .filter(|token| !matches!(token.kind, TokenKind::Comment | TokenKind::Directive))
        .map(|token| token.range)
        .collect()
}

fn mutant(text: &str, all: &[Range<usize>], at: usize, kind: Kind) -> Option<Mutant> {
    let range = all[at].clone();
    let next = all.get(at + 1).cloned();
    let (head, token, tail) = (
        &text[..range.start],
        &text[range.clone()],
        &text[range.end..],
    );
    let second = next.clone().map_or("", |next| &text[next]);
    let mutated = match kind {
        Kind::Deleted => format!("{head}{}{tail}", " ".repeat(token.len())),
        Kind::Doubled => format!("{head}{token} {token}{tail}"),
        Kind::Swapped => {
            let next = next?;
            let between = &text[range.end..next.start];
            format!("{head}{second} {between} {token}{}", &text[next.end..])
        }
    };
    Some(Mutant {
        kind,
        line: head.matches('\n').count() + 1,
        token: token.to_owned(),
        next: second.to_owned(),
        text: mutated,
    })
}

/// What gives mutants away, counted.
#[derive(Default)]
struct Tally {
    by_class: BTreeMap<&'static str, usize>,
    mended_by: BTreeMap<String, (usize, String)>,
    silent: Vec<String>,
    means_nothing: BTreeMap<String, usize>,
}

impl Tally {
    fn merge(mut self, other: Self) -> Self {
        for (class, count) in other.by_class {
            *self.by_class.entry(class).or_default() += count;
        }
        for (rule, (count, example)) in other.mended_by {
            self.mended_by.entry(rule).or_insert((0, example)).0 += count;
        }
        for (what, count) in other.means_nothing {
            *self.means_nothing.entry(what).or_default() += count;
        }
        self.silent.extend(other.silent);
        self
    }

    fn take(&mut self, path: &TreePath, before: &Reading, after: &Reading, mutant: &Mutant) {
        let shown = format!(
            "{path}:{} `{}` before `{}` {:?}",
            mutant.line, mutant.token, mutant.next, mutant.kind
        );
        let class = if !after.reported.is_subset(&before.reported) {
            "reported"
        } else if before.facts != after.facts {
            "facts"
        } else if before.shape != after.shape {
            "shape"
        } else if before.log != after.log {
            for rule in before.rules_that_differ(after) {
                self.mended_by.entry(rule).or_insert((0, shown.clone())).0 += 1;
            }
            "log"
        } else if means_nothing(mutant) {
            let what = format!("`{}` {:?}", mutant.token, mutant.kind);
            *self.means_nothing.entry(what).or_default() += 1;
            "means nothing"
        } else {
            self.silent.push(shown);
            "silent"
        };
        *self.by_class.entry(class).or_default() += 1;
    }

    fn check(&self) {
        eprintln!("{:?}", self.by_class);
        for (rule, (count, example)) in &self.mended_by {
            eprintln!("mended {count} times by {rule}, as {example}");
        }
        for (what, count) in &self.means_nothing {
            eprintln!("means nothing, {count} times: {what}");
        }
        assert!(self.silent.is_empty(), "{:#?}", self.silent);
        let allowed: BTreeSet<&str> = MENDING.iter().map(|(rule, _)| *rule).collect();
        let mended: Vec<_> = self
            .mended_by
            .iter()
            .filter(|(rule, _)| !allowed.contains(rule.as_str()))
            .collect();
        assert!(mended.is_empty(), "{mended:#?}");
    }
}

struct Folder(PathBuf);

impl FileProvider for Folder {
    fn provide(&self, path: &TreePath) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(path.as_str()))
            .ok()
            .map(Arc::from)
    }
}

fn c_files(root: &Path, folder: &Path, found: &mut Vec<TreePath>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            c_files(root, &path, found);
        } else if let Ok(inside) = path.strip_prefix(root) {
            found.extend(
                TreePath::new(&inside.to_string_lossy())
                    .ok()
                    .filter(TreePath::is_c),
            );
        }
    }
}

/// Mutants of one file, where it is clean: every token and kind, or `some` of them.
fn mutate(
    reader: &Reader,
    root: &Path,
    path: &TreePath,
    some: Option<(usize, u64)>,
) -> Option<Tally> {
    let text = std::fs::read_to_string(root.join(path.as_str())).ok()?;
    let file = File::from(reader.read(path, Arc::from(text.as_bytes())));
    let all = code_tokens(&text);
    if !file.unread().is_empty() || all.len() < 40 {
        return None;
    }
    let before = Reading::of(&file);
    let kinds = [Kind::Deleted, Kind::Doubled, Kind::Swapped];
    let picked: Vec<(usize, Kind)> = match some {
        None => (0..all.len())
            .flat_map(|at| kinds.map(|kind| (at, kind)))
            .collect(),
        Some((count, seed)) => {
            let mut sequence = Sequence(seed);
            (0..count)
                .map(|_| (sequence.below(all.len()), kinds[sequence.below(3)]))
                .collect()
        }
    };
    let tally = picked
        .into_par_iter()
        .filter_map(|(at, kind)| mutant(&text, &all, at, kind))
        .fold(Tally::default, |mut tally, mutant| {
            let file = File::from(reader.read(path, Arc::from(mutant.text.as_bytes())));
            tally.take(path, &before, &Reading::of(&file), &mutant);
            tally
        })
        .reduce(Tally::default, Tally::merge);
    Some(tally)
}

#[test]
fn every_token_of_the_sample_counts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/linux");
    let mut paths = Vec::new();
    c_files(&root, &root, &mut paths);
    paths.sort();
    let reader = Reader::for_tree(Arc::new(Folder(root.clone())));
    let tally = paths
        .iter()
        .filter_map(|path| mutate(&reader, &root, path, None))
        .fold(Tally::default(), Tally::merge);
    assert!(tally.by_class.values().sum::<usize>() > 5000);
    tally.check();
}

/// Folders of many hands, so that the sample of files has many styles.
const FOLDERS: &[&str] = &[
    "arch/s390",
    "block",
    "drivers/gpu/drm/i915/gt",
    "drivers/net/ethernet/intel",
    "drivers/pci",
    "drivers/scsi",
    "drivers/vfio",
    "fs/ext4",
    "include/linux",
    "kernel",
    "lib",
    "mm",
    "net/core",
    "sound/core",
];
const FILES: usize = 30;
const MUTANTS_A_FILE: usize = 40;
/// Whole files are read for each mutant.
const LARGEST: u64 = 30_000;

#[test]
fn tokens_of_linux_6_12_count() {
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    let kernels = std::env::var_os("PATCHWRIGHT_KERNELS")
        .map_or_else(|| home.join(".cache/patchwright/kernels"), PathBuf::from);
    let root = kernels.join("linux-6.12");
    if !root.is_dir() {
        eprintln!("skipped: no {} (make kernels)", root.display());
        return;
    }
    let mut paths = Vec::new();
    for folder in FOLDERS {
        c_files(&root, &root.join(folder), &mut paths);
    }
    paths.sort();
    let reader = Reader::for_tree(Arc::new(Folder(root.clone())));
    let mut sequence = Sequence(612);
    let mut total = Tally::default();
    let mut files = 0;
    while files < FILES {
        let path = &paths[sequence.below(paths.len())];
        let size = std::fs::metadata(root.join(path.as_str()))
            .expect("a file")
            .len();
        let some = Some((MUTANTS_A_FILE, sequence.0));
        if size <= LARGEST
            && let Some(tally) = mutate(&reader, &root, path, some)
        {
            total = total.merge(tally);
            files += 1;
        }
    }
    total.check();
}
