//! Any pattern on any file: matches lie within the file and the range asked for, and nowhere across
//! what could not be read.

#![no_main]

use std::sync::OnceLock;

use dialect::TreePath;
use libfuzzer_sys::{Corpus, fuzz_target};
use query::File;
use query::pattern::{Doubt, Fragment, Isomorphisms, Pattern};
use query::types::NoOtherFile;
use syntax::Reader;

/// Patterns of every shape; a mutated text rarely is one.
static LISTED: &str = include_str!("../patterns.txt");

fn listed() -> &'static [Pattern] {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        LISTED
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| {
                Pattern::compile(line, Fragment::Any, &Isomorphisms::default())
                    .unwrap_or_else(|error| panic!("{line}: {error}"))
            })
            .collect()
    })
}

// The first byte chooses a pattern of the list, or (from 0xf0 on) that what stands before the first
// NUL is the pattern. The rest is the file.
fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((&choice, rest)) = input.split_first() else {
        return Corpus::Reject;
    };
    let own;
    let (pattern, source) = if choice < 0xf0 {
        let patterns = listed();
        (&patterns[usize::from(choice) % patterns.len()], rest)
    } else {
        let end = rest
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(rest.len());
        let Ok(text) = std::str::from_utf8(&rest[..end]) else {
            return Corpus::Reject;
        };
        match Pattern::compile(text, Fragment::Any, &Isomorphisms::default()) {
            Ok(pattern) => own = pattern,
            Err(_) => return Corpus::Reject,
        }
        (&own, rest.get(end + 1..).unwrap_or_default())
    };
    let Ok(path) = TreePath::new("drivers/a/b.c") else {
        return Corpus::Reject;
    };
    let file = File::from(Reader::standalone().read(&path, source.into()));
    check(pattern, &file);
    Corpus::Keep
});

fn check(pattern: &Pattern, file: &File) {
    let length = file.bytes().len();
    let (all, doubts) = pattern.find(file, 0..length, &NoOtherFile).parts();
    for found in &all {
        let range = &found.range;
        assert!(range.start < range.end && range.end <= length);
        // The body of a `#define` is read by itself, whatever is around the directive.
        assert!(
            found.in_macro || file.unread_in(range).is_none(),
            "{:?} matches across what is unread",
            file.text(range.clone())
        );
        for binding in found.bindings.values() {
            assert!(binding.range.start <= binding.range.end && binding.range.end <= length);
        }
    }
    for range in doubts.iter().map(Doubt::range) {
        assert!(range.start < range.end && range.end <= length.max(1));
    }
    // A search of a part finds what lies in it and was found in the whole, and nothing else.
    let half = length / 2;
    let (part, _) = pattern.find(file, half..length, &NoOtherFile).parts();
    for found in &part {
        assert!(half <= found.range.start);
        // In a statement that was not read whole a stray byte may end a word or belong to it; no site is taken there.
        assert!(
            file.unread_near(&found.range).is_some() || all.contains(found),
            "{found:?} is in a part only"
        );
    }
    let (runs, _) = pattern.find_runs(file, 0..length, &NoOtherFile).parts();
    for run in runs {
        assert!(run.range.start < run.range.end && run.range.end <= length);
        assert!(file.unread_in(&run.range).is_none() && !all.contains(&run));
    }
    let _ = pattern.matches(file, 0..length, &NoOtherFile);
    for miss in pattern.nearest(file, 0..length, 2, &NoOtherFile) {
        assert!(miss.range.end <= length);
    }
}
