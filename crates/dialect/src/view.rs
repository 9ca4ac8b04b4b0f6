//! The dialect: a view of a file, of equal length, that the C grammar can read.
//!
//! The grammar knows C, the kernel writes C with macros. The view blanks or replaces what the grammar
//! stumbles over, in place, so that every offset of the syntax tree is an offset of the file. It goes
//! through these stages:
//!
//! 0. `limits`: what is no C by far is given up.
//! 1. `stream`: code tokens and directives; directives are blanked.
//! 2. `conditional`: arms of `#if` groups that cannot stand beside each other are dropped.
//! 3. `annotation`: well-known annotations are blanked.
//! 4. `walker` and its parts: one descent over the rest, which knows what the grammar takes and
//!    drafts an edit where the file differs from it.
//!
//! The rules are a table, [`RULES`], each with its reason and an example that is also its test. Every
//! change is logged as an [`Edit`]; nothing inside comments or literals is ever touched, but for whole
//! arms that are dropped and directives.
//!
//! Rejected: rewriting by regular expressions or word lists (they blanked `subsys_initcall(x);`), and
//! asking the tree for the meaning of every word (20 seconds before the first file is read).

mod annotation;
mod argument;
mod assembly;
mod conditional;
mod declaration;
mod declarator;
mod edit;
mod expression;
mod initialiser;
mod limits;
mod macro_use;
mod pieces;
mod record;
mod rule;
mod statement;
mod stream;
mod symbol;
mod type_name;
mod walker;

use std::ops::Range;

pub use edit::{Change, Edit};
pub use rule::{RULES, Rule, RuleEntry};

pub use edit::apply_edits;

pub use conditional::{POLICIES, Policy};

use crate::macros::Lens;
use crate::view::conditional::Fate;
use crate::view::edit::{Draft, apply_all, blank};
use crate::view::stream::{Directive, DirectiveKind, MAX_BYTES, Tok, index, pair_brackets, scan};
use crate::view::symbol::Symbol;
use crate::view::walker::Walker;

/// Code that the view does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Byte range in the file, from the first to after the last dropped token.
    pub range: Range<usize>,
    /// No compiler of C sees it either: `#if 0`, assembler, C++. Otherwise it is the arm of a group
    /// that was not chosen, and nothing is known about it.
    pub dead: bool,
}

/// A file as the grammar gets to see it.
#[derive(Debug, Default)]
pub struct View {
    /// As long as the file.
    pub bytes: Vec<u8>,
    /// Every difference from the file, in file order.
    pub edits: Vec<Edit>,
    /// Code that it does not show, in file order.
    pub dropped: Vec<Dropped>,
    /// The file has `#if` groups, so that another policy may show another view.
    pub has_alternatives: bool,
    /// Why the grammar shall not see it, the limits of what is read.
    pub beyond_c: Option<String>,
    /// Long stretches without code, which the grammar need not see. Comments in them are in no tree.
    pub blank_stretches: Vec<Range<usize>>,
}

impl View {
    /// The file as it is.
    #[must_use]
    pub fn unchanged(source: &[u8]) -> Self {
        Self {
            bytes: source.to_vec(),
            ..Self::default()
        }
    }
}

/// Makes the view of a file.
#[must_use]
pub fn view(source: &[u8], macros: &Lens<'_>, policy: Policy) -> View {
    if source.len() > MAX_BYTES {
        return View::unchanged(source);
    }
    let mut bytes = source.to_vec();
    let (toks, directives) = scan(source);
    let beyond_c = limits::beyond_c(&toks);
    if beyond_c.is_some() {
        return View {
            beyond_c,
            ..View::unchanged(source)
        };
    }
    let mut drafts = blank_directives(&directives, &mut bytes);
    let fates = conditional::fates(source, &toks, &directives, policy);
    let dropped = drop_arms(&toks, &fates, &mut bytes, &mut drafts);
    let mut toks = keep(&toks, &fates);
    annotation::blank_annotations(source, macros.words(), &mut bytes, &mut toks, &mut drafts);
    blank_raw_strings(source, &toks, &mut bytes, &mut drafts);
    blank_quoted_comments(source, &toks, &mut bytes, &mut drafts);
    let done = drafts.len();
    let partner = pair_brackets(&toks);
    let blank_stretches = blank_stretches(&bytes, &toks);
    let drafts = {
        let mut walker = Walker::new(source, &bytes, toks, partner, drafts, macros);
        walker.walk();
        walker.drafts
    };
    apply_all(drafts.get(done..).unwrap_or_default(), &mut bytes);
    let drafts = without_covered(drafts, done);
    let mut edits: Vec<Edit> = drafts.into_iter().map(Draft::finish).collect();
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    debug_assert!(
        {
            let mut again = source.to_vec();
            apply_edits(&edits, &mut again);
            again == bytes
        },
        "the log is what was done"
    );
    View {
        bytes,
        edits,
        dropped,
        has_alternatives: directives
            .iter()
            .any(|directive| directive.kind == DirectiveKind::If),
        beyond_c: None,
        blank_stretches,
    }
}

/// Takes literals out of the log that are in what was blanked after them: the log says what was done to the file.
fn without_covered(mut drafts: Vec<Draft>, done: usize) -> Vec<Draft> {
    let is_raw = |draft: &Draft| matches!(draft.rule, Rule::RawString | Rule::CharComment);
    if !drafts.iter().take(done).any(is_raw) {
        return drafts;
    }
    let later = drafts.get(done..).unwrap_or_default().iter();
    let mut later: Vec<(usize, usize)> = later
        .map(|draft| (draft.range().start, draft.range().end))
        .collect();
    later.sort_unstable();
    // The furthest end of those that begin no later.
    let mut furthest = 0;
    for (_, end) in &mut later {
        furthest = furthest.max(*end);
        *end = furthest;
    }
    let is_covered = |draft: &Draft| {
        let before = later.partition_point(|(start, _)| *start <= draft.range().start);
        let last = before.checked_sub(1).and_then(|at| later.get(at));
        last.is_some_and(|(_, end)| draft.range().end <= *end)
    };
    let mut at = 0;
    drafts.retain(|draft| {
        at += 1;
        at > done || !(is_raw(draft) && is_covered(draft))
    });
    drafts
}

fn blank_directives(directives: &[Directive], bytes: &mut [u8]) -> Vec<Draft> {
    let drafts: Vec<Draft> = directives
        .iter()
        .map(|directive| {
            let range = index(directive.start)..index(directive.end);
            Draft::new(Rule::Directive, range, Change::Blank)
        })
        .collect();
    for draft in &drafts {
        draft.apply(bytes);
    }
    drafts
}

/// Puts an empty literal over each raw string: the grammar of C has none, and would read what is in one.
fn blank_raw_strings(source: &[u8], toks: &[Tok], bytes: &mut [u8], drafts: &mut Vec<Draft>) {
    // Hardly a file has one, and a search for two bytes costs nothing.
    if memchr::memmem::find(source, b"R\"").is_none() {
        return;
    }
    for tok in toks.iter().filter(|tok| tok.symbol == Symbol::Text) {
        let range = index(tok.start)..index(tok.end);
        let text = source.get(range.clone()).unwrap_or_default();
        let quote = memchr::memchr(b'"', text).unwrap_or(0);
        if quote > 0 && text.get(quote - 1) == Some(&b'R') {
            let draft = Draft::new(Rule::RawString, range, Change::Put("\"\""));
            draft.apply(bytes);
            drafts.push(draft);
        }
    }
}

/// Puts a plain character over each constant of several with the start of a comment in it: the grammar would read
/// one there, with all the code up to its end.
fn blank_quoted_comments(source: &[u8], toks: &[Tok], bytes: &mut [u8], drafts: &mut Vec<Draft>) {
    // As many bytes as the shortest such constant.
    const PLAIN: &str = "'..'";
    for tok in toks.iter().filter(|tok| tok.symbol == Symbol::Char) {
        let range = index(tok.start)..index(tok.end);
        let text = source.get(range.clone()).unwrap_or_default();
        let starts = |pair: &[u8]| matches!(pair, b"/*" | b"//");
        if text.len() > PLAIN.len() - 1 && text.windows(2).any(starts) {
            let draft = Draft::new(Rule::CharComment, range, Change::Put(PLAIN));
            draft.apply(bytes);
            drafts.push(draft);
        }
    }
}

/// Blanks what is dropped, token by token, so that comments stay.
fn drop_arms(
    toks: &[Tok],
    fates: &[Fate],
    bytes: &mut [u8],
    drafts: &mut Vec<Draft>,
) -> Vec<Dropped> {
    let mut dropped: Vec<Dropped> = Vec::new();
    let mut before = Fate::Kept;
    for (tok, &fate) in toks.iter().zip(fates) {
        let range = index(tok.start)..index(tok.end);
        if fate != Fate::Kept {
            if let Some(shown) = bytes.get_mut(range.clone()) {
                blank(shown);
            }
            let rule = if fate == Fate::Dead {
                Rule::DeadArm
            } else {
                Rule::DroppedArm
            };
            drafts.push(Draft::new(rule, range.clone(), Change::Blank));
            match dropped.last_mut() {
                Some(last) if before == fate && !tok.after_directive => {
                    blank_splices(bytes, last.range.end..range.start, rule, drafts);
                    last.range.end = range.end;
                }
                _ => dropped.push(Dropped {
                    range,
                    dead: fate == Fate::Dead,
                }),
            }
        }
        before = fate;
    }
    dropped
}

/// Stretches of at least this many bytes without code count: the register headers of a driver have
/// megabytes of `#define`s, and blanks cost the grammar as much as code does.
const BLANK_STRETCH: usize = 1 << 18;

/// The long stretches between two code tokens, each followed by white space.
fn blank_stretches(view: &[u8], toks: &[Tok]) -> Vec<Range<usize>> {
    let starts = toks.iter().map(|tok| index(tok.start));
    let ends = toks.iter().map(|tok| index(tok.end));
    std::iter::once(0)
        .chain(ends)
        .zip(starts.chain(std::iter::once(view.len())))
        .filter(|(from, to)| to.saturating_sub(*from) >= BLANK_STRETCH)
        .map(|(from, to)| from..to - 1)
        .filter(|gap| view.get(gap.end).is_some_and(u8::is_ascii_whitespace))
        .collect()
}

/// Blanks the backslashes that join lines between two dropped tokens; a comment among them stays.
fn blank_splices(bytes: &mut [u8], gap: Range<usize>, rule: Rule, drafts: &mut Vec<Draft>) {
    let between = bytes.get(gap.clone()).unwrap_or_default();
    if between.contains(&b'/') {
        return;
    }
    let splices: Vec<usize> = memchr::memchr_iter(b'\\', between)
        .map(|at| gap.start + at)
        .collect();
    for at in splices {
        let draft = Draft::new(rule, at..at + 1, Change::Blank);
        draft.apply(bytes);
        drafts.push(draft);
    }
}

/// The tokens that the view shows.
fn keep(toks: &[Tok], fates: &[Fate]) -> Vec<Tok> {
    let mut kept = Vec::with_capacity(toks.len());
    let mut carried = false;
    for (tok, &fate) in toks.iter().zip(fates) {
        if fate == Fate::Kept {
            kept.push(Tok {
                fresh: tok.fresh || carried,
                after_directive: tok.after_directive || carried,
                ..*tok
            });
        }
        carried = fate != Fate::Kept;
    }
    kept
}
