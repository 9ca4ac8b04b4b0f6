//! What a file declares: functions, structs and unions with their members, macros, includes.
//!
//! Names and texts are read from the original bytes at the ranges of the syntax tree: the view that the
//! grammar saw has other words there. Directives are read from the original bytes alone (see
//! `crate::conditions`). Both passes run once a file, when first asked for.

mod collect;
mod declarators;
mod grammar;
mod head;
mod model;
mod records;

use std::sync::OnceLock;

use crate::conditions::Directives;
use crate::source::SourceFile;
pub(crate) use collect::Items;
pub use declarators::{base_of, name_of};
pub use model::{
    BaseType, Condition, Enumerator, Function, IncludeDirective, MacroDefinition, Member,
    Prototype, Record, RecordKind, Typedef, Variable,
};

/// The facts of a file, each kind gathered when first asked for.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    items: OnceLock<Items>,
    directives: OnceLock<Directives>,
}

impl SourceFile {
    fn items(&self) -> &Items {
        self.facts.items.get_or_init(|| Items::collect(self))
    }

    pub(crate) fn directives(&self) -> &Directives {
        self.facts
            .directives
            .get_or_init(|| Directives::read(&self.bytes, &self.lines))
    }

    /// Every function definition, in file order.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        &self.items().functions
    }

    /// Every definition of the function `name` (several where `#if` arms define it).
    #[must_use]
    pub fn functions_named(&self, name: &str) -> Vec<&Function> {
        self.functions().iter().filter(|f| f.name == name).collect()
    }

    /// The function whose definition spans `offset`.
    #[must_use]
    pub fn function_at(&self, offset: usize) -> Option<&Function> {
        let functions = self.functions();
        let after = functions.partition_point(|f| f.range.start <= offset);
        functions[..after]
            .last()
            .filter(|f| f.range.contains(&offset))
    }

    /// Every struct and union definition with a body, nested ones too, in file order.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.items().records
    }

    /// Every definition of the struct or union `tag`.
    #[must_use]
    pub fn records_named(&self, tag: &str) -> Vec<&Record> {
        self.records()
            .iter()
            .filter(|record| record.tag.as_deref() == Some(tag))
            .collect()
    }

    /// Every enumerator, in file order.
    #[must_use]
    pub fn enumerators(&self) -> &[Enumerator] {
        &self.items().enumerators
    }

    /// Every name that a `typedef` declares, in file order.
    #[must_use]
    pub fn typedefs(&self) -> &[Typedef] {
        &self.items().typedefs
    }

    /// Every function that is declared and not defined, in file order.
    #[must_use]
    pub fn prototypes(&self) -> &[Prototype] {
        &self.items().prototypes
    }

    /// Every variable at file level, defined or only declared, in file order.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.items().variables
    }

    /// Every `#define`, in file order.
    #[must_use]
    pub fn macros(&self) -> &[MacroDefinition] {
        &self.directives().macros
    }

    /// The `#define` that spans `offset`.
    #[must_use]
    pub fn macro_at(&self, offset: usize) -> Option<&MacroDefinition> {
        let macros = self.macros();
        let after = macros.partition_point(|m| m.range.start <= offset);
        macros[..after].last().filter(|m| m.range.contains(&offset))
    }

    /// Every `#include`, in file order.
    #[must_use]
    pub fn includes(&self) -> &[IncludeDirective] {
        &self.directives().includes
    }

    /// The `#if` conditions that the byte at `offset` stands under, outermost first. An include guard
    /// is none.
    #[must_use]
    pub fn conditions_at(&self, offset: usize) -> Vec<Condition> {
        self.directives().conditions_at(offset)
    }

    /// Whether the byte stands under `#if 0` (or in the other arm of `#if 1`).
    #[must_use]
    pub fn is_dead(&self, offset: usize) -> bool {
        self.conditions_at(offset).iter().any(Condition::is_never)
    }
}

#[cfg(test)]
mod tests;
