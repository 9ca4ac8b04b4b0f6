//! The spec language: typed model, validation with source spans, JSON Schema.

pub mod model;
