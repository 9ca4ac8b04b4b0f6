//! `\( a \| b \)`: alternatives inside a pattern; `\( a \)?` and `static?`: a part that may be missing.
//!
//! Each combination is a pattern of its own, a *form*, read by itself: so an alternative may be of any sort, an expression, a
//! statement, the words before a function's name, and what may follow it depends on nothing else. The marks are those of
//! Coccinelle: C has no backslash outside literals, whereas `( a | b )` is C.

use std::ops::Range;

use super::PatternError;
use super::constraint::written;
use super::metavar::typed_at;
use super::place::failure;
use super::scan::{Scanned, Scanner};

/// More forms of one pattern are refused: each is a search.
const MAX_FORMS: usize = 64;

/// Deeper alternatives are refused.
const MAX_NESTING: usize = 16;

/// Words that a `?` behind them makes optional: no operand of `?:` is one of them.
const OPTIONAL: [&str; 12] = [
    "static",
    "extern",
    "inline",
    "const",
    "volatile",
    "register",
    "restrict",
    "unsigned",
    "signed",
    "__inline",
    "__always_inline",
    "noinline",
];

/// One form of a pattern's text.
#[derive(Debug)]
pub(super) struct Expanded {
    pub(super) text: String,
    /// For each byte, and the end: its offset in the pattern.
    origin: Vec<usize>,
}

#[derive(Debug)]
enum Piece {
    Text(Range<usize>),
    Either(Vec<Vec<Piece>>),
}

/// What has been read of a group: the alternatives before the last one, and where it begins.
struct Open {
    at: Range<usize>,
    before: Vec<Vec<Piece>>,
    outer: Vec<Piece>,
}

/// Whether the text has alternatives.
pub(super) fn are_in(text: &str) -> bool {
    pieces(text).map_or(true, |pieces| !matches!(pieces[..], [] | [Piece::Text(_)]))
}

/// The forms of a pattern, in the order in which they are tried.
pub(super) fn forms(text: &str) -> Result<Vec<Expanded>, PatternError> {
    let pieces = pieces(text)?;
    let count = count(&pieces);
    if count > MAX_FORMS {
        return Err(failure(
            0..text.len(),
            &format!("the alternatives make {count} patterns; at most {MAX_FORMS} are tried"),
            "write several patterns",
        ));
    }
    let mut all = vec![Vec::new()];
    expand(&pieces, &mut all);
    Ok(all
        .into_iter()
        .map(|ranges| Expanded::of(text, &ranges))
        .collect())
}

fn count(pieces: &[Piece]) -> usize {
    pieces.iter().fold(1, |product, piece| match piece {
        Piece::Text(_) => product,
        Piece::Either(any) => {
            let sum = any
                .iter()
                .map(|one| count(one))
                .fold(0, usize::saturating_add);
            product.saturating_mul(sum)
        }
    })
}

/// Appends each choice among `pieces` to each of `all`.
fn expand(pieces: &[Piece], all: &mut Vec<Vec<Range<usize>>>) {
    for piece in pieces {
        match piece {
            Piece::Text(range) => all.iter_mut().for_each(|one| one.push(range.clone())),
            Piece::Either(any) => {
                let grown = all.iter().flat_map(|begun| {
                    any.iter().flat_map(|alternative| {
                        let mut ways = vec![begun.clone()];
                        expand(alternative, &mut ways);
                        ways
                    })
                });
                *all = grown.collect();
            }
        }
    }
}

impl Expanded {
    fn of(text: &str, ranges: &[Range<usize>]) -> Self {
        let mut this = Self {
            text: String::new(),
            origin: Vec::new(),
        };
        for (index, range) in ranges.iter().enumerate() {
            // Where a mark was, two words do not become one.
            if index > 0 {
                this.text.push(' ');
                this.origin.push(range.start);
            }
            this.text
                .push_str(text.get(range.clone()).unwrap_or_default());
            this.origin.extend(range.clone());
        }
        this.origin
            .push(ranges.last().map_or(text.len(), |last| last.end));
        this
    }

    /// An error in this form as one in the pattern.
    pub(super) fn blamed(&self, mut error: PatternError, whole: &str) -> PatternError {
        let last = self.origin.last().copied().unwrap_or(0);
        let at = |offset: usize| self.origin.get(offset).copied().unwrap_or(last);
        let start = at(error.span.start);
        let end = match error.span.end.checked_sub(1) {
            Some(before) if error.span.end > error.span.start => at(before) + 1,
            _ => start,
        };
        error.span = start..end.max(start);
        if error.help.is_none() && self.text != whole {
            let form = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
            error.help = Some(format!(
                "each alternative has to make a pattern; this one makes `{form}`"
            ));
        }
        error
    }
}

/// Takes the text apart at its marks.
fn pieces(text: &str) -> Result<Vec<Piece>, PatternError> {
    let mut reader = Reader {
        text,
        at: 0,
        done: Vec::new(),
        open: Vec::new(),
    };
    let bytes = text.as_bytes();
    let mut tokens = Scanner::new(bytes, 0..text.len());
    while let Some(token) = tokens.next() {
        let resume = reader.token(&token)?;
        if let Some(at) = resume {
            tokens = Scanner::new(bytes, at..text.len());
        }
    }
    reader.end()
}

struct Reader<'t> {
    text: &'t str,
    /// What is before this is in pieces.
    at: usize,
    done: Vec<Piece>,
    open: Vec<Open>,
}

impl Reader<'_> {
    /// Reads a token; where to go on, if not behind it.
    fn token(&mut self, token: &Scanned) -> Result<Option<usize>, PatternError> {
        let word = self.text.get(token.range.clone()).unwrap_or_default();
        if word == "$"
            && let Some(open) = typed_at(self.text.as_bytes(), token.range.start)
        {
            let colon = self.text.get(open..).and_then(|rest| rest.find(':'));
            let inside = colon.map_or(open + 1, |colon| open + colon + 1);
            return Ok(written::end(self.text, inside).map(|end| end + 1));
        }
        let follows = |mark: &str| {
            let rest = self.text.get(token.range.end..);
            rest.is_some_and(|rest| rest.starts_with(mark))
        };
        if OPTIONAL.contains(&word) && follows("?") {
            self.text_until(token.range.start);
            let word = vec![Piece::Text(token.range.clone())];
            self.done.push(Piece::Either(vec![word, Vec::new()]));
            self.at = token.range.end + 1;
            return Ok(Some(self.at));
        }
        if word != "\\" {
            return Ok(None);
        }
        let mark = token.range.start..token.range.end + 1;
        if follows("(") {
            self.begin(mark.clone())?;
        } else if follows("|") {
            self.bar(&mark)?;
        } else if follows(")") {
            return self.close(&mark).map(Some);
        } else {
            return Ok(None);
        }
        self.at = mark.end;
        Ok(Some(mark.end))
    }

    fn text_until(&mut self, end: usize) {
        if self.at < end {
            self.done.push(Piece::Text(self.at..end));
        }
    }

    fn begin(&mut self, mark: Range<usize>) -> Result<(), PatternError> {
        if self.open.len() >= MAX_NESTING {
            return Err(failure(mark, "nested too deeply", ""));
        }
        self.text_until(mark.start);
        self.open.push(Open {
            at: mark,
            before: Vec::new(),
            outer: std::mem::take(&mut self.done),
        });
        Ok(())
    }

    fn bar(&mut self, mark: &Range<usize>) -> Result<(), PatternError> {
        self.text_until(mark.start);
        let done = std::mem::take(&mut self.done);
        match self.open.last_mut() {
            Some(open) => open.before.push(done),
            None => return Err(stray(mark, "\\|")),
        }
        Ok(())
    }

    /// Ends a group; gives where the text goes on.
    fn close(&mut self, mark: &Range<usize>) -> Result<usize, PatternError> {
        self.text_until(mark.start);
        let Some(mut open) = self.open.pop() else {
            return Err(stray(mark, "\\)"));
        };
        open.before
            .push(std::mem::replace(&mut self.done, open.outer));
        self.at = mark.end;
        let is_optional = self
            .text
            .get(mark.end..)
            .is_some_and(|rest| rest.starts_with('?'));
        if is_optional {
            open.before.push(Vec::new());
            self.at += 1;
        } else if open.before.len() == 1 {
            let help = "write `\\( a \\| b \\)`, or `\\( a \\)?` for a part that may be missing";
            return Err(failure(
                open.at.start..mark.end,
                "a single alternative",
                help,
            ));
        }
        self.done.push(Piece::Either(open.before));
        Ok(self.at)
    }

    fn end(mut self) -> Result<Vec<Piece>, PatternError> {
        if let Some(open) = self.open.pop() {
            return Err(failure(
                open.at,
                "`\\(` is never closed",
                "close it with `\\)`",
            ));
        }
        self.text_until(self.text.len());
        Ok(self.done)
    }
}

fn stray(mark: &Range<usize>, shown: &str) -> PatternError {
    let message = format!("`{shown}` outside `\\( … \\)`");
    failure(
        mark.clone(),
        &message,
        "alternatives are written `\\( a \\| b \\)`",
    )
}
