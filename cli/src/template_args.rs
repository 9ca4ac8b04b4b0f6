//! `--templates DIR`: pages worded by the user.

use std::path::PathBuf;

use clap::Args;
use templates::Templates;

use crate::error::CommandError;

/// Which templates pages are made by.
#[derive(Clone, Debug, Args)]
pub(crate) struct TemplateArgs {
    /// A folder with templates of your own, laid out as the shipped ones: mail/cover.mail, mail/patch.mail,
    /// report/report.html, report/check.html, report/audit.html. What it does not have is as shipped.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

impl TemplateArgs {
    /// Whether there is such a folder.
    pub(crate) fn is_given(&self) -> bool {
        self.templates.is_some()
    }

    /// Reads the folder.
    ///
    /// # Errors
    /// Exit status 2: it has no templates, or one is wrong; the message names file and line.
    pub(crate) fn open(&self) -> Result<Templates, CommandError> {
        let folder = self.templates.as_deref();
        folder.map_or_else(
            || Ok(Templates::shipped()),
            |folder| Templates::in_folder(folder).map_err(CommandError::unusable),
        )
    }
}
