//! New code put over old code token by token, so that what the two have in common keeps its bytes.
//!
//! The old code has things that no pattern names: its layout, comments, annotations, the last comma of a list. All of
//! that lies between two tokens. Where both tokens are in the new code as well, what lies between them stays; where one
//! of them is, it stays with that one if it is about it; where neither is, it would be lost, and nothing is written.
//!
//! Rejected: to write the new code whole and to put the comments in afterwards. Where they belong is known only beside
//! the code that they are about.

mod align;
mod fill;
mod gap;

use std::ops::Range;

use dialect::token::{Token, TokenKind, exact_text, texts, tokens};
use query::File;
use query::pattern::Filled;
use similar::DiffOp;
use sites::Unresolved;
use sites::unnamed::Unnamed;

use crate::edit::Edit;
use crate::layout::{self, columns};
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
            } => {
                let same = |next: usize| (old_index + next, new_index + next);
                edits.extend((0..len).flat_map(|next| {
                    let (old, new) = same(next);
                    let gap = (next > 0).then(|| merge.moved(old, new)).flatten();
                    gap.into_iter().chain(merge.moved_comment(old, new))
                }));
            }
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

    /// The same two tokens in old and new code: a line that begins between them may be indented anew.
    fn moved(&self, old: usize, new: usize) -> Option<Edit> {
        let gap = self.gap(old);
        let was = self.bytes(gap.range.clone());
        let is = self.new_gap(new);
        // A label is where it was, in the first column mostly.
        let last = was.rsplit('\n').next().unwrap_or_default();
        let is_label = || self.new_token(new + 1) == Some(":") && columns::width(last) <= 1;
        let text = if is.contains('\n') && was.contains('\n') && is_label() {
            return None;
        } else if is.contains('\n') {
            let is_known = self.is_taken(new) || self.begins_statement(new);
            reindented(&was, is).filter(|_| is_known)?
        } else {
            self.carried(&was, old, new)?
        };
        (text != was).then(|| Edit::replace(gap.range, text))
    }

    /// Whether the gap before a new token is inside of what a metavariable took, or a line end on either side of it.
    fn is_taken(&self, new: usize) -> bool {
        let token = |at: Option<usize>| at.and_then(|at| self.new_tokens.get(at));
        let (Some(before), Some(token)) = (token(new.checked_sub(1)), token(Some(new))) else {
            return false;
        };
        let mut taken = self.new.taken.iter().map(|taken| &taken.range);
        taken.any(|taken| {
            taken.start <= before.range.start && token.range.end <= taken.end
                || taken.start == token.range.start
                || taken.end == before.range.end
        })
    }

    /// Whether a statement, or the end of a block, begins with a new token.
    fn begins_statement(&self, new: usize) -> bool {
        let text = |back: usize| {
            let at = new.checked_sub(back)?;
            self.new_token(at)
        };
        match text(1) {
            Some(";") => true,
            Some("{") => matches!(text(2), Some(")" | "else" | "do")),
            Some("}") => !matches!(self.new_token(new), Some(";" | "," | ")" | "}")),
            _ => false,
        }
    }

    /// The first token of the statement that goes on with a new token.
    fn statement_start(&self, new: usize) -> usize {
        // A brace that closes goes with the statement whose block it ends.
        let mut depth = usize::from(self.new_token(new) == Some("}"));
        for at in (1..new).rev() {
            let before = self.new_token(at - 1).unwrap_or_default();
            match self.new_token(at).unwrap_or_default() {
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "{" => depth = depth.saturating_sub(1),
                _ => {}
            }
            let ends =
                self.begins_statement(at) || before == ")" && self.new_gap(at).contains('\n');
            if depth == 0 && ends {
                return at;
            }
        }
        0
    }

    fn new_token(&self, at: usize) -> Option<&str> {
        let token = self.new_tokens.get(at)?;
        self.new.text.get(token.range.clone())
    }

    /// The line ends of old code that the new code does not have, as deep inside their statement as they were.
    fn carried(&self, was: &str, old: usize, new: usize) -> Option<String> {
        let at = self.old_tokens.get(old)?.range.start;
        let own = place::of_statement(self.old.file, at);
        let start = self.new_tokens.get(self.statement_start(new))?.range.start;
        let line = self.new.text.get(..start)?.rfind('\n')?;
        let line = self.new.text.get(line + 1..)?;
        Some(layout::shifted_all(was, &own, columns::indentation(line)))
    }

    /// A comment of several lines that a metavariable took.
    fn moved_comment(&self, old: usize, new: usize) -> Option<Edit> {
        let token = self.old_tokens.get(old)?;
        let text = self.new_token(new)?;
        let is_comment = token.kind == TokenKind::Comment && text.contains('\n');
        let differs = is_comment && self.bytes(token.range.clone()) != text;
        differs.then(|| Edit::replace(token.range.clone(), text))
    }

    /// New tokens before the old token `at`.
    fn inserted(&self, at: usize, new: Range<usize>) -> Result<Edit, Unresolved> {
        let gap = self.gap(at);
        let place = gap.between();
        // The last comma of a list is the one before its new last entry, which gets one too.
        let has_comma = gap.things.iter().any(|thing| thing.is_comma);
        let continues = has_comma && self.new_text(&(new.start..new.start + 1)) == ",";
        let new = new.start + usize::from(continues)..new.end;
        let was = self.bytes(place.clone());
        let lead = match self.opens_a_body(new.start) {
            true => self.new_gap(new.start).to_owned(),
            false => layout(self.new_gap(new.start), &self.lines_before(at, &place)),
        };
        let trail = match self.closes_a_body(new.end) || self.is_filled(at) {
            true => self.new_gap(new.end).to_owned(),
            false => layout(self.new_gap(new.end), &was),
        };
        let lead = self.apart(lead, gap.range.start < place.start);
        let trail = self.apart(trail, place.end < gap.range.end);
        if let Some(open) = gap.line_comment_before(&place)
            && !lead.contains('\n')
        {
            return Err(self.lost(&open));
        }
        let comma = if continues { "," } else { "" };
        let mut text = format!("{lead}{}{comma}{trail}", self.new_text(&new));
        let mut place = place;
        if let Some(rest) = self.comments_behind(&gap, place.end, new.end) {
            text.push_str(&rest);
            place.end = gap.range.end;
        }
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
        let (mut place, mut text) = (place, text);
        if let Some(rest) = self.comments_behind(&after, place.end, new) {
            text.push_str(&rest);
            place.end = after.range.end;
        }
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
        let between = after.between();
        if let Some(trail) = self.relaid(&after, new.end) {
            place.end = after.range.end;
            text.push_str(&trail);
        } else if between.start == after.range.start
            && let Some(rest) = self.comments_behind(&after, between.end, new.end)
        {
            text.push_str(&beside_new(&self.bytes(between), self.new_gap(new.end)));
            text.push_str(&rest);
            place.end = after.range.end;
        }
        Ok(Edit::replace(place, text))
    }

    /// What is between an old token that stays and a new one: as in the new code, but for what is kept, for lines of their
    /// own, and for columns.
    fn relaid(&self, gap: &Gap, new: usize) -> Option<String> {
        let was = self.bytes(gap.range.clone());
        let is = self.new_gap(new);
        let is_braced = self.opens_a_body(new) || self.closes_a_body(new);
        let is_plain = matches!(was.as_str(), "" | " ") || is.contains('\n') || is_braced;
        let text = beside_new(&was, is);
        (gap.is_layout() && is_plain && was != text).then_some(text)
    }

    /// The comments before an old token that stays, from `start` on, as deep as that token is in the new code.
    fn comments_behind(&self, gap: &Gap, start: usize, new: usize) -> Option<String> {
        let was = self.bytes(start..gap.range.end);
        let begins_line = new == 0 || self.new_gap(new).contains('\n');
        let own = columns::indentation(was.get(was.rfind('\n')? + 1..)?).to_owned();
        let token = self.new_tokens.get(new).filter(|_| begins_line)?;
        let before = self.new.text.get(..token.range.start)?;
        let wanted = match before.rfind('\n') {
            Some(line) => columns::indentation(before.get(line + 1..)?).to_owned(),
            None => place::indentation(self.old.file, self.old.range.start),
        };
        Some(layout::shifted_all(&was, &own, &wanted))
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

/// The line ends and comments of the old layout with the indentation of the new, where both have line ends.
fn reindented(was: &str, is: &str) -> Option<String> {
    let own = columns::indentation(was.get(was.rfind('\n')? + 1..)?);
    let wanted = columns::indentation(is.get(is.rfind('\n')? + 1..)?);
    Some(layout::shifted_all(was, own, wanted))
}

/// The same beside new code: a blank line that the new layout has there is its author's.
fn beside_new(was: &str, is: &str) -> String {
    let has_blank = |gap: &str| gap.matches('\n').count() > 1;
    let kept = reindented(was, is).filter(|_| has_blank(was) || !has_blank(is));
    kept.unwrap_or_else(|| is.to_owned())
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
