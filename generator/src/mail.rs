//! The mails of a series, in the shape that `git format-patch` gives them.

mod answers;
mod below;
pub(crate) mod date;
mod head;
mod header;
mod message;
mod name;
mod post;
mod prose;
mod stat;
mod survives;

use jiff::ZonedDateTime;
use schema::model::Spec;
use templates::{TemplateError, Templates};

use crate::commit::{Branch, CommitError};
use crate::diff::FileDiff;
use crate::failure::FailureKind;
use head::BadHead;
use header::Injection;
use post::Post;
pub(crate) use prose::changelog;

/// What signs the mails.
pub(crate) const SIGNATURE: &str = concat!("patchwright ", env!("CARGO_PKG_VERSION"));

/// Why a series cannot be mailed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailFault {
    #[error(transparent)]
    Injection(#[from] Injection),
    #[error(transparent)]
    Head(#[from] BadHead),
    #[error("the diffstat cannot be made: {0}")]
    Stat(#[from] git2::Error),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("{0}")]
    Unmailable(String),
    #[error("{}; {}", .0.message, .0.hint)]
    Commit(#[from] CommitError),
    #[error("{template}: {reason}")]
    Worded {
        /// The user's template.
        template: &'static str,
        reason: String,
    },
}

/// What the mails have that is not the spec's.
#[derive(Clone)]
pub struct Mailing<'t> {
    /// The date of the cover letter; each patch is a second later than the mail before it.
    pub date: ZonedDateTime,
    /// What the mails are made by.
    pub templates: &'t Templates,
    /// The commit that the series is for, where the tree is one: `base-commit:`.
    pub base: Option<String>,
    /// Whether a series of one patch is mailed without a cover letter. What it would say of the versions is then below
    /// the `---` of the patch.
    pub is_bare: bool,
    /// The branch that the series is written to, as commits.
    pub branch: Option<&'t Branch>,
    /// What has changed since an earlier version, for the cover letter, or below a patch that has none.
    pub range_diff: Option<RangeDiff>,
}

/// What `git range-diff` says of two versions.
#[derive(Clone, Debug)]
pub struct RangeDiff {
    /// The version that was before.
    pub against: u32,
    /// What git printed.
    pub text: String,
}

impl<'t> Mailing<'t> {
    /// A cover letter, and a tree that is no commit.
    #[must_use]
    pub fn new(date: ZonedDateTime, templates: &'t Templates) -> Self {
        Self {
            date,
            templates,
            base: None,
            is_bare: false,
            branch: None,
            range_diff: None,
        }
    }
}

impl MailFault {
    /// Whose fault it is.
    pub(crate) fn kind(&self) -> FailureKind {
        match self {
            Self::Head(_) | Self::Template(_) | Self::Worded { .. } => FailureKind::Template,
            Self::Commit(_) => FailureKind::Commit,
            Self::Injection(_) | Self::Stat(_) | Self::Unmailable(_) => FailureKind::Spec,
        }
    }
}

/// The mails of a series, and the commits that they are cut from.
pub(crate) struct Mails {
    /// File names and bytes, the cover letter first.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// Ids, one a patch; none where no branch is made.
    pub(crate) commits: Vec<String>,
}

/// The mails of a series. Where there is a branch to be made, its commits are written first: mails name them.
pub(crate) fn mails(
    spec: &Spec,
    diffs: &[Vec<FileDiff>],
    whole: &[FileDiff],
    mailing: &Mailing<'_>,
) -> Result<Mails, MailFault> {
    let mut post = Post::new(spec, diffs, mailing)?;
    let messages = spec.patches.iter().map(|patch| post.message(patch));
    let messages: Vec<String> = messages.collect::<Result<_, _>>()?;
    post.commits = post.written(&messages, diffs)?;
    let mut files = Vec::new();
    if post.has_cover() {
        let cover = post.cover(&messages, whole)?;
        files.push((COVER.to_owned(), cover));
    }
    let patches = spec.patches.iter().zip(&messages).zip(diffs);
    for (index, ((patch, message), diff)) in patches.enumerate() {
        let number = index + 1;
        files.push((
            name::file_name(number, &patch.subject),
            post.patch(number, patch, message, diff)?,
        ));
    }
    let commits = post.commits;
    Ok(Mails { files, commits })
}

/// The cover letter's file.
pub(crate) const COVER: &str = "0000-cover-letter.patch";
