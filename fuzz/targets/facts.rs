//! Any file has facts: what it declares, its conditions, the flow of its functions, uses and types.

#![no_main]

use std::ops::Range;

use dialect::TreePath;
use libfuzzer_sys::fuzz_target;
use query::File;
use query::access::{calls, member_uses, word_uses};
use query::flow::{Flow, guard_text};
use query::types::{NoOtherFile, receiver_type, type_of};
use syntax::Reader;
use syntax::items::Function;

fuzz_target!(|source: &[u8]| {
    let Ok(path) = TreePath::new("drivers/a/b.c") else {
        return;
    };
    let file = File::from(Reader::standalone().read(&path, source.into()));
    let inside = |range: &Range<usize>| {
        assert!(
            range.start <= range.end && range.end <= source.len(),
            "{range:?}"
        );
    };
    for record in file.records() {
        inside(&record.range);
    }
    for definition in file.macros() {
        inside(&definition.range);
        inside(&definition.body);
    }
    let _ = (file.enumerators(), file.typedefs(), file.prototypes());
    let _ = (file.variables(), file.includes());
    let _ = file.conditions_at(source.len() / 2);
    for function in file.functions() {
        inside(&function.range);
        inside(&function.body);
        flow(&file, function);
    }
    for word in ["a", "m", "is_virtfn"] {
        let members = member_uses(&file, word);
        for found in &members.found {
            inside(&found.range);
            let _ = receiver_type(&file, &found.range, &NoOtherFile);
            if let Some(receiver) = &found.receiver {
                inside(receiver);
                let _ = type_of(&file, receiver, &NoOtherFile);
            }
        }
        for found in &word_uses(&file, word).found {
            inside(&found.range);
        }
    }
});

fn flow(file: &File, function: &Function) {
    let called = calls(file, function.body.clone());
    let Ok(flow) = Flow::of(file, function) else {
        return;
    };
    let dead = flow.dead();
    for call in &called {
        for guard in flow.guards(&call.range) {
            let _ = guard_text(file, &guard);
        }
        let _ = flow.in_loop(&call.range);
        let first = std::slice::from_ref(&call.range);
        let _ = flow.precedes(first, &dead);
    }
}
