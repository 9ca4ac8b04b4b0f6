//! A file that was read, with what it declares.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::items::{Enumerator, Function, Items, Prototype, Record, Typedef, Variable};
use crate::source::Source;

/// A file that was read, and what it declares. Every byte offset of the syntax tree is an offset of
/// [`Source::bytes`].
#[derive(Debug)]
pub struct SourceFile {
    source: Source,
    /// Gathered when first asked for.
    items: OnceLock<Items>,
}

impl From<Source> for SourceFile {
    fn from(source: Source) -> Self {
        Self {
            source,
            items: OnceLock::new(),
        }
    }
}

impl Deref for SourceFile {
    type Target = Source;

    fn deref(&self) -> &Source {
        &self.source
    }
}

impl SourceFile {
    /// The same syntax tree over other original bytes, see [`Source::with_original`].
    #[must_use]
    pub fn with_original(self, bytes: Arc<[u8]>) -> Self {
        self.source.with_original(bytes).into()
    }

    fn items(&self) -> &Items {
        self.items.get_or_init(|| Items::collect(&self.source))
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
}
