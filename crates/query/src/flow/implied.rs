//! Whether guards imply a condition that is given as a pattern.
//!
//! The pattern is taken apart at `&&`, `||` and `!`; each of its atoms must be what a guard says, or
//! the opposite of what a guard denies. That is sound, and complete for what people write in
//! conditions; it is no prover: of `a || b` and `!a` nobody concludes `b` here.

use super::Guard;
use super::text::guard_text;
use crate::File;
use crate::pattern::{Fragment, Isomorphisms, Pattern};
use dialect::path::TreePath;
use dialect::token::{TokenKind, tokens};
use syntax::reader::Reader;

/// Whether the guards, all together, imply the condition that `pattern` describes. Metavariables may
/// stand for anything, each atom by itself: fill them in first
/// ([`crate::pattern::Template::to_pattern`]) where they are bound.
#[must_use]
pub fn implied_by(
    file: &File,
    guards: &[Guard],
    pattern: &Pattern,
    isomorphisms: &Isomorphisms,
) -> bool {
    let parts = split(pattern.text());
    let formula = Formula::of(&parts, true);
    formula.is_implied(&|text, holds| {
        let Ok(atom) = Pattern::compile(text, Fragment::Expression, isomorphisms) else {
            return false;
        };
        guards.iter().any(|guard| says(file, guard, &atom, holds))
    })
}

/// Whether the guard says that what `atom` matches is true, or (not `holds`) false.
fn says(file: &File, guard: &Guard, atom: &Pattern, holds: bool) -> bool {
    if !guard.cases.is_empty() {
        return holds && guard.cases.len() == 1 && matches_text(&guard_text(file, guard), atom);
    }
    guard.holds == holds && atom.matches(file, guard.condition.clone()).is_some()
}

fn matches_text(condition: &str, atom: &Pattern) -> bool {
    let source = format!("int f(void) {{ return {condition}; }}");
    let Ok(path) = TreePath::new("condition.c") else {
        return false;
    };
    let start = source.len() - condition.len() - 3;
    let file = File::from(Reader::standalone().read(&path, source.as_bytes().into()));
    atom.matches(&file, start..start + condition.len())
        .is_some()
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

    fn is_implied(&self, says: &dyn Fn(&str, bool) -> bool) -> bool {
        match self {
            Self::All(all) => all.iter().all(|part| part.is_implied(says)),
            Self::Any(any, whole) => {
                any.iter().any(|part| part.is_implied(says))
                    || whole.as_ref().is_some_and(|text| says(text, true))
            }
            Self::Atom { so, not } => {
                so.iter().any(|text| says(text, true)) || not.iter().any(|text| says(text, false))
            }
        }
    }
}

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
