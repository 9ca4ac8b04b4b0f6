//! `#if` inside a function: code of different arms excludes each other, though the dialect's view
//! shows it one after the other.

use std::ops::Range;

use crate::File;
use crate::config::{Implied, excludes, implied};
use dialect::token::{TokenKind, directive_keyword, fixed_truth, texts, tokens};
use syntax::directives::Condition;

/// One `#if` … `#endif`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The code of each arm, between the directives.
    pub(crate) arms: Vec<Arm>,
    /// There is an `#else`: one of the arms is compiled.
    pub(crate) complete: bool,
}

/// The code between two directives of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arm {
    pub(crate) range: Range<usize>,
    /// `#if 0` or the like, or the `#else` of `#if 1`.
    pub(crate) dead: bool,
}

impl Chain {
    /// From the first arm's start to the last one's end.
    pub(crate) fn span(&self) -> Range<usize> {
        let start = self.arms.first().map_or(0, |arm| arm.range.start);
        start..self.arms.last().map_or(start, |arm| arm.range.end)
    }

    /// Leaves out the arms that no configuration has in which all of `given` is so.
    pub(crate) fn decide(&mut self, file: &File, given: &[Condition]) {
        for index in 0..self.arms.len() {
            let Some(arm) = self.arms.get_mut(index) else {
                return;
            };
            let own = file.conditions_at(arm.range.start);
            if implied(given, &own) == Implied::Yes && !arm.dead {
                self.complete = true;
                let others = self.arms.iter_mut().enumerate();
                others
                    .filter(|(other, _)| *other != index)
                    .for_each(|(_, arm)| arm.dead = true);
                return;
            }
            arm.dead |= excludes(given, &own);
        }
    }
}

/// The chains that open and close within `range`, outer ones first.
pub(crate) fn chains(file: &File, range: &Range<usize>) -> Vec<Chain> {
    let source = file.slice(range.clone());
    if memchr::memchr(b'#', source).is_none() {
        return Vec::new();
    }
    let mut open: Vec<Open> = Vec::new();
    let mut found = Vec::new();
    for token in tokens(source) {
        if token.kind != TokenKind::Directive {
            continue;
        }
        let start = range.start + token.range.start;
        let end = range.start + token.range.end;
        let directive = file.slice(start..end);
        match keyword(directive) {
            b"if" | b"ifdef" | b"ifndef" => open.push(Open::new(end, constant(directive))),
            b"elif" | b"elifdef" | b"elifndef" | b"else" => {
                if let Some(chain) = open.last_mut() {
                    chain.next_arm(start, end, constant(directive));
                }
            }
            b"endif" => {
                if let Some(mut chain) = open.pop() {
                    chain.next_arm(start, end, None);
                    found.push(chain.chain);
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|chain| (chain.span().start, std::cmp::Reverse(chain.span().end)));
    found
}

/// The conditions that say the same everywhere in `range`: no `#define` or `#undef` in it is about a word of theirs.
pub(crate) fn lasting(file: &File, range: &Range<usize>, given: &[Condition]) -> Vec<Condition> {
    let mut changed: Vec<String> = Vec::new();
    if !given.is_empty() {
        let source = file.slice(range.clone());
        for token in tokens(source) {
            let directive = source.get(token.range.clone()).unwrap_or_default();
            if token.kind == TokenKind::Directive
                && matches!(keyword(directive), b"define" | b"undef")
            {
                changed.extend(
                    texts(directive.trim_ascii_start().get(1..).unwrap_or_default())
                        .nth(1)
                        .map(str::to_owned),
                );
            }
        }
    }
    let lasts = |condition: &&Condition| {
        let expression = condition.expression.as_bytes();
        !texts(expression).any(|word| changed.iter().any(|name| name == word))
    };
    given.iter().filter(lasts).cloned().collect()
}

/// The innermost arm that holds `offset`.
pub(crate) fn arm_of(chains: &[Chain], offset: usize) -> Option<&Arm> {
    chains
        .iter()
        .flat_map(|chain| &chain.arms)
        .filter(|arm| arm.range.contains(&offset))
        .min_by_key(|arm| arm.range.len())
}

struct Open {
    chain: Chain,
    start: usize,
    /// The arm that is open is dead.
    dead: bool,
    /// One of the arms so far is compiled always.
    taken: bool,
}

impl Open {
    fn new(start: usize, constant: Option<bool>) -> Self {
        Self {
            chain: Chain {
                arms: Vec::new(),
                complete: false,
            },
            start,
            dead: constant == Some(false),
            taken: constant == Some(true),
        }
    }

    /// Ends the arm that is open at `end`. `constant`: the truth of the next one's condition, which an `#else` has.
    fn next_arm(&mut self, end: usize, next_start: usize, constant: Option<bool>) {
        self.chain.arms.push(Arm {
            range: self.start..end,
            dead: self.dead,
        });
        self.start = next_start;
        self.dead = self.taken || constant == Some(false);
        self.taken |= constant == Some(true);
        self.chain.complete |= self.taken;
    }
}

fn keyword(directive: &[u8]) -> &[u8] {
    directive
        .get(directive_keyword(directive))
        .unwrap_or_default()
}

/// What every configuration says of a directive's condition.
fn constant(directive: &[u8]) -> Option<bool> {
    match keyword(directive) {
        b"else" => Some(true),
        b"if" | b"elif" => fixed_truth(directive.get(directive_keyword(directive).end..)?),
        _ => None,
    }
}
