//! Whether guards imply a condition that is given as a pattern.
//!
//! The pattern is taken apart at `&&`, `||` and `!`; each of its atoms must be what a guard says, or
//! the opposite of what a guard denies. That is sound, and complete for what people write in
//! conditions; it is no prover: of `a || b` and `!a` nobody concludes `b` here.

use std::ops::Range;

use super::Guard;
use super::same_truth::same_truth;
use super::text::guard_text;
use crate::File;
use crate::pattern::{Doubt, Fragment, Isomorphisms, Pattern};
use crate::types::{DefinitionSource, NoOtherFile};
use dialect::path::TreePath;
use dialect::token::{TokenKind, integer, tokens};
use syntax::Unread;
use syntax::reader::Reader;

/// Whether the guards, all together, imply the condition that `pattern` describes. Metavariables may
/// stand for anything, each atom by itself: fill them in first
/// ([`crate::pattern::Pattern::bound`]) where they are bound.
///
/// # Errors
/// That they do depends on a guard that was not read, or on the type of something that is not known.
pub fn implied_by(
    file: &File,
    guards: &[Guard],
    pattern: &Pattern,
    isomorphisms: &Isomorphisms,
    definitions: &dyn DefinitionSource,
) -> Result<bool, Doubt> {
    any(pattern.forms(), |form| {
        let parts = split(form);
        let formula = Formula::of(&parts, true);
        formula.is_implied(&|text, holds| {
            let Ok(atom) = Pattern::compile(text, Fragment::Expression, isomorphisms) else {
                return Ok(false);
            };
            any(guards, |guard| says(file, guard, &atom, holds, definitions))
        })
    })
}

/// Whether the guard says that what `atom` matches is true, or (not `holds`) false.
fn says(
    file: &File,
    guard: &Guard,
    atom: &Pattern,
    holds: bool,
    definitions: &dyn DefinitionSource,
) -> Result<bool, Doubt> {
    if !guard.cases.is_empty() {
        if truth_of_cases(file, guard) == Some(holds)
            && atom
                .matches(file, guard.condition.clone(), definitions)?
                .is_some()
        {
            return Ok(true);
        }
        if !guard.holds || !holds || guard.cases.len() != 1 {
            return Ok(false);
        }
        return matches_text(&guard_text(file, guard), atom).map_err(|doubt| {
            Doubt::Unread(Unread {
                range: guard.condition.clone(),
                cause: doubt.reason().to_owned(),
            })
        });
    }
    let itself = std::iter::once((guard.condition.clone(), guard.holds));
    let others = || same_truth(file, &guard.condition, guard.holds);
    let is_said = |(range, says): (Range<usize>, bool)| {
        Ok(says == holds && atom.matches(file, range, definitions)?.is_some())
    };
    match any(itself, is_said) {
        Ok(false) => any(others(), is_said),
        said => said,
    }
}

/// Whether the values that lead on make what is switched on true; none where they are no plain numbers, or some do.
fn truth_of_cases(file: &File, guard: &Guard) -> Option<bool> {
    let values = guard.cases.iter();
    let values = values.map(|case| integer(file.slice(case.clone()).trim_ascii()));
    let zeros = values.map(|value| value.map(|value| value == 0));
    let zeros: Vec<bool> = zeros.collect::<Option<_>>()?;
    match guard.holds {
        true if zeros.iter().all(|zero| *zero) => Some(false),
        true if zeros.iter().all(|zero| !*zero) => Some(true),
        true => None,
        false => zeros.contains(&true).then_some(true),
    }
}

/// A `case` is a condition that is written nowhere: it is matched as text, and no type is known there.
fn matches_text(condition: &str, atom: &Pattern) -> Result<bool, Doubt> {
    let source = format!("int f(void) {{ return {condition}; }}");
    let Ok(path) = TreePath::new("condition.c") else {
        return Ok(false);
    };
    let start = source.len() - condition.len() - 3;
    let file = File::from(Reader::standalone().read(&path, source.as_bytes().into()));
    let found = atom.matches(&file, start..start + condition.len(), &NoOtherFile)?;
    Ok(found.is_some())
}

/// Whether it is so for any: one that is settles it, and one in doubt leaves it open.
fn any<T>(
    all: impl IntoIterator<Item = T>,
    is_so: impl Fn(T) -> Result<bool, Doubt>,
) -> Result<bool, Doubt> {
    let mut doubt = None;
    for one in all {
        match is_so(one) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(found) => doubt = doubt.or(Some(found)),
        }
    }
    doubt.map_or(Ok(false), Err)
}

/// A pattern's text, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Parts {
    And(Vec<Parts>),
    Or(Vec<Parts>),
    Not(Box<Parts>),
    Atom(String),
}

/// A condition with `!` only at its atoms.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Formula {
    All(Vec<Formula>),
    /// Any of them; or the disjunction itself stands there, word for word.
    Any(Vec<Formula>, Option<String>),
    /// The texts of which one must be so: the first part must be true, the second false.
    Atom {
        so: Vec<String>,
        not: Vec<String>,
    },
}

impl Formula {
    fn of(parts: &Parts, holds: bool) -> Self {
        match (parts, holds) {
            (Parts::Not(inner), _) => Self::of(inner, !holds),
            (Parts::And(all), true) => Self::All(all.iter().map(|p| Self::of(p, true)).collect()),
            (Parts::Or(any), false) => Self::All(any.iter().map(|p| Self::of(p, false)).collect()),
            (Parts::Or(any), true) => Self::Any(
                any.iter().map(|p| Self::of(p, true)).collect(),
                Some(parts.text()),
            ),
            (Parts::And(all), false) => {
                Self::Any(all.iter().map(|p| Self::of(p, false)).collect(), None)
            }
            (Parts::Atom(text), _) => {
                let opposites = vec![opposite(text)];
                let so = vec![text.clone()];
                if holds {
                    Self::Atom { so, not: opposites }
                } else {
                    Self::Atom {
                        so: opposites,
                        not: so,
                    }
                }
            }
        }
    }

    fn is_implied(&self, says: &Says<'_>) -> Result<bool, Doubt> {
        match self {
            // All are implied where none is not.
            Self::All(all) => any(all, |part| part.is_implied(says).map(|is| !is)).map(|is| !is),
            Self::Any(parts, whole) => {
                let parts = any(parts, |part| part.is_implied(says));
                match (parts, whole) {
                    (Ok(false), Some(text)) => says(text, true),
                    (Err(doubt), Some(text)) if !says(text, true)? => Err(doubt),
                    (Err(_), Some(_)) => Ok(true),
                    (parts, _) => parts,
                }
            }
            Self::Atom { so, not } => any(
                so.iter()
                    .map(|text| (text, true))
                    .chain(not.iter().map(|text| (text, false))),
                |(text, holds)| says(text, holds),
            ),
        }
    }
}

/// Whether some guard says that what a text matches is true, or false.
type Says<'a> = dyn Fn(&str, bool) -> Result<bool, Doubt> + 'a;

impl Parts {
    fn text(&self) -> String {
        let joined = |parts: &[Self], operator: &str| {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| format!("({})", part.text()))
                .collect();
            parts.join(operator)
        };
        match self {
            Self::And(parts) => joined(parts, " && "),
            Self::Or(parts) => joined(parts, " || "),
            Self::Not(inner) => format!("!({})", inner.text()),
            Self::Atom(text) => text.clone(),
        }
    }
}

/// Comparisons and their opposites.
const OPPOSITES: &[(&str, &str)] = &[
    ("==", "!="),
    ("!=", "=="),
    ("<=", ">"),
    (">=", "<"),
    ("<", ">="),
    (">", "<="),
];

fn opposite(atom: &str) -> String {
    for (operator, other) in OPPOSITES {
        if let [left, right] = &pieces(atom, operator)[..] {
            return format!("{left} {other} {right}");
        }
    }
    format!("!({atom})")
}

fn split(text: &str) -> Parts {
    let text = text.trim();
    for (operator, make) in [
        ("||", Parts::Or as fn(Vec<Parts>) -> Parts),
        ("&&", Parts::And),
    ] {
        let parts = pieces(text, operator);
        if parts.len() > 1 {
            return make(parts.iter().map(|part| split(part)).collect());
        }
    }
    if let Some(inner) = in_parentheses(text) {
        return split(inner);
    }
    if let Some(rest) = text.strip_prefix('!')
        && !rest.starts_with('=')
        && OPPOSITES
            .iter()
            .all(|(operator, _)| pieces(text, operator).len() == 1)
    {
        return Parts::Not(Box::new(split(rest)));
    }
    for (operator, holds) in [("==", false), ("!=", true)] {
        if let [left, right] = &pieces(text, operator)[..]
            && matches!(right.trim(), "0" | "NULL" | "false")
        {
            let left = split(left);
            return if holds {
                left
            } else {
                Parts::Not(Box::new(left))
            };
        }
    }
    Parts::Atom(text.to_owned())
}

/// The text at every `operator` outside brackets.
fn pieces<'t>(text: &'t str, operator: &str) -> Vec<&'t str> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut found = Vec::new();
    for token in tokens(text.as_bytes()) {
        let spelling = text.get(token.range.clone()).unwrap_or_default();
        match spelling {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ if token.kind == TokenKind::Punctuation && depth == 0 && spelling == operator => {
                found.push(
                    text.get(start..token.range.start)
                        .unwrap_or_default()
                        .trim(),
                );
                start = token.range.end;
            }
            _ => {}
        }
    }
    found.push(text.get(start..).unwrap_or_default().trim());
    found
}

fn in_parentheses(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_usize;
    for token in tokens(inner.as_bytes()) {
        match inner.get(token.range).unwrap_or_default() {
            "(" => depth += 1,
            ")" => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    Some(inner)
}
