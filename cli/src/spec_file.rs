//! Loading a spec for a command.

use std::path::Path;

use schema::model::Spec;
use schema::{Diagnostics, LoadError};

use crate::colour::Colour;
use crate::error::CommandError;

/// Loads a spec.
///
/// # Errors
/// Exit status 2, with every mistake of the spec and its place in it.
pub(crate) fn load(path: &Path) -> Result<Spec, CommandError> {
    schema::load_file(path).map_err(|error| match error {
        LoadError::Invalid(diagnostics) => refuse(&diagnostics),
        LoadError::NoSuchFile { .. } => CommandError::unusable(error).with_hint(
            "the specs that ship are in specs/; `patchwright new NAME` prints one to start from",
        ),
        _ => CommandError::unusable(error),
    })
}

/// Loads a spec that declares a series; `doing` is what is to be done with its changes.
///
/// # Errors
/// As [`load`], and a spec of claims alone: there are no changes.
pub(crate) fn load_series(path: &Path, doing: &str) -> Result<Spec, CommandError> {
    let spec = load(path)?;
    match spec.is_of_claims() {
        false => Ok(spec),
        true => Err(no_series(&spec, doing)),
    }
}

fn no_series(spec: &Spec, doing: &str) -> CommandError {
    let message = format!(
        "{}: the spec has no `[[patch]]`: there is nothing to {doing}",
        spec.origin
    );
    CommandError::unusable(message).with_hint(
        "it is a set of claims: `patchwright verify SPEC` judges a tree by them, with --patch somebody's mails",
    )
}

/// Whether the file is one of rules, which `audit` reads: `specs/*/*.toml` has both.
pub(crate) fn is_of_rules(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    audit::RuleFile::parse("", &text).is_ok()
}

/// The error that a spec's mistakes make.
pub(crate) fn refuse(diagnostics: &Diagnostics) -> CommandError {
    refuse_file(diagnostics, "spec")
}

/// The error that the mistakes of a file make; `what` is what the file is.
pub(crate) fn refuse_file(diagnostics: &Diagnostics, what: &str) -> CommandError {
    // One mistake is its own message; several get a heading that counts them.
    let message = match diagnostics.items().len() {
        1 => String::new(),
        count => format!("the {what} has {count} mistakes"),
    };
    CommandError::unusable(message).with_detail(diagnostics.render(Colour::on_stderr()))
}

/// A path below the folder of the run as it is from there: reports are read in other places.
pub(crate) fn from_here(path: &str) -> String {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| Path::new(path).strip_prefix(here).ok().map(Path::to_owned));
    below.map_or_else(|| path.to_owned(), |below| below.display().to_string())
}
