//! What still mentions the old name and is no use of it: listed, for a person to look at.

use std::collections::BTreeSet;

use dialect::TreePath;
use query::File;
use sites::kinds::rename::{Found, MentionKind, Thing, prose_in};

use crate::nodes::counted;

/// How many places are named.
const MOST_NAMED: usize = 5;

/// The mentions of a tree.
#[derive(Default)]
pub(super) struct Mentions {
    comments: usize,
    strings: usize,
    dead: usize,
    documents: usize,
    places: BTreeSet<(String, usize)>,
}

impl Mentions {
    /// Takes those of a file.
    pub(super) fn take(&mut self, file: &File, thing: &Thing<'_>, found: &Found) {
        let meant = prose_in(file.bytes(), thing, &found.mentions);
        for mention in &found.mentions {
            match mention.kind {
                // Of a member, most comments that have its word mean another thing.
                MentionKind::Comment if !meant.contains(&mention.range) => continue,
                MentionKind::Comment => self.comments += 1,
                MentionKind::String if thing.record.is_some() => continue,
                MentionKind::String => self.strings += 1,
                MentionKind::Dead if thing.record.is_some() && !thing.is_only_one => continue,
                MentionKind::Dead => self.dead += 1,
            }
            let line = file.line_of(mention.range.start);
            self.places.insert((file.path().to_string(), line));
        }
    }

    /// Takes a document.
    pub(super) fn document(&mut self, path: &TreePath, line: usize) {
        self.documents += 1;
        self.places.insert((path.to_string(), line));
    }

    /// What is said of them; none where there are none.
    pub(super) fn message(&self, name: &str) -> Option<String> {
        let parts = [
            (self.comments, "comment", "comments"),
            (self.strings, "string", "strings"),
            (
                self.dead,
                "place that is compiled out",
                "places that are compiled out",
            ),
            (self.documents, "document", "documents"),
        ];
        let parts = parts.iter().filter(|(count, ..)| *count > 0);
        let parts: Vec<String> = parts
            .map(|(count, one, many)| counted(*count, one, many))
            .collect();
        if parts.is_empty() {
            return None;
        }
        let named = self.places.iter().take(MOST_NAMED);
        let named: Vec<String> = named.map(|(path, line)| format!("{path}:{line}")).collect();
        let more = match self.places.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let parts = match parts.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, head)) => format!("{} and {last}", head.join(", ")),
            None => return None,
        };
        Some(format!(
            "`{name}` is still mentioned in {parts}: {}{more}",
            named.join(", ")
        ))
    }
}
