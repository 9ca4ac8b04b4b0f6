//! What the mails of a series have that is not the spec's: their date, their templates.

use generator::Mailing;
use schema::model::{Address, Spec};
use templates::Templates;

use crate::error::CommandError;

/// The mailing of a spec. Its date is the spec's, else that of SOURCE_DATE_EPOCH: this is where the environment is
/// read, so that the generator gives the same bytes for the same arguments.
///
/// # Errors
/// Exit status 2: SOURCE_DATE_EPOCH is no date.
pub(crate) fn of<'t>(spec: &Spec, templates: &'t Templates) -> Result<Mailing<'t>, CommandError> {
    let epoch = std::env::var_os("SOURCE_DATE_EPOCH");
    let epoch = epoch.map(|epoch| epoch.to_string_lossy().into_owned());
    let date = generator::series_date(spec, epoch.as_deref()).map_err(CommandError::unusable)?;
    Ok(Mailing::new(date, templates))
}

/// Whom git takes for the committer before it asks its configuration.
pub(crate) fn committer() -> Option<Address> {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Some(Address {
        name: value("GIT_COMMITTER_NAME")?,
        email: value("GIT_COMMITTER_EMAIL")?,
    })
}
