//! What b4 keeps of a branch of its own, so that `b4 prep` and `b4 send` take a rendered branch for one.
//!
//! b4 keeps the cover letter in an empty commit below the series, or in the configuration of the branch (its strategy
//! `branch-description`). The second one leaves the commits as they are: those that `git format-patch` makes our mails of.

use schema::model::{Address, Spec};
use serde_json::json;

use super::{Branch, CommitError};
use crate::mail;

/// The cover letter and what else b4 has to know.
#[derive(Clone, Debug)]
pub struct Prep {
    /// The subject, the text, whom it is for, the changelog.
    description: String,
    /// JSON: the version, the change-id, the versions that were sent.
    tracking: String,
}

impl Prep {
    /// Of a series on top of the branch `base`.
    ///
    /// # Errors
    /// The spec lacks what b4 needs, or has what b4 would drop.
    pub fn new(spec: &Spec, base: &str) -> Result<Self, CommitError> {
        let series = &spec.series;
        let Some(change_id) = &series.change_id else {
            let date = series.date.as_ref();
            let day = date.map_or_else(
                || "20200101".to_owned(),
                |date| date.strftime("%Y%m%d").to_string(),
            );
            let blob = crate::diff::blob_id(spec.text.as_bytes()).unwrap_or_default();
            let random: String = blob.chars().take(12).collect();
            let hint = format!(
                "put `change-id = \"{day}-{}-{random}\"` into [series], and keep it in every version",
                series.name
            );
            let message = "b4 tells a series by its change-id, and the spec has no `change-id`";
            return Err(CommitError::new(message, hint));
        };
        let description = description(spec);
        if let Some(line) = description.lines().find(|line| line.starts_with('#')) {
            let message = format!(
                "b4 would drop a line of the cover letter as a comment: {}",
                line.escape_default()
            );
            return Err(CommitError::new(
                message,
                "begin the line with something else than `#`",
            ));
        }
        let words = series.prefix.split_whitespace();
        let prefixes: Vec<&str> = words.filter(|word| *word != "PATCH").collect();
        let sent = series
            .sent
            .iter()
            .filter(|(sent, _)| *sent < series.version);
        let history: serde_json::Map<String, serde_json::Value> = sent
            .rev()
            .map(|(version, ids)| (format!("v{version}"), json!(ids)))
            .collect();
        let mut tracking = json!({
            "series": {
                "revision": series.version,
                "change-id": change_id,
                "base-branch": base,
                "prefixes": prefixes,
            }
        });
        if let (false, Some(series)) = (history.is_empty(), tracking.get_mut("series")) {
            series["history"] = history.into();
        }
        Ok(Self {
            description,
            tracking: tracking.to_string(),
        })
    }
}

/// The cover letter as `b4 prep --edit-cover` shows it.
fn description(spec: &Spec) -> String {
    let series = &spec.series;
    let whole = |address: &Address| match address.name.is_empty() {
        true => address.email.clone(),
        false => format!("{} <{}>", address.name, address.email),
    };
    let links = series.links.iter().map(|link| format!("Link: {link}"));
    let author = format!("Signed-off-by: {}", whole(&series.author));
    let to = series.to.iter().map(|to| format!("To: {}", whole(to)));
    let cc = series.cc.iter().map(|cc| format!("Cc: {}", whole(cc)));
    let trailers: Vec<String> = links.chain([author]).chain(to).chain(cc).collect();
    let mut text = format!(
        "{}\n\n{}\n\n{}\n",
        series.subject,
        series.cover.trim_matches('\n'),
        trailers.join("\n")
    );
    for (index, version) in mail::changelog(series).into_iter().enumerate() {
        let begin = if index == 0 { "\n---\n" } else { "\n" };
        text += &format!(
            "{begin}Changes in v{}:\n{}\n",
            version.number,
            version.points.join("\n")
        );
    }
    text
}

impl Branch {
    /// Writes what b4 keeps of the branch into the repository's configuration.
    ///
    /// # Errors
    /// It cannot be written. The branch is there.
    pub fn describe(&self, prep: &Prep) -> Result<(), CommitError> {
        let name = self.name();
        let written = || {
            let repository = self.lock();
            let mut config = repository.config()?.open_level(git2::ConfigLevel::Local)?;
            let mut set =
                |key: &str, value: &str| config.set_str(&format!("branch.{name}.{key}"), value);
            set("description", &prep.description)?;
            set("b4-prep-cover-strategy", "branch-description")?;
            set("b4-tracking", &prep.tracking)
        };
        written().map_err(|error: git2::Error| {
            let message = format!(
                "the branch {name} is made, but not what b4 keeps of it: {}",
                error.message()
            );
            let hint = format!(
                "`git branch -D {name}`, and run it again once the repository's configuration can be written"
            );
            CommitError::new(message, hint)
        })
    }
}

/// The branch that b4 takes a series for based on: `rev`, or where HEAD is.
///
/// # Errors
/// There is no such repository, or the revision is no branch.
pub fn base_branch(path: &std::path::Path, rev: &str) -> Result<String, CommitError> {
    let repository = super::opened(path)?;
    let name = rev.strip_prefix("refs/heads/").unwrap_or(rev);
    if repository
        .find_reference(&format!("refs/heads/{name}"))
        .is_ok()
    {
        return Ok(name.to_owned());
    }
    let head = repository
        .find_reference("HEAD")
        .ok()
        .filter(|_| rev == "HEAD");
    let target = head
        .as_ref()
        .and_then(|head| head.symbolic_target().ok().flatten());
    let branch = target.and_then(|target| target.strip_prefix("refs/heads/"));
    branch.map(str::to_owned).ok_or_else(|| {
        let shown = rev.escape_default();
        let message = format!("b4 needs a branch below the series, and {shown} is none");
        let hint = format!(
            "`git branch NAME {shown}` makes one for --rev; or leave --b4 out, and type `b4 prep --enroll {shown}` on the branch"
        );
        CommitError::new(message, hint)
    })
}
