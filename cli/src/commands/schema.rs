//! `patchwright schema [--of spec|report]`

use std::io::Write;

use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use verify::report::{JsonMatrix, JsonReport};

use crate::audit_page::JsonAudit;
use crate::error::{CommandError, Outcome, Status};

/// Print the JSON Schema of specs, or of reports.
///
/// Editors use that of specs to complete and check them as they are written (for TOML: taplo, Even Better TOML). What
/// `verify`, `check` and `audit` print with --format json is valid by that of reports; keys may be added to it, those that
/// it has stay.
#[derive(Debug, Args)]
#[command(after_help = "Example: patchwright schema --of report > report.schema.json")]
pub(crate) struct SchemaArgs {
    /// What the schema is of.
    #[arg(long = "of", value_name = "WHAT", default_value = "spec")]
    of: What,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// The spec language.
    Spec,
    /// The JSON of verify, check and audit.
    Report,
}

/// What a command prints with --format json.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "documents what is written elsewhere")]
enum JsonOutput {
    /// Of `patchwright verify`.
    Verify(JsonReport),
    /// Of `patchwright check`.
    Check(JsonMatrix),
    /// Of `patchwright audit`.
    Audit(JsonAudit<'static>),
}

/// Prints the schema.
pub(crate) fn run(args: &SchemaArgs) -> Outcome {
    let schema = match args.of {
        What::Spec => schema::json_schema(),
        What::Report => of_reports(),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(CommandError::unusable)?;
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(Status::Good)
}

/// The JSON Schema (2020-12) of reports.
fn of_reports() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<JsonOutput>();
    schema.insert("title".to_owned(), "Patchwright report".into());
    schema.to_value()
}
