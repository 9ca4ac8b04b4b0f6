//! Configurations: is code that stands under some `#if` conditions always under another one?
//!
//! Decided by implication, not by text: a formula over what a configuration says of each symbol is
//! searched for a configuration that has the code and not the condition. `CONFIG_X` alone is true where X
//! is built in; a tristate's `CONFIG_X_MODULE` where it is a module; the two exclude each other, and
//! `IS_ENABLED()`, `IS_BUILTIN()`, `IS_MODULE()`, `IS_REACHABLE()` are spelled in them. What Kconfig says of
//! symbols (`depends on`, `select`) is not known here, and numbers are not computed with: where the answer
//! could hang on either, it is not given.

mod formula;
mod read;

use syntax::items::Condition;

use formula::{Formula, Symbols, Verdict};

/// Whether a condition always holds where other conditions do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implied {
    /// In every configuration.
    Yes,
    /// There is a configuration in which it does not.
    No,
    /// It hangs on what is not decided here: numbers, too many symbols.
    Unknown,
}

/// Whether code under all of `given` is under all of `wanted` too.
#[must_use]
pub fn implied(given: &[Condition], wanted: &[Condition]) -> Implied {
    let mut symbols = Symbols::default();
    let given = all_of(given, &mut symbols);
    let wanted = all_of(wanted, &mut symbols);
    decide(&given, wanted, &symbols)
}

/// Whether code under all of `given` is under what `under` says, an expression as `#if` has it. A symbol
/// alone means that it is enabled, built in or as a module; with `!`, that it is not built in.
#[must_use]
pub fn is_under(given: &[Condition], under: &str) -> Implied {
    let mut symbols = Symbols::default();
    let given = all_of(given, &mut symbols);
    let wanted = read::enabled(under, &mut symbols);
    decide(&given, wanted, &symbols)
}

/// Whether no configuration has code that is under all of `one` and code that is under all of `other`.
#[must_use]
pub fn excludes(one: &[Condition], other: &[Condition]) -> bool {
    let mut symbols = Symbols::default();
    let both = all_of(&[one, other].concat(), &mut symbols);
    let never = read::condition("0", &mut symbols);
    decide(&both, never, &symbols) == Implied::Yes
}

/// The first of the conditions that some configuration fails and that speaks of a `CONFIG_` symbol.
#[must_use]
pub fn config_condition(given: &[Condition]) -> Option<&Condition> {
    given.iter().find(|condition| {
        condition.expression.contains("CONFIG_")
            && implied(&[], std::slice::from_ref(condition)) != Implied::Yes
    })
}

fn all_of(conditions: &[Condition], symbols: &mut Symbols) -> Formula {
    let parts = conditions.iter().map(|condition| {
        let formula = read::condition(&condition.expression, symbols);
        if condition.negated {
            Formula::not(formula)
        } else {
            formula
        }
    });
    Formula::All(parts.collect())
}

fn decide(given: &Formula, wanted: Formula, symbols: &Symbols) -> Implied {
    let hangs = symbols.may_hang_on_numbers(given, &wanted);
    let fails = Formula::All(vec![
        given.clone(),
        Formula::not(wanted),
        symbols.constraints(),
    ]);
    match fails.satisfiable(symbols.count()) {
        Verdict::Never => Implied::Yes,
        Verdict::Sometimes if hangs => Implied::Unknown,
        Verdict::Sometimes => Implied::No,
        Verdict::TooHard => Implied::Unknown,
    }
}
