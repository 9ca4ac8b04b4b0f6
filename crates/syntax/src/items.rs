//! What a file declares: functions, structs and unions with their members, macros, includes.
//!
//! Names and texts are read from the original bytes at the ranges of the syntax tree: the view that the
//! grammar saw has other words there. Directives are read from the original bytes alone (see
//! `crate::directives`). Both passes run once a file, when first asked for.

mod collect;
mod declarators;
mod grammar;
mod head;
mod model;
mod records;

pub(crate) use collect::Items;
pub use declarators::{base_of, name_of};
pub use model::{
    BaseType, Enumerator, Function, Member, Prototype, Record, RecordKind, Typedef, Variable,
};

pub use crate::directives::{Condition, IncludeDirective, MacroDefinition};

#[cfg(test)]
mod tests;
