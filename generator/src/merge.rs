//! New code put over old code token by token, so that what the two have in common keeps its bytes.
//!
//! The old code has things that no pattern names: its layout, comments, annotations, the last comma of a list. All of
//! that lies between two tokens. Where both tokens are in the new code as well, what lies between them stays; where one
//! of them is, it stays with that one if it is about it; where neither is, it would be lost, and nothing is written.
//!
//! Rejected: to write the new code whole and to put the comments in afterwards. Where they belong is known only beside
//! the code that they are about.

mod align;
mod gap;

use std::ops::Range;

use dialect::token::{Token, TokenKind, exact_text, texts, tokens};
use query::File;
use query::pattern::Filled;
use similar::DiffOp;
use sites::Unresolved;
use sites::unnamed::Unnamed;

use crate::edit::Edit;
use crate::place;
use gap::Gap;

/// Old code, and what of it is in no pattern.
pub(crate) struct Old<'a> {
    pub(crate) file: &'a File,
    /// All of it.
    pub(crate) range: Range<usize>,
    /// The comments and annotations that are to be kept.
    pub(crate) kept: Vec<Unnamed>,
    /// The commas that a list may have or not.
    pub(crate) commas: Vec<Range<usize>>,
    /// What metavariables stand for that are in the pattern once.
    pub(crate) bound: Vec<(String, Range<usize>)>,
}

/// The edits that make the new code of the old.
///
/// # Errors
/// A comment or an annotation would be lost.
pub(crate) fn merged(old: &Old<'_>, new: &Filled) -> Result<Vec<Edit>, Unresolved> {
    let old_tokens = old.tokens();
    let new_tokens = tokens(new.text.as_bytes());
    let old_texts: Vec<String> = old_tokens.iter().map(|token| old.text(token)).collect();
    let new_texts: Vec<String> = new_tokens
        .iter()
        .map(|token| shown(new.text.get(token.range.clone()).unwrap_or_default(), token))
        .collect();
    let merge = Merge {
        old,
        gaps: gap::gaps(old, &old_tokens),
        old_tokens: &old_tokens,
        new,
        new_tokens: &new_tokens,
    };
    let mut edits = Vec::new();
    let ops = merge.ops(&old_texts, &new_texts);
    merge.stays_beside_its_statement(&ops, &old_texts, &new_texts)?;
    for op in ops {
        match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => edits.extend(
                (1..len).filter_map(|next| merge.moved(old_index + next, new_index + next)),
            ),
            DiffOp::Insert {
                old_index,
                new_index,
                new_len,
            } => edits.push(merge.inserted(old_index, new_index..new_index + new_len)?),
            DiffOp::Delete {
                old_index,
                old_len,
                new_index,
            } => edits.push(merge.removed(old_index..old_index + old_len, new_index)?),
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => edits.push(merge.replaced(
                old_index..old_index + old_len,
                new_index..new_index + new_len,
            )?),
        }
    }
    Ok(edits)
}

/// Whether two tokens side by side are read as others.
pub(crate) fn run_together(before: &str, after: &str) -> bool {
    if before.is_empty() || after.is_empty() {
        return false;
    }
    let both = format!("{before}{after}");
    !texts(both.as_bytes()).eq([before, after])
}

/// A token as it is compared: a comment with its white space folded.
fn shown(text: &str, token: &Token) -> String {
    match token.kind {
        TokenKind::Comment => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    }
}

impl Old<'_> {
    /// The tokens but for those that lie in a gap.
    fn tokens(&self) -> Vec<Token> {
        let is_kept = |range: &Range<usize>| {
            let mut kept = self.kept.iter().map(|one| &one.range).chain(&self.commas);
            kept.any(|one| one.start <= range.start && range.end <= one.end)
        };
        tokens(self.file.slice(self.range.clone()))
            .into_iter()
            .map(|token| Token {
                range: self.range.start + token.range.start..self.range.start + token.range.end,
                ..token
            })
            .filter(|token| !is_kept(&token.range))
            .collect()
    }

    fn text(&self, token: &Token) -> String {
        shown(&exact_text(self.file.slice(token.range.clone())), token)
    }
}

struct Merge<'a> {
    old: &'a Old<'a>,
    old_tokens: &'a [Token],
    /// What is before each old token, and after the last.
    gaps: Vec<Gap>,
    new: &'a Filled,
    new_tokens: &'a [Token],
}

impl Merge<'_> {
    fn gap(&self, at: usize) -> Gap {
        let end = self.old.range.end;
        self.gaps.get(at).cloned().unwrap_or(Gap::empty(end))
    }

    fn bytes(&self, range: Range<usize>) -> String {
        self.old.file.text(range).into_owned()
    }

    /// What is before a new token; nothing at either end.
    fn new_gap(&self, at: usize) -> &str {
        let before = at.checked_sub(1).and_then(|at| self.new_tokens.get(at));
        match (before, self.new_tokens.get(at)) {
            (Some(before), Some(token)) => {
                let gap = before.range.end..token.range.start;
                self.new.text.get(gap).unwrap_or_default()
            }
            _ => "",
        }
    }

    fn new_text(&self, tokens: &Range<usize>) -> &str {
        let first = self.new_tokens.get(tokens.start);
        let last = tokens.end.checked_sub(1);
        let last = last.and_then(|at| self.new_tokens.get(at));
        match (first, last) {
            (Some(first), Some(last)) => {
                let text = first.range.start..last.range.end;
                self.new.text.get(text).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// The same two tokens in old and new code: what a metavariable took may be indented anew.
    fn moved(&self, old: usize, new: usize) -> Option<Edit> {
        let gap = self.gap(old);
        let was = self.bytes(gap.range.clone());
        let is = self.new_gap(new);
        let (before, token) = (
            self.new_tokens.get(new.checked_sub(1)?)?,
            self.new_tokens.get(new)?,
        );
        // What is inside of it, and the line ends on both sides of it.
        let mut taken = self.new.taken.iter().map(|taken| &taken.range);
        let is_taken = taken.any(|taken| {
            taken.start <= before.range.start && token.range.end <= taken.end
                || taken.start == token.range.start
                || taken.end == before.range.end
        });
        let text = reindented(&was, is).filter(|text| *text != was)?;
        (is_taken && gap.is_layout()).then(|| Edit::replace(gap.range, text))
    }

    /// New tokens before the old token `at`.
    fn inserted(&self, at: usize, new: Range<usize>) -> Result<Edit, Unresolved> {
        let gap = self.gap(at);
        let place = gap.between();
        // The last comma of a list is the one before its new last entry, which gets one too.
        let has_comma = gap.things.iter().any(|thing| thing.is_comma);
        let continues = has_comma && self.new_text(&(new.start..new.start + 1)) == ",";
        let new = new.start + usize::from(continues)..new.end;
        let lead = layout(self.new_gap(new.start), &self.lines_before(at, &place));
        let trail = layout(self.new_gap(new.end), &self.bytes(place.clone()));
        let lead = self.apart(lead, gap.range.start < place.start);
        let trail = self.apart(trail, place.end < gap.range.end);
        if let Some(open) = gap.line_comment_before(&place)
            && !lead.contains('\n')
        {
            return Err(self.lost(&open));
        }
        let comma = if continues { "," } else { "" };
        let text = format!("{lead}{}{comma}{trail}", self.new_text(&new));
        Ok(Edit::replace(place, text))
    }

    /// The layout at a place where something comes before the old token `at`: before a brace, it is that of the entry
    /// before.
    fn lines_before(&self, at: usize, place: &Range<usize>) -> String {
        let was = self.bytes(place.clone());
        let token = |at: usize| self.old_tokens.get(at).map(|token| token.range.clone());
        let closes = token(at).is_some_and(|range| self.old.file.slice(range) == b"}");
        match at.checked_sub(1).and_then(token) {
            Some(previous) if closes && was.contains('\n') => {
                format!("\n{}", place::indentation(self.old.file, previous.start))
            }
            _ => was,
        }
    }

    /// A blank where what is kept would touch new code.
    fn apart(&self, gap: String, beside_kept: bool) -> String {
        if gap.is_empty() && beside_kept {
            " ".to_owned()
        } else {
            gap
        }
    }

    /// Old tokens that go; what comes next in the new code is its token `new`.
    fn removed(&self, old: Range<usize>, new: usize) -> Result<Edit, Unresolved> {
        self.nothing_inside(&old)?;
        let (before, after) = (self.gap(old.start), self.gap(old.end));
        if let Some(lost) = before.next_ones().chain(after.previous_ones()).next() {
            return Err(self.lost(lost));
        }
        let place = before.between().start..after.between().end;
        let layouts = [&before, &after].map(|gap| self.bytes(gap.range.clone()));
        let has_line_end = |layout: &&String| layout.contains('\n');
        let text = match layouts.iter().find(has_line_end) {
            Some(lines) if is_blank_on_line(self.new_gap(new)) && before.is_layout() => {
                lines.clone()
            }
            _ => self.new_gap(new).to_owned(),
        };
        Ok(Edit::replace(place, text))
    }

    fn replaced(&self, old: Range<usize>, new: Range<usize>) -> Result<Edit, Unresolved> {
        self.nothing_inside(&old)?;
        let (before, after) = (self.gap(old.start), self.gap(old.end));
        let first = self
            .old_tokens
            .get(old.start)
            .map(|token| token.range.start);
        let last = old
            .end
            .checked_sub(1)
            .and_then(|at| self.old_tokens.get(at));
        let mut place =
            first.unwrap_or(self.old.range.start)..last.map_or(self.old.range.end, |t| t.range.end);
        let mut text = self.new_text(&new).to_owned();
        if let Some(lead) = self.relaid(&before, new.start) {
            place.start = before.range.start;
            text.insert_str(0, &lead);
        }
        if let Some(trail) = self.relaid(&after, new.end) {
            place.end = after.range.end;
            text.push_str(&trail);
        }
        Ok(Edit::replace(place, text))
    }

    /// What is between an old token that stays and a new one: as in the new code, but for what is kept, for lines of their
    /// own, and for columns.
    fn relaid(&self, gap: &Gap, new: usize) -> Option<String> {
        let was = self.bytes(gap.range.clone());
        let is = self.new_gap(new);
        let is_plain = matches!(was.as_str(), "" | " ") || is.contains('\n');
        let text = reindented(&was, is).unwrap_or_else(|| is.to_owned());
        (gap.is_layout() && is_plain && was != text).then_some(text)
    }

    /// What is between two tokens that go is lost.
    fn nothing_inside(&self, old: &Range<usize>) -> Result<(), Unresolved> {
        let inner = (old.start + 1..old.end).filter_map(|at| self.gaps.get(at));
        let lost = inner
            .flat_map(|gap| &gap.things)
            .find(|thing| !thing.is_comma);
        match lost {
            Some(lost) => Err(self.lost(lost)),
            None => Ok(()),
        }
    }

    fn lost(&self, thing: &gap::Thing) -> Unresolved {
        let text = sites::one_line(&self.bytes(thing.range.clone()));
        Unresolved::unfit(format!(
            "`{text}` would be lost: it is inside of what is replaced, and beside code that the new form does not have; \
             write it in the new form, or let a metavariable take it"
        ))
        .at(self.old.file, thing.range.start)
    }
}

/// The line ends of the old layout with the indentation of the new, where both have line ends.
fn reindented(was: &str, is: &str) -> Option<String> {
    let lines = was.get(..=was.rfind('\n')?)?;
    let indentation = is.get(is.rfind('\n')? + 1..)?;
    Some(format!("{lines}{indentation}"))
}

fn is_blank_on_line(gap: &str) -> bool {
    !gap.is_empty() && !gap.contains('\n')
}

/// What goes beside new tokens: where the old code has a line each, so has what is new.
fn layout(new: &str, old: &str) -> String {
    if is_blank_on_line(new) && old.contains('\n') {
        old.to_owned()
    } else {
        new.to_owned()
    }
}
