//! What becomes of a condition: the part that `test` and `split` share.

use query::pattern::precedence::{self, Connective};
use query::pattern::{Bindings, Template};
use schema::model::Widening;

use crate::unresolved::Unresolved;

/// A template of the spec, filled.
///
/// # Errors
/// A metavariable is not bound: the spec is at fault.
pub fn filled(template: &Template, bindings: &Bindings) -> Result<String, Unresolved> {
    template.fill(bindings).map_err(|name| {
        Unresolved::spec(format!("`${name}` in `{}` is not bound", template.text()))
    })
}

/// What a widening adds, and how it is joined; none: it takes the old test's place.
///
/// # Errors
/// As [`filled`].
pub fn addition(
    widening: &Widening,
    bindings: &Bindings,
) -> Result<(Option<Connective>, String), Unresolved> {
    Ok(match widening {
        Widening::Or(template) => (Some(Connective::Or), filled(template, bindings)?),
        Widening::And(template) => (Some(Connective::And), filled(template, bindings)?),
        Widening::With(template) => (None, filled(template, bindings)?),
    })
}

/// The whole condition after the widening.
#[must_use]
pub fn widened(old: &str, connective: Option<Connective>, new: &str) -> String {
    match connective {
        Some(connective) => precedence::join(old, connective, new),
        None => new.to_owned(),
    }
}
