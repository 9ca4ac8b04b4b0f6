//! The spec language: typed model, validation with source spans, JSON Schema.
//!
//! A spec goes through three stages: bytes → `tables` (typed by key, spans kept) → [`model`] (every path,
//! pattern, address and date judged). Each stage collects its diagnostics and goes on, so that one run
//! shows all mistakes of a spec.

mod beside;
mod compile;
mod diagnostics;
mod glob;
mod invariants;
mod json;
mod kinds;
mod load;
mod mistakes;
pub mod model;
mod nesting;
mod new_spec;
mod raw;
mod reference;
mod spec;
mod tables;

pub use diagnostics::{Diagnostic, Diagnostics};
pub use json::json_schema;
pub use load::{LoadError, MOST_BYTES, load, load_file, load_words_file};
pub use new_spec::{UnknownKind, new_spec, new_tables};
pub use reference::{reference, reference_tables};
pub use spec::build::{build_arch, build_config, build_cross, build_set};
