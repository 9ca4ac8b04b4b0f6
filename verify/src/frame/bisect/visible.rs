//! What a file declares at its own level, and which of two places a configuration can have together.

use query::File;
use syntax::directives::Condition;

/// How a file declares a name at its own level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// Before the place that asks.
    Declared,
    /// Only behind it.
    Later,
    /// Nowhere.
    No,
}

/// Whether (and where) `file` declares `name` for code at `offset`.
pub(super) fn declared_in(file: &File, name: &str, offset: usize) -> Own {
    let places = declarations(file, name);
    if places.iter().any(|&at| at <= offset) {
        Own::Declared
    } else if places.is_empty() {
        Own::No
    } else {
        Own::Later
    }
}

/// Where a file declares `name` as a function, variable, enumerator, type or macro.
pub(super) fn declarations(file: &File, name: &str) -> Vec<usize> {
    let named = named(file).filter(|(found, _)| *found == name);
    let places = named.map(|(_, at)| at);
    places
        .filter(|&at| !file.is_dead(at) && !is_of_a_block(file, at))
        .collect()
}

/// Whether an enumerator or a type at `at` is one of a function's block.
fn is_of_a_block(file: &File, at: usize) -> bool {
    let function = file.function_at(at);
    let is_inner = function.is_some_and(|function| function.clean && function.body.contains(&at));
    is_inner
        && (file.enumerators().iter().any(|one| one.range.start == at)
            || file.typedefs().iter().any(|one| one.name_range.start == at))
}

/// All that a file declares so, each with its place; what no configuration has is left out.
pub(super) fn declared_names(file: &File) -> impl Iterator<Item = (&str, usize)> {
    named(file).filter(|&(_, at)| !file.is_dead(at))
}

fn named(file: &File) -> impl Iterator<Item = (&str, usize)> {
    let functions = file.functions().iter();
    let prototypes = file.prototypes().iter();
    let variables = file.variables().iter();
    let typedefs = file.typedefs().iter();
    let enumerators = file.enumerators().iter();
    let macros = file.macros().iter();
    functions
        .map(|f| (&*f.name, f.name_range.start))
        .chain(prototypes.map(|p| (&*p.name, p.name_range.start)))
        .chain(variables.map(|v| (&*v.name, v.name_range.start)))
        .chain(typedefs.map(|t| (&*t.name, t.name_range.start)))
        .chain(enumerators.map(|e| (&*e.name, e.range.start)))
        .chain(macros.map(|m| (&*m.name, m.name_range.start)))
}

/// Whether no configuration has both.
pub(super) fn exclude_each_other(one: &[Condition], other: &[Condition]) -> bool {
    one.iter().chain(other).any(Condition::is_never)
        || one.iter().any(|a| {
            other
                .iter()
                .any(|b| a.expression == b.expression && a.negated != b.negated)
        })
}

/// Whether the word at `range` is the name of a function or prototype that the file declares there: what
/// looks like a call of it is its head.
pub(super) fn is_declared_name(file: &File, range: &std::ops::Range<usize>) -> bool {
    file.functions().iter().any(|f| f.name_range == *range)
        || file.prototypes().iter().any(|p| p.name_range == *range)
        || file.macros().iter().any(|m| m.name_range == *range)
}
