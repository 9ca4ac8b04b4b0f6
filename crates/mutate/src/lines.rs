//! Lines of a file: which a series has changed, and how a difference is shown.

use std::collections::BTreeSet;
use std::ops::Range;

use dialect::token::{Token, tokens};
use git2::{DiffOptions, Patch};

/// Lines that a series has put in the place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hunk {
    /// The whole lines in the file after.
    pub(crate) after: Range<usize>,
    /// The lines that they replace.
    pub(crate) before: String,
}

/// The hunks between two texts, each without context.
pub(crate) fn hunks(before: &[u8], after: &[u8]) -> Vec<Hunk> {
    let mut options = DiffOptions::new();
    options.context_lines(0);
    let Ok(patch) = Patch::from_buffers(before, None, after, None, Some(&mut options)) else {
        return Vec::new();
    };
    let (old_starts, new_starts) = (starts(before), starts(after));
    // git counts lines from 1, and names the line before where a side has none.
    let range = |starts: &[usize], first: u32, count: u32| {
        let first = if count == 0 {
            first
        } else {
            first.saturating_sub(1)
        } as usize;
        let end = starts.last().copied().unwrap_or_default();
        let at = |line: usize| starts.get(line).copied().unwrap_or(end);
        at(first)..at(first + count as usize)
    };
    (0..patch.num_hunks())
        .filter_map(|index| {
            let (hunk, _) = patch.hunk(index).ok()?;
            let old = range(&old_starts, hunk.old_start(), hunk.old_lines());
            let text = before.get(old).unwrap_or_default();
            Some(Hunk {
                after: range(&new_starts, hunk.new_start(), hunk.new_lines()),
                before: String::from_utf8_lossy(text).into_owned(),
            })
        })
        .collect()
}

/// The tokens of a hunk that it brings: those that are not among the lines that it replaces, in their order. Comments
/// count as tokens.
pub(crate) fn brought(hunk: &Hunk, after: &[u8]) -> Vec<Range<usize>> {
    let new = after.get(hunk.after.clone()).unwrap_or_default();
    let old = hunk.before.as_bytes();
    let (old_tokens, new_tokens) = (tokens(old), tokens(new));
    let text = |source: &[u8], token: &Token| -> Vec<u8> {
        source.get(token.range.clone()).unwrap_or_default().to_vec()
    };
    let olds: Vec<Vec<u8>> = old_tokens.iter().map(|token| text(old, token)).collect();
    let news: Vec<Vec<u8>> = new_tokens.iter().map(|token| text(new, token)).collect();
    let kept = common(&olds, &news);
    let own = new_tokens
        .iter()
        .enumerate()
        .filter(|(at, _)| !kept.contains(at));
    own.map(|(_, token)| hunk.after.start + token.range.start..hunk.after.start + token.range.end)
        .collect()
}

/// How many tokens a hunk may have for its tokens to be compared; a larger one brings all of them.
const MOST_TOKENS: usize = 2000;

/// The places in `new` of a longest common subsequence.
fn common(old: &[Vec<u8>], new: &[Vec<u8>]) -> BTreeSet<usize> {
    let mut kept = BTreeSet::new();
    if old.len() > MOST_TOKENS || new.len() > MOST_TOKENS {
        return kept;
    }
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for at in (0..old.len()).rev() {
        for beside in (0..new.len()).rev() {
            longest[at * width + beside] = if old[at] == new[beside] {
                longest[(at + 1) * width + beside + 1] + 1
            } else {
                longest[(at + 1) * width + beside].max(longest[at * width + beside + 1])
            };
        }
    }
    let (mut at, mut beside) = (0, 0);
    while at < old.len() && beside < new.len() {
        if old[at] == new[beside] {
            kept.insert(beside);
            at += 1;
            beside += 1;
        } else if longest[(at + 1) * width + beside] >= longest[at * width + beside + 1] {
            at += 1;
        } else {
            beside += 1;
        }
    }
    kept
}

/// Where each line starts, and where the text ends.
fn starts(text: &[u8]) -> Vec<usize> {
    let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let mut starts: Vec<usize> = std::iter::once(0)
        .chain(ends.map(|(at, _)| at + 1))
        .collect();
    if starts.last() != Some(&text.len()) {
        starts.push(text.len());
    }
    starts
}

/// A difference as `diff -u` shows it, without the heads of the files.
pub(crate) fn shown(before: &[u8], after: &[u8]) -> String {
    let mut options = DiffOptions::new();
    options.context_lines(2);
    let Ok(patch) = Patch::from_buffers(before, None, after, None, Some(&mut options)) else {
        return String::new();
    };
    let mut shown = String::new();
    for hunk in 0..patch.num_hunks() {
        if let Ok((head, _)) = patch.hunk(hunk) {
            shown.push_str(&String::from_utf8_lossy(head.header()));
        }
        for line in 0..patch.num_lines_in_hunk(hunk).unwrap_or_default() {
            let Ok(line) = patch.line_in_hunk(hunk, line) else {
                continue;
            };
            if let origin @ (' ' | '+' | '-') = line.origin() {
                shown.push(origin);
            }
            shown.push_str(&String::from_utf8_lossy(line.content()));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{brought, hunks, shown};

    #[test]
    fn a_hunk_brings_the_tokens_that_are_new() {
        let (old, new) = ("return a->b || c;\n", "return a->b || a->d || c;\n");
        let found = hunks(old.as_bytes(), new.as_bytes());
        let own: Vec<&str> = brought(&found[0], new.as_bytes())
            .into_iter()
            .map(|range| &new[range])
            .collect();
        assert_eq!(own, ["a", "->", "d", "||"]);
    }

    #[test]
    fn a_hunk_is_the_lines_that_differ() {
        let found = hunks(b"a\nb\nc\n", b"a\nB\nc\nd\n");
        let lines: Vec<_> = found
            .iter()
            .map(|hunk| (hunk.after.clone(), hunk.before.as_str()))
            .collect();
        assert_eq!(lines, [(2..4, "b\n"), (6..8, "")]);
        let gone = hunks(b"a\nb\nc\n", b"a\nc\n");
        assert_eq!(
            (gone[0].after.clone(), gone[0].before.as_str()),
            (2..2, "b\n")
        );
    }

    #[test]
    fn a_difference_is_shown_with_its_context() {
        assert_eq!(shown(b"a\nb\n", b"a\nc\n"), "@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
    }
}
