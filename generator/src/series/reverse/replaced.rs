//! `rewrite` and `hunk`: the old form in the place of the new one.

use std::ops::Range;

use query::File;
use query::pattern::{Fragment, Match, Pattern, Template};
use schema::model::{Hunk, HunkSign, Rewrite};
use sites::Resolver;

use super::text::replaced;

/// What the old form is at each of the matches of the new one; what cannot be told of one, because the new form does not
/// keep it, is left out.
pub(super) fn filled(old: &Template, found: &[Match]) -> Vec<(Range<usize>, String)> {
    let texts = found.iter().filter_map(|found| {
        let text = old.fill(&found.bindings).ok()?;
        Some((found.range.clone(), text))
    });
    texts.collect()
}

/// The text with all of the replacements, and with each alone.
pub(super) fn all_and_each(file: &File, places: &[(Range<usize>, String)]) -> Vec<Vec<u8>> {
    let one =
        |(range, new): &(Range<usize>, String)| replaced(file.written(), range, new.as_bytes());
    let mut texts = Vec::new();
    if places.len() > 1 {
        let mut sorted = places.to_vec();
        sorted.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        let mut text = file.written().to_vec();
        let mut end = usize::MAX;
        for (range, new) in &sorted {
            // Of two that overlap, one.
            if range.end <= end {
                text = replaced(&text, range, new.as_bytes());
                end = range.start;
            }
        }
        texts.push(text);
    }
    texts.extend(places.iter().map(one));
    texts
}

/// Texts in which the old form is where the new one is.
pub(super) fn before_rewrite(resolver: &Resolver<'_>, rewrite: &Rewrite) -> Vec<Vec<u8>> {
    let new = rewrite.replacement.text();
    let Ok(new) = Pattern::compile(new, Fragment::Any, resolver.isomorphisms) else {
        return Vec::new();
    };
    let ranges = resolver.regions(&rewrite.functions);
    let (found, _) = resolver.new_forms(&new, &ranges);
    let mut texts = Vec::new();
    for old in &rewrite.patterns {
        if let Ok(old) = Template::compile(old.text(), Fragment::Any) {
            texts.extend(all_and_each(resolver.file, &filled(&old, &found)));
        }
    }
    texts
}

/// The text with the lines that the hunk takes away, in the place of those that it adds.
pub(super) fn before_hunk(file: &File, hunk: &Hunk) -> Vec<Vec<u8>> {
    let side = |gone: HunkSign| -> Vec<u8> {
        let lines = hunk.lines.iter().filter(|line| line.sign != gone);
        lines.flat_map(|line| hunk.encoded(&line.text)).collect()
    };
    let (old, new) = (side(HunkSign::Add), side(HunkSign::Remove));
    let text = file.written();
    if new.is_empty() {
        return Vec::new();
    }
    let places = memchr::memmem::find_iter(text, &new);
    let places = places.filter(|&at| at == 0 || text.get(at - 1) == Some(&b'\n'));
    places
        .map(|at| replaced(text, &(at..at + new.len()), &old))
        .collect()
}
