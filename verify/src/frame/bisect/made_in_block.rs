//! Locals that a macro declares by itself where it is used in a function: `#define COMPXSP unsigned int xm; int xe`.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use query::File;

use super::macro_argument::MAX_NESTING;
use super::names::is_behind_a_type;
use super::scope::has_word;
use super::snapshot::Snapshot;

/// Whether a macro that the function uses before `offset` declares `name`, or may do so by others that it uses.
pub(super) fn made_in_block(
    snapshot: &Snapshot<'_>,
    file: &Arc<File>,
    name: &str,
    offset: usize,
) -> bool {
    let Some(function) = file.function_at(offset) else {
        return false;
    };
    let before = file.slice(function.body.start.min(offset)..offset);
    let mut seen = BTreeSet::new();
    let mut makers = vec![name.to_owned()];
    for _ in 0..MAX_NESTING {
        let used = |maker: &String| maker != name && has_word(before, maker.as_bytes());
        if makers.iter().any(used) {
            return true;
        }
        let mut outer = Vec::new();
        for maker in &makers {
            let is_local = maker == name;
            outer.extend(having(snapshot, file, maker, is_local));
        }
        outer.retain(|maker| seen.insert(maker.clone()));
        makers = outer;
    }
    false
}

/// The macros in whose bodies the word is, outside braces; `is_local`: as what is declared.
fn having(snapshot: &Snapshot<'_>, file: &Arc<File>, word: &str, is_local: bool) -> Vec<String> {
    let own = std::iter::once(Arc::clone(file));
    let headers = snapshot.seen_with(file, word).into_iter();
    let files = own.chain(headers.filter_map(|path| snapshot.file(&path)));
    let mut found = Vec::new();
    for home in files {
        for known in home.macros() {
            let body = home.slice(known.body.clone());
            if !has_word(body, word.as_bytes()) {
                continue;
            }
            let mut places = super::scope::word_positions(body, word.as_bytes());
            if places.any(|at| is_made(body, &(at..at + word.len()), is_local)) {
                found.push(known.name.clone());
            }
        }
    }
    found
}

fn is_made(body: &[u8], word: &Range<usize>, is_local: bool) -> bool {
    let before = body.get(..word.start).unwrap_or_default();
    let count = |sign: u8| before.iter().filter(|byte| **byte == sign).count();
    count(b'{') == count(b'}') && (!is_local || is_behind_a_type(before))
}
