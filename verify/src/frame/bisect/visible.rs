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
    let functions = file.functions().iter().filter(|f| f.name == name);
    let prototypes = file.prototypes().iter().filter(|p| p.name == name);
    let variables = file.variables().iter().filter(|v| v.name == name);
    let typedefs = file.typedefs().iter().filter(|t| t.name == name);
    let enumerators = file.enumerators().iter().filter(|e| e.name == name);
    let macros = file.macros().iter().filter(|m| m.name == name);
    functions
        .map(|f| f.name_range.start)
        .chain(prototypes.map(|p| p.name_range.start))
        .chain(variables.map(|v| v.name_range.start))
        .chain(typedefs.map(|t| t.name_range.start))
        .chain(enumerators.map(|e| e.range.start))
        .chain(macros.map(|m| m.name_range.start))
        .filter(|&at| !file.is_dead(at))
        .collect()
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
