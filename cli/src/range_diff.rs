//! What has changed since an earlier version: both specs rendered on one tree, and `git range-diff` of the two.
//!
//! git writes it, in a scratch repository of its own, so that reviewers get what `git format-patch --range-diff` would have
//! given them. Nothing of the user's configuration is read by it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use generator::{Branch, Mailing, RangeDiff, RenderFailure, Rendered};
use schema::model::Spec;
use trees::ParsedTree;

use crate::drift;
use crate::error::{CommandError, Status};
use crate::mailing;

/// As `git format-patch` has it for versions of one series: a commit that is mostly another is another version of it.
const CREATION_FACTOR: &str = "--creation-factor=999";

/// Two versions of a series.
pub(crate) struct Versions<'a> {
    /// The version that was before.
    pub(crate) old: &'a Spec,
    /// The version that is mailed.
    pub(crate) new: &'a Spec,
    /// The repository of the tree and the commit that it is, where it is one.
    pub(crate) on: Option<(&'a Path, &'a str)>,
}

impl Versions<'_> {
    /// Refuses what is no earlier version.
    ///
    /// # Errors
    /// Exit status 2.
    pub(crate) fn check(&self) -> Result<(), CommandError> {
        let (old, new) = (self.old.series.version, self.new.series.version);
        if old < new {
            return Ok(());
        }
        let message = format!(
            "--range-diff has version {old}, which is not before version {new} of the series"
        );
        let hint = "raise `version` in the spec that is rendered, or give --range-diff the one that was sent before";
        Err(CommandError::unusable(message).with_hint(hint))
    }

    /// Compares them as they are on `tree`; `mailing` is the new version's, and `refuse` says why it does not render.
    ///
    /// # Errors
    /// Exit status 1 or 3: one of them does not render. 2: there is no git, or it says why not.
    pub(crate) fn compared(
        &self,
        tree: &ParsedTree,
        mailing: &Mailing<'_>,
        refuse: &dyn Fn(&RenderFailure) -> CommandError,
    ) -> Result<RangeDiff, CommandError> {
        let folder = tempfile::tempdir().map_err(CommandError::from)?;
        let branch = Branch::scratch(folder.path(), self.on, mailing::committer())
            .map_err(|error| CommandError::unusable(error.message).with_hint(error.hint))?;
        let date = generator::series_date(self.old, None).map_err(CommandError::unusable)?;
        let mailing = Mailing {
            branch: Some(&branch),
            base: None,
            is_bare: false,
            range_diff: None,
            ..mailing.clone()
        };
        let mailed = Mailing {
            date,
            ..mailing.clone()
        };
        let new =
            generator::render(self.new, tree, &mailing).map_err(|failure| refuse(&failure))?;
        let old = generator::render(self.old, tree, &mailed)
            .map_err(|failure| self.unrendered(&failure))?;
        let output = git(
            folder.path(),
            branch.digits(),
            &commits(&old)?,
            &commits(&new)?,
        )?;
        Ok(RangeDiff {
            against: self.old.series.version,
            text: said(&output)?,
        })
    }

    fn unrendered(&self, failure: &RenderFailure) -> CommandError {
        let version = self.old.series.version;
        let message = format!(
            "version {version}, of --range-diff, does not render on this tree: both versions have to, to be compared"
        );
        drift::refuse(self.old, failure).with_message(message)
    }
}

/// `BASE..TIP` of a series, as its manifest has it.
fn commits(rendered: &Rendered) -> Result<String, CommandError> {
    let patches = &rendered.manifest.patches;
    let tip = patches.last().and_then(|patch| patch.commit.as_deref());
    let tip = tip.ok_or_else(|| CommandError::unusable("the series has no commits"))?;
    Ok(format!("{tip}~{}..{tip}", patches.len()))
}

fn git(repository: &Path, digits: usize, old: &str, new: &str) -> Result<Output, CommandError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut command = Command::new("git");
    command
        .env_clear()
        .env("PATH", path)
        .envs([
            ("LC_ALL", "C"),
            ("HOME", "/nonexistent"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ])
        .arg("--git-dir")
        .arg(repository)
        .args(["-c", &format!("core.abbrev={digits}")])
        .args(["range-diff", "--no-color", CREATION_FACTOR, old, new])
        .stdin(Stdio::null());
    command.output().map_err(|error| {
        let message = format!("--range-diff needs git, which cannot be run: {error}");
        CommandError::unusable(message)
            .with_hint("install git 2.19 or later, or leave --range-diff out")
    })
}

fn said(output: &Output) -> Result<String, CommandError> {
    if output.status.success() {
        let text = String::from_utf8(output.stdout.clone());
        return text.map_err(|_| {
            let error = CommandError::unusable(
                "the range-diff has letters that are not UTF-8, and the mails are",
            );
            error.with_hint("leave --range-diff out")
        });
    }
    let why = String::from_utf8_lossy(&output.stderr);
    let why = why.lines().next().unwrap_or("it says nothing").to_owned();
    let error = CommandError::new(
        Status::Unusable,
        format!("`git range-diff` cannot compare the versions: {why}"),
    );
    Err(error.with_hint("git 2.19 or later has it; leave --range-diff out to mail without"))
}
