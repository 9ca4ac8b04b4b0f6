//! Any bytes are a file: it is read without a panic, and its view keeps every promise.

#![no_main]

#[path = "../../crates/syntax/tests/support/promises.rs"]
mod promises;

use dialect::view::Rule;
use libfuzzer_sys::fuzz_target;
use syntax::stats::ParseStats;

fuzz_target!(|source: &[u8]| {
    let file = promises::check(source);

    for edit in file.edits() {
        assert!(edit.range.start < edit.range.end && edit.range.end <= source.len());
    }
    for unread in file.unread() {
        assert!(unread.range.start < unread.range.end && unread.range.end <= source.len().max(1));
        assert!(!unread.cause.contains('\n'));
    }
    // Arms of `#if` each bring their own brackets, and an opener macro stands for one.
    let arms = file.edits().iter().any(|edit| {
        [
            Rule::Directive,
            Rule::DeadArm,
            Rule::DroppedArm,
            Rule::OpenerMacro,
        ]
        .contains(&edit.rule)
    });
    let is_read = file.unread().is_empty();
    if is_read && !arms && promises::nesting(source).is_some() {
        assert!(
            promises::nesting(&file.view()).is_some(),
            "brackets of the view do not nest"
        );
    }
    let _ = ParseStats::of(&file);
});
