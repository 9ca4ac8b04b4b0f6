//! Old forms of a tree as it is that macros of the file bring: in the text of their use they are nowhere.
//!
//! Where patches are judged, the tree before has the same macros, and what a change is confined to is what its anchor finds.

use std::collections::BTreeSet;
use std::sync::Arc;

use query::File;
use query::expansion::{NamedMacro, Wanted, expanded, macros_bringing};
use query::pattern::{Fragment, Pattern};
use schema::model::{ChangeKind, Deleted};

use super::{Ctx, rewrite};
use crate::comparison::{Image, placed};
use crate::finding::Finding;
use sites::brief;

/// How many macros deep a word is followed.
const MOST_ROUNDS: usize = 16;

/// The first line on which a macro of the file brings what a rewrite or a deletion has taken away.
pub(super) fn doubt(ctx: &Ctx<'_>) -> Option<Finding> {
    let (name, patterns, functions) = match &ctx.body.kind {
        ChangeKind::Rewrite(kind) => ("old-form", kind.patterns.clone(), &kind.functions),
        ChangeKind::Delete(kind) => match &kind.what {
            Deleted::Statement(patterns) => {
                let isomorphisms = &ctx.comparison.spec.isomorphisms;
                let called = patterns.iter().filter_map(|pattern| {
                    let text = pattern.text().trim().strip_suffix(';')?;
                    Pattern::compile(text, Fragment::Expression, isomorphisms).ok()
                });
                ("gone", called.collect(), &kind.functions)
            }
            _ => return None,
        },
        _ => return None,
    };
    let file = ctx.file(Image::After).ok()?;
    let words: BTreeSet<String> = patterns.iter().flat_map(Pattern::telling_words).collect();
    let made = expanded(
        &file,
        &wanted(&file, words),
        &ctx.comparison.after.near(&file),
    );
    made.file.original()?;
    let lines = |file: &File, patterns: &[Pattern]| {
        let regions = ctx.regions(file, functions);
        let hits = patterns.iter().flat_map(|pattern| {
            let found = ctx.find(file, pattern, &regions).parts().0;
            found.into_iter().map(|hit| file.line_of(hit.range.start))
        });
        hits.collect::<BTreeSet<usize>>()
    };
    let mut seen = lines(&file, &patterns);
    if let ChangeKind::Rewrite(kind) = &ctx.body.kind {
        seen.extend(rewrite::new_lines(ctx, &file, kind));
    }
    let brought = lines(&made.file, &patterns);
    let line = *brought.difference(&seen).next()?;
    let at = file.lines().range_of(line).start;
    let text = brief(&crate::comparison::line_of(&file, at), 60);
    let message = format!("`{text}` has the old form by what a macro in it expands to");
    Some(placed(ctx.unknown(name, message), &file, at))
}

/// The macros of the file that bring one of the words, and those that bring these.
fn wanted(file: &Arc<File>, words: BTreeSet<String>) -> Wanted {
    let mut wanted = Wanted {
        words: words.clone(),
        ..Wanted::default()
    };
    let mut known = words.clone();
    let mut new = words;
    for _ in 0..MOST_ROUNDS {
        let mut next = BTreeSet::new();
        for definition in macros_bringing(file, &new) {
            if known.insert(definition.name.clone()) {
                next.insert(definition.name.clone());
                wanted.named.push(NamedMacro {
                    file: Arc::clone(file),
                    definition,
                });
            }
        }
        if next.is_empty() {
            break;
        }
        new = next;
    }
    wanted
}
