//! The tree before with every site rewritten, made here from the spec's text: where each new form is in it, and how often
//! the same code is there, tells where it has to be in the tree after.
//!
//! Rejected: counting old and new forms. An old form may have the new one in it (`if (p) f(p);` and `f(p);`), a new one may
//! be a part of another (`f(f(x))`), and the sum is then another.

use std::ops::Range;
use std::sync::Arc;

use query::File;
use query::pattern::Match;
use query::pattern::precedence::{Level, level_of};

use crate::nodes::node_of;

/// The file before with its sites rewritten.
pub(super) struct Expected {
    pub(super) file: File,
    /// The new form of each site.
    places: Vec<Range<usize>>,
}

impl Expected {
    /// `texts`: the new form of each of the `sites`.
    pub(super) fn new(
        ctx: &crate::implied::Ctx<'_>,
        before: &File,
        sites: &[Match],
        texts: &[String],
    ) -> Option<Self> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut places = Vec::new();
        let mut at = 0;
        for (site, text) in sites.iter().zip(texts) {
            bytes.extend_from_slice(before.slice(at..site.range.start));
            let start = bytes.len();
            let ended = before.slice(site.range.clone()).ends_with(b";");
            bytes.extend_from_slice(fitted(before, site, text).as_bytes());
            if ended && !text.trim_end().ends_with([';', '}']) {
                bytes.extend_from_slice(b"\n;");
            }
            places.push(start..bytes.len());
            at = site.range.end;
        }
        bytes.extend_from_slice(before.slice(at..before.bytes().len()));
        let tree = ctx.comparison.before.as_ref()?;
        let file = File::from(tree.reader().read(before.path(), Arc::from(bytes)));
        Some(Self { file, places })
    }

    /// Which of the matches is the new form of a site.
    pub(super) fn index(&self, site: usize, matches: &[Match]) -> Option<usize> {
        let place = self.places.get(site)?;
        let is_inside =
            |found: &Match| place.start <= found.range.start && found.range.end <= place.end;
        matches.iter().position(is_inside)
    }

    /// The 1-based line of a site's new form.
    pub(super) fn line(&self, site: usize) -> usize {
        self.places
            .get(site)
            .map_or(1, |place| self.file.line_of(place.start))
    }
}

/// In parentheses, where the old form is an expression and the new one could come apart in its place.
fn fitted(before: &File, site: &Match, text: &str) -> String {
    let is_statement = node_of(before, &site.range)
        .is_none_or(|node| node.byte_range() != site.range || node.kind().ends_with("_statement"));
    match level_of(text) {
        Some(level) if !is_statement && level < Level::Postfix => format!("({text}\n)"),
        _ => text.to_owned(),
    }
}
