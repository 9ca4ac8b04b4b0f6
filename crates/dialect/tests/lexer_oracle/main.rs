//! Our tokens against a compiler's own: `clang -cc1 -dump-raw-tokens` on generated C and on mutated code of
//! the sample tree, a few hundred pieces each in a normal run. `make oracle-lexer` runs as many as
//! LEXER_ORACLE_CASES says, on the kernel in LEXER_ORACLE_TREE.
//!
//! clang has no raw strings in C, knows no header names in this mode, and takes a NUL byte in a splice for
//! no white space; gcc, which builds most kernels, has all three, and so have we. None of them is
//! generated here; the unit tests have them.

#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod clang;
mod generate;

use std::path::{Path, PathBuf};

use dialect::token::{Lexer, Pieces, TokenKind, joined};

use crate::clang::Judge;
use crate::generate::Source;

/// One token: where it starts, what it is, and its text without line splices.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    start: usize,
    kind: TokenKind,
    text: Vec<u8>,
}

/// Our tokens of a file, those inside directives too, comments left out.
fn ours(source: &[u8]) -> Vec<Seen> {
    let joined = joined(source);
    assert_eq!(joined.len(), source.len(), "joining keeps the length");
    let mut seen = Vec::new();
    let mut lexer = Lexer::new(&joined);
    let mut push = |kind, start: usize, end: usize| {
        let text = without_splices(&joined[start..end]);
        seen.push(Seen { start, kind, text });
    };
    while let Some(lexeme) = lexer.next_lexeme() {
        match lexeme.kind {
            TokenKind::Comment => {}
            TokenKind::Directive => {
                for (kind, range) in Pieces::new(&joined[lexeme.start..lexeme.end]) {
                    push(kind, lexeme.start + range.start, lexeme.start + range.end);
                }
            }
            kind => push(kind, lexeme.start, lexeme.end),
        }
    }
    seen
}

/// What is left of a text when plain splices are taken out.
fn without_splices(text: &[u8]) -> Vec<u8> {
    let mut left = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        rest = match rest {
            [b'\\', b'\n', after @ ..] | [b'\\', b'\r', b'\n', after @ ..] => after,
            _ => {
                left.push(*first);
                tail
            }
        };
    }
    left
}

fn cases() -> usize {
    std::env::var("LEXER_ORACLE_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(400)
}

/// C files to mutate.
fn real_code() -> Vec<Vec<u8>> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/linux");
    let tree = std::env::var_os("LEXER_ORACLE_TREE").filter(|tree| !tree.is_empty());
    let root = tree.map_or(sample, PathBuf::from);
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let step = (files.len() / 4000).max(1);
    let chosen = files.iter().step_by(step);
    chosen.filter_map(|path| std::fs::read(path).ok()).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, into);
        } else if path.extension().is_some_and(|end| end == "c" || end == "h") {
            into.push(path);
        }
    }
}

/// Compares `count` sources; the seeds of those that differ, and what differs first.
fn differences(name: &str, count: usize, mut make: impl FnMut(u64) -> Vec<u8>) {
    const BATCH: usize = 100;
    let Some(judge) = Judge::new(name) else {
        eprintln!("skipped: there is no clang here; scripts/packages.sh clang installs it");
        return;
    };
    let (mut compared, mut tokens) = (0, 0);
    let mut wrong: Vec<String> = Vec::new();
    while compared < count && wrong.len() < 20 {
        let seeds: Vec<u64> = (compared..count.min(compared + BATCH))
            .map(|seed| seed as u64)
            .collect();
        let sources: Vec<Vec<u8>> = seeds.iter().map(|&seed| make(seed)).collect();
        for ((seed, source), theirs) in seeds.iter().zip(&sources).zip(judge.tokens(&sources)) {
            let ours = ours(source);
            tokens += ours.len();
            if let Some(difference) = clang::first_difference(&ours, &theirs) {
                wrong.push(format!(
                    "seed {seed}: {difference}\n{:?}",
                    String::from_utf8_lossy(source)
                ));
            }
        }
        compared += seeds.len();
    }
    eprintln!(
        "{name}: {compared} sources, {tokens} tokens, {} differ",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn generated_code_has_the_tokens_that_clang_sees() {
    differences("generated", cases(), |seed| Source::new(seed).file());
}

#[test]
fn mutated_code_has_the_tokens_that_clang_sees() {
    let files = real_code();
    assert!(!files.is_empty(), "there is code to mutate");
    differences("mutated", cases(), |seed| {
        let file = &files[seed as usize % files.len()];
        Source::new(seed ^ 0x5eed).mutated(file)
    });
}
