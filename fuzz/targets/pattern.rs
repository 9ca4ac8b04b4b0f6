//! Any text is a pattern or an error that points into it.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use query::pattern::{Bindings, Fragment, Isomorphisms, Pattern, PatternError, Template};

const FRAGMENTS: [Fragment; 6] = [
    Fragment::Any,
    Fragment::Expression,
    Fragment::Statement,
    Fragment::Declaration,
    Fragment::Member,
    Fragment::Initializer,
];

// The first byte chooses what the text should be read as.
fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((&choice, text)) = input.split_first() else {
        return Corpus::Reject;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return Corpus::Reject;
    };
    let fragment = FRAGMENTS[usize::from(choice) % FRAGMENTS.len()];
    match Pattern::compile(text, fragment, &Isomorphisms::default()) {
        Ok(pattern) => {
            assert_eq!(pattern.text(), text);
            for word in pattern.words() {
                assert!(text.contains(&word), "{word:?} is not in {text:?}");
            }
            let _ = (pattern.metavariables(), pattern.typed());
        }
        Err(error) => points_inside(&error, text),
    }
    match Template::compile(text, fragment) {
        Ok(template) => {
            let _ = template.fill(&Bindings::new());
        }
        Err(error) => points_inside(&error, text),
    }
    Corpus::Keep
});

fn points_inside(error: &PatternError, text: &str) {
    let span = &error.span;
    assert!(
        span.start <= span.end && text.get(span.clone()).is_some(),
        "{error:?} of {text:?}"
    );
    assert!(!error.message.is_empty());
}
