//! The old name where another change of the spec declares it: a wrapper of that name, a document that says what it was.
//!
//! Only what a change has in its own text counts. What a metavariable of it takes along is code of the tree, and has to be
//! renamed like the rest.

use std::ops::Range;

use dialect::TreePath;
use dialect::token::{TokenKind, tokens};
use schema::model::{Change, ChangeBody, ChangeKind, HunkSign, Widening};

use crate::comparison::{Comparison, Image};
use crate::explained::Explained;
use crate::implied;

/// Code of the tree after that other changes declare, and how often each of them says the old name in it.
#[derive(Default)]
pub(super) struct Others {
    declared: Vec<(Explained, usize)>,
}

impl Others {
    /// What the changes beside `own` declare by the old name.
    pub(super) fn of(comparison: &Comparison<'_>, own: &Change, name: &str) -> Self {
        let others = comparison
            .spec
            .changes()
            .filter(|change| change.id != own.id);
        let mut declared = Vec::new();
        for change in others {
            let said = change.forms().map(|body| said(body, name)).max();
            let Some(said) = said.filter(|said| *said > 0) else {
                continue;
            };
            let judged = implied::judge(comparison, change);
            declared.extend(judged.explained_tokens.into_iter().map(|one| (one, said)));
            // Of a tree as it is, not every kind says which tokens are its own.
            if comparison.before.is_none() {
                let scopes = judged.comment_scopes.into_iter();
                let scopes = scopes.map(|one| Explained::inserted(&one.path, vec![one.after]));
                declared.extend(scopes.map(|one| (one, said)));
            }
        }
        Self { declared }
    }

    /// Which of the places of the old name in a file, sorted, are declared so.
    pub(super) fn have(
        &self,
        comparison: &Comparison<'_>,
        path: &TreePath,
        places: &[Range<usize>],
    ) -> Vec<Range<usize>> {
        let own = self.declared.iter().filter(|(one, _)| one.path == *path);
        let ranges = own.flat_map(|(one, said)| one.after.iter().map(move |range| (range, *said)));
        let mut found = Vec::new();
        let mut bytes = None;
        for (range, said) in ranges {
            let bytes = bytes.get_or_insert_with(|| comparison.bytes(Image::After, path));
            let Ok(Some(bytes)) = bytes else { continue };
            let range = with_comment(bytes, range);
            let is_in =
                |place: &&Range<usize>| range.start <= place.start && place.end <= range.end;
            let inside: Vec<_> = places.iter().filter(is_in).cloned().collect();
            if inside.len() <= said {
                found.extend(inside);
            }
        }
        found
    }
}

/// With the comment directly above.
fn with_comment(bytes: &[u8], range: &Range<usize>) -> Range<usize> {
    let before = bytes.get(..range.start).unwrap_or_default();
    let tokens = tokens(before);
    let above = tokens
        .last()
        .filter(|token| token.kind == TokenKind::Comment);
    above.map_or(range.start, |above| above.range.start)..range.end
}

/// How often a change says a name in the text that it brings.
fn said(body: &ChangeBody, name: &str) -> usize {
    let texts: Vec<&str> = match &body.kind {
        ChangeKind::Function(kind) => vec![&kind.define],
        ChangeKind::Declaration(kind) => vec![&kind.declare],
        ChangeKind::Macro(kind) => {
            let bodies = kind.arms.iter().map(|arm| arm.body.as_str());
            bodies.chain([kind.name.as_str()]).collect()
        }
        ChangeKind::Redefine(kind) => kind.arms.iter().map(|arm| arm.body.as_str()).collect(),
        ChangeKind::Insert(kind) => vec![kind.code.text()],
        ChangeKind::Line(kind) => vec![&kind.add],
        ChangeKind::Lines(kind) => kind.new.iter().map(String::as_str).collect(),
        ChangeKind::Hunk(kind) => {
            let came = kind.lines.iter().filter(|line| line.sign == HunkSign::Add);
            came.map(|line| line.text.as_str()).collect()
        }
        ChangeKind::Rewrite(kind) => vec![kind.replacement.text()],
        ChangeKind::Assign(kind) => vec![kind.set.text()],
        ChangeKind::Member(kind) => vec![&kind.declare],
        ChangeKind::Field(kind) => vec![&kind.set],
        ChangeKind::Test(kind) => match &kind.becomes {
            Widening::Or(text) | Widening::And(text) | Widening::With(text) => vec![text.text()],
        },
        ChangeKind::Export(kind) => kind.functions.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let comment = body.comment.as_deref();
    let texts = texts.into_iter().chain(comment);
    texts.map(|text| count(text, name)).sum()
}

/// How often a text has a word.
fn count(text: &str, word: &str) -> usize {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let bytes = text.as_bytes();
    let all = text.match_indices(word).filter(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !is_word(before) && !is_word(bytes.get(at + word.len()))
    });
    all.count()
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn a_word_is_whole() {
        assert_eq!(count("int go(void) { return go2(go); }", "go"), 2);
        assert_eq!(count("rego ago_go go", "go"), 1);
    }
}
