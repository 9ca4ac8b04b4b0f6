//! `#if` inside a function: code of different arms excludes each other, though the dialect's view
//! shows it one after the other.

use std::ops::Range;

use crate::File;
use dialect::token::{TokenKind, tokens};

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
    /// `#if 0`, or the `#else` of `#if 1`.
    pub(crate) dead: bool,
}

impl Chain {
    /// From the first arm's start to the last one's end.
    pub(crate) fn span(&self) -> Range<usize> {
        let start = self.arms.first().map_or(0, |arm| arm.range.start);
        start..self.arms.last().map_or(start, |arm| arm.range.end)
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
                    chain.next_arm(start, end, keyword(directive) == b"else");
                }
            }
            b"endif" => {
                if let Some(mut chain) = open.pop() {
                    chain.next_arm(start, end, false);
                    found.push(chain.chain);
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|chain| (chain.span().start, std::cmp::Reverse(chain.span().end)));
    found
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
    /// `#if 0`, `#if 1`.
    constant: Option<bool>,
    dead: bool,
}

impl Open {
    fn new(start: usize, constant: Option<bool>) -> Self {
        Self {
            chain: Chain {
                arms: Vec::new(),
                complete: false,
            },
            start,
            constant,
            dead: constant == Some(false),
        }
    }

    fn next_arm(&mut self, end: usize, next_start: usize, is_else: bool) {
        self.chain.arms.push(Arm {
            range: self.start..end,
            dead: self.dead,
        });
        self.start = next_start;
        self.chain.complete |= is_else || self.constant == Some(true);
        self.dead = self.constant == Some(true);
    }
}

fn keyword(directive: &[u8]) -> &[u8] {
    let rest = directive
        .strip_prefix(b"#")
        .unwrap_or_default()
        .trim_ascii_start();
    let len = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    rest.get(..len).unwrap_or_default()
}

fn constant(directive: &[u8]) -> Option<bool> {
    let rest = directive
        .strip_prefix(b"#")?
        .trim_ascii_start()
        .strip_prefix(b"if")?;
    match rest.trim_ascii() {
        b"0" => Some(false),
        b"1" => Some(true),
        _ => None,
    }
}
