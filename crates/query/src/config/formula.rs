//! Formulas over what configurations say, and whether any configuration makes one true.

use std::collections::{BTreeMap, BTreeSet};

/// What is asked of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Atom {
    /// The symbol is built in (or the macro is defined, or not 0).
    On(String),
    /// The symbol is a module.
    Module(String),
    /// What is not looked into, by its text: a comparison, a call.
    Text(String),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Formula {
    Is(bool),
    Atom(usize),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

/// The atoms met so far.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    numbers: BTreeMap<Atom, usize>,
}

/// Whether a configuration makes a formula true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Never,
    Sometimes,
    TooHard,
}

/// How many partial configurations are looked at before it is given up.
const MOST_TRIED: usize = 20_000;

impl Symbols {
    pub(super) fn atom(&mut self, atom: Atom) -> Formula {
        let next = self.numbers.len();
        Formula::Atom(*self.numbers.entry(atom).or_insert(next))
    }

    pub(super) fn count(&self) -> usize {
        self.numbers.len()
    }

    /// A symbol is not built in and a module at once.
    pub(super) fn constraints(&self) -> Formula {
        let both = self.numbers.iter().filter_map(|(atom, module)| {
            let Atom::Module(name) = atom else {
                return None;
            };
            let on = self.numbers.get(&Atom::On(name.clone()))?;
            Some(Formula::not(Formula::All(vec![
                Formula::Atom(*module),
                Formula::Atom(*on),
            ])))
        });
        Formula::All(both.collect())
    }

    /// Whether what is wanted, or what is given and speaks of the same words, has parts that were not
    /// looked into: two of them may exclude or imply each other.
    pub(super) fn may_hang_on_numbers(&self, given: &Formula, wanted: &Formula) -> bool {
        let texts = |formula: &Formula| -> Vec<&str> {
            let atoms = formula.atoms();
            let numbers = self.numbers.iter();
            numbers
                .filter(|(_, number)| atoms.contains(number))
                .filter_map(|(atom, _)| match atom {
                    Atom::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect()
        };
        if !texts(wanted).is_empty() {
            return true;
        }
        let wanted = wanted.atoms();
        let names = self.numbers.iter().filter_map(|(atom, number)| match atom {
            Atom::On(name) | Atom::Module(name) if wanted.contains(number) => Some(name.as_str()),
            _ => None,
        });
        let names: Vec<&str> = names.collect();
        texts(given).iter().any(|text| {
            super::read::words(text).any(|word| names.contains(&word) || word == "arms")
        })
    }
}

impl Formula {
    pub(super) fn not(inner: Self) -> Self {
        Self::Not(Box::new(inner))
    }

    /// What it comes to, where it joins one part only.
    fn sole(&self) -> &Self {
        let mut formula = self;
        while let Self::All(parts) | Self::Any(parts) = formula
            && let [part] = &parts[..]
        {
            formula = part;
        }
        formula
    }

    fn atoms(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut pending = vec![self];
        while let Some(formula) = pending.pop() {
            match formula {
                Self::Is(_) => {}
                Self::Atom(atom) => {
                    found.insert(*atom);
                }
                Self::Not(inner) => pending.push(inner),
                Self::All(parts) | Self::Any(parts) => pending.extend(parts),
            }
        }
        found
    }

    /// Whether some choice of the `count` atoms makes it true.
    pub(super) fn satisfiable(&self, count: usize) -> Verdict {
        let mut search = Search {
            chosen: vec![None; count],
            tried: 0,
        };
        match search.must(self) {
            true => search.run(self),
            false => Verdict::Never,
        }
    }
}

/// Tries choices, and leaves a branch as soon as what is chosen decides the formula.
struct Search {
    chosen: Vec<Option<bool>>,
    tried: usize,
}

impl Search {
    fn run(&mut self, formula: &Formula) -> Verdict {
        self.tried += 1;
        if self.tried > MOST_TRIED {
            return Verdict::TooHard;
        }
        let mut open = None;
        match self.value(formula, &mut open) {
            Some(true) => return Verdict::Sometimes,
            Some(false) => return Verdict::Never,
            None => {}
        }
        let Some(atom) = open else {
            return Verdict::TooHard;
        };
        let mut verdict = Verdict::Never;
        for choice in [true, false] {
            self.choose(atom, Some(choice));
            let found = self.run(formula);
            self.choose(atom, None);
            match found {
                Verdict::Sometimes => return Verdict::Sometimes,
                Verdict::TooHard => verdict = Verdict::TooHard,
                Verdict::Never => {}
            }
        }
        verdict
    }

    /// Chooses what each of the parts that all have to be true asks for alone: a choice for each in turn would take time by
    /// the square of their number. False: two of them exclude each other.
    fn must(&mut self, formula: &Formula) -> bool {
        let mut pending = vec![formula];
        while let Some(part) = pending.pop() {
            let (atom, wanted) = match part.sole() {
                Formula::All(parts) => {
                    pending.extend(parts);
                    continue;
                }
                Formula::Atom(atom) => (*atom, true),
                Formula::Not(inner) => match inner.sole() {
                    Formula::Atom(atom) => (*atom, false),
                    _ => continue,
                },
                Formula::Is(_) | Formula::Any(_) => continue,
            };
            let known = self.chosen.get(atom).copied().flatten();
            if known.is_some_and(|known| known != wanted) {
                return false;
            }
            self.choose(atom, Some(wanted));
        }
        true
    }

    fn choose(&mut self, atom: usize, choice: Option<bool>) {
        if let Some(place) = self.chosen.get_mut(atom) {
            *place = choice;
        }
    }

    /// The formula's value as far as it is decided; `open`: an atom that it still hangs on.
    fn value(&self, formula: &Formula, open: &mut Option<usize>) -> Option<bool> {
        match formula {
            Formula::Is(value) => Some(*value),
            Formula::Atom(atom) => {
                let value = self.chosen.get(*atom).copied().flatten();
                if value.is_none() {
                    open.get_or_insert(*atom);
                }
                value
            }
            Formula::Not(inner) => self.value(inner, open).map(|value| !value),
            Formula::All(parts) => self.joined(parts, false, open),
            Formula::Any(parts) => self.joined(parts, true, open),
        }
    }

    /// The value of parts of which one that is `decisive` decides.
    fn joined(&self, parts: &[Formula], decisive: bool, open: &mut Option<usize>) -> Option<bool> {
        let mut all_known = true;
        for part in parts {
            match self.value(part, open) {
                Some(value) if value == decisive => return Some(decisive),
                Some(_) => {}
                None => all_known = false,
            }
        }
        all_known.then_some(!decisive)
    }
}
