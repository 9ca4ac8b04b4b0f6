//! The JSON Schema of specs, for editors: generated from the same tables as the reader.

use schemars::generate::SchemaSettings;

use crate::spec::MAILED;
use crate::tables::RawSpec;

/// The JSON Schema (2020-12) of a spec.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<RawSpec>();
    schema.insert("title".to_owned(), "Patchwright spec".into());
    schema.insert(
        "if".to_owned(),
        serde_json::json!({ "required": ["patch"] }),
    );
    let mailed = serde_json::json!({ "properties": { "series": { "required": MAILED } } });
    schema.insert("then".to_owned(), mailed);
    schema.insert(
        "else".to_owned(),
        serde_json::json!({ "required": ["invariant"] }),
    );
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::json_schema;
    use crate::invariants::InvariantKeys;
    use crate::kinds::ChangeKeys;
    use crate::raw::{KIND, Key, KindInfo, Kinds, Need, Section};
    use crate::tables::{
        ChangeCommon, InsteadCommon, InvariantCommon, RawPatch, RawSeries, RawSpec,
    };

    fn agree(schema: &Value, tables: &[&[Key]], name: &str) {
        let keys = || tables.iter().copied().flatten();
        let properties = schema["properties"].as_object();
        let properties = properties.unwrap_or_else(|| panic!("{name}: {schema}"));
        let listed: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        let read: BTreeSet<&str> = keys().map(Key::name).collect();
        assert_eq!(listed, read, "keys of {name}");
        let required: BTreeSet<&str> = schema["required"]
            .as_array()
            .map(|list| list.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let needed = keys().filter(|key| key.need == Need::Required);
        assert_eq!(
            required,
            needed.map(Key::name).collect(),
            "required keys of {name}"
        );
        assert_eq!(schema["additionalProperties"], false, "{name}");
    }

    fn agree_by_kind(schema: &Value, common: &[Key], kinds: &[KindInfo]) {
        let forms = schema["oneOf"].as_array().expect("one form a kind");
        assert_eq!(forms.len(), kinds.len());
        for (form, info) in forms.iter().zip(kinds) {
            assert_eq!(form["properties"]["kind"]["const"], info.name);
            agree(
                form,
                &[std::slice::from_ref(&KIND), common, info.keys],
                info.name,
            );
        }
    }

    #[test]
    fn every_table_has_the_keys_that_the_reader_knows() {
        let schema = json_schema();
        let definitions = &schema["$defs"];
        agree(&schema, &[RawSpec::KEYS], "spec");
        agree(&definitions["RawSeries"], &[RawSeries::KEYS], "series");
        agree(&definitions["RawPatch"], &[RawPatch::KEYS], "patch");
        agree_by_kind(&definitions["Change"], ChangeCommon::KEYS, ChangeKeys::ALL);
        agree_by_kind(
            &definitions["Instead"],
            InsteadCommon::KEYS,
            ChangeKeys::ALL,
        );
        agree_by_kind(
            &definitions["Invariant"],
            InvariantCommon::KEYS,
            InvariantKeys::ALL,
        );
    }

    #[test]
    fn every_reference_is_defined() {
        let schema = json_schema();
        let text = schema.to_string();
        for reference in text.split("\"$ref\":\"#/$defs/").skip(1) {
            let name = reference.split('"').next().unwrap_or_default();
            assert!(schema["$defs"][name].is_object(), "{name} is not defined");
        }
    }
}
