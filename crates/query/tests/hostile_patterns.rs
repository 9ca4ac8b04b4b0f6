//! Texts that the fuzzer found: a pattern or an error, and never a panic.

use query::pattern::{Fragment, Isomorphisms, Pattern};

const TEXTS: [&str; 1] = [
    // A raw string in the arguments of what reads as an annotation: the log of the view had both.
    "REST, \0pirtnk( R\"Pa\"IirnX)",
];

#[test]
fn any_text_is_a_pattern_or_an_error() {
    for text in TEXTS {
        for fragment in [
            Fragment::Any,
            Fragment::Expression,
            Fragment::Statement,
            Fragment::Declaration,
            Fragment::Member,
            Fragment::Initializer,
        ] {
            let _ = Pattern::compile(text, fragment, &Isomorphisms::default());
        }
    }
}
