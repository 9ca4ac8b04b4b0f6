//! `patchwright schema`

use std::io::Write;

use clap::Args;

use crate::error::{CommandError, Outcome, Status};

/// Print the JSON Schema of the spec language.
///
/// Editors use it to complete and check specs as they are written (for TOML: taplo, Even Better TOML).
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {}

/// Prints the schema.
pub(crate) fn run(_args: &SchemaArgs) -> Outcome {
    let text =
        serde_json::to_string_pretty(&schema::json_schema()).map_err(CommandError::unusable)?;
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(Status::Good)
}
