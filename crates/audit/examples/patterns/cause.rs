//! Why Coccinelle and we disagree about a place.
//!
//! The evidence is what Coccinelle itself says when it is asked less: whether it finds the place with the
//! types taken off, and whether it lists the function around it at all.

use std::ops::Range;

use dialect::token::{TokenKind, tokens};
use query::File;

use crate::ours::{Found, Verdict};
use crate::theirs::Coccinelle;

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cause {
    /// Whether it is a mistake of ours; those come last.
    pub(crate) is_ours: bool,
    pub(crate) text: &'static str,
}

const fn theirs(text: &'static str) -> Cause {
    let is_ours = false;
    Cause { is_ours, text }
}

const fn ours(text: &'static str) -> Cause {
    let is_ours = true;
    Cause { is_ours, text }
}

const IN_MACRO: Cause = theirs("in a macro's body, which Coccinelle does not match");
const NOT_PARSED: Cause = theirs("Coccinelle does not parse the function");
const NOT_READ: Cause = theirs("Coccinelle reads the function and not this expression");
const PARENTHESES: Cause = theirs("Coccinelle takes parentheses for a difference");
const VARIABLE: Cause = theirs("Coccinelle loses the type of a variable");
const MEMBER: Cause =
    theirs("Coccinelle loses the type of a member: it reads no header of a header");
const VALUE: Cause = theirs("Coccinelle loses the type of a call's value");
const OTHER: Cause = theirs("Coccinelle loses the type of another expression");
const DEAD: Cause = theirs("under `#if 0`, or for assembler alone");
const UNTOLD: Cause = ours("we say that the type could not be told");
const DISAGREED: Cause = ours("we say that it has another type");
const UNREAD: Cause = ours("in a region that we do not read");
const ARM: Cause = ours("in an `#if` arm that we do not read, for it shares braces with another");
const MISSED: Cause = ours("a place that we miss");

/// Why only we have a site.
pub(crate) fn ours_alone(
    source: &File,
    case: &str,
    line: usize,
    found: &Found,
    spatch: &Coccinelle,
) -> Cause {
    let path = source.path().to_string();
    let place = (path.clone(), line);
    let has = |sites: Option<&std::collections::BTreeSet<_>>| {
        sites.is_some_and(|sites| sites.contains(&place))
    };
    if found.in_macro {
        return IN_MACRO;
    }
    if has(spatch.untyped.get(case)) {
        return lost(&found.receiver);
    }
    let at = source.lines().range_of(line).start;
    let parsed = source
        .function_at(at)
        .is_some_and(|function| spatch.functions.contains(&(path, function.name.clone())));
    let text = source.slice(source.lines().range_of(line));
    match parsed {
        true if text.windows(2).any(|pair| pair == b"!(") => PARENTHESES,
        true => NOT_READ,
        false => NOT_PARSED,
    }
}

/// Whose type was lost.
fn lost(receiver: &str) -> Cause {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if receiver.bytes().all(plain) {
        VARIABLE
    } else if receiver.ends_with(')') && !receiver.starts_with('(') {
        VALUE
    } else if receiver.contains("->") || receiver.contains('.') {
        MEMBER
    } else {
        OTHER
    }
}

/// Why only Coccinelle has a site.
pub(crate) fn theirs_alone(source: &File, line: usize, found: &[Found]) -> Cause {
    let has = |fits: fn(&Verdict) -> bool| found.iter().any(|found| fits(&found.verdict));
    if has(|verdict| matches!(verdict, Verdict::Untold(_))) {
        return UNTOLD;
    }
    if has(|verdict| matches!(verdict, Verdict::Other(_))) {
        return DISAGREED;
    }
    let range = source.lines().range_of(line);
    let text = source.slice(range.clone());
    let indent = text.len() - text.trim_ascii_start().len();
    let at = range.start + indent;
    if source.is_dead(at) {
        return DEAD;
    }
    if let Some(dropped) = source.dropped().iter().find(|d| d.range.contains(&at)) {
        return if dropped.dead { DEAD } else { ARM };
    }
    if source.unread_in(&range).is_some() {
        return UNREAD;
    }
    if is_directive(source, &range) {
        return IN_MACRO;
    }
    MISSED
}

fn is_directive(source: &File, line: &Range<usize>) -> bool {
    let all = tokens(source.bytes());
    let here = all.iter().find(|token| token.range.contains(&line.start));
    here.is_some_and(|token| token.kind == TokenKind::Directive)
}
