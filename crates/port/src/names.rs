//! Names that a change brings, and that the target does not have.
//!
//! A port that only fits is wrong where the older tree does the same by another name. Nothing in a patch says so, but the
//! lines around do: where a line of the donor is another line of the target, the names that differ are what to look for in
//! the new code.

use std::collections::BTreeSet;

use dialect::token::{TokenKind, tokens};
use dialect::words::is_keyword;
use query::File;
use query::types::declared_at;
use similar::{Algorithm, capture_diff_slices};

use crate::align::{Alignment, Op, Side};
use crate::place::Part;
use crate::units::Kind;

/// Two lines are one line in two trees where this share of their tokens is the same.
const ALIKE: f64 = 0.4;

/// The names of some code; a member that is written is one more, `member =`.
pub(crate) fn names(code: &str) -> BTreeSet<String> {
    let all: Vec<(TokenKind, &str)> = tokens(code.as_bytes())
        .into_iter()
        .filter_map(|token| Some((token.kind, code.get(token.range)?)))
        .collect();
    let words = all
        .iter()
        .filter(|(kind, word)| *kind == TokenKind::Word && !is_keyword(word.as_bytes()));
    let mut found: BTreeSet<String> = words.map(|(_, word)| (*word).to_owned()).collect();
    for three in all.windows(3) {
        if let [(_, "->" | "."), (TokenKind::Word, member), (_, sign)] = three
            && is_assignment(sign)
        {
            found.insert(format!("{member} ="));
        }
    }
    found
}

fn is_assignment(sign: &str) -> bool {
    sign.ends_with('=') && !matches!(sign, "==" | "!=" | "<=" | ">=")
}

/// The names that begin alike are one interface: `vm_flags_set` and `vm_flags_clear`.
fn family(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.trim_matches('_').split('_').collect();
    (parts.len() >= 3).then(|| parts.iter().take(2).copied().collect::<Vec<_>>().join("_"))
}

/// What share of the tokens of two lines is the same.
fn likeness(one: &str, other: &str) -> f64 {
    let (one, other): (Vec<&str>, Vec<&str>) = (words(one), words(other));
    let same: usize = capture_diff_slices(Algorithm::Myers, &one, &other)
        .iter()
        .filter_map(|op| match op {
            similar::DiffOp::Equal { len, .. } => Some(*len),
            _ => None,
        })
        .sum();
    let all = one.len() + other.len();
    #[expect(clippy::cast_precision_loss, reason = "it is a share")]
    let share = 2.0 * same as f64 / all.max(1) as f64;
    share
}

fn words(line: &str) -> Vec<&str> {
    let tokens = tokens(line.as_bytes()).into_iter();
    tokens.filter_map(|token| line.get(token.range)).collect()
}

/// A name that the target does another way.
pub(crate) struct Missing {
    /// It.
    pub(crate) name: String,
    /// The donor's line that has it, or one of its family.
    pub(crate) donor: String,
    /// The target's.
    pub(crate) target: String,
    /// The number of the code unit that that is.
    pub(crate) at: usize,
}

/// The first name of `added` that no code of the target has, where a line of the donor that has it, or one of its family,
/// is another line of the target. `known` says whether the target has a name, `has_kin` whether it has one of a family.
pub(crate) fn missing(
    added: &BTreeSet<String>,
    old: &Side<'_>,
    new: &Side<'_>,
    alignment: &Alignment,
    known: &dyn Fn(&str) -> bool,
    has_kin: &dyn Fn(&str) -> bool,
) -> Option<Missing> {
    let lacking: Vec<&String> = added.iter().filter(|name| !known(name)).collect();
    if lacking.is_empty() {
        return None;
    }
    for (olds, news) in &alignment.differing {
        for line in olds.clone() {
            let alike = news
                .clone()
                .map(|at| (at, likeness(old.key(line), new.key(at))));
            let Some((at, _)) = alike
                .filter(|(_, share)| *share >= ALIKE)
                .max_by(|a, b| a.1.total_cmp(&b.1))
            else {
                continue;
            };
            let there = names(new.key(at));
            let gone: BTreeSet<String> = names(old.key(line))
                .into_iter()
                .filter(|name| !there.contains(name))
                .collect();
            let is_gone = |name: &str| {
                let kin = family(name).filter(|kin| !has_kin(kin));
                gone.contains(name)
                    || kin.is_some_and(|kin| {
                        let mut gone = gone.iter();
                        gone.any(|gone| family(gone).as_ref() == Some(&kin) && !known(gone))
                    })
            };
            if let Some(name) = lacking.iter().find(|name| is_gone(name)) {
                return Some(Missing {
                    name: (*name).clone(),
                    donor: old.shown(line).to_owned(),
                    target: new.shown(at).to_owned(),
                    at,
                });
            }
        }
    }
    None
}

/// The first name of the new code that is a parameter or a variable of the donor's function, and none of the new code itself,
/// where the target's function has no such word. That the word is elsewhere in the target tree says nothing of a variable.
pub(crate) fn foreign_variable(after: &File, part: &Part<'_>, runs: &[Op]) -> Option<String> {
    let new = runs
        .iter()
        .flat_map(|op| part.after.get(op.new.clone()).unwrap_or_default());
    let new: Vec<_> = new.filter(|unit| unit.kind == Kind::Code).collect();
    let there = part.target.units.iter();
    let there: BTreeSet<String> = there.flat_map(|unit| names(&unit.key)).collect();
    let is_new = |at: usize| new.iter().any(|unit| unit.range.contains(&at));
    for unit in &new {
        let text = after.slice(unit.range.clone());
        // What a member, a tag or a label is called is no variable.
        let mut is_another = false;
        for token in tokens(text) {
            let word = text.get(token.range.clone()).unwrap_or_default();
            let is_variable = token.kind == TokenKind::Word && !is_another && !is_keyword(word);
            is_another = matches!(
                word,
                b"->" | b"." | b"struct" | b"union" | b"enum" | b"goto"
            );
            let name = std::str::from_utf8(word).ok().filter(|_| is_variable);
            let Some(name) = name.filter(|name| !there.contains(*name)) else {
                continue;
            };
            let at = declared_at(after, unit.range.start + token.range.start, name);
            if at.is_some_and(|at| !is_new(at)) {
                return Some(name.to_owned());
            }
        }
    }
    None
}
