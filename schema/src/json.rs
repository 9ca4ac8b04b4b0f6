//! The JSON Schema of specs, for editors: generated from the same tables as the reader.

use schemars::generate::SchemaSettings;

use crate::raw::RawSpec;

/// The JSON Schema (2020-12) of a spec.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<RawSpec>();
    schema.insert("title".to_owned(), "Patchwright spec".into());
    schema.to_value()
}
